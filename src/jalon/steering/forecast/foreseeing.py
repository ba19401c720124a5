"""What the months behind say of the quarter to come, in each place.

A forecast is made of what pages show, and of nothing else: made of what is hidden, it would give
it away. Only frozen months count: what is still being written would look like a fall.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from jalon.rules.calendar import Month, add_months
from jalon.steering.enums import Breakdown
from jalon.steering.figures.counts import months_between
from jalon.steering.forecast.forecasting import LEAST, QUARTER, Forecast, Refusal, Series, forecast
from jalon.steering.pictures.charts import Gap, Value
from jalon.steering.publishing.publication import Released
from jalon.steering.queries import counted_months, facts_of, frozen_months

PROPOSALS: Final = "proposals_made"
ANSWERS: Final = "families_answered"
ADVICES: Final = "advice_begun"
RUNNING: Final = "support_running"
FORESEEN: Final = (PROPOSALS, ANSWERS, ADVICES, RUNNING)
# Three years tell a season; before, a department was another one.
_MOST: Final = 36


@dataclass(frozen=True)
class Outlook:
    """What one measure was in a place, month after month, and what comes after or why not.

    `rests_on` is how many months the forecast is made of.
    """

    measure: str
    months: tuple[Month, ...]
    line: tuple[Value, ...]
    rests_on: int
    found: Forecast | Refusal

    @property
    def foreseen(self) -> Forecast | None:
        """The forecast; none where it is refused."""
        return self.found if isinstance(self.found, Forecast) else None

    @property
    def why_not(self) -> str:
        """Why there is none; empty where there is."""
        return self.found.why if isinstance(self.found, Refusal) else ""


class Past:
    """The frozen months of what is foreseen, in some places; read once."""

    def __init__(self, places: Collection[str]) -> None:
        frozen, counted = frozen_months(), counted_months()
        self.months = _all_between(frozen)[-_MOST:]
        self._released = {
            year: Released(FORESEEN, [one for one in counted if one.year == year])
            for year in sorted({one.year for one in self.months})
        }
        rows = facts_of([one for one in self.months if one in frozen], FORESEEN).filter(
            breakdown=Breakdown.ALL, territory__in={"", *places}
        )
        self._numbers: dict[tuple[str, str, str], int] = {
            (month, measure, place): number
            for month, measure, place, number in rows.values_list(
                "reckoning__month", "measure", "territory", "number"
            )
        }
        self._begins = {measure: self._first_of(measure) for measure in FORESEEN}

    def _first_of(self, measure: str) -> Month | None:
        """Return the first month in which anything was counted anywhere; none where never."""
        return next(
            (one for one in self.months if self._numbers.get((str(one), measure, ""))), None
        )

    @property
    def quarter(self) -> tuple[Month, ...]:
        """The three months to come; none where no month is frozen."""
        if not self.months:
            return ()
        last = self.months[-1].first_day
        return tuple(Month.of(add_months(last, step)) for step in range(1, QUARTER + 1))

    def outlook(self, measure: str, place: str = "") -> Outlook:
        """Return what a measure was in a place, and what comes."""
        line = tuple(self._value(measure, month, place) for month in self.months)
        start = _start(line)
        kept = tuple(None if isinstance(one, Gap) else float(one) for one in line[start:])
        known = sum(one is not None for one in kept)
        found = self._refusal(line, len(kept)) or forecast(
            Series(Month.of(add_months(self.months[0].first_day, start)), kept)
        )
        return Outlook(measure, tuple(self.months), line, known, found)

    def _refusal(self, line: tuple[Value, ...], left: int) -> Refusal | None:
        if not self.months:
            return Refusal("Aucun mois n'est figé.")
        hidden = [month for month, one in zip(self.months, line, strict=True) if one is Gap.HIDDEN]
        if not hidden or left >= LEAST:
            return None
        return Refusal(
            f"Des mois sont masqués, {hidden[-1].in_french} le dernier : prévoir d'après eux "
            f"dirait ce qu'ils cachent. Mois qui restent à lire : {left}, il en faut {LEAST}."
        )

    def _value(self, measure: str, month: Month, place: str) -> Value:
        # A measure that was counted has a row for the whole department, be it of nought; noughts
        # before the first of all are of a department that did not write it down yet.
        begins = self._begins[measure]
        if begins is None or month < begins or (str(month), measure, "") not in self._numbers:
            return Gap.MISSING
        if not self._released[month.year].shows_count(measure, month, place):
            return Gap.HIDDEN
        return self._numbers.get((str(month), measure, place), 0)


def _all_between(frozen: list[Month]) -> list[Month]:
    return months_between(frozen[0].first_day, frozen[-1].first_day) if frozen else []


def _start(line: tuple[Value, ...]) -> int:
    """Return where a forecast begins: after what is hidden, and once anything was counted."""
    start = 1 + max((place for place, one in enumerate(line) if one is Gap.HIDDEN), default=-1)
    while start < len(line) and isinstance(line[start], Gap):
        start += 1
    return start
