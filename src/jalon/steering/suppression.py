"""Hides small counts wherever figures leave a team, and what would let them be worked out.

`docs/decisions/0024` says what is promised, how, and what is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import product
from math import inf, prod
from typing import Final

# Where a cell stands on one dimension: ("94028",), or ("creteil", "94028") where communes are
# told within territories; () is the total. A cell has one for each dimension of the counts.
Coordinate = tuple[str, ...]
Cell = tuple[Coordinate, ...]
# A table: how deep it goes on each dimension; 0 where it only has the total.
Layout = tuple[int, ...]

# From this many on a count is shown; one to four are not. None at all is nobody, and is shown.
THRESHOLD: Final = 5
# The total of all is what one reads first: it is hidden where nothing else protects.
_DEAR: Final = 1_000
# One word for what is small and for what protects it: two would tell which is which.
HIDDEN: Final = "masqué"
NOTE: Final = (
    "« masqué » : moins de 5, ou de quoi retrouver un nombre de moins de 5. Zéro est montré."
)


@dataclass(frozen=True)
class Publication:
    """Tables as they may leave: what each cell counts, and those that nobody is shown."""

    values: Mapping[Cell, int]
    hidden: frozenset[Cell]

    def shown(self, cell: Cell) -> int | None:
        """Return what a cell counts; None where it is hidden."""
        return None if cell in self.hidden else self.values.get(cell, 0)

    def ratio(self, part: Cell, whole: Cell) -> Fraction | None:
        """Return a part of a whole; None where either is hidden, or where the whole is nought.

        A share of a number that is shown would give the number that is not.
        """
        above, below = self.shown(part), self.shown(whole)
        return None if above is None or not below else Fraction(above, below)


def publish(counts: Mapping[Cell, int], tables: Iterable[Layout]) -> Publication:
    """Return the tables, with all their margins, that may be shown of counts, side by side.

    `counts` are of the finest cells, all of one depth on each dimension; cells left out count
    nobody. All that is ever shown of these counts, on whatever page, must be among `tables`: two
    publications of the same work protect nothing from each other. ValueError for a count below
    nought, or a table deeper than the counts.
    """
    return _published(_Told.of(counts, frozenset(tables)))


def publish_tables(tables: Mapping[Layout, Mapping[Cell, int]]) -> Publication:
    """Return what may be shown of tables that were counted apart, with all their margins.

    Each gives its finest cells. ValueError where two do not agree on what they share, or where
    they make a circle: then only counts that tell all dimensions at once can be published.
    """
    return _published(_Told.side_by_side(tables))


def _published(told: _Told) -> Publication:
    hidden: set[Cell] = set()
    guarded: set[Cell] = set()
    small = [cell for cell, value in told.values.items() if told.shows(cell) and _small(value)]
    # The finest first: what protects them often protects their margins.
    for cell in sorted(small, key=lambda one: (-_depth(one), told.values[one], one)):
        if cell not in guarded:
            guard = told.guard(cell, hidden)
            guarded.update(guard.cells)
            hidden.update(guard.cells)
    return Publication(
        {cell: value for cell, value in told.values.items() if told.shows(cell)},
        frozenset(hidden),
    )


def part_and_rest(
    part: Mapping[Cell, int], whole: Mapping[Cell, int], names: tuple[str, str] = ("yes", "no")
) -> dict[Cell, int]:
    """Return counts with one more dimension, the last: those of a part, and the rest of a whole.

    Where 98 families of 100 answered, two did not: both numbers are protected. ValueError where
    a part is more than its whole.
    """
    yes, no = names
    found: dict[Cell, int] = {}
    for cell in whole.keys() | part.keys():
        inside = part.get(cell, 0)
        found[*cell, (yes,)], found[*cell, (no,)] = inside, whole.get(cell, 0) - inside
    return found


def _small(value: int) -> bool:
    return 0 < value < THRESHOLD


def _depth(cell: Cell) -> int:
    return sum(len(one) for one in cell)


@dataclass(frozen=True, order=True)
class _Guard:
    """Other counts that give the same figures shown: hidden together, these cells are unknown."""

    cost: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class _Told:
    """What tables tell of counts, and the tables that nobody sees but must hold (`_joined`)."""

    values: Counter[Cell]
    shown: frozenset[Layout]
    layouts: tuple[Layout, ...]
    leaves: tuple[tuple[Coordinate, ...], ...]

    @classmethod
    def of(cls, counts: Mapping[Cell, int], shown: frozenset[Layout]) -> _Told:
        """Add up counts; ValueError for what is no count, or does not go as deep as a table."""
        layouts = (*sorted(shown), *_joined(shown))
        deepest = tuple(map(max, zip(*layouts, strict=True)))
        values: Counter[Cell] = Counter()
        leaves: tuple[set[Coordinate], ...] = tuple(set() for _ in deepest)
        for leaf, count in counts.items():
            if count < 0:
                raise ValueError("a count is below nought")
            if len(leaf) != len(deepest) or any(map(_shallow, leaf, deepest)):
                raise ValueError("a table goes deeper than the counts")
            for at, depth, found in zip(leaf, deepest, leaves, strict=True):
                found.add(at[:depth])
            for cell in {cell for layout in layouts for cell in _cells(leaf, layout)}:
                values[cell] += count
        return cls(values, shown, layouts, tuple(tuple(sorted(found)) for found in leaves))

    @classmethod
    def side_by_side(cls, tables: Mapping[Layout, Mapping[Cell, int]]) -> _Told:
        """Add up tables that are not told of the same counts, but share margins."""
        shown = frozenset(tables)
        if _joined(shown):
            raise ValueError("these tables close a circle")
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
        return _has(self.shown, tuple(map(len, cell)))

    def guard(self, cell: Cell, hidden: set[Cell]) -> _Guard:
        """Return what keeps a cell from being known, and hides least that is shown yet.

        One more family like those counted, in every table, is always such a guard: whatever the
        counts, there is one.
        """
        best = _Guard(inf, ())
        for steps in product(*(self._steps(cell, place, hidden) for place in range(len(cell)))):
            touched = [layout for layout in self.layouts if _touches(layout, steps)]
            best = self._placed(_Choice(steps, touched, _open(cell, touched)), hidden, best)[0]
        return self._moved(cell, hidden, best)

    def _placed(
        self, choice: _Choice, hidden: set[Cell], best: _Guard
    ) -> tuple[_Guard, tuple[_Step, ...]]:
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
        for _, _, tried in sorted(priced, key=lambda one: one[:2]):
            found, steps = self._placed(tried, hidden, best)
            if found is not best:
                return found, steps
        return best, choice.steps

    def _moved(self, cell: Cell, hidden: set[Cell], best: _Guard) -> _Guard:
        """Return the guard of one family more in a cell and one fewer elsewhere, if cheaper.

        The two may have nothing in common, and the total of all stays: it is what this is for.
        """
        if all(any(one) or one in hidden for one in best.cells):
            return best
        every = [place for place, found in enumerate(self.leaves) if found != ((),)]
        for leaf in self._inside(cell):
            steps = tuple(_Step(at, None) for at in leaf)
            one = _Choice(steps, self.layouts, _open(cell, self.layouts))
            guard, more = self._placed(one, hidden, _Guard(inf, ()))
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

    def _guard(
        self, changes: Iterable[tuple[Cell, int]], hidden: set[Cell], best: _Guard
    ) -> _Guard:
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
        return _Guard(cost, tuple(sorted(cells)))


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
            gains, loses = set(_cells(self.more, layout)), set(_cells(less, layout))
            yield from ((cell, 1) for cell in gains - loses)
            yield from ((cell, -1) for cell in loses - gains)


def _open(cell: Cell, touched: Iterable[Layout]) -> list[int]:
    """Return the places where a cell is a total, and that a table tells."""
    tables = list(touched)
    return [
        place
        for place, at in enumerate(cell)
        if not at and any(layout[place] for layout in tables)
    ]


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

    def changed(self, depth: int) -> list[tuple[Coordinate, int]]:
        """Return what changes on a dimension of a table that goes so deep, and which way."""
        if self.less is None:
            return [(self.more[:at], 1) for at in range(depth + 1)]
        return [
            (leaf[:at], sign)
            for leaf, sign in ((self.more, 1), (self.less, -1))
            for at in range(self.parted, depth + 1)
        ]


def _touches(layout: Layout, steps: Sequence[_Step]) -> bool:
    return _reaches(layout, (step.parted for step in steps))


def _changes(layouts: Iterable[Layout], steps: Sequence[_Step]) -> Iterator[tuple[Cell, int]]:
    """Yield which cells change, and which way: the same one in every table that has them."""
    for layout in layouts:
        for corner in product(*map(_Step.changed, steps, layout)):
            yield tuple(at for at, _ in corner), prod(sign for _, sign in corner)


def _cells(leaf: Cell, layout: Layout) -> Iterator[Cell]:
    """Yield the cells of a table in which a leaf is counted."""
    return product(
        *([at[:deep] for deep in range(depth + 1)] for at, depth in zip(leaf, layout, strict=True))
    )


@lru_cache(maxsize=1024)
def _has(tables: frozenset[Layout], depths: Layout) -> bool:
    return any(_reaches(layout, depths) for layout in tables)


def _reaches(layout: Layout, depths: Iterable[int]) -> bool:
    return all(has >= asked for has, asked in zip(layout, depths, strict=True))


def _shallow(at: Coordinate, depth: int) -> bool:
    return len(at) < depth


def _joined(shown: frozenset[Layout]) -> list[Layout]:
    """Return the tables that nobody sees, and that must hold for those shown to be possible.

    Tables that follow from each other as the branches of a tree can always be put together, if
    their margins agree. Those that close a circle (one by two, two by three, three by one) may
    not: other counts must then be those of some families, in the table of all three.
    """
    joined: list[Layout] = []
    while core := _circle({*shown, *joined}):
        joined.append(tuple(map(max, zip(*core, strict=True))))
    return joined


def _circle(layouts: Iterable[Layout]) -> list[Layout]:
    """Return the tables left once each end is cut off: none where they make a tree."""
    left = {
        layout: {(place, deep) for place, most in enumerate(layout) for deep in range(most)}
        for layout in layouts
    }
    while (end := _an_end(left)) is not None:
        del left[end]
    return sorted(left)


def _an_end(left: Mapping[Layout, set[tuple[int, int]]]) -> Layout | None:
    """Return a table that meets all the others within one of them, or meets none."""
    for layout, nodes in left.items():
        others = [other for name, other in left.items() if name != layout]
        met = nodes & set().union(*others)
        if not met or any(met <= other for other in others):
            return layout
    return None
