"""Draw what each household lives on: standard of living, quotient, income, RSA, activity bonus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from jalon.register.schema import HOUSEHOLDS
from jalon.register.synthetic.columns import UNKNOWN, Flags, Floats, Integers
from jalon.register.synthetic.draw import chance, pick
from jalon.register.synthetic.families import (
    LONE_PARENT,
    SINGLE,
    STUDENTS_AMONG_SINGLE,
    Families,
    kind_shares,
)
from jalon.register.synthetic.people import CHILD, RESPONSIBLE, SPOUSE, VISITING, People
from jalon.register.synthetic.period import DAYS_A_YEAR, Period
from jalon.register.synthetic.population import Population
from jalon.register.synthetic.setting import Setting

RSA: Final = HOUSEHOLDS.column("rsa").codes
ADJUSTMENTS: Final = HOUSEHOLDS.column("income_adjustment").codes
STANDARD, INCREASED = RSA.index("standard"), RSA.index("increased")

# How much more often than others each type of household has low income, or RSA when it has.
# Order: single, lone parent, couple, couple with children. Assumptions.
_LOW_INCOME_WEIGHTS: Final = (1.07, 1.47, 0.70, 0.775)
_RSA_WEIGHTS: Final = (0.52, 0.42, 0.20, 0.25)
_ADJUSTMENT_WEIGHTS: Final = (0.94, 0.03, 0.02, 0.01)
_RSA_EMPTY: Final = 0.004
_SANCTION_EMPTY: Final = 0.02
_YOUNG_CHILD_YEARS: Final = 3
_ADOLESCENT_YEARS: Final = 14
_PAY_EMPTY: Final = 0.06
_NET_OF_GROSS: Final = 0.78
_LONE_PARENT_UNITS: Final = 0.2


@dataclass(frozen=True)
class Means:
    """One item a household; amounts in cents, `UNKNOWN` where the file is empty."""

    low_income: Flags
    monthly: Floats
    quotient: Integers
    gross_income: Integers
    adjustment: Integers
    rsa: Integers
    sanction: Integers
    activity_bonus: Flags


def draw_means(setting: Setting, families: Families, people: People) -> Means:
    """Draw the means of the households of one chunk; monthly resources are in euros."""
    generator, population = setting.generator, setting.population
    count = len(families)
    low = chance(generator, low_income_shares(population)[families.kind], count)
    standard = population.value("low_income_threshold") * np.where(
        low,
        0.30 + 0.70 * generator.beta(2.6, 1.6, count),
        1.001 + generator.exponential(0.75, count),
    )
    units, parts = _units(setting.period, families, people)
    monthly = standard * units
    rsa = _draw_rsa(generator, population, families, low)
    sanction = np.where(
        rsa > 0, chance(generator, population.value("rsa_sanction"), count), 0
    ).astype(np.int64)
    bonus = chance(generator, _bonus_shares(population)[families.kind], count)
    return Means(
        low_income=low,
        monthly=monthly,
        quotient=_forget(
            generator, np.round(monthly / parts * 100), population, "family_quotient_unknown"
        ),
        gross_income=_draw_gross(setting, monthly, low, rsa),
        adjustment=_empty_last(pick(generator, _ADJUSTMENT_WEIGHTS, count), len(ADJUSTMENTS)),
        rsa=np.where(chance(generator, _RSA_EMPTY, count), UNKNOWN, rsa),
        sanction=np.where(
            (rsa > 0) & chance(generator, _SANCTION_EMPTY, count), UNKNOWN, sanction
        ),
        activity_bonus=bonus & (rsa == 0),
    )


def low_income_shares(population: Population) -> Floats:
    """Return the share of low incomes in each type of household, for the published total."""
    weights = np.array(_LOW_INCOME_WEIGHTS)
    mean = float((weights * kind_shares(population)).sum())
    return np.minimum(weights / mean * population.share("low_income"), 1.0)


def _rsa_shares(population: Population) -> Floats:
    """Return the share of RSA among the low incomes of each type of household."""
    weights = np.array(_RSA_WEIGHTS)
    mean = float((weights * kind_shares(population) * low_income_shares(population)).sum())
    return np.minimum(weights / mean * population.value("rsa"), 1.0)


def _bonus_shares(population: Population) -> Floats:
    """Return the share with the activity bonus in each type, among those without RSA."""
    total = population.share("activity_bonus")
    single = population.value("activity_bonus_single")
    lone = population.value("activity_bonus_lone_parents")
    kinds = kind_shares(population)
    others = (1 - single - lone) / float(kinds[2:].sum())
    shares = total * np.array([single / kinds[0], lone / kinds[1], others, others])
    without_rsa = 1 - low_income_shares(population) * _rsa_shares(population)
    return np.clip(shares / without_rsa, 0, 1)


def _draw_rsa(
    generator: np.random.Generator, population: Population, families: Families, low: Flags
) -> Integers:
    """Draw RSA among the low incomes; increased for lone parents, oftener with a young child."""
    shares = _rsa_shares(population)
    chances = shares.copy()
    # Students have no RSA: the other single people have their part.
    chances[SINGLE] = min(chances[SINGLE] / (1 - STUDENTS_AMONG_SINGLE), 1.0)
    has = low & ~families.student & chance(generator, chances[families.kind], len(families))
    lone = kind_shares(population)[LONE_PARENT] * low_income_shares(population)[LONE_PARENT]
    lone *= shares[LONE_PARENT]
    increased = population.value("rsa") * population.value("rsa_increased") / lone
    young = families.youngest < _YOUNG_CHILD_YEARS
    chances = np.clip(increased * np.where(young, 1.4, 0.9), 0, 1)
    rises = (families.kind == LONE_PARENT) & chance(generator, chances, len(families))
    return np.where(has, np.where(rises, INCREASED, STANDARD), 0)


def _units(period: Period, families: Families, people: People) -> tuple[Floats, Floats]:
    """Return each household's consumption units, and its parts in the family quotient."""
    count = len(families)
    child = (people.role == CHILD) & (people.custody != VISITING)
    child &= people.birth <= period.last_day
    age = (period.last_day - people.birth) / DAYS_A_YEAR
    weights = np.where(age >= _ADOLESCENT_YEARS, 0.5, 0.3) * child
    units = 1 + 0.5 * families.couple + np.bincount(people.household, weights, count)
    units = units + _LONE_PARENT_UNITS * (families.kind == LONE_PARENT)
    children = np.bincount(people.household, child, count)
    parts = 2 + 0.5 * children + 0.5 * (children > 2)  # noqa: PLR2004 - the third child counts double
    return units, parts


def _draw_gross(setting: Setting, monthly: Floats, low: Flags, rsa: Integers) -> Integers:
    """Draw the yearly gross income of two years before, rounded to the euro."""
    generator, population = setting.generator, setting.population
    count = len(monthly)
    earned = np.where(rsa > 0, 0.12, np.where(low, 0.62, 0.95)) * generator.uniform(
        0.7, 1.3, count
    )
    euros = np.round(monthly * 12 * earned / 0.9)
    nothing = (rsa > 0) & chance(generator, 0.35, count)
    return _forget(
        generator, np.where(nothing, 0, euros) * 100, population, "gross_income_unknown"
    )


def adults_pay(
    generator: np.random.Generator, families: Families, means: Means, people: People
) -> Integers:
    """Return each person's pay in cents a month, the adults' drawn from the resources."""
    workers = 1 + families.couple
    each = means.monthly * _NET_OF_GROSS / workers
    each = np.where(means.rsa > 0, 0, np.where(families.student, each * 0.3, each))
    adult = (people.role == RESPONSIBLE) | (people.role == SPOUSE)
    pay = np.round(each[people.household] * generator.uniform(0.5, 1.4, len(people))) * 100
    pay = np.where(chance(generator, _PAY_EMPTY, len(people)), UNKNOWN, pay)
    return np.where(adult, pay, people.pay).astype(np.int64)


def _forget(
    generator: np.random.Generator, cents: Floats, population: Population, figure: str
) -> Integers:
    empty = chance(generator, population.value(figure), len(cents))
    return np.where(empty, UNKNOWN, cents).astype(np.int64)


def _empty_last(index: Integers, known: int) -> Integers:
    return np.where(index >= known, UNKNOWN, index)
