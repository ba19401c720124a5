"""The tables that leave for the national tool: a month and a place a row, its columns in order.

They leave the team: small counts are hidden there as on every page (decision 24).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from jalon.rules.calendar import Month
from jalon.rules.sentences import capitalised
from jalon.steering.enums import Breakdown
from jalon.steering.figures.shown import NOTHING, Shown, Year
from jalon.steering.hiding.suppression import NOTE
from jalon.steering.indicators import COLUMNS, INDICATORS, Indicator, Period
from jalon.steering.naming import names
from jalon.steering.pictures.tables import Cell, Table

REPORTED: Final = tuple(INDICATORS[code] for code in COLUMNS)
# What rows are told by besides months and territories.
_BY: Final = {"offres": Breakdown.OFFER, "equipes": Breakdown.TEAM}


@dataclass(frozen=True)
class Line:
    """A column of the tool as the page tells it: in the last month, and since January."""

    label: str
    last: str
    since: str
    why_not: str


class National:
    """What is to be reported of a year: of the department and its territories, or of one."""

    def __init__(self, months: Sequence[Month], territory: str, where: str) -> None:
        self._months, self._where, self._territory = list(months), where, territory

    @cached_property
    def _year(self) -> Year:
        breakdowns = tuple(_BY.values())
        by_territory = not self._territory
        return Year(REPORTED, self._months, self._territory, breakdowns, by_territory=by_territory)

    @property
    def lines(self) -> list[Line]:
        """Every column, of the place chosen; nothing else is read."""
        year = Year(REPORTED, self._months, self._territory)
        return [self._line(one, year) for one in REPORTED]

    def _line(self, of: Indicator, year: Year) -> Line:
        last = year.shown(of, months=self._months[-1:])
        since = NOTHING if of.period is Period.LAST else _said(year.shown(of))
        return Line(of.column, _said(last), since, last.figure.why_not)

    @property
    def tables(self) -> dict[str, Table]:
        """Every table, by its name in addresses: by month, since January, by offer, by team."""
        by = {name: self._by(what) for name, what in _BY.items()}
        return {"mois": self._by_month(), "annee": self._since_january(), **by}

    def _places(self) -> Iterator[tuple[str, str]]:
        yield self._territory, capitalised(self._where)
        yield from self._year.territories.items()

    def _by_month(self) -> Table:
        rows = tuple(
            (capitalised(month.in_french), label, *self._cells(REPORTED, place, [month]))
            for month in self._months
            for place, label in self._places()
        )
        head = ("Mois", "Territoire", *(one.column for one in REPORTED))
        return Table(f"Par mois, {self._when}", head, rows, NOTE)

    def _since_january(self) -> Table:
        rows = tuple(
            (label, *self._cells(REPORTED, place, self._months)) for place, label in self._places()
        )
        return Table(f"Depuis janvier, {self._when}", _head("Territoire", REPORTED), rows, NOTE)

    def _by(self, what: Breakdown) -> Table:
        told = [one for one in REPORTED if what in one.breakdowns]
        values = sorted({value for one in told for value in self._year.values(one, what)})
        called = names(what, values, "")
        rows = tuple(
            (called[value], *(self._year.shown(one, by=what, value=value).cell for one in told))
            for value in values
        )
        title = f"Par {what.label.lower()}, depuis janvier, {self._when}"
        return Table(title, _head(what.label, told), rows, NOTE)

    def _cells(
        self, told: Sequence[Indicator], place: str, months: Sequence[Month]
    ) -> Iterator[Cell]:
        for one in told:
            yield self._year.shown(one, months=months, territory=place).cell

    @property
    def _when(self) -> str:
        return str(self._months[-1].year)


def _head(first: str, told: Sequence[Indicator]) -> tuple[str, ...]:
    return (first, *(one.column for one in told))


def _said(shown: Shown) -> str:
    return shown.said if shown.given or shown.hidden else NOTHING
