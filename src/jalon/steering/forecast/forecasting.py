"""What the next months bring, from the months behind: a level, a drift that dies down, a season.

Nothing hidden in it can be worked out by nobody else: each number is a mean of months that one can
point at. It says how wrong it has been, beside what « the same as the last three months » would
have been wrong by; and it refuses where too little is known to say either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean
from typing import Final

from jalon.rules.calendar import Month, add_months
from jalon.web import french

QUARTER: Final = 3
# A level is read on half a year, its drift against the half year before, as far as there is one.
_LEVEL: Final = 6
# A drift seen over months rarely goes on as it was: half of it is left after each month.
_DAMPING: Final = 0.5
# Two whole years, before one month of the year can be told from chance; a third of what they say
# is then given up, for two Julys are two numbers.
_SEASON_FROM, _SEASON_TRUST = 24, 2 / 3
_YEAR: Final = 12
# Months that the first forecast of the past rests on; and how many such forecasts say an error,
# those of the last year alone.
_BEFORE, _ORIGINS, _LAST_ORIGINS = 5, 4, 12
LEAST: Final = _BEFORE + QUARTER + _ORIGINS - 1
# From there on, the season: once as many forecasts of the past could know of it. Errors are then
# theirs alone, for those of a computing without a season say nothing of one that has it.
SEASONAL_LEAST: Final = _SEASON_FROM + QUARTER + _ORIGINS - 1
# Four times in five, what was found fell within: asked of the errors themselves, of no bell curve.
COVERAGE: Final = 0.8
_MOST_MISSING: Final = 0.25


@dataclass(frozen=True)
class Series:
    """What was counted month after month, from `first` on; None for a month without data."""

    first: Month
    values: tuple[float | None, ...]

    def month(self, place: int) -> Month:
        """Return the month of a value, or of one that would come after."""
        return Month.of(add_months(self.first.first_day, place))

    def until(self, end: int) -> Series:
        """Return its first values."""
        return Series(self.first, self.values[:end])


@dataclass(frozen=True)
class Refusal:
    """Why nothing is given, in French."""

    why: str


@dataclass(frozen=True)
class PastError:
    """How wrong the same computing was each time that three months were then counted.

    These quarters begin a month apart, and overlap. `mean` and `naive` are of the quarter's sum,
    in what is counted, `share` of what was found then; None where a quarter counted nobody.
    `naive` is of « as in the last three months », which says `as_last` of the quarter to come.
    """

    quarters: int
    mean: float
    naive: float
    share: float | None
    as_last: float

    @property
    def said(self) -> str:
        """The errors as a sentence."""
        share = "" if self.share is None else f" ({french.percentage(self.share)})"
        # Whoever reads it has to choose: the simple rule where it was nearer.
        advice = "" if self.mean < self.naive else " : fiez-vous plutôt à ce nombre"
        return (
            f"Sur {french.counted(self.quarters, 'période')} de trois mois déjà connues, qui se "
            f"recouvrent, cette prévision s'est trompée de {french.number(self.mean, 1)} en "
            f"moyenne{share}. Dire « comme les trois derniers mois », soit "
            f"{french.number(self.as_last, 0)}, s'est trompé de "
            f"{french.number(self.naive, 1)}{advice}."
        )


@dataclass(frozen=True)
class Forecast:
    """Three months to come, one by one and together, each between a low and a high.

    The months' own bounds do not add up to the quarter's: errors of months make up for each
    other. Likewise, territories forecast apart do not add up to the department.
    """

    months: tuple[Month, ...]
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    total: float
    total_low: float
    total_high: float
    seasonal: bool
    error: PastError

    @property
    def said(self) -> str:
        """The quarter as a sentence."""
        low, high = french.number(self.total_low, 0), french.number(self.total_high, 0)
        return (
            f"De {self.months[0].in_french} à {self.months[-1].in_french} : "
            f"{french.number(self.total, 0)}, entre {low} et {high} quatre fois sur cinq."
        )


def forecast(series: Series) -> Forecast | Refusal:
    """Return the three months that follow a series, or why they cannot be told."""
    if refusal := _refusal(series):
        return refusal
    known = _past_of(series, seasonal=True)
    seasonal = len(known) >= _ORIGINS
    if not seasonal:
        known = _past_of(series, seasonal=False)
    if len(known) < _ORIGINS:
        return Refusal("Trop de mois sans donnée pour dire de combien une prévision se trompe.")
    end = len(series.values)
    values = _next(series, seasonal=seasonal)
    by_month = [_bound([one.off[step] for one in known]) for step in range(QUARTER)]
    whole, around = sum(values), _bound([one.off_sum for one in known])
    return Forecast(
        months=tuple(series.month(end + step) for step in range(QUARTER)),
        values=values,
        low=tuple(max(0.0, one - off) for one, off in zip(values, by_month, strict=True)),
        high=tuple(one + off for one, off in zip(values, by_month, strict=True)),
        total=whole,
        total_low=max(0.0, whole - around),
        total_high=whole + around,
        seasonal=seasonal,
        error=_error(known, _as_last(series.values)),
    )


def _refusal(series: Series) -> Refusal | None:
    values = series.values
    if len(values) < LEAST:
        return Refusal(
            f"Il y a {len(values)} mois de données : il en faut {LEAST} pour prévoir, et dire "
            "de combien on se trompe."
        )
    if values[-1] is None:
        last = series.month(len(values) - 1).in_french
        return Refusal(f"Le dernier mois, {last}, n'a pas de donnée : rien n'en part.")
    if values.count(None) > _MOST_MISSING * len(values):
        return Refusal(f"{values.count(None)} mois sur {len(values)} n'ont pas de donnée.")
    return None


def _past_of(series: Series, *, seasonal: bool) -> list[_Past]:
    """Return the forecasts of the last year that the same computing could have made."""
    first = _SEASON_FROM if seasonal else _BEFORE
    origins = range(first, len(series.values) - QUARTER + 1)[-_LAST_ORIGINS:]
    found = (_Past.of(series, origin, seasonal=seasonal) for origin in origins)
    return [one for one in found if one is not None]


def _next(series: Series, *, seasonal: bool) -> tuple[float, ...]:
    """Return the three months that follow, none below nought."""
    season = _season(series) if seasonal else _no_season
    plain = [
        None if value is None else value / season(series.month(place))
        for place, value in enumerate(series.values)
    ]
    recent = _known(plain[-_LEVEL:])
    before = _known(plain[-2 * _LEVEL : -_LEVEL])
    level = fmean(recent)
    drift = (level - fmean(before)) / _LEVEL if len(before) == _LEVEL else 0.0
    found = []
    for step in range(QUARTER):
        damped = sum(_DAMPING**k for k in range(1, step + 2))
        month = series.month(len(series.values) + step)
        found.append(max(0.0, (level + drift * damped) * season(month)))
    return tuple(found)


def _no_season(_: Month) -> float:
    return 1.0


def _season(series: Series) -> Callable[[Month], float]:
    """Return what a month of the year is to a mean month, of two whole years at least."""
    years = len(series.values) // _YEAR
    whole = series.values[-years * _YEAR :]
    start = len(series.values) - len(whole)
    ratios: dict[int, list[float]] = {}
    for year in range(years):
        values = whole[year * _YEAR : (year + 1) * _YEAR]
        known = _known(values)
        mean = fmean(known) if known else 0.0
        for place, value in enumerate(values):
            if value is not None and mean:
                month = series.month(start + year * _YEAR + place).month
                ratios.setdefault(month, []).append(value / mean)
    index = {month: 1 + _SEASON_TRUST * (fmean(one) - 1) for month, one in ratios.items()}
    return lambda month: index.get(month.month, 1.0)


@dataclass(frozen=True)
class _Past:
    """A forecast made as if the months that followed were not known, against these."""

    off: tuple[float, ...]
    off_sum: float
    naive: float
    found: float

    @classmethod
    def of(cls, series: Series, origin: int, *, seasonal: bool) -> _Past | None:
        """Return the errors of a forecast from the months before `origin`; None where unknown."""
        found = _known(series.values[origin : origin + QUARTER])
        last = _known(series.values[origin - QUARTER : origin])
        if len(found) < QUARTER or not last:
            return None
        told = _next(series.until(origin), seasonal=seasonal)
        return cls(
            off=tuple(abs(one - other) for one, other in zip(told, found, strict=True)),
            off_sum=abs(sum(told) - sum(found)),
            naive=abs(_as_last(last) - sum(found)),
            found=sum(found),
        )


def _as_last(values: Sequence[float | None]) -> float:
    """Return a quarter that would be as the last three months: as those that are known."""
    return fmean(_known(values[-QUARTER:])) * QUARTER


def _error(known: Sequence[_Past], as_last: float) -> PastError:
    none = any(not one.found for one in known)
    return PastError(
        quarters=len(known),
        mean=fmean(one.off_sum for one in known),
        naive=fmean(one.naive for one in known),
        share=None if none else fmean(one.off_sum / one.found for one in known),
        as_last=as_last,
    )


def _bound(errors: Sequence[float]) -> float:
    """Return what as many errors as `COVERAGE` stay within, the one to come counted among them."""
    ranked = sorted(errors)
    return ranked[min(len(ranked), ceil((len(ranked) + 1) * COVERAGE)) - 1]


def _known(values: Sequence[float | None]) -> list[float]:
    return [one for one in values if one is not None]
