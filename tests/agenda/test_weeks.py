"""Managers say when places open and close, and who receives where; what is to move shows."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agenda.conftest import Practice
from factories.agenda import AppointmentFactory, OpeningFactory, at, next_day, span
from factories.directory import PlaceFactory, StaffFactory
from jalon.agenda.actions import (
    add_room,
    close_place,
    remove_opening,
    remove_room,
    reopen_place,
    set_opening,
    set_week,
)
from jalon.agenda.actions.places import HalfDay
from jalon.agenda.enums import ClosingReason, Half, Mode, Weekday
from jalon.agenda.errors import AgendaError
from jalon.agenda.models import Appointment, Opening, Presence
from jalon.agenda.queries import to_move, without_outcome
from jalon.audit.identity import acting
from jalon.directory.actions import declare_absence
from jalon.directory.models import Place
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
MONDAY = next_day(1)
_MORNING = HalfDay(Weekday.THURSDAY, Half.MORNING, time(9), time(12), 1)


def test_a_manager_says_when_a_place_of_the_territory_opens(practice: Practice) -> None:
    by, elsewhere = practice.manager, PlaceFactory.create()
    with acting(by.pk):
        opening = set_opening(place=practice.place, opens=_MORNING, by=by)
        longer = HalfDay(Weekday.THURSDAY, Half.MORNING, time(8, 30), time(12, 30), 3)
        assert set_opening(place=practice.place, opens=longer, by=by).pk == opening.pk
        late = HalfDay(Weekday.THURSDAY, Half.MORNING, time(9), time(14), 3)
        with pytest.raises(AgendaError, match="un matin finit à 13 h"):
            set_opening(place=practice.place, opens=late, by=by)
        with pytest.raises(PermissionDenied):
            set_opening(place=elsewhere, opens=_MORNING, by=by)
        remove_opening(opening=opening, by=by)
        monday = Opening.objects.get(place=practice.place, weekday=1, half=Half.MORNING)
        with pytest.raises(AgendaError, match="y reçoit encore"):
            remove_opening(opening=monday, by=by)


def test_rooms_come_and_go_but_where_appointments_name_them(practice: Practice) -> None:
    by = practice.manager
    with acting(by.pk):
        room = add_room(place=practice.place, name="Salle bleue", by=by)
        with pytest.raises(AgendaError, match="existe déjà"):
            add_room(place=practice.place, name="Salle bleue", by=by)
        other = add_room(place=practice.place, name="Salle verte", by=by)
        remove_room(room=other, by=by)
    AppointmentFactory.create(mode=Mode.PLACE, place=practice.place, room=room)
    with acting(by.pk), pytest.raises(AgendaError, match="gardez-la"):
        remove_room(room=room, by=by)


def _moving(one: Practice) -> list[Appointment]:
    with acting(one.secretary.pk):
        return list(to_move(Appointment.objects.all()))


def _received(one: Practice, place: Place | None = None) -> Appointment:
    made: Appointment = AppointmentFactory.create(
        worker=one.worker,
        mode=Mode.PLACE,
        place=place or one.place,
        during=span(at(MONDAY, 9)),
    )
    return made


def test_what_a_closed_place_leaves_waits_to_be_moved(practice: Practice) -> None:
    by, made = practice.manager, _received(practice)
    by_phone = AppointmentFactory.create(during=span(at(MONDAY, 10)))
    assert _moving(practice) == []
    with acting(by.pk):
        closure = close_place(
            place=practice.place,
            first_day=MONDAY,
            last_day=MONDAY,
            reason=ClosingReason.WORKS,
            by=by,
        )
        with pytest.raises(AgendaError, match="déjà notée"):
            close_place(
                place=practice.place,
                first_day=MONDAY - timedelta(days=1),
                last_day=MONDAY,
                reason=ClosingReason.STRIKE,
                by=by,
            )
        with pytest.raises(PermissionDenied):
            close_place(
                place=None, first_day=MONDAY, last_day=MONDAY, reason=ClosingReason.STRIKE, by=by
            )
    assert _moving(practice) == [made]
    with acting(by.pk):
        reopen_place(closure=closure, by=by)
    assert _moving(practice) == []
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    with acting(head.pk):
        close_place(
            place=None, first_day=MONDAY, last_day=MONDAY, reason=ClosingReason.BRIDGE, by=head
        )
    assert set(_moving(practice)) == {made, by_phone}


def test_so_does_what_somebody_away_or_gone_elsewhere_leaves(practice: Practice) -> None:
    made, by = _received(practice), practice.manager
    with acting(by.pk):
        absence = declare_absence(by=by, member=practice.worker, first_day=MONDAY, last_day=MONDAY)
    assert _moving(practice) == [made]
    with acting(by.pk):
        absence.delete()
        set_week(worker=practice.worker, week={}, since=timezone.localdate(), by=by)
    assert _moving(practice) == [made]


def test_a_week_changes_from_a_day_on_and_keeps_what_stays(practice: Practice) -> None:
    by, later = practice.manager, timezone.localdate() + timedelta(days=30)
    other = PlaceFactory.create(commune=practice.place.commune)
    OpeningFactory.create(place=other, weekday=2)
    week = {
        (Weekday.MONDAY, Half.MORNING): practice.place,
        (Weekday.TUESDAY, Half.MORNING): other,
    }
    with acting(by.pk):
        before = Presence.objects.get(worker=practice.worker, weekday=1, half=Half.MORNING)
        set_week(worker=practice.worker, week=week, since=later, by=by)
        ended = later - timedelta(days=1)
        assert set(
            Presence.objects.filter(worker=practice.worker).values_list(
                "weekday", "half", "place", "until"
            )
        ) == {
            (1, "am", practice.place.pk, None),
            (1, "pm", practice.place.pk, ended),
            (2, "am", practice.place.pk, ended),
            (2, "am", other.pk, None),
        }
        assert Presence.objects.filter(pk=before.pk, until=None).exists()
        shut = {(Weekday.FRIDAY, Half.MORNING): other}
        with pytest.raises(AgendaError, match=r"Vendredi matin, .* n'ouvre pas"):
            set_week(worker=practice.worker, week=shut, since=later, by=by)
        with pytest.raises(AgendaError, match="pas avant"):
            set_week(worker=practice.worker, week=week, since=MONDAY - timedelta(days=9), by=by)
    stranger = StaffFactory.create(role=Role.SOCIAL_WORKER)
    with acting(by.pk), pytest.raises(PermissionDenied):
        set_week(worker=stranger, week=week, since=later, by=by)


def test_what_nobody_told_of_waits_until_somebody_does(practice: Practice) -> None:
    ago = timezone.now() - timedelta(hours=3)
    past = AppointmentFactory.create(worker=practice.worker, during=span(ago))
    AppointmentFactory.create(during=span(ago), state="by_us", cancelled_at=ago)
    _received(practice)
    with acting(practice.secretary.pk):
        assert list(without_outcome(Appointment.objects.all())) == [past]
