"""Coverage: families in contact, against the register that the month's run kept, by commune."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from conftest import as_owner
from factories.directory import CommuneFactory
from factories.families import FamilyFactory
from factories.interventions import InformationAdviceFactory
from factories.outreach import AnswerFactory
from factories.targeting import TargetingRunFactory
from jalon.directory.models import Commune
from jalon.interventions.enums import AdviceState, SupportState
from jalon.outreach.enums import AnswerKind
from jalon.outreach.models import Approach
from jalon.steering.enums import Breakdown
from jalon.steering.figures.counts import Counts
from jalon.steering.figures.figure import NO_MONTH, Figure
from jalon.steering.indicators import INDICATORS
from jalon.targeting.enums import RunState
from jalon.targeting.models import RegisterCount, TargetingRun
from steering.counted import JULY, count
from steering.counted import number_listed as number
from steering.test_interventions import support
from steering.test_steps import letter, proposal

pytestmark = pytest.mark.django_db
_NO_RUN = "aucun requêtage de ce mois n'est gardé avec le décompte de son fichier"
_OPEN = date(2027, 7, 5)


def run(register: dict[str, tuple[int, int]], **given: Any) -> TargetingRun:
    """A run of July that kept how many households each commune has, and how many eligible."""
    made: TargetingRun = TargetingRunFactory.create(**{"month": "2026-07", **given})
    with as_owner():
        for commune, (households, eligible) in register.items():
            RegisterCount.objects.create(
                run=made, commune=commune, households=households, eligible=eligible
            )
    return made


def home() -> Commune:
    made: Commune = CommuneFactory.create()
    return made


def figure(code: str, **where: Any) -> Figure:
    indicator = INDICATORS[code]
    with as_owner():
        return Counts([indicator], [JULY], breakdowns=[Breakdown.COMMUNE]).figure(
            indicator, **where
        )


def written_to(where: Commune, day: date = date(2026, 7, 6), **given: Any) -> Approach:
    made = proposal(
        snapshot__family=FamilyFactory.create(commune=where),
        **{"window_ends_on": _OPEN, **given},
    )
    letter(made.approach, day)
    approach: Approach = made.approach
    return approach


def test_the_register_is_what_the_run_of_the_month_kept_of_each_commune() -> None:
    one, other = home(), home()
    run({one.code: (400, 12), other.code: (90, 0), "75056": (3, 1)})
    run({one.code: (999, 999)}, month="2026-06")
    count()

    where = {one.code: 400, other.code: 90, "": 3}
    assert number("register_households") == {"": 493}
    assert number("register_households", by=Breakdown.COMMUNE) == where
    assert number("register_eligible", by=Breakdown.COMMUNE) == {one.code: 12, "": 1}
    assert number("register_households", territory="-") == {"": 3}


def test_a_released_run_wins_over_one_that_waits_and_over_what_was_put_aside() -> None:
    early, late = (datetime(2026, 8, day, tzinfo=UTC) for day in (1, 4))
    run({"94028": (10, 1)}, state=RunState.RELEASED, computed_at=early)
    run({"94028": (20, 1)}, computed_at=late)
    run({"94028": (30, 1)}, state=RunState.FAILED, computed_at=late)
    count()

    assert number("register_households") == {"": 10}


def test_without_a_run_of_the_month_coverage_cannot_be_given() -> None:
    written_to(home())
    run({"94028": (10, 1)}, month="2026-06")
    # Computed before registers were counted.
    TargetingRunFactory.create(month="2026-07")
    count()

    assert number("register_households") == {}
    assert number("families_in_contact") == {"": 1}
    for code in ("coverage", "register_households", "register_eligible"):
        found = figure(code)
        assert (found.value, found.why_not) == (None, _NO_RUN)


def test_a_month_that_nobody_counted_says_just_that() -> None:
    assert figure("coverage").why_not == NO_MONTH


def test_a_register_of_which_no_household_is_eligible_says_none() -> None:
    run({"94028": (10, 0)})
    count()

    assert figure("register_eligible").value == 0
    assert figure("eligible_rate").value == 0


def test_families_in_contact_are_those_who_may_still_answer_and_did_not_decline() -> None:
    where = home()
    written_to(where)
    written_to(where, day=date(2026, 7, 31), window_ends_on=date(2026, 7, 31))
    # Over, not begun, or only proposed.
    written_to(where, window_ends_on=date(2026, 7, 30))
    written_to(where, day=date(2026, 8, 1))
    proposal(snapshot__family=FamilyFactory.create(commune=where), window_ends_on=_OPEN)
    # One said no and stays there, one said it and came back, one says it in August.
    for said in (
        ((AnswerKind.CALL, 7), (AnswerKind.NO, 8)),
        ((AnswerKind.NO, 8), (AnswerKind.MEETING, 9)),
    ):
        approach = written_to(where)
        for place, (kind, day) in enumerate(said, start=1):
            AnswerFactory.create(
                approach=approach, number=place, kind=kind, said_on=date(2026, 7, day)
            )
    AnswerFactory.create(approach=written_to(where), kind=AnswerKind.NO, said_on=date(2026, 8, 1))
    count()

    assert number("families_in_contact", by=Breakdown.COMMUNE) == {where.code: 4}
    assert number("families_followed") == {"": 0}


def test_a_family_counts_once_where_it_lives_whoever_works_with_it() -> None:
    where, elsewhere = home(), home()
    approach = written_to(where)
    InformationAdviceFactory.create(family=approach.family, opened_on=date(2026, 7, 10))
    advised = FamilyFactory.create(commune=elsewhere)
    InformationAdviceFactory.create(family=advised, opened_on=date(2026, 7, 31))
    InformationAdviceFactory.create(
        family=FamilyFactory.create(commune=elsewhere),
        opened_on=date(2026, 7, 1),
        state=AdviceState.CLOSED,
        closed_on=date(2026, 7, 31),
        outcome="needs_met",
    )
    support((SupportState.ACTIVE, date(2026, 6, 1)), family=advised)
    support((SupportState.DRAFT, date(2026, 7, 1)), started_on=None, ends_on=None, limit_on=None)
    run({where.code: (200, 0), elsewhere.code: (500, 0)})
    count()

    both = {where.code: 1, elsewhere.code: 1}
    assert number("families_in_contact", by=Breakdown.COMMUNE) == both
    assert number("families_followed", by=Breakdown.COMMUNE) == both
    assert figure("coverage", by=Breakdown.COMMUNE, value=where.code).value == 5
    assert figure("coverage", by=Breakdown.COMMUNE, value=elsewhere.code).value == 2
    whole = figure("coverage")
    assert (whole.numerator, whole.denominator) == (Decimal(2), Decimal(700))
