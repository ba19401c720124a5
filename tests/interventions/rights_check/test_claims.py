"""What a family claims after a check: followed by dates and euros, kept true by SQL too."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interventions.rights_check.checks import Found, computed
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.interventions import checking_rights as checking
from jalon.interventions.enums import ClaimState
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import RightsCheck, RightsClaim

pytestmark = pytest.mark.django_db


def test_a_right_claimed_is_followed_with_dates_and_euros(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    computed(check, lead, Found({"ASF": "401.54"}))
    claim = reverse("rights:claim", args=[check.public_id])
    page.post(claim, {"kind": "ASF", "claimed_on": "2026-11-02"})
    twice = page.post(claim, {"kind": "ASF", "claimed_on": "2026-11-03"}, follow=True)
    assert "déjà notée" in twice.content.decode()
    page.post(claim, {"kind": "CSS", "claimed_on": "2026-11-02"})
    with acting(lead.pk):
        asf, css = RightsClaim.objects.order_by("pk")

    def settled(one: RightsClaim, **said: Any) -> str:
        answer = page.post(reverse("rights:settle", args=[one.public_id]), said, follow=True)
        with acting(lead.pk):
            one.refresh_from_db()
        return answer.content.decode()

    granted = {"state": "granted", "decided_on": "2026-11-10"}
    assert "Combien est accordé" in settled(asf, **granted)
    assert "avant la demande" in settled(asf, state="refused", decided_on="2026-11-01")
    settled(asf, **granted, euros="401.54")
    settled(css, **granted)
    assert (asf.state, asf.euros) == (ClaimState.GRANTED, Decimal("401.54"))
    assert css.euros == 0
    assert (asf.decided_by_id, asf.decided_at is not None) == (lead.pk, True)
    assert f"noté par {lead}" in page.get(check.get_absolute_url()).content.decode()
    # Granted by mistake: it waits again.
    settled(asf, state="claimed")
    assert (asf.decided_on, asf.euros, asf.decided_by, asf.decided_at) == (None,) * 4
    with acting(lead.pk), pytest.raises(DatabaseError), transaction.atomic():
        RightsClaim.objects.filter(pk=asf.pk).update(state="granted")


def test_a_claim_is_neither_of_years_ago_nor_to_come_even_from_sql(
    check: RightsCheck, lead: StaffMember
) -> None:
    computed(check, lead, Found({"ASF": "10"}))
    today = timezone.localdate()
    past, coming = today - timedelta(days=732), today + timedelta(days=1)
    claim: dict[str, Any] = {"check": check, "kind": "ASF", "by": lead}
    with acting(lead.pk):
        with pytest.raises(InterventionError, match="deux ans"):
            checking.claim_right(claimed_on=past, **claim)
        for day in (past, coming):
            with pytest.raises(DatabaseError, match="of_these_years"), transaction.atomic():
                RightsClaim.objects.create(
                    rights_check=check,
                    family_id=check.family_id,
                    kind="ASF",
                    by=lead,
                    claimed_on=day,
                )
        checking.claim_right(claimed_on=today - timedelta(days=700), **claim)


def test_nothing_is_claimed_nor_found_of_what_was_not_asked_for_even_from_sql(
    check: RightsCheck, lead: StaffMember
) -> None:
    now = timezone.now()
    forged: dict[str, Any] = {
        "result": [],
        "computed_with": "moi",
        "computed_at": now,
        "asked_at": now,
    }
    with acting(lead.pk):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            RightsClaim.objects.create(
                rights_check=check,
                family_id=check.family_id,
                kind="ASF",
                by=lead,
                claimed_on=timezone.localdate(),
            )
        with pytest.raises(DatabaseError), transaction.atomic():
            RightsCheck.objects.filter(pk=check.pk).update(**forged)


def test_a_grant_that_was_claimed_is_granted_once(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    computed(check, lead, Found({"PRIME": "1093.08"}))
    with acting(lead.pk):
        today = timezone.localdate()
        claimed = checking.claim_right(check=check, kind="PRIME", claimed_on=today, by=lead)
        checking.settle_claim(
            public_id=claimed.public_id,
            state=ClaimState.GRANTED,
            decided_on=today,
            euros=Decimal("1093.08"),
        )
    text = page.get(check.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert "1 093,08 € une fois" in text.replace("\u202f", " ")
