"""The three ways in which the generator draws: a chance, a pick by weights, a choice of some."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jalon.register.synthetic.columns import Flags, Floats, Integers


def chance(generator: np.random.Generator, share: float | Floats, count: int) -> Flags:
    """Say yes with that probability, one for all or one each."""
    return generator.random(count) < share


def pick(
    generator: np.random.Generator, weights: Sequence[float] | Floats, count: int
) -> Integers:
    """Draw positions in a list of weights."""
    limits = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(limits / limits[-1], generator.random(count), side="right")


def choose(generator: np.random.Generator, candidates: Flags, expected: float) -> Integers:
    """Choose about `expected` of the candidates (a Poisson count); positions in rising order."""
    positions = np.flatnonzero(candidates)
    count = min(int(generator.poisson(expected)), len(positions))
    return np.sort(generator.choice(positions, count, replace=False))
