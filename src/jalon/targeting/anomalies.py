"""When a month's figure deserves a second look, and how it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Final

from jalon.web import french

# A mean over fewer months says more of their chance than of the rule.
SHORT_MEMORY: Final = 3
# A third more or less is what managers asked of their last quarter's mean would notice; below,
# school holidays and the fund's own catching up of files move any offer as much.
SHARP_SHARE: Final = 1 / 3
# Events that nothing links vary by the square root of their number: three times that happens by
# chance less than one month in three hundred, so small offers do not warn every month.
SHARP_DEVIATIONS: Final = 3
# A few families more or less are read one by one, not as a figure.
NOTICEABLE: Final = 10
# An offer that finds this many each month does not find nobody by chance (once in 150 months).
EXPECTED_SOMEBODY: Final = 5
# A family has a year to answer: beyond twelve months of work, one acceptance in twelve is more
# than the workers can receive before the next month's families come.
MANY_MONTHS_OF_WORK: Final = Decimal(12)
# Below, a mean is told to the tenth.
_TENTHS: Final = 20


@dataclass(frozen=True)
class Trend:
    """A figure beside the means of the last three and twelve released months, if so many."""

    number: int
    short_mean: float | None
    long_mean: float | None

    @property
    def short_said(self) -> str:
        """The mean of the last three months; a dash where there is none."""
        return _mean(self.short_mean)

    @property
    def long_said(self) -> str:
        """The mean of the last twelve months; a dash where there is none."""
        return _mean(self.long_mean)

    @property
    def said(self) -> str:
        """The difference with the last three months, in words."""
        if self.short_mean is None:
            return "pas de mois libéré à comparer"
        gap = round(self.number - self.short_mean)
        if gap == 0:
            return "comme les 3 derniers mois"
        side = "de plus" if gap > 0 else "de moins"
        share = ""
        if self.short_mean:
            sign = "+" if gap > 0 else "\N{MINUS SIGN}"
            relative = abs(self.number - self.short_mean) / self.short_mean
            share = f" ({sign}\N{NO-BREAK SPACE}{french.percentage(relative)})"
        return f"{french.number(abs(gap))} {side}{share}"

    @property
    def anomaly(self) -> str:
        """Why the figure deserves a second look; nothing where it does not."""
        mean = self.short_mean
        if mean is None:
            return ""
        if self.number == 0 and mean >= EXPECTED_SOMEBODY:
            return f"personne, contre {french.number(round(mean))} par mois d'habitude"
        gap = self.number - mean
        by_chance = SHARP_DEVIATIONS * sqrt(max(mean, 1))
        if abs(gap) > max(by_chance, SHARP_SHARE * mean, NOTICEABLE):
            return "forte hausse" if gap > 0 else "forte baisse"
        return ""

    @property
    def warning(self) -> str:
        """The anomaly with the figures it comes from; nothing where there is none."""
        if not self.anomaly or self.number == 0:
            return self.anomaly
        return f"{self.anomaly} ({french.number(self.number)}, contre {self.short_said} par mois)"


def _mean(mean: float | None) -> str:
    return "\N{EM DASH}" if mean is None else french.number(mean, 0 if mean >= _TENTHS else 1)


def trend(number: int, past: Sequence[int]) -> Trend:
    """Return a figure with its past months', the latest first."""
    short = past[:SHORT_MEMORY]
    return Trend(
        number,
        sum(short) / len(short) if short else None,
        sum(past) / len(past) if len(past) > SHORT_MEMORY else None,
    )


def beyond_capacity(families: int, capacity: Decimal) -> str:
    """Say that the families selected are more than the workers can soon receive."""
    if capacity <= 0 or families <= MANY_MONTHS_OF_WORK * capacity:
        return ""
    months = french.number(Decimal(families) / capacity, 1)
    return f"{months} mois de travail des travailleurs sociaux en poste"
