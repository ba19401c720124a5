"""What a figure is: a value with what it rests on, or the reason why it cannot be given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from jalon.rules.calendar import Month, add_months
from jalon.steering.indicators import Indicator, Unit
from jalon.web import french

_DECIMALS: Final = {
    Unit.PERCENT: 1,
    Unit.DAYS: 1,
    Unit.FULL_TIMES: 1,
    Unit.A_FULL_TIME: 1,
    Unit.A_SUPPORT: 2,
    Unit.A_THOUSAND: 1,
}
NO_MONTH: Final = "aucun de ces mois n'est compté"
COUNTED_BEFORE: Final = "ces mois ont été comptés avant que ce chiffre ne le soit"
_A_SPAN: Final = 3
NO_TARGET: Final = "le profil de la caisse ne fixe pas de cible"
NOT_YET: Final = "pas encore comparable : des mois de l'année manquent"


@dataclass(frozen=True)
class Basis:
    """The months that a figure rests on, those that it lacks, and when they were counted.

    Of those `going_on`, more is still to come; of those `amended`, something was written or
    corrected after they were frozen. `gone` are facts of families purged before a month was first
    counted: a figure lacks them.
    """

    months: tuple[Month, ...] = ()
    missing: tuple[Month, ...] = ()
    going_on: tuple[Month, ...] = ()
    amended: tuple[Month, ...] = ()
    gone: int = 0
    counted_at: datetime | None = None

    @property
    def in_words(self) -> str:
        """What it says to whoever reads a figure, in French."""
        return " ".join(self._said())

    def _said(self) -> Iterator[str]:
        if not self.months:
            yield f"{NO_MONTH[0].upper()}{NO_MONTH[1:]}."
            return
        first, last = self.months[0], self.months[-1]
        yield (
            f"Mois compté : {first.in_french}."
            if first == last
            else f"Mois comptés : {first.in_french} à {last.in_french}."
        )
        for said, which in (
            ("Il manque", self.missing),
            ("Pas encore figé", self.going_on),
            ("Corrigé depuis qu'il est figé", self.amended),
        ):
            if which:
                yield f"{said} : {', '.join(_spans(which))}."
        if self.gone:
            # Not how many: no small count is told, and two spans of months would give one.
            yield "Il y manque des faits de familles purgées avant ce décompte."
        if self.counted_at:
            yield f"Compté le {french.long_moment(self.counted_at)}."


def _spans(months: Sequence[Month]) -> Iterator[str]:
    """Yield months in words, three or more in a row by the first and the last."""
    runs: list[list[Month]] = []
    for one in months:
        if runs and Month.of(add_months(runs[-1][-1].first_day, 1)) == one:
            runs[-1].append(one)
        else:
            runs.append([one])
    for run in runs:
        if len(run) >= _A_SPAN:
            yield f"{run[0].in_french} à {run[-1].in_french}"
        else:
            yield from (one.in_french for one in run)


@dataclass(frozen=True)
class Figure:
    """What an indicator is worth: a value, or in `why_not` why it cannot be given, never both.

    Of a share or a mean, `numerator` and `denominator` are what it was worked out from. `target`
    is the profile's, or of one of a year the part of the months counted; `no_target` says why
    there is none to compare with, where the indicator has one.
    """

    indicator: Indicator
    basis: Basis
    value: Decimal | None = None
    why_not: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    target: Decimal | None = None
    no_target: str = ""

    @property
    def said(self) -> str:
        """The value as it is read, in its unit; « ne peut être donné » with the reason."""
        if self.value is None:
            return f"ne peut être donné : {self.why_not}"
        unit = self.indicator.unit
        written = french.number(self.value, _DECIMALS.get(unit, 0))
        return f"{written}\u00a0{'%' if unit is Unit.PERCENT else unit.of(self.value)}"
