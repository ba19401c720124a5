"""What became of families: at the closing, some months after, and what they say of it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.steering.effects.shown import INTERVAL, TOLD, Effects
from jalon.steering.enums import Breakdown
from jalon.steering.figures.shown import Year, meaning_of
from jalon.steering.forecast.forecasting import Refusal
from jalon.steering.forms import YearFilter
from jalon.steering.hiding.suppression import NOTE
from jalon.steering.pictures.charts import Chart
from jalon.steering.pictures.parts import csv_of, drawing_of, parts_of, svg_of, workbook_of

_PAGE: Final = "effects"
_TOLD_BY: Final = (Breakdown.OFFER, Breakdown.OUTCOME)


@require_safe
@requires(Permission.SEE_FIGURES)
def effects(request: SignedInRequest) -> HttpResponse:
    """Show what was reached, by offer, and what families say; and what cannot be compared."""
    form = YearFilter(request.GET or None)
    found = _found(form, reader=request.user)
    parts = parts_of(found.charts, _PAGE, form.query, links=found.links) if found else []
    context: dict[str, Any] = {
        "form": form,
        "where": form.where,
        "found": found,
        "query": form.query,
        "note": NOTE,
        "interval": INTERVAL,
        "not_compared": found.compared.why
        if found and isinstance(found.compared, Refusal)
        else "",
        "parts": {one.name: one for one in parts},
    }
    return render(request, "steering/effects.html", context)


@require_safe
@requires(Permission.SEE_FIGURES)
def effects_drawing(request: SignedInRequest, part: str, width: str) -> HttpResponse:
    """Return the picture of a part, as the page shows it."""
    return drawing_of(_charts(request), part, width)


@require_safe
@requires(Permission.SEE_FIGURES)
def effects_svg(request: SignedInRequest, part: str) -> HttpResponse:
    """Return the picture of a part as a file."""
    return svg_of(_charts(request), part)


@require_safe
@requires(Permission.SEE_FIGURES)
def effects_csv(request: SignedInRequest, part: str) -> HttpResponseBase:
    """Return the table of a part as a file."""
    return csv_of(_charts(request), part)


@require_safe
@requires(Permission.SEE_FIGURES)
def effects_workbook(request: SignedInRequest) -> HttpResponse:
    """Return all the tables, with what each figure means."""
    form = YearFilter(request.GET or None)
    found = _found(form)
    tables = found.tables if found else []
    meanings = [meaning_of(one) for one in TOLD]
    return workbook_of(tables, meanings, f"effets-{form.where}-{form.year}")


def _found(form: YearFilter, reader: StaffMember | None = None) -> Effects | None:
    if not form.months:
        return None
    place = form.territory_code
    # Of one territory, the others' families are in none of its groups.
    by_territory = not place
    year = Year(TOLD, form.months, place, _TOLD_BY, by_territory=by_territory, reader=reader)
    return Effects(year, form.where)


def _charts(request: SignedInRequest) -> dict[str, Chart]:
    found = _found(YearFilter(request.GET or None))
    return found.charts if found else {}
