"""The words in which households on a rule's boundary are described by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from jalon.rules.calendar import Month, add_months
from jalon.rules.parameters import OpenFiscaValues

CENT: Final = Decimal("0.01")
Cell = str | date | Decimal | bool | None
_HOURLY_WAGE: Final = "marche_travail.salaire_minimum.smic.smic_b_horaire"
_CHILD_PAY: Final = OpenFiscaValues(
    _HOURLY_WAGE, (Decimal("0.55"), Decimal(169)), "OpenFisca-France", decimals=2
)
_YEARLY_WAGE: Final = OpenFiscaValues(
    _HOURLY_WAGE, (Decimal("151.67"),), "OpenFisca-France", sum_over_year=-2, decimals=2
)
# Before the series starts no rule has an amount either: any plausible one will do.
_BEFORE_THE_SERIES: Final = Decimal(1000)
_BIRTHDAYS_OF_LEAP_YEARS: Final = (2, 29)


@dataclass(frozen=True)
class Someone:
    """A person of a case, by default a woman in charge of the household."""

    birth: date
    role: str = "responsible"
    death: date | None = None
    sex: str = "F"
    in_school: bool | None = None
    pay: Decimal | None = None
    custody: str | None = None


@dataclass(frozen=True)
class Happened:
    """An event of a case; `person` is a position among its people."""

    kind: str
    reported: date
    occurred: date | None = None
    person: int | None = None


@dataclass(frozen=True)
class Case:
    """A household on a boundary: what it shows, its people, events, and the facts that matter.

    `facts` are columns of the households, on top of an ordinary household's.
    """

    label: str
    people: tuple[Someone, ...]
    events: tuple[Happened, ...] = ()
    facts: Mapping[str, Cell] = field(default_factory=dict)


class Scene:
    """The month of the cases: the days and the amounts that boundaries are made of."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.first_day = month.first_day
        self.last_day = month.last_day
        self.middle = month.first_day + timedelta(days=14)
        self.child_pay = _on(_CHILD_PAY, month.last_day)
        self.yearly_wage = _on(_YEARLY_WAGE, month.last_day)

    def turning(self, age: int, days_after: int = 0) -> date:
        """Return the birth of someone who turns that age on the last day, or days after."""
        day = self.last_day + timedelta(days=days_after)
        return add_months(day, -12 * age)

    def aged(self, age: int) -> date:
        """Return the birth of someone of that age, well away from a birthday."""
        return add_months(self.middle, -12 * age - 5)

    def leap_day(self, age: int) -> date:
        """Return the last 29 February at least that many years before the last day's year."""
        year = self.last_day.year - age
        while year % 4 or (year % 100 == 0 and year % 400):
            year -= 1
        return date(year, *_BIRTHDAYS_OF_LEAP_YEARS)

    def parent(self, age: int = 30) -> Someone:
        """Return a responsible person of that age."""
        return Someone(self.aged(age))

    def spouse(self, age: int = 32, *, death: date | None = None) -> Someone:
        """Return a spouse of that age."""
        return Someone(self.aged(age), "spouse", death=death, sex="M")

    def child(self, age: int = 8) -> Someone:
        """Return a child of that age, in school from 3 to 19."""
        in_school = True if 3 <= age <= 19 else None  # noqa: PLR2004 - years
        return Someone(self.aged(age), "child", in_school=in_school)

    def event(self, kind: str, person: int | None = None) -> Happened:
        """Return an event registered in the middle of the month, two days after it happened."""
        return Happened(kind, self.middle, self.middle - timedelta(days=2), person)


def _on(values: OpenFiscaValues, day: date) -> Decimal:
    try:
        return values.on(day)[0]
    except LookupError:
        return _BEFORE_THE_SERIES
