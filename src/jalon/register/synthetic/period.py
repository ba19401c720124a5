"""The twelve months that an extract tells of, as days counted from 1970-01-01."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from jalon.register.synthetic.columns import UNKNOWN_DAY, Floats, Integers
from jalon.rules.calendar import Month, add_months

_EPOCH: Final = date(1970, 1, 1).toordinal()
_LATE_DAYS: Final = 20
_LONGEST_DELAY_DAYS: Final = 45
_MEAN_DELAY_DAYS: Final = 11.0
DAYS_A_YEAR: Final = 365.25


def day_number(day: date) -> int:
    """Return the days from 1970-01-01."""
    return day.toordinal() - _EPOCH


class Period:
    """The twelve months ending with the extract's month."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.last_day = day_number(month.last_day)
        self.first_day = day_number(add_months(month.first_day, -11))
        self.months = [Month.of(add_months(month.first_day, back)) for back in range(-11, 1)]
        self._starts = np.array([day_number(each.first_day) for each in self.months])
        self._lengths = np.array([each.last_day.day for each in self.months])
        self._calendar = np.array([each.month - 1 for each in self.months])

    def born(self, years: Floats) -> Integers:
        """Return the days of birth of people of those ages, in years, on the last day."""
        return self.last_day - np.floor(years * DAYS_A_YEAR).astype(np.int64)

    def draw_reported(
        self, generator: np.random.Generator, count: int, season: Floats, late: float
    ) -> Integers:
        """Draw the days on which events were registered; a share `late` falls after the month."""
        weights = season[self._calendar]
        drawn = generator.choice(len(weights), size=count, p=weights / weights.sum())
        inside = self._starts[drawn] + np.floor(
            generator.random(count) * self._lengths[drawn]
        ).astype(np.int64)
        after = self.last_day + 1 + generator.integers(0, _LATE_DAYS, count)
        drawn_late = generator.random(count) < late
        return np.asarray(np.where(drawn_late, after, inside), dtype=np.int64)

    def draw_occurred(self, generator: np.random.Generator, reported: Integers) -> Integers:
        """Draw the days on which events happened, at most some weeks before."""
        delay = generator.exponential(_MEAN_DELAY_DAYS, len(reported)).astype(np.int64)
        return np.asarray(reported - np.minimum(delay, _LONGEST_DELAY_DAYS), dtype=np.int64)


def forget(generator: np.random.Generator, days: Integers, share: float) -> Integers:
    """Leave a share of the dates empty."""
    return np.where(generator.random(len(days)) < share, UNKNOWN_DAY, days)
