"""Works figures out: indicators over some months, from what was counted of them, read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django.conf import settings

from jalon.rules.calendar import Month
from jalon.rules.offers import Base
from jalon.rules.profile import load_profile
from jalon.steering.enums import Breakdown
from jalon.steering.figures.figure import (
    COUNTED_BEFORE,
    NO_MONTH,
    NO_TARGET,
    NOT_YET,
    Basis,
    Figure,
)
from jalon.steering.indicators import Formula, Indicator, NotMeasured, Period
from jalon.steering.indicators.definition import Term
from jalon.steering.measures import MEASURES
from jalon.steering.models import Reckoning
from jalon.steering.practice import Practice, practice
from jalon.steering.queries import facts_of, told

Key = tuple[str, str, str, Breakdown, str]
MONTHS_A_YEAR: Final = 12


class Counts:
    """What was counted of some indicators over some months: read once, asked many times."""

    def __init__(
        self,
        indicators: Iterable[Indicator],
        months: Sequence[Month],
        *,
        breakdowns: Iterable[Breakdown] = (),
        territories: Iterable[str] = ("",),
    ) -> None:
        self.indicators = list(indicators)
        self.months = sorted(months)
        self.practice: Practice = practice()
        wanted = sorted({one for month in self.months for one in _year_to(month)})
        self._reckonings = {one.month: one for one in told(wanted)}
        measures = {code for one in self.indicators for code in one.measures}
        terms = [
            term
            for one in self.indicators
            if isinstance(one.formula, Formula)
            for term in one.formula.terms
        ]
        by = {Breakdown.ALL, *breakdowns, *(term.by for term in terms)}
        rows = facts_of(wanted, measures).filter(
            breakdown__in=list(by), territory__in={"", *territories}
        )
        self._facts: dict[Key, tuple[int, Decimal]] = {
            (month, measure, territory, Breakdown(breakdown), value): (number, total)
            for month, measure, territory, breakdown, value, number, total in rows.values_list(
                "reckoning__month", "measure", "territory", "breakdown", "value", "number", "total"
            )
        }

    def figure(
        self,
        indicator: Indicator,
        *,
        months: Sequence[Month] | None = None,
        territory: str = "",
        by: Breakdown = Breakdown.ALL,
        value: str = "",
    ) -> Figure:
        """Work an indicator out, over all the months unless said; of one value of a breakdown."""
        formula = indicator.formula
        if isinstance(formula, NotMeasured):
            return self._targeted(indicator, Basis(), why_not=f"non mesuré : {formula.why}")
        if by is not Breakdown.ALL and by not in indicator.breakdowns:
            raise ValueError(f"{indicator.code} is not told by {by}")
        basis = self._basis(indicator, sorted(months or self.months))
        if not basis.months:
            return self._targeted(indicator, basis, why_not=self._why_none(indicator, basis))
        if any(one.times and one.times not in self.practice.model for one in formula.terms):
            why = "le profil de la caisse ne dit pas les heures de son modèle de travail"
            return self._targeted(indicator, basis, why_not=why)
        where = (territory, by, value)
        numerator = self._sum(formula.of, basis.months, where)
        if not formula.over:
            return self._targeted(indicator, basis, value=numerator * formula.times)
        denominator = self._sum(formula.over, basis.months, where) / formula.divided
        if formula.over_months:
            denominator /= len(basis.months)
        if denominator <= 0:
            why = "il n'y a rien à quoi le rapporter dans ces mois"
            return self._targeted(
                indicator, basis, why_not=why, numerator=numerator, denominator=denominator
            )
        return self._targeted(
            indicator,
            basis,
            value=numerator * formula.times / denominator,
            numerator=numerator,
            denominator=denominator,
        )

    def values(self, indicator: Indicator, by: Breakdown, *, territory: str = "") -> list[str]:
        """Return the values that a breakdown of an indicator has in these months, sorted."""
        measures, months = indicator.measures, {str(one) for one in self.months}
        found = {
            value
            for month, measure, where, breakdown, value in self._facts
            if breakdown == by and where == territory and measure in measures and month in months
        }
        return sorted(found)

    def _basis(self, indicator: Indicator, months: Sequence[Month]) -> Basis:
        wanted = _months_of(indicator.period, months)
        there = [month for month in wanted if self._was_counted(indicator, month)]
        reckonings = [self._reckonings[str(month)] for month in there]
        return Basis(
            months=tuple(there),
            missing=tuple(month for month in wanted if month not in there),
            going_on=_of(reckonings, [one for one in reckonings if not one.is_frozen]),
            amended=_of(reckonings, [one for one in reckonings if one.version > 1]),
            gone=sum(one.gone for one in reckonings),
            counted_at=min((_checked(one) for one in reckonings), default=None),
        )

    def _why_none(self, indicator: Indicator, basis: Basis) -> str:
        """Say why no month gives an indicator: none was counted, or what it reads was not kept."""
        if not any(str(month) in self._reckonings for month in basis.missing):
            return NO_MONTH
        lacking = (MEASURES[one].not_kept for one in sorted(indicator.measures))
        return next(filter(None, lacking), COUNTED_BEFORE)

    def _was_counted(self, indicator: Indicator, month: Month) -> bool:
        """Tell whether every measure was counted that month: one declared since was not."""
        return all(
            (str(month), measure, "", Breakdown.ALL, "") in self._facts
            for measure in indicator.measures
        )

    def _sum(
        self, terms: Iterable[Term], months: Sequence[Month], where: tuple[str, Breakdown, str]
    ) -> Decimal:
        return sum((self._term(one, month, where) for one in terms for month in months), Decimal())

    def _term(self, term: Term, month: Month, where: tuple[str, Breakdown, str]) -> Decimal:
        territory, by, value = where
        values = (
            offers_of(settings.PROFILE, term.base)
            if term.base
            else term.among
            if term.by
            else (value,)
        )
        keys = ((str(month), term.measure, territory, term.by or by, one) for one in values)
        found = (self._facts[key] for key in keys if key in self._facts)
        amount = sum(
            (total if term.total else Decimal(number) for number, total in found), Decimal()
        )
        times = self.practice.model[term.times] if term.times else 1
        return amount * term.sign * times

    def _targeted(self, indicator: Indicator, basis: Basis, **found: Any) -> Figure:  # noqa: ANN401
        wanted = indicator.target
        target = self.practice.targets.get(wanted) if wanted else None
        no_target = NO_TARGET if wanted and target is None else ""
        if target is not None and indicator.yearly_target:
            if basis.missing or not basis.months:
                target, no_target = None, NOT_YET
            else:
                target = target * len(basis.months) / MONTHS_A_YEAR
        return Figure(indicator, basis, target=target, no_target=no_target, **found)


def _year_to(month: Month) -> Iterator[Month]:
    return (Month(month.year, one) for one in range(1, month.month + 1))


def _months_of(period: Period, months: Sequence[Month]) -> list[Month]:
    match period:
        case Period.LAST:
            return [months[-1]]
        case Period.YEAR:
            return list(_year_to(months[-1]))
        case Period.MONTHS:
            return list(months)


def _of(known: Sequence[Reckoning], kept: Sequence[Reckoning]) -> tuple[Month, ...]:
    return tuple(Month.parse(one.month) for one in known if one in kept)


def _checked(reckoning: Reckoning) -> datetime:
    return reckoning.checked_at or reckoning.computed_at


@lru_cache(maxsize=16)
def offers_of(profile: str, bases: tuple[Base, ...]) -> frozenset[str]:
    """Return the codes of a profile's offers that are of some bases."""
    return frozenset(one.code for one in load_profile(profile).offers if one.base in bases)


def months_between(first: date, last: date) -> list[Month]:
    """Return the months from one day's to another's, both included."""
    begin, end = Month.of(first), Month.of(last)
    return [
        Month(one // 12, one % 12 + 1)
        for one in range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    ]
