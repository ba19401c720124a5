"""What is published together: a count, the counts that are parts of it, and what they leave.

« 18 sur 20 » tells of two: a part is never published apart from its whole. Each dimension of a
publication is a place in its cells: the territory, the time (a quarter, then its months), what
counts are told by, one at a time, then what a whole is split into.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from jalon.rules.profile import load_profile
from jalon.steering.enums import Breakdown
from jalon.steering.hiding.layouts import Cell, Coordinate, Layout, has
from jalon.steering.indicators import INDICATORS, Formula, Period
from jalon.steering.indicators.definition import Term
from jalon.steering.measures import MEASURES, Measure

TERRITORY, TIME = 0, 1
BY: Final[tuple[Breakdown, ...]] = tuple(one for one in Breakdown if one is not Breakdown.ALL)
PLACES: Final[Mapping[Breakdown, int]] = {
    one: place for place, one in enumerate(BY, start=TIME + 1)
}
_SPLIT: Final = TIME + 1 + len(BY)
# Meetings are split twice: by what they are part of, and into first ones and others.
_SPLITS: Final = 2
_DEPTH: Final = _SPLIT + _SPLITS
# What is in no part, and in no group of values.
REST: Final[Coordinate] = ("",)
# Measures that stand on a day: months are not added up.
STOCKS: Final = frozenset(
    measure for one in INDICATORS.values() if one.period is Period.LAST for measure in one.measures
)
Places = Mapping[int, Coordinate]


@dataclass(frozen=True)
class Table:
    """A table of a publication: by territory, by `by`, crossed with what the whole is split into.

    `by` is a place, of the time or of what counts are told by; `split` too, or nothing.
    """

    by: int
    split: int | None


@dataclass(frozen=True)
class Whole:
    """A measure with its parts, and the values that figures add up, by the name of each sum.

    A value belongs to the group of all the sums that it is in: groups are told by month, as sums
    are, and values only over the year.
    """

    of: Measure
    parts: tuple[Measure, ...]
    sums: Mapping[Breakdown, Mapping[str, frozenset[str]]]

    @property
    def code(self) -> str:
        """The measure that all the others are part of."""
        return self.of.code

    @property
    def is_stock(self) -> bool:
        """Whether it stands on a month's last day."""
        return self.code in STOCKS

    def group(self, by: Breakdown, value: str) -> str:
        """Return the group of a value: the names of all the sums that it is in."""
        sums = self.sums.get(by, {})
        return "+".join(sorted(name for name, values in sums.items() if value in values))

    def groups(self, by: Breakdown, name: str) -> list[str]:
        """Return the groups that a sum is made of."""
        return sorted({self.group(by, value) for value in self.sums[by][name]})

    def at(self, by: Breakdown, value: str) -> Coordinate:
        """Return where a value stands; the empty one is a value: what is not known."""
        return (self.group(by, value), value) if by in self.sums else (value,)

    @cached_property
    def splits(self) -> dict[int, tuple[Measure, ...]]:
        """The parts, by the place of the split that they make; those of a split never overlap."""
        names = sorted({one.split for one in self.parts if one.as_value is None})
        found: dict[int, tuple[Measure, ...]] = {}
        for one in self.parts:
            place = PLACES[one.as_value[0]] if one.as_value else _SPLIT + names.index(one.split)
            found[place] = (*found.get(place, ()), one)
        return found

    def part_at(self, part: Measure) -> Coordinate:
        """Return where a part stands in its split."""
        return (self.group(*part.as_value),) if part.as_value else (part.code,)

    def places_of(self, measure: str) -> Places:
        """Return where a measure stands in its split; the whole is in none."""
        if measure == self.code:
            return {}
        for place, parts in self.splits.items():
            for one in parts:
                if one.code == measure:
                    return {place: self.part_at(one)}
        raise KeyError(measure)

    def tables(self, *, with_values: bool = True) -> list[Table]:
        """Return the tables that are published; of the time alone where values are not told."""
        crossed = sorted({*self.splits, *(PLACES[by] for by in self.sums)})
        found = _tables(TIME, crossed)
        told = {by for one in (self.of, *self.parts) for by in one.breakdowns}
        for by in sorted(told, key=BY.index) if with_values else ():
            splits = [
                place
                for place, parts in self.splits.items()
                if place != PLACES[by] and any(by in one.breakdowns for one in parts)
            ]
            found += _tables(PLACES[by], splits)
        return found

    def layout(self, table: Table) -> Layout:
        """Return how deep a table goes on each dimension."""
        depths = {TERRITORY: 1}
        if table.split is not None:
            depths[table.split] = 1
        if table.by == TIME:
            depths[TIME] = 0 if self.is_stock else 2
        else:
            depths[table.by] = 2 if BY[table.by - TIME - 1] in self.sums else 1
        return tuple(depths.get(place, 0) for place in range(_DEPTH))

    def tells(self, cell: Cell, *, with_values: bool = True) -> bool:
        """Tell whether a table that is published has a cell."""
        depths = tuple(len(at) for at in cell)
        return has(self._layouts if with_values else self._layouts_without, depths)

    @cached_property
    def _layouts(self) -> frozenset[Layout]:
        return frozenset(self.layout(one) for one in self.tables())

    @cached_property
    def _layouts_without(self) -> frozenset[Layout]:
        return frozenset(self.layout(one) for one in self.tables(with_values=False))

    @property
    def signature(self) -> str:
        """All that its publication depends on besides counts, as text."""
        sums = sorted(
            f"{by}:{name}={sorted(values)}"
            for by, named in self.sums.items()
            for name, values in named.items()
        )
        return f"{self.code} {[one.code for one in self.parts]} {sums}"


def _tables(by: int, splits: list[int]) -> list[Table]:
    return [Table(by, one) for one in splits] or [Table(by, None)]


def cell_of(places: Places) -> Cell:
    """Return a cell by its places; the total where none is said."""
    return tuple(places.get(place, ()) for place in range(_DEPTH))


@lru_cache(maxsize=1024)
def whole_of(measure: str, profile: str) -> Whole:
    """Return what a measure is published with, as a profile's offers are."""
    code = MEASURES[measure].part_of or measure
    parts = tuple(one for one in MEASURES.values() if one.part_of == code)
    sums: dict[Breakdown, dict[str, frozenset[str]]] = {}
    for part in parts:
        if part.as_value:
            by, value = part.as_value
            sums.setdefault(by, {})[part.code] = frozenset({value})
    for term in _terms():
        if term.measure == code and term.by:
            sums.setdefault(term.by, {})[name_of(term)] = values_of(term, profile)
    return Whole(MEASURES[code], parts, sums)


def _terms() -> Iterator[Term]:
    for one in INDICATORS.values():
        if isinstance(one.formula, Formula):
            yield from one.formula.terms


def name_of(term: Term) -> str:
    """Return the name of the values that a term adds up."""
    return "|".join(term.base or term.among)


def values_of(term: Term, profile: str) -> frozenset[str]:
    """Return the values that a term adds up."""
    if not term.base:
        return frozenset(term.among)
    return frozenset(one.code for one in load_profile(profile).offers if one.base in term.base)


def wholes(measures: Iterable[str], profile: str) -> dict[str, Whole]:
    """Return what some measures are published with, by the code of each whole."""
    return {one.code: one for code in measures for one in [whole_of(code, profile)]}
