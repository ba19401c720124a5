"""What is paid beside what could be: what seems missing, and what may be at risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from jalon.rights.catalogue import Rhythm, RightKind
from jalon.rights.computing import Right

# What is paid follows declarations of past months: less than this is no difference to speak of.
_SAME: Final = Decimal(15)


class Gap(StrEnum):
    """How what is paid stands beside what was computed."""

    MISSING = "missing"
    LESS = "less"
    SAME = "same"
    MORE = "more"
    AT_RISK = "at_risk"
    NEITHER = "neither"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Compared:
    """A right computed, what is paid of it, in euros at its rhythm, and how they stand.

    `paid` is None where nobody knows: a cover, or a payment of another month.
    """

    right: Right
    paid: Decimal | None
    gap: Gap


def compared(rights: Iterable[Right], paid: Mapping[str, Decimal]) -> list[Compared]:
    """Set rights beside what is paid, euros a month by code of the monthly extract."""
    return [Compared(one, told := _paid(one.kind, paid), _gap(one.euros, told)) for one in rights]


def _paid(kind: RightKind, paid: Mapping[str, Decimal]) -> Decimal | None:
    if kind.cover or kind.rhythm is Rhythm.YEAR:
        return None
    return sum((paid.get(code, Decimal(0)) for code in kind.codes), Decimal(0))


def _gap(euros: Decimal | None, paid: Decimal | None) -> Gap:
    if euros is None or paid is None:
        return Gap.UNKNOWN
    if not euros and not paid:
        return Gap.NEITHER
    if not paid:
        return Gap.MISSING
    if not euros:
        return Gap.AT_RISK
    if abs(euros - paid) < _SAME:
        return Gap.SAME
    return Gap.LESS if paid < euros else Gap.MORE
