"""Information-advice, supports and who works: against a few rows counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from conftest import as_owner
from factories.agenda import at
from factories.directory import AbsenceFactory, RoleGrantFactory, StaffFactory, TeamFactory
from factories.families import FamilyFactory, InvolvementFactory
from factories.interventions import (
    CLOSED,
    ContractFactory,
    FamilyOpinionFactory,
    HomeVisitFactory,
    InformationAdviceFactory,
    ObjectiveFactory,
    ReviewFactory,
    SupportFactory,
)
from factories.outreach import ProposalFactory
from jalon.audit.models import Change
from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import AdviceOutcome, AdviceState, Closing, Origin, SupportState
from jalon.interventions.models import Support, SupportEvent
from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown
from steering.counted import count, total
from steering.counted import number_listed as number

pytestmark = pytest.mark.django_db
_JUNE, _AUGUST = Month(2026, 6), Month(2026, 8)


def support(*steps: tuple[SupportState, date], why: str = "", **given: Any) -> Support:
    """Make a support that became all this, on these days; `why` is the reason of its end."""
    closed = {**CLOSED, "closed_on": steps[-1][1], "closing": why} if why else {}
    columns = {"started_on": date(2026, 6, 1), "ends_on": date(2026, 12, 1)}
    made: Support = SupportFactory.create(
        state=steps[-1][0], **{**columns, "limit_on": date(2027, 6, 1), **closed, **given}
    )
    with as_owner():
        SupportEvent.objects.filter(support=made).delete()
        for state, day in steps:
            SupportEvent.objects.create(
                support=made,
                family=made.family,
                state=state,
                worker=made.worker,
                by=made.worker,
                on=day,
                why=why if state == SupportState.CLOSED else "",
            )
    return made


_ACTIVE = (SupportState.ACTIVE, date(2026, 6, 1))


def test_advice_is_counted_as_it_begins_and_as_it_ends() -> None:
    made = ProposalFactory.create(offer="rent_arrears", event_kind="rent_arrears")
    InformationAdviceFactory.create(
        family=made.family, proposal=made, origin=Origin.PROPOSAL, opened_on=date(2026, 7, 1)
    )
    InformationAdviceFactory.create(opened_on=date(2026, 7, 31), other_service="town")
    InformationAdviceFactory.create(
        opened_on=date(2026, 6, 21),
        closed_on=date(2026, 7, 1),
        state=AdviceState.CLOSED,
        outcome=AdviceOutcome.NEEDS_MET,
    )
    for month in (_JUNE, Month(2026, 7)):
        count(month)

    assert number("advice_begun", by=Breakdown.OFFER) == {"rent_arrears": 1, "": 1}
    assert number("advice_begun", by=Breakdown.ORIGIN) == {"proposal": 1, "direct": 1}
    assert number("advice_elsewhere", by=Breakdown.OUTCOME) == {"town": 1}
    assert number("advice_ended", by=Breakdown.OUTCOME) == {"needs_met": 1}
    assert total("advice_ended") == {"": 10}
    assert number("advice_running", _JUNE) == {"": 1}
    assert number("advice_running") == {"": 2}


def test_supports_begin_run_and_end_for_a_reason() -> None:
    support(_ACTIVE)
    support(
        _ACTIVE,
        (SupportState.SUSPENDED, date(2026, 7, 5)),
        suspended_on=date(2026, 7, 5),
        suspension="family",
    )
    ended = (SupportState.CLOSED, date(2026, 7, 31))
    support(_ACTIVE, ended, why=Closing.REACHED)
    support(ended, why=Closing.NOT_BEGUN, started_on=None, ends_on=None, limit_on=None)
    support((SupportState.DRAFT, date(2026, 7, 1)), started_on=None, ends_on=None, limit_on=None)
    for month in (_JUNE, Month(2026, 7)):
        count(month)

    assert number("support_begun", _JUNE) == {"": 3}
    assert number("support_begun") == {"": 0}
    assert number("support_running", _JUNE, by=Breakdown.OUTCOME) == {"active": 3}
    assert number("support_running", by=Breakdown.OUTCOME) == {"active": 1}
    assert number("support_suspended") == {"": 1}
    assert number("support_ended", by=Breakdown.OUTCOME) == {"reached": 1}
    assert total("support_ended") == {"": 60}
    assert number("support_not_begun") == {"": 1}


def test_a_support_handed_over_since_began_in_the_team_that_began_it() -> None:
    made = support(_ACTIVE)
    began, other = made.worker.team, StaffFactory.create(team=TeamFactory.create())
    assert began
    with as_owner():
        Support.objects.filter(pk=made.pk).update(worker=other)
    for month in (_JUNE, Month(2026, 7)):
        count(month)

    assert number("support_begun", _JUNE, by=Breakdown.TEAM) == {began.label: 1}


def test_what_was_reached_and_visited_is_told_as_a_support_ends() -> None:
    ended = (SupportState.CLOSED, date(2026, 7, 31))
    visited, refused = (support(_ACTIVE, ended, why=Closing.TERM) for _ in range(2))
    going_on = support(_ACTIVE)
    for one, result in ((visited, "reached"), (visited, "missed"), (going_on, "reached")):
        ObjectiveFactory.create(support=one, result=result)
    for day in (date(2026, 6, 10), date(2026, 7, 10)):
        HomeVisitFactory.create(support=visited, agreed_on=date(2026, 6, 2), done_on=day)
    HomeVisitFactory.create(support=refused, agreed_on=None, declined_on=date(2026, 7, 3))
    ContractFactory.create(
        support=going_on,
        signed_on=date(2026, 7, 1),
        signature="screen",
        signatories="Léa Monnier",
        signed_by=going_on.worker,
    )
    ReviewFactory.create(support=going_on, held_on=date(2026, 7, 13))
    opinion = FamilyOpinionFactory.create(support=visited, kind="later", helped="rather")
    with as_owner():
        type(opinion).objects.filter(pk=opinion.pk).update(at=at(date(2026, 7, 31), 12))
    count()

    assert number("objectives_settled", by=Breakdown.OUTCOME) == {"reached": 1, "missed": 1}
    assert number("objectives_reached") == {"": 1}
    assert number("visits_done") == {"": 1}
    assert number("visits_of_ended") == {"": 2}
    assert number("visits_declined") == {"": 1}
    assert number("ended_refusing_visit") == {"": 1}
    assert number("contracts_signed", by=Breakdown.OUTCOME) == {"first": 1}
    assert number("reviews_held", by=Breakdown.OUTCOME) == {"step": 1}
    assert number("opinion_helped", by=Breakdown.OUTCOME) == {"rather": 1}
    assert number("opinion_better") == {"": 0}


def test_a_family_known_to_several_services_counts_once() -> None:
    family: Family = FamilyFactory.create()
    for service in (Service.MEDIATION, Service.SOCIAL_WORK, Service.PSYCHOLOGY):
        InvolvementFactory.create(
            family=family,
            service=service,
            since=date(2026, 7, 31),
            until=date(2026, 7, 31) if service == Service.PSYCHOLOGY else None,
        )
    InvolvementFactory.create(service=Service.MEDIATION, since=date(2026, 8, 1))
    count()

    assert number("families_of_several", by=Breakdown.OUTCOME) == {"mediation+social_work": 1}
    assert number("families_known") == {"": 1}


def _worker(since: date, **given: Any) -> StaffMember:
    made: StaffMember = StaffFactory.create(**given)
    RoleGrantFactory.create(member=made, since=since)
    return made


def test_full_times_are_those_of_each_day_in_post_in_the_team_of_that_day() -> None:
    before, after = TeamFactory.create(label="Avant"), TeamFactory.create(label="Après")
    moved = _worker(date(2026, 1, 1), team=before)
    _worker(date(2026, 8, 17), team=before, working_time="0.80")
    away = _worker(date(2026, 1, 1), team=before)
    AbsenceFactory.create(member=away, first_day=date(2026, 8, 30), last_day=date(2026, 9, 5))
    with as_owner():
        moved.team = after
        moved.save()
        _told_on(moved, date(2026, 8, 11))
    count(_AUGUST)

    by_team = total("workers_in_post", _AUGUST, by=Breakdown.TEAM)
    # Ten days of one, fifteen at four fifths, all the month of another; then twenty-one days.
    assert by_team == {
        "Avant": round(10 / 31 + 0.8 * 15 / 31 + 1, 2),
        "Après": round(21 / 31, 2),
    }
    assert total("workers_away", _AUGUST) == {"": round(2 / 31, 2)}
    assert number("workers_away", _AUGUST) == {"": 2}


def _told_on(member: StaffMember, day: date) -> None:
    """Have the history of a change of team say that it was made on another day."""
    Change.objects.filter(
        table_name="directory_staffmember", row_id=member.pk, action="update"
    ).update(at=at(day, 8))
