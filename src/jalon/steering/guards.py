"""What keeps a hidden count from being known: other counts that give the same figures shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from math import inf, prod
from typing import Final

from jalon.steering.layouts import Cell, Coordinate, Layout, cells_of, has, joined, reaches

# From this many on a count is shown; one to four are not. None at all is nobody, and is shown.
THRESHOLD: Final = 5
# The total of all is what one reads first: it is hidden where nothing else protects.
_DEAR: Final = 1_000


@dataclass(frozen=True, order=True)
class Guard:
    """Other counts that give the same figures shown: hidden together, these cells are unknown."""

    cost: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Told:
    """What tables tell of counts, and the tables that nobody sees but must hold (`_joined`)."""

    values: Counter[Cell]
    shown: frozenset[Layout]
    layouts: tuple[Layout, ...]
    leaves: tuple[tuple[Coordinate, ...], ...]
    touched: dict[tuple[int, ...], Sequence[Layout]] = field(default_factory=dict)

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

    def guard(self, cell: Cell, hidden: set[Cell]) -> Guard:
        """Return what keeps a cell from being known, and hides least that is shown yet.

        Those that change the fewest totals come first, and no others are tried once there is one.
        One more family like those counted, in every table, is always such a guard: whatever the
        counts, there is one.
        """
        best = Guard(inf, ())
        for choices in self._choices(cell, hidden):
            for choice in choices:
                best = self._placed(choice, hidden, best)[0]
            if best.cells:
                break
        return self._moved(cell, hidden, best)

    def _choices(self, cell: Cell, hidden: set[Cell]) -> list[list[_Choice]]:
        """Return the changes of a cell, by how many places are left to choose, fewest first."""
        found: dict[int, dict[tuple[object, ...], _Choice]] = {}
        for steps in product(*(self._steps(cell, place, hidden) for place in range(len(cell)))):
            touched = self._touched(tuple(step.parted for step in steps))
            # What differs deeper than any table that changes is the same change.
            deepest = map(max, zip(*touched, strict=True))
            same = tuple(step.cut(depth) for step, depth in zip(steps, deepest, strict=True))
            left = _open(cell, touched)
            found.setdefault(len(left), {}).setdefault(same, _Choice(steps, touched, left))
        return [list(found[many].values()) for many in sorted(found)]

    def _touched(self, parted: tuple[int, ...]) -> Sequence[Layout]:
        """Return the tables that a change has an effect on, by from where on it differs."""
        if parted not in self.touched:
            self.touched[parted] = [one for one in self.layouts if reaches(one, parted)]
        return self.touched[parted]

    def _placed(
        self, choice: _Choice, hidden: set[Cell], best: Guard
    ) -> tuple[Guard, tuple[_Step, ...]]:
        """Say where families come from on the places left open, cheapest first.

        `best`, where no choice makes a cheaper guard. Each place is weighed by the tables that it
        completes: those that tell of one thing at a time are weighed apart.
        """
        if not choice.left:
            return self._guard(choice.changes(choice.touched), hidden, best), choice.steps
        place, *left = choice.left
        settled = [
            layout
            for layout in choice.touched
            if layout[place] and not any(layout[other] for other in left)
        ]
        priced = []
        for leaf in self.leaves[place]:
            tried = choice.with_step(place, _Step(leaf, None))
            guard = self._guard(tried.changes(settled), hidden, best)
            if guard is not best:
                priced.append((guard.cost, leaf, tried))
        # Where nothing else depends on it, no other choice would do where the cheapest does not.
        alone = all(one in settled for one in choice.touched if one[place])
        for _, _, tried in sorted(priced, key=lambda one: one[:2])[: 1 if alone else None]:
            found, steps = self._placed(tried, hidden, best)
            if found is not best:
                return found, steps
        return best, choice.steps

    def _moved(self, cell: Cell, hidden: set[Cell], best: Guard) -> Guard:
        """Return the guard of one family more in a cell and one fewer elsewhere, if cheaper.

        The two may have nothing in common, and the total of all stays: it is what this is for.
        """
        if all(any(one) or one in hidden for one in best.cells):
            return best
        every = _open(((),) * len(cell), self.layouts)
        for leaf in self._inside(cell):
            steps = tuple(_Step(at, None) for at in leaf)
            one = _Choice(steps, self.layouts, _open(cell, self.layouts))
            guard, more = self._placed(one, hidden, Guard(inf, ()))
            if guard.cost == inf:
                continue
            there = tuple(step.more for step in more)
            for place, at in enumerate(cell):
                left = [other for other in every if other != place]
                elsewhere = _Choice(more, self.layouts, [place, *left], there)
                for other in self.leaves[place] if at else ():
                    if other[: len(at)] != at:
                        tried = elsewhere.with_step(place, _Step(other, None))
                        best = self._placed(tried, hidden, best)[0]
        return best

    def _inside(self, cell: Cell) -> Iterator[Cell]:
        """Yield the finest places of a cell; the total stays where it is one."""
        return product(
            *(
                [leaf for leaf in leaves if leaf[: len(at)] == at] if at else [()]
                for at, leaves in zip(cell, self.leaves, strict=True)
            )
        )

    def _steps(self, cell: Cell, place: int, hidden: set[Cell]) -> list[_Step]:
        """Return the ways to change a place of a cell: more there, or as many fewer elsewhere.

        The likeliest to hide little come first; those that take from nobody are left out.
        """
        at = cell[place]
        if not at:
            return [_Step((), None)]
        leaves = self.leaves[place]
        inside = [leaf for leaf in leaves if leaf[: len(at)] == at]
        outside = [leaf for leaf in leaves if leaf[: len(at)] != at]
        found = [_Step(leaf, other) for leaf in inside for other in (None, *outside)]
        priced = []
        for step in found:
            beside = (*cell[:place], (step.less or ())[: len(at)], *cell[place + 1 :])
            value = self.values[beside]
            if value or not self.shows(beside):
                priced.append((0 if beside in hidden else value, step))
        return [step for _, step in sorted(priced, key=lambda one: one[0])]

    def _guard(self, changes: Iterable[tuple[Cell, int]], hidden: set[Cell], best: Guard) -> Guard:
        """Return the guard that these changes make; `best` where they make none, or a dearer one.

        They must leave room for two values far enough apart.
        """
        more, fewer, cost, cells = inf, inf, 0, set()
        for cell, sign in changes:
            value = self.values[cell]
            room = value
            if self.shows(cell):
                # A nought that is shown stays one; what is hidden is thus known to be no nought.
                room -= 1
                if cell not in cells and cell not in hidden:
                    cost += value if any(cell) else value * _DEAR
                cells.add(cell)
            if sign > 0:
                fewer = min(fewer, room)
            else:
                more = min(more, room)
            if room < 0 or cost > best.cost or fewer + more < THRESHOLD:
                return best
        return Guard(cost, tuple(sorted(cells)))


@dataclass(frozen=True)
class _Choice:
    """A change being chosen: its steps, the tables it touches, and the places left to choose.

    Where it takes from `more`, a family goes from where the steps lead to there.
    """

    steps: tuple[_Step, ...]
    touched: Sequence[Layout]
    left: Sequence[int]
    more: Cell | None = None

    def with_step(self, place: int, step: _Step) -> _Choice:
        """Return the change once a place is chosen: the first of those left."""
        steps = (*self.steps[:place], step, *self.steps[place + 1 :])
        return replace(self, steps=steps, left=self.left[1:])

    def changes(self, layouts: Iterable[Layout]) -> Iterator[tuple[Cell, int]]:
        """Yield which cells of some tables change, and which way."""
        if self.more is None:
            yield from _changes(layouts, self.steps)
            return
        less = tuple(step.more for step in self.steps)
        for layout in layouts:
            gains, loses = set(cells_of(self.more, layout)), set(cells_of(less, layout))
            yield from ((cell, 1) for cell in gains - loses)
            yield from ((cell, -1) for cell in loses - gains)


def _open(cell: Cell, touched: Iterable[Layout]) -> list[int]:
    """Return the places where a cell is a total, and that a table tells.

    Those that more tables tell come first: once they are chosen, the others do without each other.
    """
    told = [[place for place, depth in enumerate(one) if depth] for one in touched]
    often = Counter(place for places in told for place in places if not cell[place])
    return sorted(often, key=lambda place: (-often[place], place))


@dataclass(frozen=True)
class _Step:
    """One more family at a leaf; where `less` is one, it comes from there."""

    more: Coordinate
    less: Coordinate | None

    @cached_property
    def parted(self) -> int:
        """Return from which depth on the two differ; nought where nothing comes from elsewhere."""
        if self.less is None:
            return 0
        pairs = enumerate(zip(self.more, self.less, strict=True))
        return next(depth for depth, (one, other) in pairs if one != other) + 1

    def cut(self, depth: int) -> tuple[Coordinate, Coordinate | None]:
        """Return what a table that goes so deep sees of it."""
        return self.more[:depth], None if self.less is None else self.less[:depth]

    def changed(self, depth: int) -> list[tuple[Coordinate, int]]:
        """Return what changes on a dimension of a table that goes so deep, and which way."""
        if self.less is None:
            return [(self.more[:at], 1) for at in range(depth + 1)]
        return [
            (leaf[:at], sign)
            for leaf, sign in ((self.more, 1), (self.less, -1))
            for at in range(self.parted, depth + 1)
        ]


def _changes(layouts: Iterable[Layout], steps: Sequence[_Step]) -> Iterator[tuple[Cell, int]]:
    """Yield which cells change, and which way: the same one in every table that has them."""
    for layout in layouts:
        for corner in product(*map(_Step.changed, steps, layout)):
            yield tuple(at for at, _ in corner), prod(sign for _, sign in corner)
