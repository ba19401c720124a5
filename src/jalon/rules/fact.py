"""What a fact is: a type, a unit, a French label, and an expression that says what it means."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from jalon.rules.expressions import Expression, Parameter

MOST_DECIMALS: Final = 4
_LARGEST: Final = 10**12
_OLDEST: Final = 150


def exact_number(value: float | Decimal | str) -> Decimal:
    """Return a number as every engine holds it: four decimals, twelve digits before them.

    ValueError, in French, for what is no such number.
    """
    try:
        exact = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"« {value} » n'est pas un nombre.") from error
    if not exact.is_finite() or abs(exact) >= _LARGEST or exact != round(exact, MOST_DECIMALS):
        raise ValueError(f"« {value} » : douze chiffres et quatre décimales au plus.")
    return exact


class FactType(StrEnum):
    """What kind of value a fact takes, and so which operators apply to it."""

    BOOLEAN = "boolean"
    CODE = "code"
    NUMBER = "number"
    COUNT = "count"


class Unit(StrEnum):
    """Units of facts and parameters; a fact and a parameter compare only in the same unit."""

    EUROS = "euros"
    EUROS_PER_MONTH = "euros_per_month"
    EUROS_PER_YEAR = "euros_per_year"
    YEARS = "years"
    MONTHS = "months"
    PERSONS = "persons"

    @property
    def is_money(self) -> bool:
        """Whether values are amounts, which rules take from dated parameters only."""
        return self.value.startswith("euros")


@dataclass(frozen=True)
class Fact:
    """Something that can be known of a household (or of one of its events).

    In French: `label` is a sentence's subject, `codes` gives a code's values, `noun` what a
    count counts (singular, plural), `when_true` and `when_false` say a boolean as a clause.
    `of_event` facts exist only in offers set off by an event.
    """

    name: str
    label: str
    type: FactType
    expression: Expression
    unit: Unit | None = None
    codes: tuple[tuple[str, str], ...] = ()
    noun: tuple[str, str] = ("", "")
    when_true: str = ""
    when_false: str = ""
    of_event: bool = False

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the dated parameters that the fact itself rests on."""
        return frozenset(
            node.name for node in self.expression.walk() if isinstance(node, Parameter)
        )

    def number(self, value: float | Decimal | str) -> Decimal:
        """Return a number that the fact can be compared with; ValueError, in French."""
        exact = exact_number(value)
        if self.type is FactType.COUNT and exact != int(exact):
            raise ValueError(f"« {value} » n'est pas un nombre entier.")
        if self.unit is Unit.YEARS and not 0 <= exact <= _OLDEST:
            raise ValueError(f"« {value} » : un âge va de 0 à {_OLDEST} ans.")
        return exact

    def french(self, code: str) -> str:
        """Return a code's value in French."""
        return dict(self.codes).get(code, code)
