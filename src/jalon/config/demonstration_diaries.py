"""Gives the demonstration its diaries: where each receives, a year of appointments, some to come.

Written as the owner of the schema, in bulk: nobody takes a time that has passed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Final

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Prefetch
from django.utils import timezone

from jalon.agenda.days import holidays
from jalon.agenda.enums import ClosingReason, Half, Mode, Outcome, State, Weekday
from jalon.agenda.models import Appointment, Attendance, Closure, Notice, Opening, Presence
from jalon.agenda.practice import Practice, read_practice
from jalon.config.maintenance import as_owner
from jalon.directory.enums import PlaceKind
from jalon.directory.models import Absence, Place, StaffMember
from jalon.directory.queries import social_workers
from jalon.families.models import Family, Involvement, Person
from jalon.outreach.enums import ACCEPTING
from jalon.outreach.models import Approach

_SITE_CAPACITY: Final = 6
_HALF_DAYS: Final = 7
# From a family's answer to its first meeting, and from one to the next.
_FIRST_AFTER, _NEXT_AFTER = timedelta(days=6), timedelta(days=16)
_MEETINGS: Final = (2, 2, 2, 3, 5, 8)
_UNDER_WAY: Final = 14
_AHEAD: Final = timedelta(days=20)
_MODES: Final = {Mode.PLACE: 70, Mode.PHONE: 24, Mode.HOME: 6}
_OUTCOMES: Final = {
    Outcome.ATTENDED: 80,
    Outcome.EXCUSED: 8,
    Outcome.ABSENT: 9,
    Outcome.CANCELLED: 3,
}
_CANCELLED: Final = 0.07
_NOT_NOTED: Final = 0.35  # of those of the last days
_LAST_DAYS: Final = timedelta(days=6)
_NOT_CONFIRMED: Final = 0.25


def add_diaries() -> None:
    """Open places, place workers, and fill their diaries; once."""
    if open_places():
        with as_owner():
            _Filling().fill()
            _close_a_place()


def open_places() -> bool:
    """Open places and place workers, once; tell whether they were not yet."""
    with as_owner():
        if Opening.objects.exists():
            return False
        _open_places()
        _place_workers()
    return True


def _open_places() -> None:
    """Open sites all week, permanences on as many half-days as the profile says."""
    hours = read_practice(settings.PROFILE).hours
    every = [(day, half) for day in list(Weekday)[:5] for half in Half]
    rows = []
    for rank, place in enumerate(Place.objects.order_by("pk")):
        site = place.kind == PlaceKind.SITE
        first = 0 if site else rank * 2
        for number in range(min(place.half_days_a_week, len(every))):
            day, half = every[(first + number) % len(every)]
            starts, ends = hours[half]
            rows.append(
                Opening(
                    place=place,
                    weekday=day,
                    half=half,
                    starts=starts,
                    ends=ends,
                    capacity=_SITE_CAPACITY if site else 1,
                )
            )
    Opening.objects.bulk_create(rows)


def _place_workers() -> None:
    """Give each worker permanences of their territory first, then its sites."""
    since = date(timezone.localdate().year - 1, 1, 1)
    left = {one.pk: one.capacity for one in Opening.objects.all()}
    rows: list[Presence] = []
    openings = Opening.objects.select_related("place__commune__area").order_by(
        "place__kind", "place", "weekday", "half"
    )
    by_territory: defaultdict[int | None, list[Opening]] = defaultdict(list)
    for one in openings:
        by_territory[one.place.commune.area.territory_id].append(one)
    for worker in social_workers().select_related("team").order_by("pk"):
        taken: set[tuple[int, str]] = set()
        territory = worker.team.territory_id if worker.team else None
        for one in by_territory[territory]:
            when = (one.weekday, one.half)
            permanence = one.place.kind == PlaceKind.PERMANENCE
            # A day or two away from the site, and the rest of the week there.
            away = sum(row.worker_id == worker.pk for row in rows) >= 3 and permanence  # noqa: PLR2004
            if when in taken or not left[one.pk] or away or len(taken) == _HALF_DAYS:
                continue
            left[one.pk] -= 1
            taken.add(when)
            rows.append(
                Presence(
                    worker=worker,
                    place=one.place,
                    weekday=one.weekday,
                    half=one.half,
                    since=since,
                )
            )
    Presence.objects.bulk_create(rows)


@dataclass
class _Filling:
    """Appointments as they are drawn, and what they take of each diary."""

    chance: random.Random = field(default_factory=lambda: random.Random("diaries"))  # noqa: S311
    now: datetime = field(default_factory=timezone.now)
    practice: Practice = field(default_factory=lambda: read_practice(settings.PROFILE))
    taken: set[tuple[int, datetime]] = field(default_factory=set)
    rows: list[Appointment] = field(default_factory=list)
    expected: list[tuple[Appointment, list[Person]]] = field(default_factory=list)

    def fill(self) -> None:
        """Draw the meetings of every family that accepted and is led, the first answer first."""
        self.kept: dict[int, list[Presence]] = defaultdict(list)
        for one in Presence.objects.select_related("place"):
            self.kept[one.worker_id].append(one)
        self.away = list(Absence.objects.all())
        today = timezone.localdate()
        self.feasts = holidays(today - timedelta(days=800), today + timedelta(days=60))
        for led in _accepted():
            self._meetings(led)
        self._newcomers()
        Appointment.objects.bulk_create(self.rows)
        Attendance.objects.bulk_create(
            Attendance(appointment=one, person=person, outcome=self._outcome(one))
            for one, people in self.expected
            for person in people
        )
        # Nobody is told today of what was fixed long ago.
        Notice.objects.filter(appointment__in=self.rows).delete()

    def _meetings(self, led: _Led) -> None:
        """Draw the meetings of a family: a few, or all until now where its lead goes on."""
        day = led.since + _FIRST_AFTER
        last = led.until or timezone.localdate(self.now) + _AHEAD
        number = self.chance.choice(_MEETINGS) if led.until else _UNDER_WAY
        for _ in range(number):
            starts_at = self._meet(led.family, led.worker, day, last)
            if starts_at is None:
                return
            day = timezone.localdate(starts_at) + _NEXT_AFTER

    def _newcomers(self) -> None:
        """Have the first worker meet families of nobody's: one gone by, the others to come.

        However small the demonstration, there is something to note and something to come.
        """
        worker = social_workers().filter(presences__isnull=False).order_by("pk").first()
        if worker is None:
            return
        today = timezone.localdate(self.now)
        met = {one.family_id for one in self.rows}
        others = Family.objects.exclude(pk__in=met).filter(merged_into=None, people__isnull=False)
        days = (-9, -2, 0, 3, 6, 8)
        for ahead, family in zip(days, others.distinct().order_by("pk"), strict=False):
            first = today + timedelta(days=ahead)
            self._meet(family, worker, first, first + timedelta(days=7), sure=True)

    def _meet(
        self,
        family: Family,
        worker: StaffMember,
        first: date,
        last: date,
        *,
        sure: bool = False,
    ) -> datetime | None:
        """Draw one meeting, at one of the first times free; a sure one stays to come."""
        people = [one for one in family.members if one.death_date is None]
        free = islice(self._free(worker.pk, first, last), self.chance.choice((1, 2, 4, 6)))
        found = max(free, key=itemgetter(0), default=None)
        if found is None or not people:
            return None
        starts_at, place = found
        one = self._appointment(family, worker, starts_at, place)
        if not sure:
            self._settle(one, starts_at)
        if one.state not in {State.BY_FAMILY, State.BY_US}:
            self.taken.add((worker.pk, starts_at))
        self.rows.append(one)
        self.expected.append((one, people[: self.chance.choice((1, 1, 2))]))
        return starts_at

    def _free(self, worker: int, first: date, last: date) -> Iterator[tuple[datetime, Place]]:
        """Yield a worker's free times from a day on."""
        day = first
        while day <= last:
            away = any(
                one.member_id == worker and one.first_day <= day <= one.last_day
                for one in self.away
            )
            # Some were taken before the absence was known: they are to be moved.
            if day not in self.feasts and (not away or self.chance.random() < 0.5):  # noqa: PLR2004
                for kept in self.kept[worker]:
                    if kept.weekday == day.isoweekday():
                        yield from self._times(kept, day)
            day += timedelta(days=1)

    def _times(self, kept: Presence, day: date) -> Iterator[tuple[datetime, Place]]:
        starts, ends = self.practice.hours[Half(kept.half)]
        moment = timezone.make_aware(datetime.combine(day, starts))
        end = timezone.make_aware(datetime.combine(day, ends)) - self.practice.lasting
        while moment <= end:
            if (kept.worker_id, moment) not in self.taken:
                yield moment, kept.place
            moment += self.practice.every

    def _appointment(
        self, family: Family, worker: StaffMember, starts_at: datetime, place: Place
    ) -> Appointment:
        mode = self.chance.choices(list(_MODES), list(_MODES.values()))[0]
        made_at = starts_at - timedelta(days=5)
        return Appointment(
            worker=worker,
            family=family,
            mode=mode,
            place=place if mode is Mode.PLACE else None,
            during=DateTimeTZRange(starts_at, starts_at + self.practice.lasting),
            made_at=made_at,
            made_by=worker,
            state=State.BOOKED,
            confirmed_at=made_at,
        )

    def _settle(self, one: Appointment, starts_at: datetime) -> None:
        """Draw what became of it, or how far it has come."""
        if self.chance.random() < _CANCELLED:
            one.state = self.chance.choice((State.BY_FAMILY, State.BY_FAMILY, State.BY_US))
            one.cancelled_at, one.cancelled_by = one.made_at + timedelta(days=1), one.worker
        elif starts_at > self.now:
            if self.chance.random() < _NOT_CONFIRMED:
                one.state, one.confirmed_at = State.PROPOSED, None
        elif starts_at < self.now - _LAST_DAYS or self.chance.random() > _NOT_NOTED:
            one.state = State.HELD
            one.noted_at, one.noted_by = starts_at + timedelta(hours=2), one.worker

    def _outcome(self, one: Appointment) -> str:
        if one.state != State.HELD:
            return ""
        return self.chance.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0].value


@dataclass(frozen=True)
class _Led:
    """A family that somebody leads or led, from its answer on."""

    family: Family
    worker: StaffMember
    since: date
    until: date | None


def _accepted() -> Iterator[_Led]:
    """Yield each family that accepted and was taken care of, once, the first answer first."""
    answered = dict(
        Approach.objects.filter(answer__in=ACCEPTING, answered_at__isnull=False)
        .order_by("-answered_at")
        .values_list("family", "answered_at__date")
    )
    leads = Involvement.objects.filter(lead=True, family__in=answered)
    rows = leads.select_related("family", "worker").prefetch_related(
        Prefetch("family__people", Person.objects.order_by("pk"))
    )
    seen: set[int] = set()
    for one in sorted(rows, key=lambda one: (answered[one.family_id], one.pk)):
        if one.worker is not None and one.family_id not in seen:
            seen.add(one.family_id)
            yield _Led(one.family, one.worker, answered[one.family_id], one.until)


def _close_a_place() -> None:
    """Close a permanence for a day on which families were to come there."""
    coming = Appointment.objects.filter(
        place__kind=PlaceKind.PERMANENCE, starts_at__gt=timezone.now() + timedelta(days=2)
    )
    one = coming.filter(state=State.BOOKED).order_by("starts_at").first()
    if one is not None:
        day = timezone.localdate(one.starts_at)
        Closure.objects.create(
            place=one.place, first_day=day, last_day=day, reason=ClosingReason.WORKS
        )
