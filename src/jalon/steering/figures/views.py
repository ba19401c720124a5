"""The department's figures of a year, and each of them: its words, its months, its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.steering.enums import Breakdown
from jalon.steering.figures.opening import indicator_of, is_confided
from jalon.steering.figures.shown import Shown, Year, charts_of, meaning_of
from jalon.steering.forms import YearFilter
from jalon.steering.hiding.suppression import NOTE
from jalon.steering.indicators import CHAPTERS, Formula, Indicator
from jalon.steering.indicators.definition import TWO_PLACES
from jalon.steering.pictures.charts import Chart
from jalon.steering.pictures.parts import Part, csv_of, drawing_of, parts_of, svg_of, workbook_of

_TITLES: Final = tuple(CHAPTERS)


@dataclass(frozen=True)
class Tab:
    """A chapter of the figures, as a tab."""

    label: str
    url: str
    current: bool


@require_safe
@requires(Permission.SEE_FIGURES)
def department(request: SignedInRequest) -> HttpResponse:
    """Show every figure of one chapter, of a year, each with its target and its words."""
    form = YearFilter(request.GET or None)
    number = _chapter_asked(request)
    indicators = CHAPTERS[_TITLES[number]]
    months = form.months
    shown: list[Shown] = []
    if months:
        year = Year(indicators, months, form.territory_code, reader=request.user)
        shown = [year.shown(one) for one in indicators]
    return render(
        request,
        "steering/department.html",
        {
            "form": form,
            "title": _TITLES[number],
            "tabs": _tabs(request, number),
            "shown": shown,
            "aims": any(one.target for one in shown),
            "note": NOTE,
            "query": form.query,
            "where": form.where,
            "mixed": [one for one in indicators if one.mixes_places] if form.territory else [],
            "two_places": TWO_PLACES,
            "basis": next((one.figure.basis.in_words for one in shown if one.given), ""),
        },
    )


@require_safe
@requires(Permission.SEE_FIGURES)
def indicator(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one figure: what it means, month by month, and by each thing it is told by."""
    of = indicator_of(code)
    form = YearFilter(request.GET or None)
    parts: list[Part] = []
    shown = None
    if form.months and of.is_measured:
        year = _whole(of, form, reader=request.user)
        shown = year.shown(of)
        charts = charts_of(year, of, form.where)
        links = {part: year.links(of, part) for part in charts} if shown.url else {}
        parts = parts_of(charts, "figure", form.query, code, links=links)
    formula = of.formula
    return render(
        request,
        "steering/indicator.html",
        {
            "form": form,
            "of": of,
            "formula": formula.in_words if isinstance(formula, Formula) else "",
            "not_measured": "" if isinstance(formula, Formula) else formula.why,
            "shown": shown,
            "confided": is_confided(of),
            "parts": parts,
            "note": NOTE,
            "query": form.query,
            "where": form.where,
            "chapter": next(place for place, all_ in enumerate(CHAPTERS.values()) if of in all_),
        },
    )


@require_safe
@requires(Permission.SEE_FIGURES)
def drawing(request: SignedInRequest, code: str, part: str, width: str) -> HttpResponse:
    """Return the picture of a part, as a page shows it."""
    return drawing_of(_charts(request, code), part, width)


@require_safe
@requires(Permission.SEE_FIGURES)
def part_svg(request: SignedInRequest, code: str, part: str) -> HttpResponse:
    """Return the picture of a part as a file."""
    return svg_of(_charts(request, code), part)


@require_safe
@requires(Permission.SEE_FIGURES)
def part_csv(request: SignedInRequest, code: str, part: str) -> HttpResponseBase:
    """Return the table of a part as a file."""
    return csv_of(_charts(request, code), part)


@require_safe
@requires(Permission.SEE_FIGURES)
def workbook(request: SignedInRequest, code: str) -> HttpResponse:
    """Return all the tables of a figure, with what it means."""
    of = indicator_of(code)
    form = YearFilter(request.GET or None)
    if not form.months or not of.is_measured:
        raise Http404
    year = _whole(of, form)
    tables = [one.table() for one in charts_of(year, of, form.where).values()]
    counted = year.shown(of).figure.basis.counted_at
    meaning = meaning_of(of, timezone.localdate(counted) if counted else None)
    return workbook_of(tables, [meaning], f"{of.label}-{form.where}-{form.year}")


def _whole(of: Indicator, form: YearFilter, reader: StaffMember | None = None) -> Year:
    # By territory too, where nothing else tells it.
    by = (Breakdown.ALL, *of.breakdowns)
    return Year([of], form.months, form.territory_code, by, reader=reader)


def _charts(request: SignedInRequest, code: str) -> dict[str, Chart]:
    of = indicator_of(code)
    form = YearFilter(request.GET or None)
    if not form.months or not of.is_measured:
        return {}
    return charts_of(_whole(of, form), of, form.where)


def _chapter_asked(request: SignedInRequest) -> int:
    asked = request.GET.get("chapitre", "0")
    known = {str(number) for number in range(len(_TITLES))}
    return int(asked) if asked in known else 0


def _tabs(request: SignedInRequest, number: int) -> list[Tab]:
    kept: dict[str, Any] = {
        name: request.GET[name] for name in ("annee", "territoire") if request.GET.get(name)
    }
    return [
        Tab(title, f"?{urlencode({**kept, 'chapitre': place})}", place == number)
        for place, title in enumerate(_TITLES)
    ]
