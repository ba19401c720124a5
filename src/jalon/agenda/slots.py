"""The times still free for a family, nearest places first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from jalon.agenda.days import holidays
from jalon.agenda.enums import Mode
from jalon.agenda.models import Appointment
from jalon.agenda.practice import read_practice
from jalon.directory.models import Place, StaffMember
from jalon.families.models import Family
from jalon.outreach.enums import AnswerKind
from jalon.outreach.models import Answer

_FREE: Final = """
SELECT worker, place, room, starts, distance, more FROM wall.free_slots(
    %s, %s::bigint[], %s, %s, %s::date[], %s, %s, %s, %s::bigint[], %s::text[], %s, %s
)
"""
PER_PLACE: Final = 5
_DISTANCES: Final = ("dans sa commune", "dans son secteur", "dans son territoire", "plus loin")


@dataclass(frozen=True)
class Wanted:
    """What one looks for: with whom, first the preferred, how, where and when if it matters.

    `moved` is the appointment that leaves its own time free.
    """

    workers: Sequence[int]
    mode: Mode = Mode.PLACE
    places: Sequence[int] | None = None
    half_days: Sequence[str] | None = None
    moved: Appointment | None = None
    per_place: int = PER_PLACE


@dataclass(frozen=True)
class Slot:
    """A time that is free: whose, where, in which room if the place shares them out."""

    worker: int
    place: int
    room: int | None
    starts_at: datetime
    distance: int


@dataclass(frozen=True)
class Offered:
    """What a place has free: `more` than the times listed."""

    place: Place
    near: str
    slots: list[tuple[Slot, StaffMember]]
    more: int


def free_slots(
    family: Family, wanted: Wanted, first: date | None = None, last: date | None = None
) -> list[Offered]:
    """Return the free times for a family, of eight weeks unless said, by place.

    In person, nearest places first; each with its first times.
    """
    rows = _rows(family, wanted, first, last)
    places = Place.objects.in_bulk({slot.place for slot, _ in rows})
    people = StaffMember.objects.in_bulk({slot.worker for slot, _ in rows})
    found: dict[int, Offered] = {}
    for slot, more in rows:
        if slot.place not in found:
            near = _DISTANCES[slot.distance]
            found[slot.place] = Offered(places[slot.place], near, [], max(0, more))
        found[slot.place].slots.append((slot, people[slot.worker]))
    return list(found.values())


def _rows(
    family: Family, wanted: Wanted, first: date | None, last: date | None
) -> list[tuple[Slot, int]]:
    practice = read_practice(settings.PROFILE)
    since = first or timezone.localdate()
    until = last or since + timedelta(weeks=practice.weeks_ahead)
    # Psycopg sends lists as arrays and spans of time as intervals.
    asked: list[Any] = [
        *(family.pk, list(wanted.workers), since, until, list(holidays(since, until))),
        *(practice.lasting, practice.every, wanted.mode == Mode.PLACE),
        None if wanted.places is None else list(wanted.places),
        None if wanted.half_days is None else list(wanted.half_days),
        wanted.moved.pk if wanted.moved else None,
        wanted.per_place,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_FREE, asked)
        return [(Slot(*row[:-1]), row[-1]) for row in cursor.fetchall()]


def wish_of(family: Family) -> Answer | None:
    """Return what a family that waits for an appointment said of when and where it can come."""
    waiting = Answer.objects.filter(
        family=family, kind=AnswerKind.MEETING, dealt_at=None, to_check=False
    )
    return waiting.select_related("place", "approach").order_by("-pk").first()
