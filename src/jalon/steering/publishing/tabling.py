"""The tables of a publication, filled with what was counted: parts, and what is left of wholes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown
from jalon.steering.hiding.layouts import Cell, Coordinate, Layout
from jalon.steering.measures import Measure
from jalon.steering.publishing.wholes import (
    BY,
    PLACES,
    REST,
    TERRITORY,
    TIME,
    Table,
    Whole,
    cell_of,
)

# What counts are told by that they have nothing of: the rest of a part that is told by it alone.
_NONE: Final = "·"
_MONTHS_A_QUARTER: Final = 3
# A territory, and where its counts stand on what a table tells.
_Key = tuple[str, Coordinate]


@dataclass(frozen=True)
class Row:
    """How often a measure was, in a month and a territory, by one thing at most."""

    measure: str
    month: str
    territory: str
    by: Breakdown
    value: str
    number: int


def when(month: Month) -> Coordinate:
    """Return where a month stands: in its quarter."""
    quarter = (month.month - 1) // _MONTHS_A_QUARTER + 1
    return f"{month.year}-{quarter}", str(month)


def filled(
    whole: Whole, rows: Iterable[Row], *, with_values: bool = True
) -> dict[Layout, dict[Cell, int]]:
    """Return the tables of a whole's publication; those of which nothing was counted are left out.

    ValueError where parts are more than their whole.
    """
    counted: dict[tuple[str, Breakdown], list[Row]] = {}
    for row in rows:
        counted.setdefault((row.measure, row.by), []).append(row)
    filling = _Filling(whole, counted)
    tables = {
        whole.layout(one): filling.cells(one) for one in whole.tables(with_values=with_values)
    }
    return {layout: cells for layout, cells in tables.items() if cells}


@dataclass(frozen=True)
class _Filling:
    """A whole's rows, by measure and by what they are told by."""

    whole: Whole
    counted: Mapping[tuple[str, Breakdown], list[Row]]

    def cells(self, table: Table) -> dict[Cell, int]:
        """Return what a table's finest cells count."""
        by = Breakdown.ALL if table.by == TIME else BY[table.by - TIME - 1]
        split = table.split
        if split is None:
            return _placed(table, self._counts(self.whole.of, by), {})
        if by is Breakdown.ALL and split in PLACES.values():
            return self._groups(table, BY[split - TIME - 1])
        parts = [(one, self._counts(one, by)) for one in self.whole.splits[split]]
        counted = [counts for _, counts in parts]
        if not self._is_told(by) and not any(counted):
            return {}
        found = _placed(table, self._left(by, counted), {split: REST})
        for one, counts in parts:
            found.update(_placed(table, counts, {split: self.whole.part_at(one)}))
        return found

    def _left(self, by: Breakdown, parts: Iterable[Counter[_Key]]) -> Counter[_Key]:
        """Return what parts leave of their whole; of nothing in particular where it tells none."""
        told = self._is_told(by)
        left = self._counts(self.whole.of, by if told else Breakdown.ALL)
        if not told:
            left = self._of_nothing(by, left)
        for counts in parts:
            left.subtract(counts if told else self._of_nothing(by, counts))
        if any(number < 0 for number in left.values()):
            raise ValueError(f"parts are more than their whole: {self.whole.code}")
        return left

    def _is_told(self, by: Breakdown) -> bool:
        return by is Breakdown.ALL or by in self.whole.of.breakdowns

    def _of_nothing(self, by: Breakdown, counts: Counter[_Key]) -> Counter[_Key]:
        at = (_NONE, _NONE) if by in self.whole.sums else (_NONE,)
        found: Counter[_Key] = Counter()
        for (territory, _), number in counts.items():
            found[territory, at] += number
        return found

    def _groups(self, table: Table, by: Breakdown) -> dict[Cell, int]:
        """Return what each group of values counts in each month."""
        found: Counter[Cell] = Counter()
        for row in self.counted.get((self.whole.code, by), ()):
            group = {PLACES[by]: (self.whole.group(by, row.value),)}
            found[_cell(table, (row.territory, self._time(row)), group)] += row.number
        return dict(found)

    def _counts(self, of: Measure, by: Breakdown) -> Counter[_Key]:
        found: Counter[_Key] = Counter()
        for row in self.counted.get((of.code, by), ()):
            at = self.whole.at(by, row.value) if by is not Breakdown.ALL else self._time(row)
            found[row.territory, at] += row.number
        return found

    def _time(self, row: Row) -> Coordinate:
        return () if self.whole.is_stock else when(Month.parse(row.month))


def _placed(
    table: Table, counts: Mapping[_Key, int], split: Mapping[int, Coordinate]
) -> dict[Cell, int]:
    return {_cell(table, key, split): number for key, number in counts.items()}


def _cell(table: Table, key: _Key, split: Mapping[int, Coordinate]) -> Cell:
    territory, at = key
    return cell_of({TERRITORY: (territory,), table.by: at, **split})
