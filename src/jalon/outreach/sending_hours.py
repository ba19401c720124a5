"""When messages may leave: not at night, not on Sundays, not on public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_PARIS: Final = ZoneInfo("Europe/Paris")
_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# Easter Monday, Ascension, Whit Monday.
_AFTER_EASTER: Final = (1, 39, 50)
_FURTHEST: Final = 30  # days to look for one that is open


@dataclass(frozen=True)
class SendingHours:
    """The hours between which messages leave, in Paris, `until` left out; days from Monday, 0.

    `closed` are the days besides that the fund keeps, beyond the public holidays.
    """

    since: int
    until: int
    weekdays: frozenset[int]
    closed: frozenset[date] = frozenset()

    def are_on(self, moment: datetime) -> bool:
        """Tell whether messages leave at a moment."""
        there = moment.astimezone(_PARIS)
        return self._open(there.date()) and self.since <= there.hour < self.until

    def next(self, moment: datetime) -> datetime:
        """Return the first moment from this one at which messages leave."""
        there = moment.astimezone(_PARIS)
        if self.are_on(there):
            return moment
        first = there.date() + timedelta(days=there.hour >= self.since)
        for number in range(_FURTHEST):
            day = first + timedelta(days=number)
            if self._open(day):
                return datetime.combine(day, time(self.since), _PARIS)
        return moment + timedelta(days=_FURTHEST)

    def _open(self, day: date) -> bool:
        return (
            day.weekday() in self.weekdays
            and day not in self.closed
            and day not in public_holidays(day.year)
        )


@lru_cache(maxsize=16)
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year (code du travail, art. L. 3133-1)."""
    easter = _easter(year)
    return frozenset(
        {
            *(date(year, month, day) for month, day in _FIXED),
            *(easter + timedelta(days=number) for number in _AFTER_EASTER),
        }
    )


def _easter(year: int) -> date:
    """Return Easter Sunday (the computus of Meeus, Jones and Butcher)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - correction + 15) % 30
    weekday = (32 + 2 * rest + 2 * (of_century // 4) - moon - of_century % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
