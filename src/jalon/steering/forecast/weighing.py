"""What each offer asks for in the quarter to come, from its part of what was counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.conf import settings

from jalon.rules.calendar import Month
from jalon.rules.offers import Base, Offer
from jalon.rules.profile import load_profile
from jalon.steering.enums import Breakdown
from jalon.steering.figures.shown import Year
from jalon.steering.forecast.forecasting import QUARTER, Forecast
from jalon.steering.forecast.foreseeing import ADVICES, RUNNING
from jalon.steering.forecast.workload import Costs, OfferLoad
from jalon.steering.indicators import INDICATORS

_COUNTED: Final = (INDICATORS[ADVICES], INDICATORS[RUNNING])
# With less of a year behind, the year before says more.
_LEAST_MONTHS: Final = 3


@dataclass(frozen=True)
class Weighed:
    """The offers that could be weighed, those that could not, and the months that say so."""

    offers: tuple[OfferLoad, ...]
    unknown: tuple[str, ...]
    months: tuple[Month, ...]


def weigh(
    months: list[Month], advices: Forecast, running: Forecast, costs: Costs, on: Month
) -> Weighed:
    """Return what each offer asks for, of the quarter that begins with the month `on`.

    An open offer has the part of what is foreseen that it had of what was counted in the year; one
    that closed, what it had in the last year that knew it. What is hidden weighs nothing: it is
    told apart, with what nobody counted.
    """
    years = [[one for one in months if one.year == year] for year in _years(months)]
    if len(years) > 1 and len(years[0]) < _LEAST_MONTHS:
        years = years[1:]
    # Each a year as pages show it, read when asked for.
    known: dict[int, _Year] = {}
    weighed, unknown = [], []
    versions = _versions()
    for offer in _latest(versions):
        is_open = any(one.in_force_on(on.first_day) for one in versions[offer.code])
        for place, there in enumerate(years[:1] if is_open else years):
            year = known.setdefault(place, _Year(there))
            hours = (
                year.part(offer, advices, running, costs)
                if is_open
                else year.of_a_quarter(versions[offer.code], costs)
            )
            if hours is not None:
                national = offer.base is Base.NATIONAL
                weighed.append(OfferLoad(offer.label, hours, national, is_open))
                break
        else:
            unknown.append(offer.label)
    return Weighed(tuple(weighed), tuple(unknown), tuple(years[0]) if years else ())


class _Year:
    """What a year's months say of offers, as far as pages show it."""

    def __init__(self, months: list[Month]) -> None:
        self._months = months
        self._year = Year(_COUNTED, months, "", [Breakdown.OFFER], by_territory=False)

    def part(
        self, offer: Offer, advices: Forecast, running: Forecast, costs: Costs
    ) -> float | None:
        """Return the hours that an offer has of what is foreseen; None where hidden."""
        found = 0.0
        for of, whole in zip(_COUNTED, (advices, running), strict=True):
            own, everything = self._number(of.code, offer.code), self._number(of.code)
            if own is None or everything is None:
                return None
            hours = costs.advice if of.code == ADVICES else costs.month
            found += whole.total * float(own / everything) * hours if everything else 0.0
        return found

    def of_a_quarter(self, versions: Sequence[Offer], costs: Costs) -> float | None:
        """Return the hours that an offer took in three months; None where hidden or unknown."""
        code = versions[0].code
        begun, running = self._number(ADVICES, code), self._number(RUNNING, code)
        open_months = sum(
            any(one.in_force_on(month.first_day) for one in versions) for month in self._months
        )
        if not begun or running is None or not open_months:
            return None
        each = float(begun) / open_months * costs.advice + float(running) * costs.month
        return each * QUARTER

    def _number(self, code: str, offer: str = "") -> Decimal | None:
        by = Breakdown.OFFER if offer else Breakdown.ALL
        shown = self._year.shown(INDICATORS[code], by=by, value=offer)
        return shown.figure.value if shown.given else None


def _years(months: list[Month]) -> list[int]:
    return sorted({one.year for one in months}, reverse=True)


def _versions() -> dict[str, list[Offer]]:
    """Return the versions of each offer of the fund, the latest last."""
    found: dict[str, list[Offer]] = defaultdict(list)
    for one in load_profile(settings.PROFILE).offers:
        found[one.code].append(one)
    return found


def _latest(versions: Mapping[str, Sequence[Offer]]) -> list[Offer]:
    """Return the offers of social work, each in its latest version."""
    latest = (one[-1] for one in versions.values())
    kept = [one for one in latest if one.base in {Base.NATIONAL, Base.LOCAL}]
    return sorted(kept, key=lambda one: one.label)
