"""What is paid beside what could be: what seems missing, and what may be at risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from jalon.rights.catalogue import Rhythm, RightKind
from jalon.rights.right import Right

# What is paid follows declarations of past months: less than this is no difference to speak of.
NO_DIFFERENCE: Final = Decimal(15)


class Gap(StrEnum):
    """How what is paid stands beside what was computed."""

    MISSING = "missing"
    LESS = "less"
    SAME = "same"
    MORE = "more"
    AT_RISK = "at_risk"
    NEITHER = "neither"
    PAID = "paid"  # it is, and nobody knows how much
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """What there is to say of a right beside what is paid: what pages and papers group by."""

    DUE = "due"
    AT_RISK = "at_risk"
    TO_COMPARE = "to_compare"
    HELD = "held"


_HAVE_LOOKED_AT: Final = "À faire vérifier par la Caf : sur caf.fr, ou avec nous."

_STANDINGS: Final = {
    Gap.MISSING: Standing.DUE,
    Gap.LESS: Standing.DUE,
    Gap.AT_RISK: Standing.AT_RISK,
    Gap.MORE: Standing.AT_RISK,
    Gap.UNKNOWN: Standing.TO_COMPARE,
    Gap.SAME: Standing.HELD,
    Gap.PAID: Standing.HELD,
}


@dataclass(frozen=True)
class Payment:
    """What is paid of a right: euros a month, None where it is, and nobody knows how much."""

    euros: Decimal | None


@dataclass(frozen=True)
class Compared:
    """A right computed, what is paid of it, and how they stand.

    `paid` is None where nobody knows whether it is: a cover, or a payment of another month.
    """

    right: Right
    paid: Payment | None
    gap: Gap

    @property
    def ask(self) -> str:
        """How to ask for it; of what is paid in part already, to have it looked at."""
        return _HAVE_LOOKED_AT if self.gap is Gap.LESS else self.right.kind.ask

    @property
    def standing(self) -> Standing | None:
        """What to say of it; nothing of what was not computed, or is neither due nor paid."""
        if self.right.euros is None or (self.gap is Gap.UNKNOWN and not self.right.euros):
            return None
        return _STANDINGS.get(self.gap)


def compared(rights: Iterable[Right], paid: Mapping[str, Payment]) -> list[Compared]:
    """Set rights beside what is paid, by code of the right; what is not there, nobody knows."""
    return [Compared(one, told := _paid(one.kind, paid), _gap(one.euros, told)) for one in rights]


def is_compared(kind: RightKind) -> bool:
    """Tell whether what is paid in a month can be set beside a right."""
    return not kind.cover and kind.rhythm is Rhythm.MONTH


def _paid(kind: RightKind, paid: Mapping[str, Payment]) -> Payment | None:
    return paid.get(kind.code) if is_compared(kind) else None


def _gap(euros: Decimal | None, payment: Payment | None) -> Gap:
    if euros is None or payment is None:
        return Gap.UNKNOWN
    if payment.euros is None:
        return Gap.PAID if euros else Gap.AT_RISK
    return _gap_of(euros, payment.euros)


def _gap_of(euros: Decimal, paid: Decimal) -> Gap:
    if not euros and not paid:
        return Gap.NEITHER
    if not paid:
        return Gap.MISSING
    if not euros:
        return Gap.AT_RISK
    if abs(euros - paid) < NO_DIFFERENCE:
        return Gap.SAME
    return Gap.LESS if paid < euros else Gap.MORE
