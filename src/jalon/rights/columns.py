"""Households as columns: one array a fact, so that one is computed as a whole department is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jalon.rights.situation import (
    Disability,
    Income,
    Leave,
    Occupation,
    Person,
    Relation,
    Situation,
    Tenure,
    Union,
)
from jalon.rules.calendar import Month

Floats: TypeAlias = NDArray[np.float32]
Flags: TypeAlias = NDArray[np.bool_]
Words: TypeAlias = NDArray[np.str_]

RELATIONS: Final = (Relation.CLAIMANT, Relation.PARTNER, Relation.CHILD)
TENURES: Final = tuple(Tenure)
UNIONS: Final = tuple(Union)
DISABILITIES: Final = tuple(Disability)
LEAVES: Final = tuple(Leave)


@dataclass(frozen=True)
class People:
    """The people of all the households, one row each.

    `household` is the number of a row of `Households`, in order; `relation`, `disability` and
    `leave` are numbers of `RELATIONS`, `DISABILITIES` and `LEAVES`. Amounts are euros a month;
    `taxed`, euros a year, is nought where nobody said. `leave` is one that opens a right, taken
    since so many `leave_months`; `adopted` is not a time where nobody was.
    """

    household: NDArray[np.int64]
    relation: NDArray[np.int8]
    born: NDArray[np.datetime64]
    incomes: Mapping[Income, Floats]
    taxed: Floats
    student: Flags
    out_of_school: Flags
    alternating: Flags
    disability: NDArray[np.int8]
    barred_from_work: Flags
    care_level: NDArray[np.int32]
    pregnant: Flags
    adopted: NDArray[np.datetime64]
    leave: NDArray[np.int8]
    leave_months: NDArray[np.int32]

    def part(self, rows: slice, first: int) -> People:
        """Return some of them, of households numbered from a first one."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        told["incomes"] = {kind: amounts[rows] for kind, amounts in self.incomes.items()}
        told |= {name: told[name][rows] for name in told if name != "incomes"}
        told["household"] = told["household"] - first
        return People(**told)


@dataclass(frozen=True)
class Households:
    """The households, one row each; `tenure` and `union` are numbers of `TENURES`, `UNIONS`."""

    tenure: NDArray[np.int8]
    union: NDArray[np.int8]
    commune: Words
    rent: Floats
    charges: Floats
    furnished: Flags
    newly_alone: Flags
    people: People

    def __len__(self) -> int:
        return len(self.tenure)

    def parts(self, most: int) -> Iterator[Households]:
        """Yield them in their order, so many at a time; their people are in it too."""
        order = self.people.household
        for first in range(0, len(self), most):
            rows = slice(first, first + most)
            people = slice(*np.searchsorted(order, [first, first + most]))
            yield Households(
                **{
                    one.name: getattr(self, one.name)[rows]
                    for one in fields(self)
                    if one.name != "people"
                },
                people=self.people.part(people, first),
            )


def columns_of(situations: Sequence[Situation]) -> Households:
    """Return situations of one month as columns, in their order."""
    rows = [(number, one) for number, said in enumerate(situations) for one in said.people]
    everyone = [one for _, one in rows]
    homes = [one.home for one in situations]
    return Households(
        tenure=np.array([TENURES.index(one.tenure) for one in homes], np.int8),
        union=np.array([UNIONS.index(one.union) for one in situations], np.int8),
        commune=np.array([one.commune for one in homes], np.str_),
        rent=np.array([one.rent for one in homes], np.float32),
        charges=np.array([one.charges for one in homes], np.float32),
        furnished=np.array([one.furnished for one in homes], np.bool_),
        newly_alone=np.array([_newly_alone(one) for one in situations], np.bool_),
        people=People(
            household=np.array([number for number, _ in rows], np.int64),
            relation=np.array([RELATIONS.index(one.relation) for one in everyone], np.int8),
            born=np.array([one.born for one in everyone], "datetime64[D]"),
            incomes={kind: _floats(everyone, _of(kind)) for kind in Income},
            taxed=_floats(everyone, lambda one: one.taxed.yearly if one.taxed else 0),
            student=np.array([one.occupation is Occupation.STUDENT for one in everyone], np.bool_),
            out_of_school=np.array([one.schooled is False for one in everyone], np.bool_),
            alternating=np.array([one.alternating for one in everyone], np.bool_),
            disability=np.array([DISABILITIES.index(one.disability) for one in everyone], np.int8),
            barred_from_work=np.array([one.barred_from_work for one in everyone], np.bool_),
            care_level=np.array([one.care_level for one in everyone], np.int32),
            pregnant=np.array([one.pregnant for one in everyone], np.bool_),
            adopted=np.array([one.adopted_on for one in everyone], "datetime64[D]"),
            leave=np.array([_leave(one) for one in everyone], np.int8),
            leave_months=np.array(
                [_since(one.on_leave_since, situations[number].month) for number, one in rows],
                np.int32,
            ),
        ),
    )


def _of(kind: Income) -> Callable[[Person], Any]:
    return lambda one: one.incomes[kind].monthly if kind in one.incomes else 0


def _floats(people: Sequence[Person], told: Callable[[Person], Any]) -> Floats:
    return np.array([told(one) for one in people], np.float32)


# An increased RSA may last eighteen months from the day one came to be alone.
_NEWLY: Final = 18


def _newly_alone(said: Situation) -> bool:
    if said.alone_since is None:
        return False
    return 0 <= _since(said.alone_since, said.month) < _NEWLY


def _since(day: date | None, month: Month) -> int:
    """Return how many months went by between a day's and another; none where no day is told."""
    if day is None:
        return 0
    return 12 * (month.year - day.year) + month.month - day.month


# What takes the place of pay takes the place of the benefit (CSS, art. L. 532-2).
_INSTEAD: Final = (
    Income.UNEMPLOYMENT,
    Income.SICK_PAY,
    Income.PENSION,
    Income.DISABILITY_PENSION,
)


def _leave(one: Person) -> int:
    """Return the number of a leave that opens a right: what it asks for is so."""
    received = any(kind in one.incomes and one.incomes[kind].euros > 0 for kind in _INSTEAD)
    return LEAVES.index(one.leave if one.contributed and not received else Leave.NONE)
