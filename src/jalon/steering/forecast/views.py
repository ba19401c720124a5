"""What the next three months bring, and what could be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.models import Territory
from jalon.directory.roles import Permission
from jalon.steering.forecast.change_form import ChangeForm
from jalon.steering.forecast.coming import Coming, Quarter, coming, hidden
from jalon.steering.forecast.foreseeing import ADVICES, RUNNING, Past
from jalon.steering.forecast.shown import METHOD, SUMS, charts_of, row_of, tables_of, told_of
from jalon.steering.forecast.weighing import Weighed, weigh
from jalon.steering.forecast.workload import Balance, Proposal, proposals
from jalon.steering.forms import PlaceFilter
from jalon.steering.hiding.suppression import NOTE
from jalon.steering.load.loads import costs_of
from jalon.steering.load.views import NO_MODEL
from jalon.steering.pictures.charts import Chart
from jalon.steering.pictures.parts import csv_of, drawing_of, parts_of, svg_of, workbook_of
from jalon.steering.pictures.tables import Meaning
from jalon.steering.practice import practice
from jalon.steering.publishing.staffed import places_hidden
from jalon.steering.queries import answered_for, counted_months
from jalon.web.listing import ListPage, page_of

_PAGE: Final = "forecast"


@dataclass(frozen=True)
class _Offers:
    """What could be done with offers, and what they were weighed by."""

    moves: list[Proposal]
    left: str
    weighed: Weighed


class _Asked:
    """What one request asks for: a place, its quarter, and each territory's."""

    def __init__(self, request: SignedInRequest) -> None:
        self.form = PlaceFilter(request.GET or None)
        self.costs = costs_of(practice())
        self.page: ListPage[Territory] | None = None
        if not self.form.territory:
            self.page = page_of(request, Territory.objects.order_by("label", "pk"))
        self._by = request.user
        codes = [one.code for one in self.page.items] if self.page else []
        self.past = Past([*codes, self.form.territory_code])

    @property
    def query(self) -> str:
        """What is shown, as the end of an address."""
        number = self.page.number if self.page else 1
        kept = {"territoire": self.form.territory_code, "page": number if number > 1 else ""}
        return urlencode({name: value for name, value in kept.items() if value})

    @cached_property
    def quarter(self) -> Quarter | None:
        months = self.past.quarter
        return Quarter(months, self.costs) if months and self.costs else None

    @cached_property
    def whole(self) -> Coming | None:
        return self._coming(self.form.territory_code, self.form.where)

    @cached_property
    def places(self) -> list[Coming]:
        found = (
            self._coming(one.code, one.label) for one in (self.page.items if self.page else ())
        )
        return [one for one in found if one]

    def _coming(self, code: str, label: str) -> Coming | None:
        if not self.quarter:
            return None
        found = coming(self.past, self.quarter, code, label)
        return hidden(found) if code in self.hidden else found

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The places of which one is not told who is there: too few, and not one's own."""
        if not self.quarter or self._by.may(Permission.MANAGE_DEPARTMENT):
            return frozenset()
        team = self._by.team
        own = [team.territory.code] if team and team.territory else []
        return places_hidden(self.quarter.workers, own)

    def available(self, one: Coming) -> float | None:
        """Return the days of those who are in a place; None where they are hidden."""
        if not self.quarter or one.code in self.hidden:
            return None
        days = self.quarter.days
        return sum(worker.days(days) for _, worker in self.quarter.staff_of(one.code))

    @property
    def charts(self) -> dict[str, Chart]:
        return charts_of(self.whole, self.places, self.form.where) if self.whole else {}

    @property
    def offers(self) -> _Offers | None:
        """What offers could be opened or held back: the whole department's to decide."""
        if not self.whole or not self.quarter or self.form.territory:
            return None
        found, outlooks = self.whole.balance, self.whole.outlooks
        advices, running = outlooks[ADVICES].foreseen, outlooks[RUNNING].foreseen
        if not isinstance(found, Balance) or not advices or not running:
            return None
        # As far back as what is foreseen: the night prepares no more.
        years = {one.year for one in self.past.months}
        months = [one for one in counted_months() if one.year in years]
        weighed = weigh(months, advices, running, self.quarter.costs, self.quarter.months[0])
        return _Offers(*proposals(found, weighed.offers), weighed)


@require_safe
@requires(Permission.SEE_FIGURES)
def forecast(request: SignedInRequest) -> HttpResponse:
    """Show the quarter to come, what it asks for, and what a change of the team would do."""
    asked = _Asked(request)
    context: dict[str, Any] = {
        "form": asked.form,
        "no_model": "" if asked.costs else NO_MODEL,
        "where": asked.form.where,
        "note": NOTE,
        "method": METHOD,
        "sums": SUMS,
    }
    if asked.whole and asked.quarter:
        context |= _shown(request, asked, asked.whole, asked.quarter)
    return render(request, "steering/forecast.html", context)


def _shown(
    request: SignedInRequest, asked: _Asked, whole: Coming, quarter: Quarter
) -> dict[str, Any]:
    answerable = frozenset(answered_for(request.user).values_list("pk", flat=True))
    change = ChangeForm(
        request.GET, quarter=quarter, among=quarter.staff_of(whole.code), answerable=answerable
    )
    return {
        "quarter": f"{quarter.months[0].in_french} à {quarter.months[-1].in_french}",
        "begun": quarter.first <= timezone.localdate(),
        "until": asked.past.months[-1].in_french,
        "balance": whole.balance if isinstance(whole.balance, Balance) else None,
        "refused": "" if isinstance(whole.balance, Balance) else whole.balance.why,
        "told": [told_of(one) for one in whole.outlooks.values()],
        "rows": [row_of(one, asked.available(one)) for one in asked.places],
        "page": asked.page,
        "offers": asked.offers,
        "change": change,
        "outcome": change.outcome(whole.need),
        "parts": parts_of(asked.charts, _PAGE, asked.query),
        "query": asked.query,
    }


@require_safe
@requires(Permission.SEE_FIGURES)
def forecast_drawing(request: SignedInRequest, part: str, width: str) -> HttpResponse:
    """Return the picture of a part, as the page shows it."""
    return drawing_of(_Asked(request).charts, part, width)


@require_safe
@requires(Permission.SEE_FIGURES)
def forecast_svg(request: SignedInRequest, part: str) -> HttpResponse:
    """Return the picture of a part as a file."""
    return svg_of(_Asked(request).charts, part)


@require_safe
@requires(Permission.SEE_FIGURES)
def forecast_csv(request: SignedInRequest, part: str) -> HttpResponseBase:
    """Return the table of a part as a file."""
    return csv_of(_Asked(request).charts, part)


@require_safe
@requires(Permission.SEE_FIGURES)
def forecast_workbook(request: SignedInRequest) -> HttpResponse:
    """Return all that is foreseen as a workbook, with how it is worked out."""
    asked = _Asked(request)
    whole, where = asked.whole, asked.form.where
    tables = tables_of(whole, asked.places, where) if whole else []
    charts = [one.table() for one in asked.charts.values()]
    source = "faits figés de chaque mois ; modèle de travail du profil"
    meaning = Meaning(
        "Prévisions", METHOD, "voir la définition", "nombre", source, timezone.localdate()
    )
    return workbook_of([*tables, *charts], [meaning], f"prevision-{where}")
