"""Rights found and granted: against a few checks and claims counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from factories.directory import StaffFactory
from factories.families import FamilyFactory
from factories.interventions import RightsCheckFactory, RightsClaimFactory
from jalon.audit.identity import acting
from jalon.directory.roles import Role
from jalon.interventions.models import RightsCheck
from jalon.interventions.rights_check.told import PAID, SOME
from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown
from jalon.steering.figures.counts import Counts
from jalon.steering.indicators import INDICATORS
from steering.counted import JULY, count, total
from steering.counted import number_listed as number

pytestmark = pytest.mark.django_db
_NOON = datetime(2026, 7, 10, 10, tzinfo=UTC)


def check(
    euros: dict[str, str | None], paid: dict[str, str], at: datetime = _NOON, **given: Any
) -> RightsCheck:
    """Make a check that found so much of each right, where so much is said to be paid."""
    said = {
        f"{PAID}-{code}": {"value": value, "by": "family", "when": "2026-07-10", "to": "Léa"}
        for code, value in paid.items()
    }
    rights = [{"code": code, "euros": one, "why": ""} for code, one in euros.items()]
    made: RightsCheck = RightsCheckFactory.create(
        said={"members": [], "facts": said},
        result=[{"label": "Aujourd'hui", "rights": rights}, {"label": "Seul", "rights": []}],
        computed_with="openfisca-france 1",
        asked_at=at,
        computed_at=at,
        **given,
    )
    return made


def test_what_seems_missing_is_what_is_found_above_what_is_paid() -> None:
    check(
        {"AL": "300.00", "RSA": "500.00", "PPA": "114.99", "AF": "80.00", "CSS": "1"},
        {"AL": "0", "RSA": "485.00", "PPA": "100.00", "AF": SOME},
    )
    check({"AL": "120.50", "CF": "0.00", "AAH": None, "ARS": "400.00"}, {"ARS": "0"})
    count()

    assert number("rights_checked") == {"": 2}
    # A difference below fifteen euros is none.
    assert number("rights_missing", by=Breakdown.RIGHT) == {"AL": 1, "RSA": 1}
    assert total("rights_missing", by=Breakdown.RIGHT) == {"AL": 300, "RSA": 15}
    # Nobody says what is paid of it, or no month's payment can say it.
    assert number("rights_to_compare", by=Breakdown.RIGHT) == {"AL": 1, "ARS": 1, "CSS": 1}


def test_a_check_done_again_in_the_month_counts_once_and_one_not_computed_never() -> None:
    family = FamilyFactory.create()
    check({"AL": "300.00"}, {"AL": "0"}, family=family)
    check({"AL": "200.00"}, {"AL": "0"}, at=_NOON.replace(day=20), family=family)
    RightsCheckFactory.create(asked_at=_NOON)
    # On 31 July in Greenwich, it was August in Paris.
    check({"AL": "90.00"}, {"AL": "0"}, at=datetime(2026, 7, 31, 22, 30, tzinfo=UTC))
    count()
    count(Month(2026, 8))

    assert number("rights_checked") == {"": 1}
    assert total("rights_missing") == {"": 200}
    assert total("rights_missing", Month(2026, 8)) == {"": 90}


def test_claims_are_counted_when_made_and_when_decided_and_a_cover_adds_nothing() -> None:
    found = check({}, {})
    decided: dict[str, Any] = {"state": "granted", "decided_on": date(2026, 7, 31)}
    for kind, euros in (("AL", "210.40"), ("RSA", "100"), ("ARS", "398.09"), ("CSS", "0")):
        RightsClaimFactory.create(
            rights_check=found,
            kind=kind,
            claimed_on=date(2026, 6, 30),
            euros=Decimal(euros),
            **decided,
        )
    RightsClaimFactory.create(rights_check=found, kind="AF", claimed_on=date(2026, 7, 1))
    RightsClaimFactory.create(
        rights_check=found,
        kind="PPA",
        claimed_on=date(2026, 7, 2),
        state="refused",
        decided_on=date(2026, 7, 3),
    )
    for month in (Month(2026, 6), JULY):
        count(month)

    assert number("rights_claimed", Month(2026, 6)) == {"": 4}
    assert number("rights_claimed", by=Breakdown.RIGHT) == {"AF": 1, "PPA": 1}
    assert number("rights_granted_monthly", by=Breakdown.RIGHT) == {"AL": 1, "RSA": 1}
    assert total("rights_granted_monthly") == {"": 310.40}
    assert total("rights_granted_yearly") == {"": 398.09}
    assert (number("rights_granted_cover"), total("rights_granted_cover")) == ({"": 1}, {"": 0})
    assert number("rights_refused", by=Breakdown.RIGHT) == {"PPA": 1}
    with acting(StaffFactory.create(role=Role.DEPARTMENT_HEAD).pk):
        assert [_said(code) for code in ("rights_granted", "rights_granted_share")] == [
            "4\u00a0droits",
            "80,0\u00a0%",
        ]
        assert _said("rights_granted_euros") == "310\u00a0euros par mois"
        assert _said("rights_granted_once_euros") == "398\u00a0euros"


def _said(code: str) -> str:
    return Counts([INDICATORS[code]], [JULY]).figure(INDICATORS[code]).said
