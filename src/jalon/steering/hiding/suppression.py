"""Hides small counts wherever figures leave a team, and what would let them be worked out.

`docs/decisions/0024` says what is promised, how, and what is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jalon.steering.hiding.guards import THRESHOLD, Guards
from jalon.steering.hiding.layouts import Cell, Layout
from jalon.steering.hiding.told import Told

# One word for what is small and for what protects it: two would tell which is which.
HIDDEN: Final = "masqué"
NOTE: Final = (
    "« masqué » : moins de 5 familles, le travail de moins de 3 personnes, ou de quoi les "
    "retrouver. Zéro est montré."
)


@dataclass(frozen=True)
class Publication:
    """Tables as they may leave: what each cell counts, and those that nobody is shown."""

    values: Mapping[Cell, int]
    hidden: frozenset[Cell]

    def shown(self, cell: Cell) -> int | None:
        """Return what a cell counts; None where it is hidden."""
        return None if cell in self.hidden else self.values.get(cell, 0)


def publish(counts: Mapping[Cell, int], tables: Iterable[Layout]) -> Publication:
    """Return the tables, with all their margins, that may be shown of counts, side by side.

    `counts` are of the finest cells, all of one depth on each dimension; cells left out count
    nobody. All that is ever shown of these counts, on whatever page, must be among `tables`: two
    publications of the same work protect nothing from each other. ValueError for a count below
    nought, or a table deeper than the counts.
    """
    return _published(Told.of(counts, frozenset(tables)))


def small(_: Cell, value: int) -> bool:
    """Tell whether a count is of so few families that it names them."""
    return 0 < value < THRESHOLD


# Of a cell and what it counts: whether it is to be hidden for itself, and not for another.
Sensitive = Callable[[Cell, int], bool]


def publish_tables(
    tables: Mapping[Layout, Mapping[Cell, int]], sensitive: Sensitive = small
) -> Publication:
    """Return what may be shown of tables that were counted apart, with all their margins.

    Each gives its finest cells. ValueError where two do not agree on what they share. Of tables
    that make a circle, what is said of them and of their margins is protected, and not what whole
    numbers of families, in a table of all their dimensions at once, would add to it.
    """
    return _published(Told.side_by_side(tables), sensitive)


def _published(told: Told, sensitive: Sensitive = small) -> Publication:
    guards = Guards(told)
    shown = {cell: value for cell, value in told.values.items() if told.shows(cell)}
    alone = [cell for cell, value in shown.items() if value and sensitive(cell, value)]
    # The finest first: what protects them often protects their margins.
    for cell in sorted(alone, key=lambda one: (-_depth(one), shown[one], one)):
        guards.protect(cell, anywhere=not small(cell, shown[cell]))
    return Publication(shown, guards.hidden)


def _depth(cell: Cell) -> int:
    return sum(len(one) for one in cell)
