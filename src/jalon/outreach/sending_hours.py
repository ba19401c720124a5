"""When messages may leave: not at night, not on Sundays, not on public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from holidays import country_holidays

_PARIS: Final = ZoneInfo("Europe/Paris")
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
    """Return the public holidays of a year, those of the whole country."""
    return frozenset(country_holidays("FR", years=year))
