"""What tables tell of counts, and the tables that nobody sees but that must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from jalon.steering.hiding.layouts import Cell, Coordinate, Layout, cells_of, has, joined


@dataclass(frozen=True)
class Told:
    """What tables tell of counts, and the tables that nobody sees but must hold (`joined`)."""

    values: Counter[Cell]
    shown: frozenset[Layout]
    layouts: tuple[Layout, ...]
    leaves: tuple[tuple[Coordinate, ...], ...]

    @classmethod
    def of(cls, counts: Mapping[Cell, int], shown: frozenset[Layout]) -> Told:
        """Add up counts; ValueError for what is no count, or does not go as deep as a table."""
        layouts = (*sorted(shown), *joined(shown))
        deepest = tuple(map(max, zip(*layouts, strict=True)))
        values: Counter[Cell] = Counter()
        leaves: tuple[set[Coordinate], ...] = tuple(set() for _ in deepest)
        for leaf, count in counts.items():
            if count < 0:
                raise ValueError("a count is below nought")
            if len(leaf) != len(deepest) or any(
                len(at) < depth for at, depth in zip(leaf, deepest, strict=True)
            ):
                raise ValueError("a table goes deeper than the counts")
            for at, depth, found in zip(leaf, deepest, leaves, strict=True):
                found.add(at[:depth])
            for cell in {cell for layout in layouts for cell in cells_of(leaf, layout)}:
                values[cell] += count
        return cls(values, shown, layouts, tuple(tuple(sorted(found)) for found in leaves))

    @classmethod
    def side_by_side(cls, tables: Mapping[Layout, Mapping[Cell, int]]) -> Told:
        """Add up tables that are not told of the same counts, but share margins."""
        shown = frozenset(tables)
        told = [cls.of(cells, frozenset({layout})) for layout, cells in tables.items()]
        values: Counter[Cell] = Counter()
        for one in told:
            if any(values.get(cell, value) != value for cell, value in one.values.items()):
                raise ValueError("tables count what they share otherwise")
            values.update(
                {cell: value for cell, value in one.values.items() if cell not in values}
            )
        places = zip(*(one.leaves for one in told), strict=True)
        deepest = map(max, zip(*shown, strict=True))
        leaves = (
            tuple(sorted({leaf for found in same for leaf in found if len(leaf) == deep}))
            for same, deep in zip(places, deepest, strict=True)
        )
        return cls(values, shown, tuple(sorted(shown)), tuple(leaves))

    def shows(self, cell: Cell) -> bool:
        """Tell whether a table that is shown has a cell."""
        return has(self.shown, tuple(map(len, cell)))
