"""What changes in a rights check: opened, filled in, computed, taken up again, followed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from jalon.audit.refusals import refused_as
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.locks import present_family
from jalon.families.models import Family
from jalon.interventions.drafting import draft_of, forget_draft, keep_draft
from jalon.interventions.enums import AdviceState, ClaimState
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import InformationAdvice, RightsCheck, RightsClaim
from jalon.interventions.queries import follows
from jalon.interventions.rights_check.found import kept, withholding
from jalon.interventions.rights_check.prefilling import on_file, prefilled
from jalon.interventions.rights_check.situations import (
    Otherwise,
    all_situations,
    json_of,
    unsaid_of,
    withheld,
)
from jalon.interventions.rights_check.sure import left_to_ask
from jalon.interventions.rights_check.told import Told, retold
from jalon.rights.aid_reader import fund_aids
from jalon.rights.aids import AidResult, OnFile, aids_of, read_of
from jalon.rights.calculator import Calculator
from jalon.rights.catalogue import BY_CODE
from jalon.rights.situation import Situation
from jalon.rules.calendar import Month, add_months

COMPUTE: Final = "interventions.compute_rights"
_CLAIMED_MONTHS: Final = 24
_MODEL: Final = "openfisca-france"
_NOTHING_CAME: Final = (
    "Le calcul n'a pas abouti : demandez-le à nouveau. S'il échoue encore, prévenez "
    "l'administrateur technique ; le service des prestations peut toujours répondre."
)


def may_check(family: Family, by: StaffMember) -> bool:
    """Tell whether one checks a family's rights: who follows it, or receives it these days."""
    if not by.may(Permission.WORK_WITH_FAMILIES):
        return False
    received = InformationAdvice.objects.filter(family=family, worker=by, state=AdviceState.OPEN)
    return follows(family, by) or received.exists()


@transaction.atomic
def open_check(*, family: Family, month: Month, by: StaffMember) -> RightsCheck:
    """Open a rights check with what the extract says; InterventionError for who may not."""
    _may(family, by)
    present_family(family.pk)
    return RightsCheck.objects.create(
        family=family, worker=by, month=str(month), said=prefilled(family, month).as_json
    )


@transaction.atomic
def open_again(*, check: RightsCheck, by: StaffMember) -> RightsCheck:
    """Open another with what one said, for the month that runs; InterventionError likewise.

    What the extract told is told by the latest. What was typed in the form of the first, too late
    to be written there, goes on in the other's.
    """
    _may(check.family, by)
    present_family(check.family_id)
    typed = draft_of(draft_key(check), by)
    month = Month.of(timezone.localdate())
    opened = RightsCheck.objects.create(
        family_id=check.family_id,
        worker=by,
        month=str(month),
        said=retold(_of_year(check, month), prefilled(check.family, month)).as_json,
        otherwise=check.otherwise,
    )
    if typed is not None:
        content = {**typed.content, "seen": str(opened.revision)}
        keep_draft(family=check.family, form=draft_key(opened), content=content, by=by)
        forget_draft(form=draft_key(check), by=by)
    return opened


@transaction.atomic
def open_for_late(
    *, check: RightsCheck, content: Mapping[str, str], by: StaffMember
) -> RightsCheck:
    """Open another for what came too late to be written: its form goes on with it.

    InterventionError as for `open_again` and `keep_draft`.
    """
    keep_draft(family=check.family, form=draft_key(check), content=content, by=by)
    return open_again(check=check, by=by)


def _of_year(check: RightsCheck, month: Month, told: Told | None = None) -> Told:
    """Return what is told for a month, `check.told` by default: what was taxed in its year."""
    told = told or check.told
    return told if month.year == check.of_month.year else told.without("taxed")


def draft_key(check: RightsCheck) -> str:
    """Return how the draft of a check's form is called."""
    return f"droits:{check.public_id}"


def _may(family: Family, by: StaffMember) -> None:
    if not may_check(family, by):
        raise InterventionError(
            "Le référent de la famille, un collègue associé ou qui la reçoit fait le point."
        )


@transaction.atomic
def fill_in(  # noqa: PLR0913 - what is written, over what was read, and by whom
    *,
    check: RightsCheck,
    month: Month,
    told: Told,
    others: Sequence[Otherwise],
    seen: int,
    by: StaffMember,
    compute: bool = False,
) -> RightsCheck:
    """Write what is known of a family, over the version `seen`; have it computed where it can be.

    For a month of another year, what was taxed is asked again.
    RevisedMeanwhileError where it was written meanwhile, from another window; InterventionError
    where it is another's, or computed.
    """
    locked = _own(check, by)
    if locked.revision != seen:
        raise RevisedMeanwhileError
    forget_draft(form=draft_key(check), by=by)
    told = _of_year(locked, month, told)
    locked.month, locked.said, locked.otherwise = str(month), told.as_json, json_of(others)
    locked.revision += 1
    locked.asked_at, locked.problem = None, ""
    locked.save(update_fields=["month", "said", "otherwise", "revision", "asked_at", "problem"])
    if compute and not why_not_computed(locked):
        _ask(locked, by)
    return locked


@transaction.atomic
def ask_computing(*, check: RightsCheck, by: StaffMember) -> RightsCheck:
    """Have the rights computed in the background.

    InterventionError where something is to be asked first. Asked twice, they are computed once.
    """
    locked = _own(check, by)
    if why := why_not_computed(locked):
        raise InterventionError(why)
    _ask(locked, by)
    return locked


def why_not_computed(check: RightsCheck) -> str:
    """Say why rights cannot be computed of what is said; nothing where they can."""
    if any(one.blocking for _, one in left_to_ask(check.told, check.of_month)):
        return "Répondez d'abord aux questions : rien n'est calculé avant."
    if not all(one.fits(check.told) for one in check.others):
        return "Une situation à comparer ne va plus : la personne n'est plus là."
    return ""


def _ask(locked: RightsCheck, by: StaffMember) -> None:
    locked.asked_at, locked.problem = timezone.now(), ""
    locked.save(update_fields=["asked_at", "problem"])
    app.configure_task(COMPUTE, lock=f"rights-check-{locked.pk}").defer(
        check_id=locked.pk, by_id=by.pk
    )


@transaction.atomic
def withdraw_asking(*, check: RightsCheck, by: StaffMember) -> RightsCheck:
    """Give up waiting for the rights, to correct what is said; InterventionError as filling in."""
    locked = _own(check, by)
    locked.asked_at, locked.problem = None, ""
    locked.save(update_fields=["asked_at", "problem"])
    return locked


def compute_check(*, check_id: int, calculator: Calculator) -> None:
    """Find the rights of each situation; nothing where that is done, or not asked any more.

    Inside `acting` for its worker, outside any transaction. What the model could not compute is
    kept with the reason; where nothing came at all, the check says so, and may be asked again.
    """
    check = _under_way(check_id).first()
    if check is None:
        return
    try:
        _compute(check, calculator)
    except Exception:
        _fail(check)
        raise


def _compute(check: RightsCheck, calculator: Calculator) -> None:
    asked = all_situations(check.told, check.of_month, check.others)
    found = calculator.compute([situation for _, situation, _ in asked])
    if not any(one.euros is not None for rights in found for one in rights):
        _fail(check)
        return
    told = [
        withholding(rights, withheld(unsaid))
        for rights, (_, _, unsaid) in zip(found, asked, strict=True)
    ]
    aids, file = _aids(check, asked[0][1])
    # What was changed and asked for again meanwhile waits for its own result.
    _under_way(check.pk).filter(revision=check.revision).update(
        result=kept([label for label, _, _ in asked], told, aids, file),
        computed_with=f"{_MODEL} {version(_MODEL)}",
        computed_at=timezone.now(),
    )


def _aids(check: RightsCheck, now: Situation) -> tuple[list[AidResult], OnFile]:
    fund = fund_aids(settings.PROFILE, check.of_month)
    file = read_of(fund, on_file(check.family))
    return aids_of(now, fund, file, unsaid_of(check.told, check.of_month)), file


def _fail(check: RightsCheck) -> None:
    """Say that nothing could be computed; nothing where it was asked for again since."""
    _under_way(check.pk).filter(asked_at=check.asked_at).update(problem=_NOTHING_CAME)


def _under_way(check_id: int) -> QuerySet[RightsCheck]:
    return RightsCheck.objects.filter(
        pk=check_id, asked_at__isnull=False, computed_at=None, problem=""
    )


@transaction.atomic
def delete_check(*, check: RightsCheck, by: StaffMember) -> None:
    """Delete a check of one's own that was not computed; InterventionError for any other.

    What was typed in its form goes with it.
    """
    forget_draft(form=draft_key(check), by=by)
    _own(check, by).delete()


def _own(check: RightsCheck, by: StaffMember) -> RightsCheck:
    """Hold a check of one's own that has no result yet."""
    rows = RightsCheck.objects.select_for_update(of=("self",))
    locked = rows.filter(pk=check.pk, worker=by).first()
    if locked is None:
        raise InterventionError("Ce rendez-vous des droits est celui d'un collègue.")
    if locked.is_computed:
        raise InterventionError("Ces droits sont calculés : refaites le point pour les changer.")
    return locked


@transaction.atomic
def claim_right(
    *, check: RightsCheck, kind: str, claimed_on: date, by: StaffMember
) -> RightsClaim:
    """Note that a family claims a right; InterventionError where it is noted, or still to come.

    And where it is older than two years: a slip of the year.
    """
    _past(claimed_on)
    today = timezone.localdate()
    if claimed_on < add_months(today, -_CLAIMED_MONTHS):
        raise InterventionError("Cette demande aurait plus de deux ans : quel jour est-ce ?")
    if not check.is_computed or kind not in BY_CODE:
        raise InterventionError("Calculez d'abord les droits : rien n'est à demander encore.")
    already = InterventionError("Cette demande est déjà notée.")
    with refused_as({"rights_claim_once_a_check": already}):
        return RightsClaim.objects.create(
            rights_check=check,
            family_id=check.family_id,
            kind=kind,
            claimed_on=claimed_on,
            by=by,
        )


@transaction.atomic
def settle_claim(
    *, public_id: uuid.UUID, state: ClaimState, decided_on: date | None, euros: Decimal | None
) -> RightsClaim:
    """Note what was decided of a claim, or that it waits again; InterventionError if impossible.

    What is granted has its euros at the right's rhythm, none for a cover. The database writes
    who notes it, and when.
    """
    rows = RightsClaim.objects.select_for_update(of=("self",))
    locked = rows.filter(public_id=public_id).first()
    if locked is None:
        raise InterventionError("Cette demande est suivie par quelqu'un d'autre.")
    if state == ClaimState.CLAIMED:
        decided_on = euros = None
    elif decided_on is None:
        raise InterventionError("Quel jour a-ce été décidé ?")
    else:
        _past(decided_on)
        if decided_on < locked.claimed_on:
            raise InterventionError("La décision est notée avant la demande : quel jour ?")
    if state == ClaimState.GRANTED and locked.is_cover:
        euros = Decimal(0)
    if state == ClaimState.GRANTED and euros is None:
        raise InterventionError("Combien est accordé, en euros ?")
    locked.state, locked.decided_on = state, decided_on
    locked.euros = euros if state == ClaimState.GRANTED else None
    locked.save(update_fields=["state", "decided_on", "euros"])
    locked.refresh_from_db(fields=["decided_by", "decided_at"])
    return locked


def _past(day: date) -> None:
    if day > timezone.localdate():
        raise InterventionError("Ce jour est à venir.")
