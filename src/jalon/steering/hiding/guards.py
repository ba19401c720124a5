"""What keeps a hidden count from being known: other counts that give the same figures shown.

Half a million changes are tried for a publication that is told by many things: cells are whole
numbers here (`Numbered`), and what cannot end well is left as soon as that is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf
from typing import Final

from jalon.steering.hiding.layouts import Cell, Layout, reaches
from jalon.steering.hiding.numbered import Number, Numbered, Step
from jalon.steering.hiding.told import Told

# From this many on a count is shown; one to four are not. None at all is nobody, and is shown.
THRESHOLD: Final = 5
# The total of all is what one reads first: it is hidden where nothing else protects.
_DEAR: Final = 1_000
# From which depth on each dimension of a change differs (`Step.parted`).
_Parted = tuple[int, ...]
# Cells of one depth: how deep on each dimension where they are no total.
_Depths = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Guard:
    """Other counts that give the same figures shown: hidden together, these cells are unknown."""

    cost: float
    cells: frozenset[Number]


_NONE: Final = Guard(inf, frozenset())


@dataclass(frozen=True, slots=True)
class _Choice:
    """A change being chosen: its steps, and the places left to choose.

    Where it takes from `more`, a family goes from where the steps lead to there.
    """

    steps: tuple[Step, ...]
    parted: _Parted
    left: tuple[int, ...]
    more: tuple[Step, ...] = ()

    def with_step(self, place: int, step: Step) -> _Choice:
        """Return the change once a place is chosen: the first of those left."""
        steps = (*self.steps[:place], step, *self.steps[place + 1 :])
        return _Choice(steps, self.parted, self.left[1:], self.more)

    def changes(self, cells: Iterable[_Depths]) -> Iterator[tuple[Number, int]]:
        """Yield which cells of some depths change, and which way."""
        return _moves(cells, self.more, self.steps) if self.more else _changes(cells, self.steps)


class Guards:
    """Finds guards of what tables tell, one cell after another: each hides what it takes."""

    def __init__(self, told: Told) -> None:
        self._numbered = Numbered(told)
        self._layouts = told.layouts
        self._nowhere = (0,) * len(told.leaves)
        self._hidden: set[Number] = set()
        self._touched: dict[_Parted, list[Layout]] = {}
        self._known: dict[tuple[_Parted, tuple[int, ...]], list[_Depths]] = {}
        self._settled: dict[tuple[_Parted, tuple[int, ...]], tuple[list[_Depths], bool]] = {}

    @property
    def hidden(self) -> frozenset[Cell]:
        """All that was hidden so far."""
        return frozenset(map(self._numbered.cell, self._hidden))

    def protect(self, cell: Cell, *, anywhere: bool = False) -> None:
        """Hide a cell with what keeps it from being known, if nothing that is hidden does.

        All cells of a guard are guarded by it. `anywhere` looks for one of two cells that have
        nothing in common even where another keeps the total of all: of a team that has a territory
        for itself, any other hides totals of the department.
        """
        if self._numbered.number(cell) not in self._hidden:
            self._hidden |= self._guard(cell, anywhere=anywhere).cells

    def _guard(self, cell: Cell, *, anywhere: bool) -> Guard:
        """Return what keeps a cell from being known, and hides least that is shown yet.

        Those that change the fewest totals come first, and no others are tried once there is one.
        One more family like those counted, in every table, is always such a guard: whatever the
        counts, there is one.
        """
        best = _NONE
        for choices in self._choices(cell):
            for choice in choices:
                best = self._placed(choice, best)[0]
            if best.cells:
                break
        # The total of all is number 0.
        if not anywhere and (0 not in best.cells or 0 in self._hidden):
            return best
        return self._moved(cell, best)

    def _choices(self, cell: Cell) -> list[list[_Choice]]:
        """Return the changes of a cell, by how many places are left to choose, fewest first."""
        found: dict[int, dict[tuple[object, ...], _Choice]] = {}
        seen: dict[_Parted, tuple[list[int], tuple[int, ...]]] = {}
        for steps in product(*(self._steps(cell, place) for place in range(len(cell)))):
            parted = tuple([step.parted for step in steps])
            if parted not in seen:
                touched = self._touches(parted)
                deepest = list(map(max, zip(*touched, strict=True)))
                seen[parted] = deepest, _open(cell, touched)
            deepest, left = seen[parted]
            # What differs deeper than any table that changes is the same change.
            same = tuple([step.cut(depth) for step, depth in zip(steps, deepest, strict=True)])
            found.setdefault(len(left), {}).setdefault(same, _Choice(steps, parted, left))
        return [list(found[many].values()) for many in sorted(found)]

    def _touches(self, parted: _Parted) -> list[Layout]:
        """Return the tables that a change has an effect on, by from where on it differs."""
        if parted not in self._touched:
            self._touched[parted] = [one for one in self._layouts if reaches(one, parted)]
        return self._touched[parted]

    def _known_of(self, choice: _Choice) -> list[_Depths]:
        """Return the cells that change whatever is chosen for the places left open."""
        key = choice.parted, choice.left
        if key not in self._known:
            layouts = [
                tuple(0 if place in choice.left else depth for place, depth in enumerate(one))
                for one in self._touches(choice.parted)
            ]
            self._known[key] = _depths(layouts, choice.parted)
        return self._known[key]

    def _settled_by(self, choice: _Choice) -> tuple[list[_Depths], bool]:
        """Return the cells of the tables that the first place left open completes.

        And whether no table that tells of that place tells of another one left open.
        """
        key = choice.parted, choice.left
        if key not in self._settled:
            place, *left = choice.left
            telling = [one for one in self._touches(choice.parted) if one[place]]
            settled = [one for one in telling if not any(one[other] for other in left)]
            cells = _depths(settled, choice.parted)
            self._settled[key] = cells, len(settled) == len(telling)
        return self._settled[key]

    def _placed(self, choice: _Choice, best: Guard) -> tuple[Guard, tuple[Step, ...]]:
        """Say where families come from on the places left open, cheapest first.

        `best`, where no choice makes a cheaper guard. Each place is weighed by the tables that it
        completes: those that tell of one thing at a time are weighed apart.
        """
        # More is only added to what is known of a choice: it ends no better.
        made = self._made(choice.changes(self._known_of(choice)), best)
        if made is best or not choice.left:
            return made, choice.steps
        place = choice.left[0]
        settled, alone = self._settled_by(choice)
        priced = []
        for number, step in enumerate(self._numbered.whole_steps(place)):
            tried = choice.with_step(place, step)
            guard = self._made(tried.changes(settled), best)
            if guard is not best:
                priced.append((guard.cost, number, tried))
        # Where nothing else depends on it, no other choice would do where the cheapest does not.
        for _, _, tried in sorted(priced, key=lambda one: one[:2])[: 1 if alone else None]:
            found, steps = self._placed(tried, best)
            if found is not best:
                return found, steps
        return best, choice.steps

    def _moved(self, cell: Cell, best: Guard) -> Guard:
        """Return the guard of one family more in a cell and one fewer elsewhere, if cheaper.

        The two may have nothing in common, and the total of all stays: it is what this is for.
        """
        every = _open(((),) * len(cell), self._layouts)
        for leaf in self._inside(cell):
            one = _Choice(leaf, self._nowhere, _open(cell, self._layouts))
            guard, more = self._placed(one, _NONE)
            if guard.cost == inf:
                continue
            for place, at in enumerate(cell):
                left = tuple(other for other in every if other != place)
                elsewhere = _Choice(more, self._nowhere, (place, *left), more)
                for other in self._numbered.whole_steps(place) if at else ():
                    if other.more[: len(at)] != at:
                        best = self._placed(elsewhere.with_step(place, other), best)[0]
        return best

    def _inside(self, cell: Cell) -> Iterator[tuple[Step, ...]]:
        """Yield the finest places of a cell; the total stays where it is one."""
        nowhere = self._numbered.nowhere
        return product(
            *(
                [step for step in self._numbered.whole_steps(place) if step.more[: len(at)] == at]
                if at
                else [nowhere]
                for place, at in enumerate(cell)
            )
        )

    def _steps(self, cell: Cell, place: int) -> list[Step]:
        """Return the ways to change a place of a cell: more there, or as many fewer elsewhere.

        The likeliest to hide little come first; those that take from nobody are left out.
        """
        at, numbered = cell[place], self._numbered
        if not at:
            return [numbered.nowhere]
        leaves = [step.more for step in numbered.whole_steps(place)]
        inside = [leaf for leaf in leaves if leaf[: len(at)] == at]
        outside = [leaf for leaf in leaves if leaf[: len(at)] != at]
        priced = []
        for leaf in inside:
            for other in (None, *outside):
                beside = (*cell[:place], (other or ())[: len(at)], *cell[place + 1 :])
                if value := numbered.value(beside):
                    cost = 0 if numbered.number(beside) in self._hidden else value
                    priced.append((cost, numbered.step(place, leaf, other)))
        return [step for _, step in sorted(priced, key=lambda one: one[0])]

    def _made(self, changes: Iterable[tuple[Number, int]], best: Guard) -> Guard:
        """Return the guard that these changes make; `best` where they make none, or a dearer one.

        They must leave room for two values far enough apart.
        """
        rooms, hidden, most = self._numbered.rooms, self._hidden, best.cost
        more, fewer, cost = inf, inf, 0
        cells = set()
        for cell, sign in changes:
            room, shown = rooms[cell]
            if room < 0:
                return best
            if shown and cell not in cells:
                cells.add(cell)
                if cell not in hidden:
                    # One stays: room is one less than what is counted.
                    cost += room + 1 if cell else (room + 1) * _DEAR
                    if cost > most:
                        return best
            if sign > 0:
                fewer = min(fewer, room)
            else:
                more = min(more, room)
            if fewer + more < THRESHOLD:
                return best
        return Guard(cost, frozenset(cells))


def _open(cell: Cell, touched: Iterable[Layout]) -> tuple[int, ...]:
    """Return the places where a cell is a total, and that a table tells.

    Those that more tables tell come first: once they are chosen, the others do without each other.
    """
    told = [[place for place, depth in enumerate(one) if depth] for one in touched]
    often = Counter(place for places in told for place in places if not cell[place])
    return tuple(sorted(often, key=lambda place: (-often[place], place)))


def _depths(layouts: Iterable[Layout], parted: _Parted) -> list[_Depths]:
    """Return how deep the cells of some tables are that a change has an effect on, each once."""
    found = {
        depths
        for layout in layouts
        for depths in product(
            *(range(least, most + 1) for least, most in zip(parted, layout, strict=True))
        )
    }
    return [
        tuple((place, depth) for place, depth in enumerate(one) if depth)
        for one in sorted(found, key=lambda one: (sum(map(bool, one)), one))
    ]


def _changes(cells: Iterable[_Depths], steps: Sequence[Step]) -> Iterator[tuple[Number, int]]:
    """Yield which cells change, and which way."""
    for depths in cells:
        found = [(0, 1)]
        for place, depth in depths:
            beside = steps[place].changed[depth]
            found = [(at + more, sign * way) for at, sign in found for more, way in beside]
        yield from found


def _moves(
    cells: Iterable[_Depths], there: Sequence[Step], here: Sequence[Step]
) -> Iterator[tuple[Number, int]]:
    """Yield which cells change when a family goes from here to there, and which way."""
    for depths in cells:
        gain = lose = 0
        for place, depth in depths:
            gain += there[place].numbers[depth]
            lose += here[place].numbers[depth]
        if gain != lose:
            yield gain, 1
            yield lose, -1
