"""A time is taken, moved, confirmed and cancelled; what cannot be is refused in a sentence."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from agenda.conftest import Practice
from conftest import as_owner
from factories.agenda import (
    AppointmentFactory,
    AttendanceFactory,
    ClosureFactory,
    RoomFactory,
    at,
    next_day,
    span,
)
from factories.directory import AbsenceFactory, StaffFactory
from factories.families import PersonFactory
from factories.outreach import AnswerFactory, ApproachFactory
from jalon.agenda.actions import book, cancel, confirm, move, note_outcomes
from jalon.agenda.actions.booking import Time
from jalon.agenda.days import holidays
from jalon.agenda.enums import Mode, Outcome, State
from jalon.agenda.errors import AgendaError, TakenError
from jalon.agenda.models import Appointment, Attendance
from jalon.agenda.queries import Busy, busy
from jalon.agenda.transitions import TRANSITIONS
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.outreach.enums import AnswerKind
from jalon.rules.profile import built_in_profiles

pytestmark = pytest.mark.django_db
MONDAY = next_day(1)
NINE = at(MONDAY, 9)


def booked(one: Practice, starts_at: datetime = NINE, **changed: Any) -> Appointment:
    told: dict[str, Any] = {
        "family": one.family,
        "people": [one.person],
        "agreed": True,
        "by": one.secretary,
    } | changed
    mode, worker = told.pop("mode", Mode.PLACE), told.pop("worker", one.worker)
    time = Time(worker, starts_at, mode, one.place if mode is Mode.PLACE else None)
    with acting(told["by"].pk):
        return book(time=time, **told)


def test_a_time_is_taken_and_the_request_dealt_with(practice: Practice) -> None:
    approach = ApproachFactory.create(family=practice.family)
    answer = AnswerFactory.create(approach=approach, kind=AnswerKind.MEETING)

    made = booked(practice)

    with acting(practice.secretary.pk):
        made.refresh_from_db()
        answer.refresh_from_db()
        assert (made.state, made.worker, made.place) == (
            State.BOOKED,
            practice.worker,
            practice.place,
        )
        assert made.ends_at - made.starts_at == timedelta(minutes=45)
        assert [one.person for one in made.attendances.all()] == [practice.person]
    assert answer.dealt_by == practice.secretary


def test_nobody_is_at_two_things_at_once(practice: Practice) -> None:
    booked(practice)
    other = PersonFactory.create()

    with pytest.raises(TakenError, match="vient d'être pris"):
        booked(practice, NINE + timedelta(minutes=30), family=other.family, people=[other])
    colleague = StaffFactory.create(role=Role.SOCIAL_WORKER)
    with pytest.raises(TakenError, match="a déjà un rendez-vous"):
        booked(practice, worker=colleague, mode=Mode.PHONE)
    assert booked(practice, NINE + timedelta(minutes=45)).state == State.BOOKED


def test_a_place_with_rooms_receives_in_one_that_is_free(practice: Practice) -> None:
    room = RoomFactory.create(place=practice.place)
    made = booked(practice)
    assert made.room == room
    AppointmentFactory.create(
        mode=Mode.PLACE, place=practice.place, room=room, during=span(at(MONDAY, 10))
    )

    with pytest.raises(TakenError, match="Aucune salle"):
        booked(practice, at(MONDAY, 10))


@pytest.mark.parametrize(
    ("starts_at", "said"),
    [
        (at(next_day(3), 9), "ne reçoit pas à"),
        (at(MONDAY, 8), "n'ouvre alors que de 09:00 à 12:00"),
        (at(MONDAY, 11, 30), "n'ouvre alors que de"),
        (at(next_day(1, timezone.localdate() - timedelta(days=14)), 9), "déjà passé"),
        (at(next_day(1, timezone.localdate() + timedelta(days=400)), 9), "si loin"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    practice: Practice, starts_at: datetime, said: str
) -> None:
    with pytest.raises(AgendaError, match=said):
        booked(practice, starts_at)


def test_nor_when_away_closed_or_for_who_receives_nobody(practice: Practice) -> None:
    ClosureFactory.create(place=practice.place, first_day=MONDAY)
    with pytest.raises(AgendaError, match="est fermé"):
        booked(practice)
    ClosureFactory.create(place=None, first_day=MONDAY)
    with pytest.raises(AgendaError, match="Tous les lieux sont fermés"):
        booked(practice)
    AbsenceFactory.create(member=practice.worker, first_day=MONDAY, last_day=MONDAY)
    with pytest.raises(AgendaError, match="est absent"):
        booked(practice)
    with pytest.raises(AgendaError, match="ne reçoit pas de familles"):
        booked(practice, worker=practice.secretary)
    with pytest.raises(AgendaError, match="n'a pas de visio"):
        booked(practice, at(next_day(4), 9), mode=Mode.VIDEO)
    stranger = PersonFactory.create()
    with pytest.raises(AgendaError, match="parmi les personnes de la famille"):
        booked(practice, people=[stranger])
    mediator = StaffFactory.create(role=Role.MEDIATOR)
    with pytest.raises(AgendaError, match="tenus par"):
        booked(practice, by=mediator)


def test_a_video_call_has_a_room_of_its_own(
    practice: Practice, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "essai"
    shutil.copytree(built_in_profiles() / "val-de-marne", folder)
    (folder / "practice.toml").write_text("source = 'x'\nvideo = 'https://visio.example/'\n")
    settings.PROFILE = str(folder)

    one = booked(practice, mode=Mode.VIDEO)
    two = booked(practice, at(MONDAY, 10), mode=Mode.VIDEO)

    assert one.link.startswith("https://visio.example/")
    assert len(one.link) > len("https://visio.example/") + 12
    assert one.link != two.link


def test_moved_it_is_asked_again_and_its_time_is_free(practice: Practice) -> None:
    made, by = booked(practice), practice.worker
    time = Time(practice.worker, at(MONDAY, 9, 30), Mode.PLACE, practice.place)

    with acting(by.pk):
        moved = move(appointment=made, time=time, agreed=False, by=by)
        moved.refresh_from_db()
        assert (moved.state, moved.changes) == (State.PROPOSED, 1)
        assert confirm(appointment=moved, by=by).state == State.BOOKED
        with pytest.raises(AgendaError, match="déjà confirmé"):
            confirm(appointment=moved, by=by)
    other = PersonFactory.create()
    with pytest.raises(TakenError):
        booked(practice, family=other.family, people=[other])


def test_cancelled_it_is_free_for_another_and_stays_so(practice: Practice) -> None:
    made, by = booked(practice), practice.worker
    with acting(by.pk):
        cancel(appointment=made, by_family=True, by=by)
        with pytest.raises(AgendaError, match="la famille l'a annulé"):
            cancel(appointment=made, by_family=False, by=by)
    other = PersonFactory.create()

    assert booked(practice, family=other.family, people=[other]).state == State.BOOKED


def past(**kwargs: Any) -> Appointment:
    made: Appointment = AppointmentFactory.create(
        during=span(timezone.now() - timedelta(hours=2)), **kwargs
    )
    return made


def test_outcomes_are_told_for_each_and_never_before(practice: Practice) -> None:
    by, person = practice.worker, practice.person
    child = PersonFactory.create(household=person.household, role="child")
    made = past(worker=by, family=practice.family)
    AttendanceFactory.create(appointment=made, person=person)
    with acting(by.pk):
        with pytest.raises(AgendaError, match="pour chaque personne"):
            note_outcomes(appointment=made, outcomes={child.pk: Outcome.ATTENDED}, by=by)
        told = {person.pk: Outcome.ATTENDED, child.pk: Outcome.ATTENDED}
        assert note_outcomes(appointment=made, outcomes=told, by=by).state == State.HELD
        right = note_outcomes(
            appointment=made, outcomes={**told, person.pk: Outcome.EXCUSED}, by=by
        )
        assert {one.person_id: one.outcome for one in right.attendances.all()} == {
            person.pk: Outcome.EXCUSED,
            child.pk: Outcome.ATTENDED,
        }
        with pytest.raises(AgendaError, match="déjà notée"):
            cancel(appointment=made, by_family=True, by=by)
    ahead = booked(practice)
    with acting(by.pk), pytest.raises(AgendaError, match="pas encore eu lieu"):
        note_outcomes(appointment=ahead, outcomes={person.pk: Outcome.ATTENDED}, by=by)


def test_a_time_gone_by_is_noted_rather_than_cancelled(practice: Practice) -> None:
    made, by = past(), practice.secretary
    with acting(by.pk), pytest.raises(AgendaError, match="notez plutôt"):
        cancel(appointment=made, by_family=True, by=by)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": State.HELD, "noted": True}, "appointment_never_before"),
        ({"state": State.BOOKED, "confirmed_at": None}, "appointment_confirmed_on_a_day"),
        ({"mode": Mode.PLACE}, "appointment_somewhere"),
        ({"link": "https://visio.example/x"}, "appointment_link_of_a_video"),
        ({"state": State.BY_US}, "appointment_cancelled_on_a_day"),
        ({"during": span(NINE, 5)}, "appointment_lasts_a_while"),
        ({"during": span(NINE, 600)}, "appointment_lasts_a_while"),
    ],
)
def test_the_database_keeps_what_the_pages_promise(
    change: dict[str, Any], constraint: str
) -> None:
    made = AppointmentFactory.create()
    if change.pop("noted", False):
        change |= {"noted_at": timezone.now(), "noted_by": made.worker}
    with as_owner(), pytest.raises(IntegrityError) as refused, transaction.atomic():
        Appointment.objects.filter(pk=made.pk).update(**change)

    assert refused.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


@pytest.mark.parametrize("state", State)
def test_the_database_knows_the_same_transitions(state: State) -> None:
    """What is declared, and no more: nothing that is over begins again."""
    over = TRANSITIONS[state] <= {state}
    cancelled = {"cancelled_at": timezone.now()} if state in {State.BY_FAMILY, State.BY_US} else {}
    made = past(state=State.BOOKED)
    noted = {"noted_at": timezone.now(), "noted_by": made.worker} if state is State.HELD else {}
    AttendanceFactory.create(
        appointment=made,
        person=PersonFactory.create(household__family=made.family),
        outcome=Outcome.ATTENDED,
    )
    with as_owner():
        Appointment.objects.filter(pk=made.pk).update(state=state, **cancelled, **noted)
        back: dict[str, Any] = dict.fromkeys(
            ("cancelled_at", "cancelled_by", "noted_at", "noted_by")
        )
        again = Appointment.objects.filter(pk=made.pk)
        if over:
            with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
                again.update(state=State.BOOKED, **back)
        else:
            assert again.update(state=State.BOOKED, **back) == 1


def test_an_appointment_goes_to_no_one_but_who_receives_families(practice: Practice) -> None:
    """Whatever the page says: by SQL of who keeps diaries."""
    made = booked(practice)
    with (
        acting(practice.secretary.pk),
        pytest.raises(IntegrityError, match="who receives"),
        transaction.atomic(),
    ):
        Appointment.objects.filter(pk=made.pk).update(worker=practice.secretary)


def test_what_has_begun_is_noted_and_not_moved(practice: Practice) -> None:
    """Else a missed appointment would go without a trace; by the page, or by SQL."""
    made, ahead = past(worker=practice.worker, family=practice.family), booked(practice)
    time = Time(practice.worker, at(MONDAY, 11), Mode.PHONE)
    with acting(practice.worker.pk):
        with pytest.raises(AgendaError, match="Son heure est passée"):
            move(appointment=made, time=time, agreed=True, by=practice.worker)
        for one, moment in ((made, at(MONDAY, 11)), (ahead, timezone.now() - timedelta(days=1))):
            with pytest.raises(IntegrityError, match="moved to the past"), transaction.atomic():
                Appointment.objects.filter(pk=one.pk).update(during=span(moment))


def test_an_outcome_is_put_right_and_never_taken_away(practice: Practice) -> None:
    made = past(worker=practice.worker, family=practice.family)
    told = AttendanceFactory.create(
        appointment=made, person=practice.person, outcome=Outcome.ABSENT
    )
    with acting(practice.worker.pk):
        Attendance.objects.filter(pk=told.pk).update(outcome=Outcome.EXCUSED)
        with pytest.raises(IntegrityError, match="never taken away"), transaction.atomic():
            Attendance.objects.filter(pk=told.pk).update(outcome="")


def test_held_means_that_each_outcome_is_told() -> None:
    made = past()
    noted = {"noted_at": timezone.now(), "noted_by": made.worker}
    with (
        as_owner(),
        pytest.raises(IntegrityError, match="once each outcome"),
        transaction.atomic(),
    ):
        Appointment.objects.filter(pk=made.pk).update(state=State.HELD, **noted)


def test_those_expected_are_of_the_family_and_not_told_of_before() -> None:
    made = AppointmentFactory.create()
    own = PersonFactory.create(household__family=made.family)
    stranger = PersonFactory.create()
    with as_owner():
        with pytest.raises(IntegrityError, match="of the family"), transaction.atomic():
            AttendanceFactory.create(appointment=made, person=stranger)
        with pytest.raises(IntegrityError, match="before its time"), transaction.atomic():
            AttendanceFactory.create(appointment=made, person=own, outcome=Outcome.ABSENT)


def test_who_keeps_no_diary_sees_that_one_is_busy_and_no_more(practice: Practice) -> None:
    made = booked(practice)
    mediator: StaffMember = StaffFactory.create(role=Role.MEDIATOR)
    with acting(mediator.pk):
        assert not Appointment.objects.exists()
        found = busy([practice.worker.pk], MONDAY, MONDAY)
    assert found == [Busy(practice.worker.pk, NINE, NINE + timedelta(minutes=45))]
    assert made.pk


def test_a_public_holiday_is_nobody_s_day(practice: Practice) -> None:
    ahead = holidays(timezone.localdate() + timedelta(days=1), MONDAY + timedelta(days=360))
    feast = next(iter(ahead))

    with pytest.raises(AgendaError, match="est férié"):
        booked(practice, at(feast, 9), mode=Mode.PHONE)
