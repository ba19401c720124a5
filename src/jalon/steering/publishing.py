"""Which figures of a year may be shown outside of a team: of each measure, one publication a year.

Years are apart and a year's months are part of it: no page shows other spans, which could be
taken from one another. All that is told of a measure, by month and by each thing in turn, is one
publication; what stands on a day (supports running) is published each month apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db.models import Sum

from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile
from jalon.steering.enums import Breakdown
from jalon.steering.figure import Figure
from jalon.steering.indicators import INDICATORS, Formula, Period
from jalon.steering.indicators.definition import Term
from jalon.steering.kept import keep, kept
from jalon.steering.measures import MEASURES
from jalon.steering.queries import facts_of, told
from jalon.steering.suppression import (
    THRESHOLD,
    Cell,
    Coordinate,
    Layout,
    Publication,
    publish_tables,
)

# Measures that stand on a day: months are not added up.
_STOCKS: Final = frozenset(
    measure for one in INDICATORS.values() if one.period is Period.LAST for measure in one.measures
)
_BY: Final = tuple(one for one in Breakdown if one is not Breakdown.ALL)
# Where each thing stands in a cell: the territory, the month, then each breakdown.
_PLACES: Final = {one: place for place, one in enumerate(_BY, start=2)}
_MONTH: Final = "reckoning__month"
# A month, its count, and when it was made.
_Count = tuple[str, int, datetime]
_Hidden = dict[str, frozenset[Cell]]
# Another number when cells are hidden otherwise: what was kept before is worked out again.
_RULE: Final = 1
_TIMES: Final[Layout] = (1, 1, *[0] * len(_BY))


class Released:
    """What may be shown of some measures in the months of one year."""

    def __init__(self, measures: Iterable[str], months: Sequence[Month]) -> None:
        self._months = sorted(months)
        # Who works here is no family.
        self._kept = {code for code in measures if _tells_of_families(code)}
        rows = told(self._months).values_list("month", "pk", "computed_at")
        counts = tuple((month, pk, at) for month, pk, at in rows)
        self._hidden = {code: _hidden(code, counts) for code in sorted(self._kept)}

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

    def shows_count(self, measure: str, month: Month, territory: str = "") -> bool:
        """Tell whether how often a measure was in a month, in a place, is shown."""
        return measure not in self._kept or self._is_shown(measure, _cell(territory, str(month)))

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
        return cell not in self._hidden[measure].get(when, frozenset())


def publish_all(months: Sequence[Month]) -> None:
    """Work out what may be shown of every measure in a year's months, for the pages to come."""
    Released(MEASURES, months)


def forget_hidden() -> None:
    """Forget what this process knows of hidden cells: what files lack is then worked out again."""
    _hidden.cache_clear()


# What one count of some months gives never changes: another count has another moment.
@lru_cache(maxsize=1024)
def _hidden(measure: str, counts: tuple[_Count, ...]) -> _Hidden:
    """Return which cells of a measure are hidden: of all its months at once, or stocks by month.

    It is the part that takes long: kept for other processes, and for the next start.
    """
    if not counts:
        return {}
    # Cells have a place for each breakdown: one more, and those kept before are of no use.
    told = f"{_RULE} {THRESHOLD} {len(_BY)} {measure} {counts}"
    name = f"{sha256(told.encode()).hexdigest()}.json"
    if (found := kept(name)) is not None:
        return _read(found)
    made = {
        when: published.hidden
        for when, published in _publications(measure, [Month.parse(one[0]) for one in counts])
    }
    keep(name, json.dumps({when: sorted(cells) for when, cells in made.items()}).encode())
    return made


def _read(content: bytes) -> _Hidden:
    return {
        when: frozenset(tuple(tuple(at) for at in cell) for cell in cells)
        for when, cells in json.loads(content).items()
    }


def _publications(measure: str, months: Sequence[Month]) -> Iterator[tuple[str, Publication]]:
    tables = _tables(measure, months)
    if measure not in _STOCKS:
        if tables:
            yield "", publish_tables(tables)
        return
    for month in {cell[1] for cells in tables.values() for cell in cells}:
        yield month[0], publish_tables(dict(_of_month(tables, month)))


def _tables(measure: str, months: Sequence[Month]) -> dict[Layout, dict[Cell, int]]:
    """Return how often a measure was: by territory and month, and by each thing in turn.

    Of a stock, these things are told on the last day alone.
    """
    rows = facts_of(months, [measure]).exclude(territory="").order_by()
    found: dict[Layout, dict[Cell, int]] = {}
    whole = rows.filter(breakdown=Breakdown.ALL)
    for territory, month, number in whole.values_list("territory", _MONTH, "number"):
        found.setdefault(_TIMES, {})[_cell(territory, month)] = number
    stock, last = measure in _STOCKS, str(months[-1])
    parts = rows.exclude(breakdown=Breakdown.ALL)
    if stock:
        parts = parts.filter(reckoning__month=last)
    told_by = parts.values_list("territory", "breakdown", "value").annotate(many=Sum("number"))
    for territory, by, value, number in told_by:
        layout = (1, int(stock), *(int(one == by) for one in _BY))
        cell = _cell(territory, last if stock else "", Breakdown(by), value)
        found.setdefault(layout, {})[cell] = number
    return found


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
