"""Draw who lives in each household: its type, the adults' ages, the number of children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jalon.register.synthetic.columns import Flags, Floats, Integers
from jalon.register.synthetic.draw import chance, pick
from jalon.register.synthetic.population import Population
from jalon.register.synthetic.setting import Setting

SINGLE, LONE_PARENT, COUPLE, COUPLE_WITH_CHILDREN = range(4)

# Relative frequencies of one, two, three... children before the mean is set.
_LONE_CHILDREN: Final = (0.50, 0.32, 0.13, 0.04, 0.01)
_COUPLE_CHILDREN: Final = (0.40, 0.38, 0.15, 0.05, 0.02)
_VISITED: Final = 0.02
_ANOTHER_ADULT: Final = 0.004
_STUDENTS_AMONG_YOUNG: Final = 0.45
_YOUNG: Final = 26.0
# What both give, with the ages drawn below.
STUDENTS_AMONG_SINGLE: Final = 0.17
_YOUNGEST_PARENT: Final = 17.5
_YEARS_BETWEEN_BIRTHS: Final = (1.2, 4.2)
_OLDER_CHILD_AT_HOME: Final = 0.06
# Older than any birth that falls in the year, so that such a child's birth is not an event.
YOUNGEST_WITHOUT_BIRTH: Final = 1.2


@dataclass(frozen=True)
class Families:
    """One item a household; ages in years on the month's last day."""

    kind: Integers
    age: Floats
    woman: Flags
    spouse_age: Floats
    student: Flags
    children: Integers
    youngest: Floats
    spacing: Floats
    visited: Flags
    another_adult: Flags

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def couple(self) -> Flags:
        """Households with a spouse."""
        return np.isin(self.kind, (COUPLE, COUPLE_WITH_CHILDREN))

    @property
    def with_children(self) -> Flags:
        """Households that have children in charge."""
        return np.isin(self.kind, (LONE_PARENT, COUPLE_WITH_CHILDREN))

    @property
    def mother(self) -> Flags:
        """Households with a woman of an age to bear a child."""
        bearing_age: Flags = (self.age > 18) & (self.age < 44)  # noqa: PLR2004 - years
        return bearing_age & (self.woman | self.couple)


def draw_families(setting: Setting, count: int) -> Families:
    """Draw the households of one chunk."""
    generator, population = setting.generator, setting.population
    kind = pick(generator, kind_shares(population), count)
    age = _draw_ages(generator, kind)
    visited = (kind == SINGLE) & (age > 22) & chance(generator, _VISITED, count)  # noqa: PLR2004 - years
    wanted = _draw_children(generator, population, kind)
    room = _room_for_children(generator, age)
    fitting = 1 + np.floor(
        np.maximum(room - YOUNGEST_WITHOUT_BIRTH, 0) / _YEARS_BETWEEN_BIRTHS[0]
    ).astype(np.int64)
    children = np.minimum(np.where(visited, 1, wanted), fitting)
    spacing = _draw_spacing(generator, room, children)
    span = room - spacing * np.maximum(children - 1, 0)
    low = np.minimum(YOUNGEST_WITHOUT_BIRTH, span)
    return Families(
        kind=kind,
        age=age,
        woman=chance(generator, np.array([0.52, 0.87, 0.58, 0.62])[kind], count),
        spouse_age=np.clip(age + generator.normal(0, 3.5, count), 18.1, 95),
        student=(kind == SINGLE)
        & (age < _YOUNG)
        & chance(generator, _STUDENTS_AMONG_YOUNG, count),
        children=children,
        youngest=low + generator.random(count) * (span - low),
        spacing=spacing,
        visited=visited,
        another_adult=chance(generator, _ANOTHER_ADULT, count),
    )


def kind_shares(population: Population) -> Floats:
    """Return the share of single people, lone parents, couples and couples with children."""
    known = [
        population.share(name)
        for name in ("single_without_children", "lone_parents", "couples_without_children")
    ]
    return np.array([*known, 1 - sum(known)])


def _draw_ages(generator: np.random.Generator, kind: Integers) -> Floats:
    count = len(kind)
    youth = 18.05 + 12 * generator.beta(1.3, 2.0, count)
    middle = generator.uniform(30, 60, count)
    elder = generator.uniform(60, 88, count)
    single = np.choose(pick(generator, (0.45, 0.42, 0.13), count), (youth, middle, elder))
    lone = np.clip(generator.normal(38, 8.5, count), 18.6, 61)
    couple = np.choose(
        pick(generator, (0.40, 0.40, 0.20), count),
        (generator.uniform(20, 36, count), generator.uniform(36, 62, count), elder),
    )
    parents = np.clip(generator.normal(39, 7.5, count), 20, 62)
    return np.choose(kind, (single, lone, couple, parents))


def _draw_children(
    generator: np.random.Generator, population: Population, kind: Integers
) -> Integers:
    lone, couple = children_shares(population)
    count = len(kind)
    drawn = np.select(
        [kind == LONE_PARENT, kind == COUPLE_WITH_CHILDREN],
        [1 + pick(generator, lone, count), 1 + pick(generator, couple, count)],
        default=0,
    )
    return drawn.astype(np.int64)


def children_shares(population: Population) -> tuple[Floats, Floats]:
    """Tilt both frequencies of numbers of children until households have their mean size."""
    shares = kind_shares(population)
    adults = 1 + shares[COUPLE] + shares[COUPLE_WITH_CHILDREN] + _ANOTHER_ADULT
    adults += _VISITED * shares[SINGLE]
    wanted = population.value("persons_per_household") - adults
    low, high = 0.05, 20.0
    for _ in range(60):
        tilt = (low * high) ** 0.5
        mean = shares[LONE_PARENT] * _mean(_tilted(_LONE_CHILDREN, tilt)) + shares[
            COUPLE_WITH_CHILDREN
        ] * _mean(_tilted(_COUPLE_CHILDREN, tilt))
        low, high = (tilt, high) if mean < wanted else (low, tilt)
    return _tilted(_LONE_CHILDREN, tilt), _tilted(_COUPLE_CHILDREN, tilt)


def _tilted(frequencies: tuple[float, ...], tilt: float) -> Floats:
    weights = np.array(frequencies) * tilt ** np.arange(len(frequencies))
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _mean(shares: Floats) -> float:
    return float((shares * np.arange(1, len(shares) + 1)).sum())


def _room_for_children(generator: np.random.Generator, age: Floats) -> Floats:
    """Return the greatest age, in years, that a child of a parent of that age has here."""
    limit = np.where(chance(generator, _OLDER_CHILD_AT_HOME, len(age)), 22.5, 20.0)
    return np.clip(age - _YOUNGEST_PARENT, 0.9, limit)


def _draw_spacing(
    generator: np.random.Generator, room: Floats, children: Integers
) -> NDArray[np.float64]:
    drawn = generator.uniform(*_YEARS_BETWEEN_BIRTHS, len(room))
    most = np.maximum(room - YOUNGEST_WITHOUT_BIRTH, 0) / np.maximum(children - 1, 1)
    return np.where(children > 1, np.minimum(drawn, most), 0.0)
