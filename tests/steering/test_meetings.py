"""Meetings and appointments: each measure against a few rows counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from conftest import as_owner
from factories.agenda import AppointmentFactory, AttendanceFactory, at, span
from factories.directory import StaffFactory
from factories.families import FamilyFactory, HouseholdFactory, PersonFactory
from factories.interventions import (
    BEGUN,
    AdviceMeetingFactory,
    HomeVisitFactory,
    InformationAdviceFactory,
    SupportFactory,
)
from factories.outreach import AnswerFactory, ApproachFactory
from jalon.agenda.enums import Mode, Outcome, State
from jalon.agenda.models import Appointment
from jalon.audit.identity import acting
from jalon.families.models import Family
from jalon.interventions.enums import SupportState
from jalon.rules.calendar import Month
from jalon.steering.actions import recount_frozen
from jalon.steering.enums import Breakdown
from steering.counted import count, total
from steering.counted import number as counted
from steering.counted import number_listed as number

pytestmark = pytest.mark.django_db


def meeting(day: date, *outcomes: Outcome, **given: Any) -> Appointment:
    """Make an appointment of a day, with what became of each person who was expected."""
    family: Family = given.pop("family", None) or FamilyFactory.create()
    held = given.get("state", State.HELD) == State.HELD
    who = {"noted_at": at(day, 18), "noted_by": StaffFactory.create()} if held else {}
    found: Appointment = AppointmentFactory.create(
        **{"family": family, "during": span(at(day, 9), 60), "state": State.HELD, **given, **who}
    )
    file = HouseholdFactory.create(family=family)
    for outcome in outcomes:
        person = PersonFactory.create(household=file)
        AttendanceFactory.create(appointment=found, person=person, outcome=outcome)
    return found


def test_an_appointment_is_kept_if_somebody_came_and_missed_if_nobody_said_so() -> None:
    meeting(date(2026, 7, 1), Outcome.ATTENDED, Outcome.ABSENT)
    meeting(date(2026, 7, 2), Outcome.ABSENT, Outcome.EXCUSED, made_by=None)
    meeting(date(2026, 7, 3), Outcome.EXCUSED, mode=Mode.VIDEO)
    meeting(date(2026, 7, 4), state=State.BY_FAMILY, cancelled_at=at(date(2026, 7, 3), 9))
    meeting(date(2026, 7, 31), state=State.BOOKED)
    count()

    assert number("appointments_due") == {"": 5}
    assert number("appointments_due", by=Breakdown.OUTCOME) == {
        "attended": 1,
        "absent": 1,
        "excused": 1,
        "by_family": 1,
        "": 1,
    }
    assert number("appointments_kept", by=Breakdown.ORIGIN) == {"staff": 1}
    assert number("appointments_missed", by=Breakdown.ORIGIN) == {"family": 1}
    assert number("meetings", by=Breakdown.MODE) == {"phone": 1}
    assert total("meetings") == {"": 1}


def test_a_meeting_is_counted_once_and_for_what_it_was_part_of() -> None:
    advice = InformationAdviceFactory.create(opened_on=date(2026, 7, 1))
    held = meeting(date(2026, 7, 6), Outcome.ATTENDED, family=advice.family, worker=advice.worker)
    AdviceMeetingFactory.create(advice=advice, held_on=date(2026, 7, 6), appointment=held)
    AdviceMeetingFactory.create(advice=advice, held_on=date(2026, 7, 9), mode="written")
    support = SupportFactory.create(state=SupportState.ACTIVE, **BEGUN)
    meeting(date(2026, 7, 7), Outcome.ATTENDED, family=support.family, worker=support.worker)
    HomeVisitFactory.create(support=support, agreed_on=date(2026, 6, 8), done_on=date(2026, 7, 8))
    meeting(date(2026, 7, 10), Outcome.ATTENDED)
    count()

    assert number("meetings") == {"": 5}
    assert number("meetings_advice", by=Breakdown.MODE) == {"phone": 1, "written": 1}
    assert number("meetings_support", by=Breakdown.MODE) == {"phone": 1, "home": 1}
    assert number("meetings", by=Breakdown.TEAM)[support.worker.team.label] == 2


def test_a_meeting_while_a_support_is_prepared_is_of_that_support() -> None:
    """From the day it is prepared, unless advice still goes on; not before, nor once given up."""
    support = SupportFactory.create(drafted_on=date(2026, 7, 6))
    for day in (3, 8):
        meeting(date(2026, 7, day), Outcome.ATTENDED, family=support.family)
    advice = InformationAdviceFactory.create(opened_on=date(2026, 7, 1))
    SupportFactory.create(family=advice.family, drafted_on=date(2026, 7, 6))
    meeting(date(2026, 7, 9), Outcome.ATTENDED, family=advice.family)
    given_up = SupportFactory.create(
        drafted_on=date(2026, 7, 1),
        state=SupportState.CLOSED,
        closing="not_begun",
        closed_on=date(2026, 7, 7),
    )
    meeting(date(2026, 7, 10), Outcome.ATTENDED, family=given_up.family)
    count()

    assert (number("meetings"), number("meetings_support"), number("meetings_advice")) == (
        {"": 4},
        {"": 1},
        {"": 1},
    )


def test_a_family_is_received_once_a_year_in_its_first_month() -> None:
    family = FamilyFactory.create()
    for day in (date(2025, 12, 30), date(2026, 6, 2), date(2026, 7, 2), date(2026, 7, 20)):
        meeting(day, Outcome.ATTENDED, family=family)
    meeting(date(2026, 7, 3), Outcome.ATTENDED)
    months = [Month(2025, 12), Month(2026, 6), Month(2026, 7)]
    for month in months:
        count(month)

    assert [number("families_received", month) for month in months] == [{"": 1}] * 3


def _received(*months: int) -> list[int]:
    """Return how many were told of some months, whatever was written since."""
    return [counted("families_received", Month(2026, one)).get("", 0) for one in months]


def test_a_family_whose_first_meeting_was_noted_late_is_counted_once_that_month_is_put_right() -> (
    None
):
    family = FamilyFactory.create()
    for month in (2, 3):
        count(Month(2026, month))
    meeting(date(2026, 2, 12), Outcome.ATTENDED, family=family)
    meeting(date(2026, 4, 14), Outcome.ATTENDED, family=family)
    count(Month(2026, 4))
    assert _received(2, 3, 4) == [0, 0, 0]

    with acting(0):
        assert recount_frozen() == [Month(2026, 2)]

    assert _received(2, 3, 4) == [1, 0, 0]


def test_families_made_one_are_received_once_in_the_year() -> None:
    kept, absorbed = FamilyFactory.create(), FamilyFactory.create()
    meeting(date(2026, 1, 12), Outcome.ATTENDED, family=kept)
    later = meeting(date(2026, 3, 10), Outcome.ATTENDED, family=absorbed)
    for month in (1, 3):
        count(Month(2026, month))
    assert _received(1, 3) == [1, 1]
    with as_owner():
        Appointment.objects.filter(pk=later.pk).update(family=kept)
    count(Month(2026, 4))
    with acting(0):
        recount_frozen()

    assert _received(1, 3, 4) == [1, 0, 0]


def test_from_yes_to_the_first_meeting_counts_where_the_meeting_was() -> None:
    approach = ApproachFactory.create()
    AnswerFactory.create(approach=approach, said_on=date(2026, 6, 22))
    for day in (date(2026, 7, 2), date(2026, 7, 20)):
        meeting(day, Outcome.ATTENDED, family=approach.family)
    for month in (Month(2026, 6), Month(2026, 7)):
        count(month)

    assert number("delay_answer_meeting", Month(2026, 6)) == {"": 0}
    assert total("delay_answer_meeting") == {"": 10}
    assert number("delay_answer_meeting", by=Breakdown.DELAY) == {"08-15": 1}
