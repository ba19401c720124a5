"""Where counts stand, and how deep tables go: what hiding works on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product

# Where a cell stands on one dimension: ("94028",), or ("creteil", "94028") where communes are
# told within territories; () is the total. A cell has one for each dimension of the counts.
Coordinate = tuple[str, ...]
Cell = tuple[Coordinate, ...]
# A table: how deep it goes on each dimension; 0 where it only has the total.
Layout = tuple[int, ...]


def cells_of(leaf: Cell, layout: Layout) -> Iterator[Cell]:
    """Yield the cells of a table in which a leaf is counted."""
    return product(
        *([at[:deep] for deep in range(depth + 1)] for at, depth in zip(leaf, layout, strict=True))
    )


@lru_cache(maxsize=4096)
def has(tables: frozenset[Layout], depths: Layout) -> bool:
    """Tell whether one of the tables goes so deep on each dimension."""
    return any(reaches(layout, depths) for layout in tables)


def reaches(layout: Layout, depths: Iterable[int]) -> bool:
    """Tell whether a table goes so deep on each dimension."""
    return all(most >= asked for most, asked in zip(layout, depths, strict=True))


def joined(shown: frozenset[Layout]) -> list[Layout]:
    """Return the tables that nobody sees, and that must hold for those shown to be possible.

    Tables that follow from each other as the branches of a tree can always be put together, if
    their margins agree. Those that close a circle (one by two, two by three, three by one) may
    not: other counts must then be those of some families, in the table of all three.
    """
    found: list[Layout] = []
    while core := _circle({*shown, *found}):
        found.append(tuple(map(max, zip(*core, strict=True))))
    return found


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
