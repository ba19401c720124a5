"""What workers did in some days, and what a full time's target comes to for them by then.

The wall tells both to the worker and to who answers for them, and to nobody else.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from django.db import connection

from jalon.agenda.days import holidays
from jalon.directory.models import StaffMember
from jalon.steering.forecast.staffing import away, in_post
from jalon.steering.forecast.workload import days_between, open_days

_MONTHS: Final = 12
# Until which day a share of a full time held, and that share.
_Held = tuple[date, float]


@dataclass(frozen=True)
class Aim:
    """Families that a full time receives in a year, and the days that it works in one."""

    families: float
    days_a_year: float | None


def met_since_january(keys: Collection[int], today: date) -> dict[int, tuple[int, int]]:
    """Return the families that each met until the day before, and the meetings with them.

    All that are recorded, with or without an appointment.
    """
    first, last = date(today.year, 1, 1), today - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT worker, families, meetings FROM wall.received(%s::bigint[], %s, %s)",
            [list(keys), first, last],
        )
        return {worker: (families, meetings) for worker, families, meetings in cursor.fetchall()}


def expected(
    workers: Sequence[StaffMember], first: date, last: date, aim: Aim
) -> dict[int, float]:
    """Return the part of a year's families that each is expected to have received in some days.

    A full time's, for the days in post, each with its share of a full time. Its target has its
    leave in it: absences change nothing until there are more of them than the model's days of
    work leave room for; then it is for the days that one was there.
    """
    keys = [worker.pk for worker in workers]
    held, out = in_post(keys, first, last), away(keys, first, last)
    opened = frozenset(open_days(first, last, holidays(first, last)))
    before = _working_times(keys, first)
    part_of_a_year = {
        day: 1 / monthrange(day.year, day.month)[1] / _MONTHS for day in days_between(first, last)
    }

    @cache
    def part(posts: frozenset[date]) -> float:
        return sum(map(part_of_a_year.__getitem__, posts))

    found = {}
    for worker in workers:
        posts, changed = held[worker.pk], before[worker.pk]
        there = (posts & opened) - out[worker.pk]
        if changed:
            shares = _Shares(changed, float(worker.working_time))
            year = sum(shares.on(day) * part_of_a_year[day] for day in posts)
            worked = sum(map(shares.on, there))
        else:
            year, worked = (one * float(worker.working_time) for one in (part(posts), len(there)))
        if aim.days_a_year:
            year = min(year, worked / aim.days_a_year)
        found[worker.pk] = aim.families * year
    return found


@dataclass(frozen=True)
class _Shares:
    """A worker's share of a full time: those of the past, until which day each, and today's."""

    past: Sequence[_Held]
    today: float

    def on(self, day: date) -> float:
        """Return the share of a day: of the first that ended after it, as months are counted."""
        return next((share for until, share in self.past if until > day), self.today)


def _working_times(keys: Collection[int], first: date) -> Mapping[int, list[_Held]]:
    found: dict[int, list[_Held]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT worker, until, share FROM wall.working_times(%s::bigint[], %s)",
            [list(keys), first],
        )
        for worker, until, share in cursor.fetchall():
            found[worker].append((until, float(share)))
    return found
