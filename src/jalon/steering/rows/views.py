"""The page that lists what a figure counts, as far as one may read it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.steering.enums import Breakdown
from jalon.steering.figures.opening import counts_of, indicator_of
from jalon.steering.figures.shown import Year
from jalon.steering.indicators import Indicator
from jalon.steering.naming import names
from jalon.steering.rows.finding import Found, find
from jalon.steering.rows.forms import RowsFilter
from jalon.steering.rows.shown import asked_of, compared, lines_of
from jalon.web.listing import MOST, ListPage, page_found


@dataclass(frozen=True)
class Tab:
    """One of the counts that a figure is made of."""

    label: str
    url: str
    current: bool


@require_safe
@requires(Permission.SEE_FIGURES)
def rows(request: SignedInRequest, code: str) -> HttpResponse:
    """List the rows of a figure: of its months, its place and what it is told by."""
    of = indicator_of(code)
    counts = counts_of(of, request.user)
    if not counts:
        raise Http404
    form = RowsFilter(request.GET or None, of=of, counts=len(counts))
    count = counts[form.count]
    told = _told(count, form)
    record_read(page=f"liste de ce qui est compté : {of.label}, {told}")
    context = {"of": of, "form": form, "told": told, "query": form.query}
    if not form.months:
        return render(request, "steering/rows.html", context)
    by, value = form.by, form.value
    year = Year([of, count], form.months, form.territory_code, of.breakdowns, by_territory=False)
    shown = year.shown(of, months=form.asked, by=by, value=value)
    counted = year.shown(count, months=form.asked, by=by, value=value)
    asked = asked_of(count, counted, form.territory_code, by, value)
    found = find(asked) if asked else Found([], 0, 0)
    found_page = page_found(request, found.rows)
    lines = lines_of(found_page.items, asked.measure) if asked else []
    page = ListPage(found_page.number, lines, found_page.count)
    return render(
        request,
        "steering/rows.html",
        {
            **context,
            "shown": shown,
            "page": page,
            "with_page": any(line.url for line in lines),
            "cut": MOST if found.lines > MOST else 0,
            "compared": compared(counted, found),
            "caution": asked.measure.caution if asked else "",
            "tabs": _tabs(request, counts, form.count) if len(counts) > 1 else [],
        },
    )


def _told(count: Indicator, form: RowsFilter) -> str:
    """Say in French which rows are listed."""
    months = form.asked
    when = months[0].in_french if len(months) == 1 else str(form.year)
    parts = [form.where, when]
    if form.by:
        named = names(form.by, [form.value], min(count.measures))
        parts.append(f"{Breakdown(form.by).label} : {named[form.value]}")
    return ", ".join(parts)


def _tabs(request: SignedInRequest, counts: list[Indicator], current: int) -> list[Tab]:
    kept = {name: one for name, one in request.GET.items() if name not in {"page", "compte"}}
    return [
        Tab(one.label, f"?{urlencode({**kept, 'compte': place})}", place == current)
        for place, one in enumerate(counts)
    ]
