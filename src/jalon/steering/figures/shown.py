"""Figures as pages and files say them, small counts hidden."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.rules.calendar import Month
from jalon.rules.sentences import capitalised
from jalon.steering.enums import Breakdown
from jalon.steering.figures.counts import MONTHS_A_YEAR, Counts
from jalon.steering.figures.figure import Figure
from jalon.steering.figures.opening import counts_of, rows_url
from jalon.steering.hiding.suppression import HIDDEN
from jalon.steering.indicators import Formula, Indicator, Period, Unit
from jalon.steering.naming import NOWHERE, names, territories
from jalon.steering.pictures.charts import Bar, Bars, Chart, Gap, Line, Lines, Value
from jalon.steering.pictures.charts import Unit as Axis
from jalon.steering.pictures.tables import Meaning
from jalon.steering.publishing.publication import Released
from jalon.web import french

NOTHING: Final = "—"
NOT_MEASURED: Final = "non mesuré"
_PERCENT: Final = 100
_DECIMALS: Final = 2
_AIM: Final = "Cible, au prorata des mois"
# What a figure's first parts are named in addresses; the others, by what they are told by.
MONTHS: Final = "mois"
TERRITORIES: Final = "territoires"
_AXES: Final = {
    Unit.PERCENT: Axis.SHARE,
    Unit.DAYS: Axis.DAYS,
    Unit.EUROS: Axis.EUROS,
    Unit.EUROS_A_MONTH: Axis.EUROS,
    Unit.FULL_TIMES: Axis.RATIO,
    Unit.A_FULL_TIME: Axis.RATIO,
    Unit.A_SUPPORT: Axis.RATIO,
    Unit.A_THOUSAND: Axis.A_THOUSAND,
}


@dataclass(frozen=True)
class Shown:
    """A figure as a page says it: hidden where it must be, or why it cannot be given.

    `url` lists its rows, where its reader may read some.
    """

    figure: Figure
    hidden: bool
    url: str = ""

    @property
    def said(self) -> str:
        """The value, « masqué », or that it cannot be given and why."""
        return HIDDEN if self.hidden else capitalised(self.figure.said)

    @property
    def number(self) -> str:
        """The value without its unit, as a tile shows it."""
        return self.said.rpartition(f"\N{NO-BREAK SPACE}{self.unit}")[0] or self.said

    @property
    def unit(self) -> str:
        """In what the value is; empty where there is none."""
        value = self.figure.value
        if self.hidden or value is None:
            return ""
        unit = self.figure.indicator.unit
        return "%" if unit is Unit.PERCENT else unit.of(value)

    @property
    def given(self) -> bool:
        """Whether there is a value to read."""
        return not self.hidden and self.figure.value is not None

    @property
    def target(self) -> str:
        """The target beside it, in words; that there is none where one is expected."""
        of = self.figure
        if of.target is None:
            return capitalised(of.no_target)
        written = french.number(round(of.target, 1).normalize() + 0)
        return f"{written}\N{NO-BREAK SPACE}%" if of.indicator.unit is Unit.PERCENT else written

    @property
    def target_part(self) -> str:
        """Of which year's target it is a part, in words; empty where it is all of it."""
        of, months = self.figure, len(self.figure.basis.months)
        if of.target is None or not of.indicator.yearly_target or months == MONTHS_A_YEAR:
            return ""
        whole = french.number(round(of.target * MONTHS_A_YEAR / months, 1).normalize() + 0)
        return f"{whole} par an, {months} mois sur {MONTHS_A_YEAR}"

    @property
    def rests_on(self) -> str:
        """What the value was worked out from."""
        of = self.figure
        formula, above, below = of.indicator.formula, of.numerator, of.denominator
        if not (self.given and isinstance(formula, Formula) and above is not None and below):
            return ""
        return formula.parts_in_words(above, below)

    @property
    def cell(self) -> float | str:
        """The value as a table's cell: a number in its unit, « masqué », or why there is none."""
        if not self.figure.indicator.is_measured:
            return NOT_MEASURED
        if self.hidden:
            return HIDDEN
        value = self.figure.value
        return NOTHING if value is None else round(float(value), _DECIMALS)

    @property
    def value(self) -> Value:
        """The value as charts take it: a share of one, or a gap."""
        if self.hidden:
            return Gap.HIDDEN
        if self.figure.value is None:
            return Gap.MISSING
        return _plotted(self.figure.indicator, self.figure.value)


_Cell = tuple[str, Shown]


def _plotted(of: Indicator, value: Decimal) -> float:
    return float(value) / _PERCENT if of.unit is Unit.PERCENT else float(value)


def axis_of(of: Indicator) -> Axis:
    """Return how charts write an indicator's values."""
    return _AXES.get(of.unit, Axis.COUNT)


def _target(shown: Shown) -> Value:
    target = shown.figure.target
    return Gap.MISSING if target is None else float(target)


class Year:
    """Some indicators in the months of one year, of a territory or of the department.

    Figures lead to the rows that a `reader` may read; nowhere where none is named.
    """

    def __init__(  # noqa: PLR0913 - of what, where, told by what, to whom
        self,
        indicators: Sequence[Indicator],
        months: Sequence[Month],
        territory: str = "",
        breakdowns: Sequence[Breakdown] = (),
        *,
        by_territory: bool = True,
        reader: StaffMember | None = None,
    ) -> None:
        self.months, self.territory = list(months), territory
        self.territories = territories() if breakdowns and by_territory else {}
        where = {territory, *self.territories}
        self._counts = Counts(indicators, months, breakdowns=breakdowns, territories=where)
        self._opens = {one.code for one in indicators if reader and counts_of(one, reader)}
        measures = {code for one in indicators for code in one.measures}
        self._released = Released(measures, months)

    def shown(
        self,
        of: Indicator,
        *,
        months: Sequence[Month] = (),
        territory: str | None = None,
        by: Breakdown = Breakdown.ALL,
        value: str = "",
    ) -> Shown:
        """Return a figure; of all the months and of the territory chosen, unless said."""
        where = self.territory if territory is None else territory
        figure = self._counts.figure(
            of, months=months or self.months, territory=where, by=by, value=value
        )
        rests_on = figure.basis.months or tuple(months)
        seen = self._released.shows(figure, months=rests_on, territory=where, by=by, value=value)
        opens = of.code in self._opens and self.months
        url = (
            rows_url(of, self.months[-1].year, months, territory=where, by=by, value=value)
            if opens
            else ""
        )
        return Shown(figure, not seen, url)

    def values(self, of: Indicator, what: Breakdown) -> list[str]:
        """Return what an indicator was told by in the place chosen, sorted."""
        return self._counts.values(of, what, territory=self.territory)

    def trend(self, of: Indicator, where: str) -> Lines:
        """Return an indicator month after month."""
        shown = [one for _, one in self._by_month(of)]
        line = tuple(one.value for one in shown)
        # The part of a year's target grows with its months: a line, and not one for all of them.
        aims = (Line(_AIM, tuple(map(_target, shown))),) if of.yearly_target else ()
        target = None if of.yearly_target else self.shown(of).figure.target
        year = self.months[-1].year
        told = (
            f"depuis janvier, à la fin de chaque mois de {year}"
            if of.period is Period.YEAR
            else f"mois par mois en {year}"
        )
        return Lines(
            f"{of.label}, {where}, {told}",
            _told(of, self.months, line),
            axis_of(of),
            tuple(one.first_day for one in self.months),
            (Line(capitalised(where), line), *aims),
            target=None if target is None else _plotted(of, target),
            short="Mois par mois",
        )

    def by_territory(self, of: Indicator) -> Bars:
        """Return an indicator of each territory."""
        title = f"{of.label}, par territoire"
        return _bars(of, "Territoire", title, self._by_territory(of))

    def by(self, of: Indicator, what: Breakdown, where: str) -> Bars | None:
        """Return an indicator by one thing; None where nothing was counted by it."""
        if not self.values(of, what):
            return None
        title = f"{of.label}, par {what.label.lower()}, {where}"
        return _bars(of, str(what.label), title, self._by(of, what))

    def links(self, of: Indicator, part: str) -> tuple[str, ...]:
        """Return where each row of a part's table leads, in its order."""
        if part == MONTHS:
            return tuple(one.url for _, one in self._by_month(of))
        cells = self._by_territory(of) if part == TERRITORIES else self._by(of, Breakdown(part))
        return tuple(one.url for _, one in cells)

    def _by_month(self, of: Indicator) -> list[_Cell]:
        return [(one.in_french, self.shown(of, months=[one])) for one in self.months]

    def _by_territory(self, of: Indicator) -> list[_Cell]:
        cells = ((label, self.shown(of, territory=one)) for one, label in self.territories.items())
        # Outside of all of them, there is most often nobody.
        return [(label, one) for label, one in _there(cells) if label != NOWHERE or one.value]

    def _by(self, of: Indicator, what: Breakdown) -> list[_Cell]:
        values = self.values(of, what)
        told = names(what, values, min(of.measures))
        return _there((told[one], self.shown(of, by=what, value=one)) for one in values)


def _there(cells: Iterable[_Cell]) -> list[_Cell]:
    """Keep those that have something to say."""
    return [(label, one) for label, one in cells if one.hidden or one.figure.value is not None]


def _bars(of: Indicator, what: str, title: str, cells: Sequence[_Cell]) -> Bars:
    bars = tuple(Bar(label, one.value) for label, one in cells)
    said = " ; ".join(f"{label} : {one.said}" for label, one in cells)
    return Bars(title, said, what, axis_of(of), bars, short=f"Par {what.lower()}")


def _told(of: Indicator, months: Sequence[Month], values: Sequence[Value]) -> str:
    """Say a line in a sentence, for whoever does not see it."""
    axis = axis_of(of)
    known = [
        f"{month.in_french} : {axis.said(value)}"
        for month, value in zip(months, values, strict=True)
        if not isinstance(value, Gap)
    ]
    return " ; ".join(known) or "Aucun mois n'a de valeur à montrer."


def meaning_of(of: Indicator, as_of: date | None = None) -> Meaning:
    """Return what an indicator is, for a file."""
    formula = of.formula
    words = formula.in_words if isinstance(formula, Formula) else f"non mesuré : {formula.why}"
    day = as_of or timezone.localdate()
    return Meaning(of.label, of.definition, words, of.unit.value, of.source, day)


def charts_of(year: Year, of: Indicator, where: str) -> dict[str, Chart]:
    """Return every picture of an indicator, by its name in addresses."""
    found: dict[str, Chart] = {MONTHS: year.trend(of, where)}
    if not year.territory and (places := year.by_territory(of)).bars:
        found[TERRITORIES] = places
    for what in of.breakdowns:
        if chart := year.by(of, what, where):
            found[what.value] = chart
    return found
