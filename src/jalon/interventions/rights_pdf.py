"""The page that a family takes home from a rights check."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from jalon.interventions.models import RightsCheck
from jalon.interventions.rights_check.found import aids_kept, payments_of, rights_of
from jalon.interventions.rights_check.situations import assumed
from jalon.letters.claims import render_claims
from jalon.letters.content import Sender
from jalon.outreach.wording import read_wording
from jalon.rights.comparing import compared
from jalon.rights.sheet import Found, Talk, sheet_of


def rights_pdf(check: RightsCheck) -> bytes:
    """Return what a check found on one page; LetterRefusedError as letters."""
    assert check.computed_at is not None  # noqa: S101 - the page leads here once it is
    day, sender = timezone.localdate(check.computed_at), read_wording(settings.PROFILE).sender
    today, payments = (check.result or [])[0], payments_of(check.told)
    found = Found(
        rights=compared(rights_of(today), payments),
        paid={code: one.euros for code, one in payments.items() if one.euros},
        aids=aids_kept(today),
        assumed=bool(assumed(check.told, check.of_month)),
    )
    talk = Talk(check.family.name, str(check.worker), day, check.of_month)
    sheet = sheet_of(found, talk, sender=sender.name, contact=_contact(sender))
    return render_claims(sheet, on=day)


def _contact(sender: Sender) -> list[str]:
    return [", ".join((sender.department, *sender.lines)), f"Téléphone : {sender.phone}"]
