"""The times still free, beside a plain reading of the same small diaries, half-day by half-day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from agenda.conftest import Practice
from conftest import as_owner
from factories.agenda import (
    HOURS,
    AppointmentFactory,
    ClosureFactory,
    OpeningFactory,
    PresenceFactory,
    RoomFactory,
    at,
    next_day,
    span,
)
from factories.directory import (
    AbsenceFactory,
    AreaFactory,
    CommuneFactory,
    PlaceFactory,
    StaffFactory,
    TerritoryFactory,
)
from factories.families import FamilyFactory, PersonFactory
from jalon.agenda.days import holidays
from jalon.agenda.enums import STANDING, Half, Mode, State
from jalon.agenda.models import Appointment, Closure, Opening, Presence, Room
from jalon.agenda.slots import Wanted, free_slots
from jalon.audit.identity import acting
from jalon.directory.models import Absence, Place, StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family

pytestmark = pytest.mark.django_db
_LASTING, _EVERY = timedelta(minutes=45), timedelta(hours=1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
Found = set[tuple[int, datetime, int, bool]]


def _plainly(family: Family, wanted: Wanted, first: date, last: date) -> Found:
    """Return place, time, worker and whether in a room, one loop inside the other."""
    standing = [one for one in Appointment.objects.all() if one.state in STANDING]
    offered: dict[tuple[int, datetime], tuple[int, bool]] = {}
    day = first
    while day <= last:
        for rank in reversed(wanted.workers):
            for place, starts_at in _kept(rank, wanted, day):
                ends_at = starts_at + _LASTING
                clash = [
                    one
                    for one in standing
                    if one.during.lower < ends_at and one.during.upper > starts_at
                ]
                rooms = set(Room.objects.filter(place=place).values_list("pk", flat=True))
                rooms = rooms if wanted.mode is Mode.PLACE else set()
                left = rooms - {one.room_id for one in clash}
                if starts_at <= timezone.now() or (rooms and not left):
                    continue
                if any(one.worker_id == rank or one.family_id == family.pk for one in clash):
                    continue
                offered[place, starts_at] = rank, bool(rooms)
        day += timedelta(days=1)
    return {(place, when, *told) for (place, when), told in offered.items()}


def _kept(worker: int, wanted: Wanted, day: date) -> Iterator[tuple[int, datetime]]:
    """Yield the times of a worker's day, whatever is taken."""
    if day in holidays(day, day) or any(
        one.member_id == worker and one.first_day <= day <= one.last_day
        for one in Absence.objects.all()
    ):
        return
    for one in Presence.objects.filter(worker=worker, weekday=day.isoweekday()):
        shut = any(
            closure.place_id in {None, one.place_id}
            and closure.first_day <= day <= closure.last_day
            for closure in Closure.objects.all()
        )
        wish = f"{_DAYS[one.weekday - 1]}_{one.half}"
        if shut or one.since > day or (one.until is not None and one.until < day):
            continue
        if wanted.places is not None and one.place_id not in wanted.places:
            continue
        if wanted.half_days is not None and wish not in wanted.half_days:
            continue
        opening = Opening.objects.get(place=one.place_id, weekday=one.weekday, half=one.half)
        starts_at = at(day, opening.starts.hour)
        while starts_at + _LASTING <= at(day, opening.ends.hour):
            yield one.place_id, starts_at
            starts_at += _EVERY


def _found(family: Family, wanted: Wanted, first: date, last: date) -> Found:
    return {
        (slot.place, slot.starts_at, slot.worker, slot.room is not None)
        for offered in free_slots(family, wanted, first, last)
        for slot, _ in offered.slots
    }


class Diaries:
    """A small department, drawn: two places, three workers, two weeks."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a play
        self.first = timezone.localdate() - timedelta(days=1)
        self.last = self.first + timedelta(days=14)
        self.places: list[Place] = PlaceFactory.create_batch(2)
        self.workers: list[StaffMember] = StaffFactory.create_batch(3, role=Role.SOCIAL_WORKER)
        self.family = FamilyFactory.create(commune=self.places[0].commune)
        RoomFactory.create_batch(1, place=self.places[0])
        for worker in self.workers:
            self._plan(worker)
        for _ in range(2):
            ClosureFactory.create(
                place=self.chance.choice(self.places), first_day=self._day(), reason="works"
            )
            self._absence()
        for _ in range(25):
            self._appointment()

    def _day(self) -> date:
        return self.first + timedelta(days=self.chance.randrange(15))

    def _plan(self, worker: StaffMember) -> None:
        for weekday in range(1, 7):
            for half in Half:
                if self.chance.random() < 0.5:
                    continue
                place = self.chance.choice(self.places)
                if not Opening.objects.filter(place=place, weekday=weekday, half=half).exists():
                    starts, ends = HOURS[half]
                    OpeningFactory.create(
                        place=place,
                        weekday=weekday,
                        half=half,
                        capacity=3,
                        starts=starts,
                        ends=ends,
                    )
                until = self._day() if self.chance.random() < 0.3 else None
                PresenceFactory.create(
                    worker=worker, place=place, weekday=weekday, half=half, until=until
                )

    def _absence(self) -> None:
        worker = self.chance.choice(self.workers)
        if not worker.absences.exists():
            day = self._day()
            AbsenceFactory.create(member=worker, first_day=day, last_day=day)

    def _appointment(self) -> None:
        starts_at = at(self._day(), self.chance.randrange(9, 17), self.chance.choice((0, 30)))
        in_room = self.chance.random() < 0.4
        state = self.chance.choice((State.BOOKED, State.BOOKED, State.BY_US))
        try:
            with transaction.atomic():
                AppointmentFactory.create(
                    worker=self.chance.choice(self.workers),
                    family=self.family if self.chance.random() < 0.2 else FamilyFactory.create(),
                    mode=Mode.PLACE if in_room else Mode.PHONE,
                    place=self.places[0] if in_room else None,
                    room=self.places[0].rooms.first() if in_room else None,
                    during=span(starts_at),
                    state=state,
                    cancelled_at=starts_at if state == State.BY_US else None,
                )
        except IntegrityError:
            pass  # That time is taken: one fewer.


@pytest.mark.parametrize("seed", range(6))
def test_what_is_free_is_what_a_plain_reading_finds(seed: int) -> None:
    with as_owner():
        diaries = Diaries(seed)
    ids = [one.pk for one in diaries.workers]
    by = StaffFactory.create(role=Role.SECRETARY)
    wishes = [
        Wanted(ids, per_place=10_000),
        Wanted(ids[::-1], mode=Mode.PHONE, per_place=10_000),
        Wanted(ids[:1], places=[diaries.places[0].pk], per_place=10_000),
        Wanted(ids, half_days=["mon_am", "thu_pm", "fri_am"], per_place=10_000),
    ]
    with acting(by.pk):
        for wanted in wishes:
            expected = _plainly(diaries.family, wanted, diaries.first, diaries.last)
            assert _found(diaries.family, wanted, diaries.first, diaries.last) == expected
        everything = _plainly(diaries.family, wishes[0], diaries.first, diaries.last)
    assert everything, "nothing was compared"


def test_the_nearest_place_comes_first_with_its_first_times() -> None:
    territory = TerritoryFactory.create()
    area = AreaFactory.create(territory=territory)
    home = CommuneFactory.create(area=area)
    elsewhere = PlaceFactory.create()
    same_area = PlaceFactory.create(commune=CommuneFactory.create(area=area))
    near = PlaceFactory.create(
        commune=CommuneFactory.create(area=AreaFactory.create(territory=territory))
    )
    own = PlaceFactory.create(commune=home)
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER)
    for weekday, place in enumerate((elsewhere, near, same_area, own), start=1):
        OpeningFactory.create(place=place, weekday=weekday)
        PresenceFactory.create(worker=worker, place=place, weekday=weekday)
    family = FamilyFactory.create(commune=home)

    with acting(worker.pk):
        found = free_slots(family, Wanted([worker.pk], per_place=2))

    assert [one.place for one in found] == [own, same_area, near, elsewhere]
    assert found[0].near == "dans sa commune"
    assert all(len(one.slots) == 2 and one.more > 0 for one in found)
    assert all(who == worker for one in found for _, who in one.slots)


def test_an_appointment_that_moves_leaves_its_own_time_free(practice: Practice) -> None:
    monday = next_day(1)
    made = AppointmentFactory.create(
        worker=practice.worker, family=practice.family, during=span(at(monday, 9))
    )
    PersonFactory.create()
    with acting(practice.secretary.pk):
        busy = _found(practice.family, Wanted([practice.worker.pk]), monday, monday)
        moved = _found(practice.family, Wanted([practice.worker.pk], moved=made), monday, monday)
    assert {when for _, when, *_ in moved - busy} == {at(monday, 9)}


@pytest.mark.parametrize("role", sorted(set(Role)))
def test_times_are_looked_for_by_who_keeps_diaries(role: Role) -> None:
    person, family = StaffFactory.create(role=role), FamilyFactory.create()
    keeps = role in {
        *(Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER, Role.SOCIAL_WORKER, Role.SECRETARY)
    }
    with acting(person.pk):
        if keeps:
            assert free_slots(family, Wanted([person.pk])) == []
        else:
            refused = pytest.raises(ProgrammingError, match="by who keeps diaries")
            with refused, transaction.atomic():
                free_slots(family, Wanted([person.pk]))


def test_no_more_receive_than_there_is_room_for() -> None:
    place = PlaceFactory.create()
    OpeningFactory.create(place=place, capacity=1)
    PresenceFactory.create(place=place, until=date(2030, 1, 31))
    PresenceFactory.create(place=place, since=date(2030, 2, 1))
    with as_owner():
        with pytest.raises(IntegrityError, match="has room for"), transaction.atomic():
            PresenceFactory.create(place=place, since=date(2029, 1, 1), until=date(2029, 1, 1))
        Opening.objects.filter(place=place).update(capacity=2)
        PresenceFactory.create(place=place, since=date(2029, 1, 1), until=date(2029, 1, 1))
        with pytest.raises(IntegrityError, match="has room for"), transaction.atomic():
            Opening.objects.filter(place=place).update(capacity=1)
