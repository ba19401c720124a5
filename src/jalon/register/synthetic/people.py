"""Draw the persons of each household, one item a person, household after household."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from jalon.register.synthetic.columns import UNKNOWN, UNKNOWN_DAY, Flags, Floats, Integers
from jalon.register.synthetic.draw import chance, pick
from jalon.register.synthetic.families import Families
from jalon.register.synthetic.names import FAMILIES, draw_first_names
from jalon.register.synthetic.period import DAYS_A_YEAR
from jalon.register.synthetic.setting import Setting

RESPONSIBLE, SPOUSE, CHILD, OTHER = range(4)
ROLES: Final = ("responsible", "spouse", "child", "other")
FULL, ALTERNATING, VISITING = range(3)
CUSTODIES: Final = ("full", "alternating", "visiting")

_SAME_SEX_COUPLES: Final = 0.015
_SHARED_LAST_NAME: Final = 0.6
_CUSTODY_EMPTY: Final = 0.3
_DISABLED_CHILDREN: Final = 0.025
_DISABLED_ADULTS: Final = 0.06
_SEX_EMPTY: Final = 0.001
_NO_PAY: Final = 0.8
_PAY_EMPTY: Final = 0.05
# For each age: the chance that the school box is filled, and that the child goes to school.
_SCHOOL: Final = (((3, 6), 0.9, 1.0), ((6, 16), 0.985, 0.993), ((16, 20), 0.85, 0.8))
_WORKING_AGES: Final = (16, 23)


@dataclass(frozen=True)
class People:
    """One item a person; `household` is a position in the chunk, days count from 1970-01-01.

    Booleans are 0, 1 or `UNKNOWN`; pay is in cents a month.
    """

    first: Integers
    household: Integers
    role: Integers
    birth: Integers
    death: Integers
    woman: Integers
    last_name: Integers
    first_name: Integers
    in_school: Integers
    pay: Integers
    custody: Integers
    disabled: Integers

    def __len__(self) -> int:
        return len(self.household)


@dataclass(frozen=True)
class Children:
    """What a household's children share: the youngest's birth, twins, alternating custody."""

    youngest_birth: Integers
    twins: Flags
    alternating: Flags


def build_people(setting: Setting, families: Families, children: Children) -> People:
    """Lay out the persons: responsible, spouse, children from the eldest, another adult."""
    generator, period = setting.generator, setting.period
    sizes = 1 + families.couple + families.children + families.another_adult
    first = np.cumsum(sizes) - sizes
    household = np.repeat(np.arange(len(families)), sizes)
    place = np.arange(len(household)) - first[household]
    role = _roles(families, household, place)
    birth = _births(setting, families, household, role)
    of_children = _children_births(families, children, household, place)
    birth = np.where(role == CHILD, of_children, birth)
    woman = _sexes(generator, families, household, role)
    age = (period.last_day - birth) / DAYS_A_YEAR
    return People(
        first=first,
        household=household,
        role=role,
        birth=birth,
        death=np.full(len(household), UNKNOWN_DAY, dtype=np.int64),
        woman=np.where(chance(generator, _SEX_EMPTY, len(woman)), UNKNOWN, woman),
        last_name=_last_names(generator, families, household, role),
        first_name=draw_first_names(generator, woman),
        in_school=_schooling(generator, role, age),
        pay=_young_pay(generator, role, age),
        custody=_custody(generator, families, household, role, children.alternating),
        disabled=_disabled(generator, role),
    )


def _roles(families: Families, household: Integers, place: Integers) -> Integers:
    spouse = families.couple[household].astype(np.int64)
    children = families.children[household]
    return np.select(
        [place == 0, place <= spouse, place <= spouse + children],
        [RESPONSIBLE, SPOUSE, CHILD],
        default=OTHER,
    )


def _births(setting: Setting, families: Families, household: Integers, role: Integers) -> Integers:
    others = setting.generator.uniform(19, 80, len(household))
    ages = np.where(role == SPOUSE, families.spouse_age[household], others)
    ages = np.where(role == RESPONSIBLE, families.age[household], ages)
    return setting.period.born(ages)


def _children_births(
    families: Families, children: Children, household: Integers, place: Integers
) -> Integers:
    """Count back from the youngest child, whom twins share their birth with."""
    youngest_last = families.children[household] - place + families.couple[household]
    steps = np.maximum(youngest_last - children.twins[household], 0)
    gap = np.floor(families.spacing[household] * DAYS_A_YEAR).astype(np.int64)
    return np.asarray(children.youngest_birth[household] - steps * gap, dtype=np.int64)


def _sexes(
    generator: np.random.Generator, families: Families, household: Integers, role: Integers
) -> Integers:
    woman = families.woman[household]
    spouse = woman == chance(generator, _SAME_SEX_COUPLES, len(families))[household]
    anyone = chance(generator, 0.5, len(household))
    return np.choose(role, (woman, spouse, anyone, anyone)).astype(np.int64)


def _last_names(
    generator: np.random.Generator, families: Families, household: Integers, role: Integers
) -> Integers:
    count = len(families)
    own = generator.integers(0, len(FAMILIES), count)
    other = generator.integers(0, len(FAMILIES), count)
    spouse = np.where(chance(generator, _SHARED_LAST_NAME, count), own, other)
    child = np.where(chance(generator, _SHARED_LAST_NAME, count), own, spouse)
    return np.choose(role, (own[household], spouse[household], child[household], other[household]))


def _schooling(generator: np.random.Generator, role: Integers, age: Floats) -> Integers:
    in_school = np.full(len(role), UNKNOWN, dtype=np.int64)
    filled, attends = generator.random((2, len(role)))
    for (start, end), known, going in _SCHOOL:
        here = (role == CHILD) & (age >= start) & (age < end) & (filled < known)
        in_school = np.where(here, attends < going, in_school)
    return in_school


def _young_pay(generator: np.random.Generator, role: Integers, age: Floats) -> Integers:
    """Draw the pay of children of working age, around the limit; the adults' comes later."""
    count = len(role)
    start, end = _WORKING_AGES
    working = (role == CHILD) & (age >= start) & (age < end)
    earned = np.round(generator.normal(950, 330, count).clip(80)) * 100
    pay = np.where(chance(generator, _NO_PAY, count), 0, earned)
    pay = np.where(chance(generator, _PAY_EMPTY, count), UNKNOWN, pay)
    return np.where(working, pay, UNKNOWN).astype(np.int64)


def _custody(
    generator: np.random.Generator,
    families: Families,
    household: Integers,
    role: Integers,
    alternating: Flags,
) -> Integers:
    of_household = np.where(families.visited, VISITING, np.where(alternating, ALTERNATING, FULL))
    custody = of_household[household]
    left_empty = (custody == FULL) & chance(generator, _CUSTODY_EMPTY, len(household))
    return np.where((role == CHILD) & ~left_empty, custody, UNKNOWN)


def _disabled(generator: np.random.Generator, role: Integers) -> Integers:
    shares = np.array([_DISABLED_ADULTS, _DISABLED_ADULTS, _DISABLED_CHILDREN, _DISABLED_ADULTS])
    drawn = chance(generator, shares[role], len(role)).astype(np.int64)
    return np.where(pick(generator, (0.98, 0.02), len(role)) == 1, UNKNOWN, drawn)
