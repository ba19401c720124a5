"""What a report tells: its targets, then chapter by chapter its tables and charts, kept whole.

Figures are those of pages, small counts hidden as there: of the months from January to the end
of its period, which pages published when that period ended. A quarter is shown where each of its
months is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.text import slugify

from jalon.rules.calendar import Month
from jalon.rules.sentences import capitalised
from jalon.steering.enums import NO_TERRITORY, Breakdown
from jalon.steering.figures.figure import NOT_YET, Basis
from jalon.steering.figures.shown import NOTHING, Shown, Year
from jalon.steering.hiding.suppression import NOTE
from jalon.steering.indicators import CHAPTERS, INDICATORS, Formula, Indicator, Period, Unit
from jalon.steering.indicators.definition import TWO_PLACES
from jalon.steering.models import Report
from jalon.steering.pictures.charts import Chart, Gap, Value
from jalon.steering.pictures.tables import Cell, Table
from jalon.steering.queries import counted_months
from jalon.steering.reports.brief import TOLD_FIRST, brief
from jalon.steering.reports.freezing import kept_chart, kept_table, read_chart, read_table

SUMMARY: Final = "en-bref"
# By code of a chapter, as addresses and comments name it.
TITLES: Final = {SUMMARY: "En bref", **{slugify(title): title for title in CHAPTERS}}
# What a chapter draws, if it does: by month, and by territory in a report of the department.
_DRAWN: Final = {
    "Du repérage à la réponse": "families_targeted",
    "Rencontres et visites": "meetings",
    "Informations-conseils et accompagnements": "advice_begun",
    "Droits trouvés et accordés": "rights_granted",
    "Charge, équilibre, plusieurs services": "families_received",
}
# What a chapter's sheets are called in a workbook, where a title is too long.
_SHORT: Final = {
    "Du repérage à la réponse": "Repérage",
    "Couverture des communes": "Couverture",
    "Rencontres et visites": "Rencontres",
    "Informations-conseils et accompagnements": "Interventions",
    "Droits trouvés et accordés": "Droits",
    "Charge, équilibre, plusieurs services": "Charge",
}
_DECIMALS: Final = 2
# Of fewer months, a line is a dot.
_A_LINE: Final = 2
_UNITS: Final = {Unit.PERCENT: "%"}


@dataclass(frozen=True)
class Chapter:
    """A chapter: its tables and charts, and what cannot be given, with the reason."""

    code: str
    title: str
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    not_given: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """What a figure is, in words; how it is worked out, where that says something more."""

    label: str
    words: str
    formula: str
    unit: str
    source: str


@dataclass(frozen=True)
class Content:
    """All that a report tells but its comments.

    `brief` are its first sentences. `basis` says the months it rests on; `not_frozen` are those
    that may still change.
    """

    basis: str
    not_frozen: tuple[str, ...]
    targets: Table
    chapters: tuple[Chapter, ...]
    definitions: tuple[Definition, ...]
    note: str = NOTE
    brief: tuple[str, ...] = ()

    @property
    def tables(self) -> list[Table]:
        """Every table, those of charts included, in the order of the document."""
        return [self.targets, *(one for chapter in self.chapters for one in _all(chapter))]


def _all(chapter: Chapter) -> Iterator[Table]:
    yield from chapter.tables
    yield from (one.table() for one in chapter.charts)


def months_told(report: Report, *, years_before: int = 0) -> list[Month]:
    """Return the months counted from January to the end of a report's period, or years before."""
    last = _before(report.months[-1], years_before)
    return [one for one in counted_months() if one.year == last.year and one <= last]


def _before(month: Month, years: int) -> Month:
    return Month(month.year - years, month.month)


def content_of(report: Report) -> Content | None:
    """Work out what a report tells today; None where no month of its period was counted."""
    months = months_told(report)
    period = [one for one in months if one in report.months]
    if not period:
        return None
    told = _Told(report, months, period)
    earlier = _a_year_before(report)
    # What is counted alone rests on every month that there is.
    basis = told.basis()
    return Content(
        basis.in_words,
        tuple(one.in_french for one in basis.going_on),
        told.targets(),
        tuple(told.chapter(title, all_) for title, all_ in CHAPTERS.items()),
        tuple(_definition(one) for all_ in CHAPTERS.values() for one in all_ if one.is_measured),
        note=f"{NOTE} {_mixed()}",
        brief=tuple(
            brief(
                report.year,
                [
                    (told.shown(one), earlier.shown(one) if earlier else None)
                    for one in map(INDICATORS.__getitem__, TOLD_FIRST)
                ],
            )
        ),
    )


def _a_year_before(report: Report) -> _Told | None:
    """Return what the same months told a year before; None where none of them was counted."""
    months = months_told(report, years_before=1)
    same = {_before(one, 1) for one in report.months}
    period = [one for one in months if one in same]
    return _Told(report, months, period) if period else None


class _Told:
    """The figures of a report, asked once."""

    def __init__(self, report: Report, months: list[Month], period: list[Month]) -> None:
        self._report, self._period = report, period
        place = report.territory.code if report.territory else ""
        # By nothing but territories: these are named where something is told by something.
        by = () if report.territory else (Breakdown.ALL,)
        self._year = Year(list(INDICATORS.values()), months, place, by)
        self._is_year = not report.quarter

    def basis(self) -> Basis:
        return self._year.shown(INDICATORS["advice_begun"], months=self._wanted()).figure.basis

    def _wanted(self) -> list[Month]:
        """Return the period with the months that nobody counted, which figures say they lack."""
        return self._report.months

    def targets(self) -> Table:
        """Return the figures that have a target, beside it."""
        head = ("Indicateur", "Unité", capitalised(self._report.when), "Cible", "Écart")
        aimed = [one for one in INDICATORS.values() if one.target]
        rows = tuple(self._aimed(one) for one in aimed)
        return Table("Les cibles", head, rows, signed_columns=frozenset({len(head) - 1}))

    def _aimed(self, of: Indicator) -> tuple[Cell, ...]:
        shown = self.shown(of)
        target = shown.figure.target
        value = shown.cell
        gap: Cell = NOTHING
        if target is not None and not isinstance(value, str):
            gap = round(value - float(target), _DECIMALS)
        return of.label, _unit(of), value, _aim(shown), gap

    def shown(self, of: Indicator) -> Shown:
        """Return a figure of the period; what is told since January is, whatever the period."""
        months = () if of.period is Period.YEAR or self._is_year else self._period
        return self._year.shown(of, months=months)

    def chapter(self, title: str, indicators: Sequence[Indicator]) -> Chapter:
        measured = [one for one in indicators if one.is_measured]
        tables = [self._figures(title, measured)]
        if self._year.territories:
            tables.append(self._places(title, measured))
        return Chapter(
            slugify(title),
            title,
            tuple(tables),
            tuple(self._charts(title)),
            tuple(self._not_given(indicators)),
        )

    def _figures(self, title: str, indicators: Sequence[Indicator]) -> Table:
        rows = [self._row(one) for one in indicators]
        told = capitalised(self._report.when)
        since = () if self._is_year else ("Depuis janvier",)
        head = ("Indicateur", "Unité", told, *since, "Cible")
        if not any(one.target for one in indicators):
            head, rows = head[:-1], [row[:-1] for row in rows]
        return Table(f"{title} : les chiffres", head, tuple(rows), NOTE, short=_short(title))

    def _row(self, of: Indicator) -> tuple[Cell, ...]:
        aim = _aim(self.shown(of))
        whole = self._year.shown(of).cell
        if self._is_year:
            return of.label, _unit(of), whole, aim
        period = NOTHING if of.period is Period.YEAR else self.shown(of).cell
        since = NOTHING if of.period is Period.LAST else whole
        return of.label, _unit(of), period, since, aim

    def _places(self, title: str, indicators: Sequence[Indicator]) -> Table:
        """Return the figures of each territory, since January."""
        places = self._year.territories
        found = {
            code: [self._year.shown(one, territory=code).cell for one in indicators]
            for code in places
        }
        # What is outside of all territories is most often nothing.
        told = [code for code in places if code != NO_TERRITORY or {*found[code]} - {0, NOTHING}]
        rows = tuple(
            (one.label, _unit(one), *(found[code][row] for code in told))
            for row, one in enumerate(indicators)
        )
        since = str(self._report.year) if self._is_year else "depuis janvier"
        head = ("Indicateur", "Unité", *(places[code] for code in told))
        short = f"{_short(title)} par territoire"
        return Table(f"{title} : par territoire, {since}", head, rows, NOTE, short=short)

    def _charts(self, title: str) -> Iterator[Chart]:
        if title not in _DRAWN:
            return
        of = INDICATORS[_DRAWN[title]]
        trend = self._year.trend(of, self._report.where)
        if _is_drawn(trend.lines[0].values, _A_LINE):
            yield replace(trend, short=f"{_short(title)} mois par mois")
        if self._year.territories:
            places = self._year.by_territory(of)
            if _is_drawn([one.value for one in places.bars], 1):
                yield replace(places, short=f"{_short(title)} en image")

    def _not_given(self, indicators: Sequence[Indicator]) -> Iterator[str]:
        for one in indicators:
            if (why := self.shown(one).figure.why_not) or not one.is_measured:
                yield f"{one.label} : {why}."


def _short(chapter: str) -> str:
    """Return what a chapter's sheets are called: its title, where that is short enough."""
    return _SHORT.get(chapter, chapter)


def _is_drawn(values: Sequence[Value], least: int) -> bool:
    """Tell whether a picture of these shows anything: noughts, or a lone month, are in tables."""
    known = [one for one in values if not isinstance(one, Gap)]
    return len(known) >= least and any(known)


def _unit(of: Indicator) -> str:
    return _UNITS.get(of.unit, of.unit.value)


def _mixed() -> str:
    """Say which figures set families of a territory beside workers of another."""
    mixed = ", ".join(f"« {one.label} »" for one in INDICATORS.values() if one.mixes_places)
    return f"{mixed} : {TWO_PLACES[:1].lower()}{TWO_PLACES[1:]}"


def _aim(shown: Shown) -> Cell:
    """Return the target of a figure as a cell; in words where it cannot be compared yet."""
    figure = shown.figure
    if figure.target is None:
        return NOT_YET if figure.no_target == NOT_YET else NOTHING
    return round(float(figure.target), _DECIMALS)


def _definition(of: Indicator) -> Definition:
    formula, words = of.formula, ""
    if isinstance(formula, Formula) and not formula.is_plain:
        words = formula.in_words
    return Definition(of.label, of.definition, words, of.unit.value, of.source)


def kept_content(content: Content) -> dict[str, Any]:
    """Return what a report tells as a column holds it."""
    return {
        "basis": content.basis,
        "not_frozen": list(content.not_frozen),
        "targets": kept_table(content.targets),
        "chapters": [
            {
                "code": one.code,
                "title": one.title,
                "tables": [kept_table(table) for table in one.tables],
                "charts": [kept_chart(chart) for chart in one.charts],
                "not_given": list(one.not_given),
            }
            for one in content.chapters
        ],
        "definitions": [vars(one) for one in content.definitions],
        "note": content.note,
        "brief": list(content.brief),
    }


def read_content(kept: Mapping[str, Any]) -> Content:
    """Read what `kept_content` wrote; what was kept before there were first sentences has none."""
    return Content(
        kept["basis"],
        tuple(kept["not_frozen"]),
        read_table(kept["targets"]),
        tuple(
            Chapter(
                one["code"],
                one["title"],
                tuple(read_table(table) for table in one["tables"]),
                tuple(read_chart(chart) for chart in one["charts"]),
                tuple(one["not_given"]),
            )
            for one in kept["chapters"]
        ),
        tuple(Definition(**one) for one in kept["definitions"]),
        kept["note"],
        tuple(kept.get("brief", ())),
    )
