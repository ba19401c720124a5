"""Cells as whole numbers, the sum of one for each dimension: what guards are searched with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from jalon.steering.hiding.layouts import Cell, Coordinate
from jalon.steering.hiding.told import Told

# The total of all is 0; on each dimension a total adds nothing.
Number = int
# How many can be taken from a cell, and whether it is shown: a nought that is shown stays one, so
# what is hidden is known to be no nought.
Room = tuple[int, bool]


@dataclass(frozen=True)
class Step:
    """One more family at a leaf; where `less` is one, it comes from there.

    `numbers` and `fewer`: what each adds to a cell's number, by how deep it goes.
    """

    more: Coordinate
    less: Coordinate | None
    numbers: tuple[Number, ...]
    fewer: tuple[Number, ...]

    @cached_property
    def parted(self) -> int:
        """Return from which depth on the two differ; nought where nothing comes from elsewhere."""
        if self.less is None:
            return 0
        pairs = enumerate(zip(self.more, self.less, strict=True))
        return next(depth for depth, (one, other) in pairs if one != other) + 1

    @cached_property
    def changed(self) -> list[list[tuple[Number, int]]]:
        """What changes at each depth, and which way; nothing where the two are the same."""
        if self.less is None:
            return [[(one, 1)] for one in self.numbers]
        both = enumerate(zip(self.numbers, self.fewer, strict=True))
        return [[(one, 1), (other, -1)] if at >= self.parted else [] for at, (one, other) in both]

    def cut(self, depth: int) -> tuple[Coordinate, Coordinate | None]:
        """Return what a table that goes so deep sees of it."""
        return self.more[:depth], None if self.less is None else self.less[:depth]


class Numbered:
    """What tables tell, by numbers of cells."""

    def __init__(self, told: Told) -> None:
        self._places: list[dict[Coordinate, Number]] = []
        one = 1
        for place, leaves in enumerate(told.leaves):
            found = {cell[place] for cell in told.values} | {()}
            found.update(leaf[:depth] for leaf in leaves for depth in range(1, len(leaf) + 1))
            self._places.append({at: one * rank for rank, at in enumerate(sorted(found))})
            one *= len(found)
        self._cells = {self.number(cell): cell for cell in told.values}
        self.rooms = _Rooms(told, self._places)
        self.rooms.update({number: self._room(told, cell) for number, cell in self._cells.items()})
        self._values = {number: told.values[cell] for number, cell in self._cells.items()}
        self.nowhere = Step((), None, (0,), ())
        self._steps: dict[tuple[int, Coordinate, Coordinate | None], Step] = {}
        self._whole = [
            [self.step(place, leaf, None) for leaf in leaves]
            for place, leaves in enumerate(told.leaves)
        ]

    @staticmethod
    def _room(told: Told, cell: Cell) -> Room:
        shown = told.shows(cell)
        return told.values[cell] - shown, shown

    def number(self, cell: Cell) -> Number:
        """Return the number of a cell."""
        return sum(places[at] for places, at in zip(self._places, cell, strict=True))

    def cell(self, number: Number) -> Cell:
        """Return the cell of which something was counted by its number."""
        return self._cells[number]

    def value(self, cell: Cell) -> int:
        """Return what a cell counts."""
        return self._values.get(self.number(cell), 0)

    def whole_steps(self, place: int) -> list[Step]:
        """Return one more family at each leaf of a dimension."""
        return self._whole[place]

    def step(self, place: int, more: Coordinate, less: Coordinate | None) -> Step:
        """Return one more family at a leaf; one fewer at another, where one is said."""
        key = place, more, less
        if key not in self._steps:
            self._steps[key] = Step(more, less, self._at(place, more), self._at(place, less or ()))
        return self._steps[key]

    def _at(self, place: int, leaf: Coordinate) -> tuple[Number, ...]:
        return tuple(self._places[place][leaf[:depth]] for depth in range(len(leaf) + 1))


class _Rooms(dict[Number, Room]):
    """What can be taken from cells; of nobody nothing, and where that is shown not even so."""

    def __init__(self, told: Told, places: list[dict[Coordinate, Number]]) -> None:
        super().__init__()
        self._told, self._places = told, [sorted(one, key=one.__getitem__) for one in places]

    def __missing__(self, number: Number) -> Room:
        left, cell = number, []
        for coordinates in self._places:
            left, rank = divmod(left, len(coordinates))
            cell.append(coordinates[rank])
        shown = self._told.shows(tuple(cell))
        self[number] = -shown, shown
        return self[number]
