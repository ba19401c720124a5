"""Which figures of a year may be shown outside of a team: one publication a whole and a year.

Years are apart and a year's months are part of it, whatever span a page or a report shows: it is
shown where the publication of the whole year, as it is counted today, shows it. All that is told
of a measure and of its parts, by month and by each thing in turn, is one publication (`wholes`);
what stands on a day (supports running) is published each month apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from typing import Final

from django.conf import settings

from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown
from jalon.steering.figures.figure import Figure
from jalon.steering.hiding.guards import THRESHOLD
from jalon.steering.hiding.layouts import Cell, Coordinate
from jalon.steering.hiding.suppression import Publication, Sensitive, publish_tables, small
from jalon.steering.indicators import Formula
from jalon.steering.indicators.definition import Term
from jalon.steering.kept import keep, kept
from jalon.steering.measures import MEASURES
from jalon.steering.publishing.staffed import FEW, POSTS, Workers
from jalon.steering.publishing.tabling import Row, filled, when
from jalon.steering.publishing.wholes import (
    PLACES,
    TERRITORY,
    TIME,
    Whole,
    cell_of,
    name_of,
    whole_of,
    wholes,
)
from jalon.steering.queries import counted_months, facts_of, told_over

# A month, its count, and when it was made.
_Count = tuple[str, int, datetime]
_Hidden = dict[str, frozenset[Cell]]
# Another number when cells are hidden otherwise: what was kept before is worked out again.
_RULE: Final = 3
_COLUMNS: Final = (
    "measure",
    "reckoning__month",
    "territory",
    "breakdown",
    "value",
    "number",
)


class Released:
    """What may be shown of some measures in months of one year."""

    def __init__(self, measures: Iterable[str], months: Sequence[Month]) -> None:
        self._asked = sorted(months)
        counts = _counts(self._asked[-1].year) if self._asked else ()
        self._months = [Month.parse(month) for month, _, _ in counts]
        self._hidden = {
            code: _hidden(code, settings.PROFILE, counts)
            for code in sorted(wholes(measures, settings.PROFILE))
        }

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
        if not isinstance(formula, Formula) or not figure.basis.months:
            return True
        return all(
            self._shows(term.measure, months, {**place, **_place(territory)})
            for term in formula.terms
            for place in _places(term, by, value)
        )

    def shows_count(self, measure: str, month: Month, territory: str = "") -> bool:
        """Tell whether how often a measure was in a month, in a place, is shown."""
        return self._shows(measure, [month], _place(territory))

    def _shows(
        self, measure: str, months: Sequence[Month], places: Mapping[int, Coordinate]
    ) -> bool:
        """Tell whether a count is shown in each of the times that months add up to.

        What no table tells is not: nothing says what it would give away.
        """
        whole = whole_of(measure, settings.PROFILE)
        asked = sorted(months or self._asked)
        if not set(asked) <= set(self._months):
            return False
        hidden = self._hidden[whole.code]
        cell = {**places, **whole.places_of(measure)}
        if whole.is_stock:
            day, of_stock = asked[-1], cell_of(cell)
            told = whole.tells(of_stock, with_values=day == self._months[-1])
            return told and of_stock not in hidden[str(day)]
        cells = [cell_of({**cell, TIME: at}) for at in self._times(asked)]
        return all(whole.tells(one) and one not in hidden[""] for one in cells)

    def _times(self, asked: Sequence[Month]) -> Iterator[Coordinate]:
        """Yield the year, or the quarters and months that make some months up."""
        if asked == self._months:
            yield ()
            return
        quarters = {
            quarter: list(months)
            for quarter, months in groupby(self._months, key=lambda one: when(one)[:1])
        }
        for quarter, wanted in groupby(asked, key=lambda one: when(one)[:1]):
            found = list(wanted)
            if found == quarters.get(quarter):
                yield quarter
            else:
                yield from map(when, found)


def _place(territory: str) -> dict[int, Coordinate]:
    return {TERRITORY: (territory,)} if territory else {}


def _places(term: Term, by: Breakdown, value: str) -> list[dict[int, Coordinate]]:
    """Return the counts that a term adds up, but for its territory and its months."""
    whole = whole_of(term.measure, settings.PROFILE)
    if term.by:
        groups = whole.groups(term.by, name_of(term))
        return [{PLACES[term.by]: (group,)} for group in groups]
    if by is Breakdown.ALL:
        return [{}]
    return [{PLACES[by]: whole.at(by, value)}]


def publish_all() -> None:
    """Work out what may be shown of every measure, of each year that pages show.

    Quick where nothing was counted since: what was worked out is kept.
    """
    counted = counted_months()
    for year in sorted({one.year for one in counted}):
        Released(MEASURES, [one for one in counted if one.year == year])


def _counts(year: int) -> tuple[_Count, ...]:
    """Return the counts of all the months of a year that are over."""
    rows = told_over(year).values_list("month", "pk", "computed_at")
    return tuple((month, pk, at) for month, pk, at in rows)


def forget_hidden() -> None:
    """Forget what this process knows of hidden cells: what files lack is then worked out again."""
    _hidden.cache_clear()


# What one count of some months gives never changes: another count has another moment.
@lru_cache(maxsize=1024)
def _hidden(code: str, profile: str, counts: tuple[_Count, ...]) -> _Hidden:
    """Return which cells of a whole are hidden: of all its months at once, or stocks by month.

    It is the part that takes long: kept for other processes, and for the next start.
    """
    if not counts:
        return {}
    whole = whole_of(code, profile)
    # Cells have a place for each breakdown: one more, and those kept before are of no use.
    told = f"{_RULE} {THRESHOLD} {FEW} {len(PLACES)} {whole.signature} {counts}"
    name = f"{sha256(told.encode()).hexdigest()}.json"
    if (found := kept(name)) is not None:
        return _read(found)
    months = [Month.parse(one[0]) for one in counts]
    made = {when: published.hidden for when, published in _publications(whole, months)}
    keep(name, json.dumps({when: sorted(cells) for when, cells in made.items()}).encode())
    return made


def _read(content: bytes) -> _Hidden:
    return {
        when: frozenset(tuple(tuple(at) for at in cell) for cell in cells)
        for when, cells in json.loads(content).items()
    }


def _publications(whole: Whole, months: Sequence[Month]) -> Iterator[tuple[str, Publication]]:
    rows = _rows([one.code for one in (whole.of, *whole.parts)], months)
    posts = _rows([POSTS], months)
    if not whole.is_stock:
        yield "", publish_tables(filled(whole, rows), _sensitive(whole, posts))
        return
    # Of a stock, what it is told by besides is told on the last day alone.
    for month in months:
        own, there = ([row for row in all_ if row.month == str(month)] for all_ in (rows, posts))
        tables = filled(whole, own, with_values=month == months[-1])
        yield str(month), publish_tables(tables, _sensitive(whole, there))


def _sensitive(whole: Whole, posts: Iterable[Row]) -> Sensitive:
    """Return what tells of few families, or of few workers: of staff, only the latter."""
    workers = Workers(posts)

    def told(cell: Cell, value: int) -> bool:
        return workers.are_few(whole, cell) or (whole.of.tells_of_families and small(cell, value))

    return told


def _rows(measures: Iterable[str], months: Sequence[Month]) -> list[Row]:
    rows = facts_of(months, measures).exclude(territory="").order_by().values_list(*_COLUMNS)
    return [
        Row(measure, month, territory, Breakdown(by), value, number)
        for measure, month, territory, by, value, number in rows
    ]
