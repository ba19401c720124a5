"""What somebody could work out of published tables: every count that gives the same figures.

Written without looking at how cells are hidden: it searches whole tables of families, by trying
and by cutting what can no longer be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from jalon.steering.hiding.layouts import Cell, Layout
from jalon.steering.hiding.suppression import Publication

_MUCH = 40


@dataclass(frozen=True)
class Sum:
    """Some of the unknown counts add up to between two numbers, both included."""

    of: tuple[int, ...]
    least: int
    most: int


def cells_of(leaves: Sequence[Cell], tables: Sequence[Layout]) -> dict[Cell, tuple[int, ...]]:
    """Return which of the leaves each cell of the tables adds up."""
    found: dict[Cell, list[int]] = {}
    for number, leaf in enumerate(leaves):
        mine = {
            tuple(at[:deep] for at, deep in zip(leaf, depths, strict=True))
            for table in tables
            for depths in product(*(range(deep + 1) for deep in table))
        }
        for cell in mine:
            found.setdefault(cell, []).append(number)
    return {cell: tuple(numbers) for cell, numbers in found.items()}


def reader_knows(
    published: Publication, cells: Mapping[Cell, tuple[int, ...]]
) -> Iterator[tuple[Cell, Sum]]:
    """Yield what a reader of the tables knows: what is shown, and that no hidden cell is 0."""
    for cell, members in cells.items():
        value = published.shown(cell)
        least, most = (1, _MUCH * len(members)) if value is None else (value, value)
        yield cell, Sum(members, least, most)


def possible(known: Sequence[Sum], variables: int) -> bool:
    """Tell whether whole numbers, none below nought, meet all of the sums."""
    return _search(list(known), [(0, _MUCH)] * variables)


def _search(known: list[Sum], ranges: list[tuple[int, int]]) -> bool:
    narrowed = _narrowed(known, ranges)
    if narrowed is None:
        return False
    open_ones = [(high - low, place) for place, (low, high) in enumerate(narrowed) if high > low]
    if not open_ones:
        return True
    _, place = min(open_ones)
    low, high = narrowed[place]
    middle = (low + high) // 2
    for half in ((low, middle), (middle + 1, high)):
        if _search(known, [*narrowed[:place], half, *narrowed[place + 1 :]]):
            return True
    return False


def _narrowed(known: list[Sum], ranges: list[tuple[int, int]]) -> list[tuple[int, int]] | None:
    found = list(ranges)
    while True:
        before = list(found)
        for one in known:
            low = sum(found[place][0] for place in one.of)
            high = sum(found[place][1] for place in one.of)
            for place in one.of:
                least, most = found[place]
                least, most = (
                    max(least, one.least - (high - most)),
                    min(most, one.most - (low - least)),
                )
                if least > most:
                    return None
                low += least - found[place][0]
                high += most - found[place][1]
                found[place] = (least, most)
        if found == before:
            return found
