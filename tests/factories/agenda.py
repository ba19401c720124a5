"""Places that open, workers who receive there and appointments for tests, made past the wall."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, SubFactory

from factories.directory import PlaceFactory, StaffFactory, _PastTheWall
from factories.families import FamilyFactory
from jalon.agenda.days import holidays
from jalon.agenda.enums import Half, Mode, State
from jalon.agenda.models import Appointment, Attendance, Closure, Opening, Presence, Room
from jalon.directory.models import Place, StaffMember
from jalon.directory.roles import Role

HOURS = {Half.MORNING: (time(9), time(12)), Half.AFTERNOON: (time(14), time(17))}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a day by the clock of Paris."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def span(start: datetime, minutes: int = 45) -> DateTimeTZRange:
    return DateTimeTZRange(start, start + timedelta(minutes=minutes))


def next_day(weekday: int, after: date | None = None) -> date:
    """Return the first such day, by its ISO number, after one, today unless said; no holiday."""
    first = (after or timezone.localdate()) + timedelta(days=1)
    day = first + timedelta(days=(weekday - first.isoweekday()) % 7)
    while holidays(day, day):
        day += timedelta(days=7)
    return day


class OpeningFactory(_PastTheWall):
    class Meta:
        model = Opening

    place = SubFactory(PlaceFactory)
    weekday = 1
    half = Half.MORNING
    starts = LazyAttribute(lambda one: HOURS[one.half][0])
    ends = LazyAttribute(lambda one: HOURS[one.half][1])
    capacity = 2


class RoomFactory(_PastTheWall):
    class Meta:
        model = Room

    place = SubFactory(PlaceFactory)
    name = "Salle 1"


class ClosureFactory(_PastTheWall):
    class Meta:
        model = Closure

    place = SubFactory(PlaceFactory)
    first_day = LazyFunction(timezone.localdate)
    last_day = LazyAttribute(lambda one: one.first_day)
    reason = "works"


class PresenceFactory(_PastTheWall):
    class Meta:
        model = Presence

    worker = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    place = SubFactory(PlaceFactory)
    weekday = 1
    half = Half.MORNING
    since = date(2020, 1, 1)


class AppointmentFactory(_PastTheWall):
    """One by phone, the next Monday at nine, unless said otherwise."""

    class Meta:
        model = Appointment

    worker = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    family = SubFactory(FamilyFactory)
    mode = Mode.PHONE
    during = LazyFunction(lambda: span(at(next_day(1), 9)))
    state = State.BOOKED
    made_by = LazyAttribute(lambda one: one.worker)
    confirmed_at = LazyFunction(timezone.now)


class AttendanceFactory(_PastTheWall):
    class Meta:
        model = Attendance

    appointment = SubFactory(AppointmentFactory)


def receives(
    place: Place, *half_days: tuple[int, Half], worker: StaffMember | None = None, **kwargs: Any
) -> StaffMember:
    """Open a place on half-days of the week, and have a worker receive there then."""
    member: StaffMember = worker or StaffFactory.create(role=Role.SOCIAL_WORKER)
    for weekday, half in half_days:
        OpeningFactory.create(place=place, weekday=weekday, half=half, **kwargs)
        PresenceFactory.create(worker=member, place=place, weekday=weekday, half=half)
    return member
