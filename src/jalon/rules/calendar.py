"""Months, ages and windows, counted as the fund's rules count them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_FRENCH_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, written `2026-10`."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `YYYY-MM`; ValueError, in French, for anything else."""
        found = _MONTH.fullmatch(text)
        if not found or not 1 <= int(found[2]) <= 12 or not 1900 <= int(found[1]) <= 9990:  # noqa: PLR2004
            raise ValueError(
                f"« {text} » n'est pas un mois : écrivez l'année et le mois, comme 2026-10."
            )
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month that a day falls in."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """The month's first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The month's last day, on which ages and offers in force are taken."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def in_french(self) -> str:
        """The month as read aloud: `octobre 2026`."""
        return f"{_FRENCH_MONTHS[self.month - 1]} {self.year}"

    @property
    def of_french(self) -> str:
        """The month after its preposition: `d'octobre 2026`."""
        said = self.in_french
        return f"d'{said}" if said[0] in "ao" else f"de {said}"


def french_date(day: date) -> str:
    """Write a date as on screen: `3 novembre 2026`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_FRENCH_MONTHS[day.month - 1]} {day.year}"


def add_months(day: date, months: int) -> date:
    """Return the same day that many months later, or that month's last day where it has none."""
    total = day.year * 12 + day.month - 1 + months
    target = Month(total // 12, total % 12 + 1)
    return date(target.year, target.month, min(day.day, target.last_day.day))


def one_year_after(day: date) -> date:
    """Return the last day, included, of the one-year window that opens on that day."""
    return add_months(day, 12)


def age_on(born: date, day: date) -> int:
    """Return completed years; who is born on 29 February turns a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def latest_birth_of_age(age: int, day: date) -> date:
    """Return the latest date of birth of someone who has that age, or more, on that day."""
    return add_months(day, -12 * age)
