"""Which figures of a year may be shown outside of a team: of each measure, one publication a year.

Years are apart and a year's months are part of it: no page shows other spans, which could be
taken from one another. All that is told of a measure, by month and by each thing in turn, is one
publication; what stands on a day (supports running) is published each month apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.conf import settings
from django.db.models import QuerySet, Sum

from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile
from jalon.steering.enums import Breakdown
from jalon.steering.figure import Figure
from jalon.steering.indicators import INDICATORS, Formula, Period
from jalon.steering.indicators.definition import Term
from jalon.steering.measures import MEASURES
from jalon.steering.models import Fact
from jalon.steering.queries import facts_of
from jalon.steering.suppression import Cell, Coordinate, Layout, Publication, publish_tables

# Measures that stand on a day: months are not added up.
_STOCKS: Final = frozenset(
    measure for one in INDICATORS.values() if one.period is Period.LAST for measure in one.measures
)
_BY: Final = tuple(one for one in Breakdown if one is not Breakdown.ALL)
# Where each thing stands in a cell: the territory, the month, then each breakdown.
_PLACES: Final = {one: place for place, one in enumerate(_BY, start=2)}
_TIMES: Final[Layout] = (1, 1, *[0] * len(_BY))


class Released:
    """What may be shown of some measures in the months of one year."""

    def __init__(self, measures: Iterable[str], months: Sequence[Month]) -> None:
        self._months = sorted(months)
        # Who works here is no family.
        self._kept = {code for code in measures if _tells_of_families(code)}
        self._tables: dict[str, dict[Layout, dict[Cell, int]]] = defaultdict(dict)
        if self._months:
            self._read(facts_of(self._months, self._kept).exclude(territory=""))
        self._published = {code: self._publications(code) for code in self._kept}

    def shows(
        self,
        figure: Figure,
        *,
        months: Sequence[Month] = (),
        territory: str = "",
        by: Breakdown = Breakdown.ALL,
        value: str = "",
    ) -> bool:
        """Tell whether a figure rests on counts that are all shown; of all months unless said."""
        formula = figure.indicator.formula
        if not isinstance(formula, Formula):
            return True
        return all(
            self._is_shown(term.measure, cell)
            for term in formula.terms
            if term.measure in self._kept
            for cell in self._cells(term, months, (territory, by, value))
        )

    def _cells(
        self, term: Term, months: Sequence[Month], where: tuple[str, Breakdown, str]
    ) -> Iterator[Cell]:
        territory, by, value = where
        values: Iterable[str] = (value,)
        if term.base:
            values = [
                one.code for one in load_profile(settings.PROFILE).offers if one.base in term.base
            ]
        elif term.by:
            values = term.among
        thing = term.by or by
        for one in values:
            for when in self._times(term.measure, months):
                yield _cell(territory, when, thing, one)

    def _times(self, measure: str, months: Sequence[Month]) -> list[str]:
        asked = sorted(months or self._months)
        if measure in _STOCKS:
            return [str(asked[-1])]
        return [""] if asked == self._months else [str(one) for one in asked]

    def _is_shown(self, measure: str, cell: Cell) -> bool:
        # A stock's months are publications of their own; the year's is empty.
        when = cell[1][0] if measure in _STOCKS and cell[1] else ""
        published = self._published[measure].get(when)
        return published is None or cell not in published.hidden

    def _read(self, rows: QuerySet[Fact]) -> None:
        columns = ("measure", "territory", "reckoning__month")
        told = rows.filter(breakdown=Breakdown.ALL).values_list(*columns, "number")
        for measure, territory, month, number in told:
            cells = self._tables[measure].setdefault(_TIMES, {})
            cells[_cell(territory, month)] = number
        broken = rows.exclude(breakdown=Breakdown.ALL).order_by()
        flows = broken.exclude(measure__in=_STOCKS)
        told_by = ("measure", "territory", "breakdown", "value")
        for measure, territory, by, value, number in flows.values_list(*told_by).annotate(
            many=Sum("number")
        ):
            self._put(measure, _cell(territory, "", Breakdown(by), value), by, number)
        stocks = broken.filter(measure__in=_STOCKS, reckoning__month=str(self._months[-1]))
        for measure, territory, by, value, number in stocks.values_list(*told_by, "number"):
            cell = _cell(territory, str(self._months[-1]), Breakdown(by), value)
            self._put(measure, cell, by, number)

    def _put(self, measure: str, cell: Cell, by: str, number: int) -> None:
        timed = int(measure in _STOCKS)
        layout = (1, timed, *(int(one == by) for one in _BY))
        self._tables[measure].setdefault(layout, {})[cell] = number

    def _publications(self, measure: str) -> dict[str, Publication]:
        tables = self._tables.get(measure, {})
        if measure not in _STOCKS:
            return {"": publish_tables(tables)} if tables else {}
        months = {cell[1] for cells in tables.values() for cell in cells}
        return {month[0]: publish_tables(dict(_of_month(tables, month))) for month in months}


def _of_month(
    tables: dict[Layout, dict[Cell, int]], month: Coordinate
) -> Iterator[tuple[Layout, dict[Cell, int]]]:
    for layout, cells in tables.items():
        if found := {cell: number for cell, number in cells.items() if cell[1] == month}:
            yield layout, found


def _tells_of_families(code: str) -> bool:
    of = MEASURES[code]
    return of.family != "NULL" or of.commune != "NULL"


def _cell(territory: str, month: str, by: Breakdown = Breakdown.ALL, value: str = "") -> Cell:
    """Return where a count stands: nothing said is the total."""
    places: list[Coordinate] = [(), (), *[()] * len(_BY)]
    places[0] = (territory,) if territory else ()
    places[1] = (month,) if month else ()
    if by is not Breakdown.ALL:
        # The empty value is a value: what is not known.
        places[_PLACES[by]] = (value,)
    return tuple(places)
