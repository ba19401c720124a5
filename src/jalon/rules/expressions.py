"""The small frozen language that facts are defined in, read by every engine alike.

An expression speaks of one household as the extract describes it: its own row, its persons,
one of its events with the person that event concerns, and its benefits. Every value may be
unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Constant: TypeAlias = str | int | bool | Decimal | date
Scope: TypeAlias = Literal["household", "person", "event", "concerned"]


class Expression:
    """Any node of the language."""

    def children(self) -> Iterator[Expression]:
        """Yield the expressions that this one is made of."""
        for field in fields(self):  # type: ignore[arg-type]  # every node is a dataclass
            value = getattr(self, field.name)
            if isinstance(value, Expression):
                yield value
            elif isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Expression))

    def walk(self) -> Iterator[Expression]:
        """Yield this expression and all those below it."""
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True)
class Column(Expression):
    """A cell: of the household, of the person looked at, of the event, of whom it concerns."""

    scope: Scope
    name: str


@dataclass(frozen=True)
class Value(Expression):
    """A constant of the language."""

    value: Constant


@dataclass(frozen=True)
class Unknown(Expression):
    """What is not known, or not looked at yet."""


@dataclass(frozen=True)
class RunDate(Expression):
    """The last day of the run's month."""


@dataclass(frozen=True)
class MonthStart(Expression):
    """The first day of the run date's month."""


@dataclass(frozen=True)
class Parameter(Expression):
    """The value, on the run's date, of a dated parameter of the profile."""

    name: str


@dataclass(frozen=True)
class Age(Expression):
    """Completed years on a day; unknown where either date is."""

    born: Expression
    on: Expression


@dataclass(frozen=True)
class MonthsLater(Expression):
    """The same day some months later, or that month's last day where it has none."""

    day: Expression
    months: int


@dataclass(frozen=True)
class FirstKnown(Expression):
    """The first of several values that is known."""

    options: tuple[Expression, ...]


@dataclass(frozen=True)
class IsFilled(Expression):
    """Whether an optional cell is filled; unknown where its column is missing.

    For cells that state something by being empty, as an empty date of death does.
    """

    column: Column


@dataclass(frozen=True)
class Plus(Expression):
    """The sum of two amounts."""

    left: Expression
    right: Expression


@dataclass(frozen=True)
class Ratio(Expression):
    """One amount in units of another; unknown where the unit is zero. Compared exactly."""

    amount: Expression
    unit: Expression


@dataclass(frozen=True)
class Comparison(Expression):
    """`left` compared with `right` by one of `==`, `<`, `<=`, `>`, `>=`."""

    left: Expression
    comparison: str
    right: Expression


@dataclass(frozen=True)
class Every(Expression):
    """All of several conditions."""

    conditions: tuple[Expression, ...]


@dataclass(frozen=True)
class Some(Expression):
    """At least one of several conditions."""

    conditions: tuple[Expression, ...]


@dataclass(frozen=True)
class No(Expression):
    """The contrary of a condition."""

    condition: Expression


@dataclass(frozen=True)
class PersonCount(Expression):
    """How many persons of the household meet a condition: an interval."""

    where: Expression


@dataclass(frozen=True)
class AnyPerson(Expression):
    """Whether a person of the household meets a condition."""

    where: Expression


@dataclass(frozen=True)
class OfPerson(Expression):
    """A value of the one person of the household who meets a condition; unknown if nobody does."""

    where: Expression
    value: Expression


@dataclass(frozen=True)
class OnlyIf(Expression):
    """A value where a condition is true, unknown elsewhere."""

    condition: Expression
    value: Expression


@dataclass(frozen=True)
class BenefitPaid(Expression):
    """Whether a benefit was paid in the run's month; unknown for a month not in the extract."""

    code: str


def of_household_alone(condition: Expression) -> Expression:
    """Return a condition with all that looks beyond the household's own row left unknown.

    False of a household's row alone, a condition is false whatever its persons and benefits.
    """
    match condition:
        case Every(conditions):
            return Every(tuple(of_household_alone(one) for one in conditions))
        case Some(conditions):
            return Some(tuple(of_household_alone(one) for one in conditions))
        case No(inner):
            return No(of_household_alone(inner))
    beyond = PersonCount | AnyPerson | OfPerson | BenefitPaid
    return Unknown() if any(isinstance(node, beyond) for node in condition.walk()) else condition
