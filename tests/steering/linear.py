"""Between what a count may be, by a linear program: what any reader of sums can work out.

Knows nothing of how counts are hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_TINY = 1e-7
_MANY = 5_000
# Which unknowns, each so many times.
Weights = tuple[tuple[int, float], ...]


@dataclass(frozen=True, order=True)
class Fact:
    """Some of the unknowns, each so many times, add up to a number, or to that much at least."""

    of: Weights
    number: float
    at_least: bool = False


class Known:
    """All that is known of unknowns that are none below nought."""

    def __init__(self, unknowns: int, facts: Sequence[Fact]) -> None:
        self._unknowns = unknowns
        slack = [place for place, one in enumerate(facts) if one.at_least]
        width = unknowns + len(slack)
        table = np.zeros((len(facts), width + 1))
        for row, one in enumerate(facts):
            for place, weight in one.of:
                table[row, place] += weight
            table[row, -1] = one.number
        for column, row in enumerate(slack, start=unknowns):
            table[row, column] = -1
        table[table[:, -1] < 0] *= -1
        self._table, self._base = _begun(table)

    def range_of(self, weights: Weights) -> tuple[float, float]:
        """Return the least and the most that a sum of unknowns may be."""
        return -self._most(tuple((at, -one) for at, one in weights)), self._most(weights)

    def _most(self, weights: Weights) -> float:
        cost = np.zeros(self._table.shape[1])
        for place, weight in weights:
            cost[place] = weight
        table, base = self._table.copy(), self._base.copy()
        return _climbed(table, base, cost)


def _begun(table: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return a table in which a vertex is a base: by as many more unknowns, driven to nought."""
    rows, width = table.shape
    wide = np.hstack([table[:, :-1], np.eye(rows), table[:, -1:]])
    base = np.arange(width - 1, width - 1 + rows)
    cost = np.zeros(wide.shape[1])
    cost[width - 1 : -1] = -1
    assert _climbed(wide, base, cost) > -_TINY * 100, "nothing is as it is told"
    for row in np.flatnonzero(base >= width - 1):
        others = np.flatnonzero(np.abs(wide[row, : width - 1]) > _TINY)
        if others.size:
            _pivot(wide, base, int(row), int(others[0]))
    kept = base < width - 1
    return np.hstack([wide[kept, : width - 1], wide[kept, -1:]]), base[kept]


def _climbed(
    table: NDArray[np.float64], base: NDArray[np.intp], cost: NDArray[np.float64]
) -> float:
    """Climb from vertex to vertex; return the most that the cost may be, maybe infinity."""
    gain = cost - cost[base] @ table
    for step in range(_MANY):
        better = np.flatnonzero(gain[:-1] > _TINY)
        if not better.size:
            return float(-gain[-1])
        # By the first one after a while: the steepest may go round and round.
        column = int(better[0] if step > _MANY // 5 else better[np.argmax(gain[better])])
        up = np.flatnonzero(table[:, column] > _TINY)
        if not up.size:
            return float("inf")
        limits = table[up, -1] / table[up, column]
        ties = up[limits <= limits.min() + _TINY]
        row = int(ties[np.argmin(base[ties])])
        _pivot(table, base, row, column)
        gain -= gain[column] * table[row]
    raise AssertionError("no end in sight")


def _pivot(table: NDArray[np.float64], base: NDArray[np.intp], row: int, column: int) -> None:
    table[row] /= table[row, column]
    others = np.flatnonzero(np.abs(table[:, column]) > _TINY)
    others = others[others != row]
    table[others] -= np.outer(table[others, column], table[row])
    base[row] = column
