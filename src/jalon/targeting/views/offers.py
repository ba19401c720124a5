"""The offers that the fund applies, for whoever works here: what each asks, reads and leaves."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jalon.directory.access import SignedInRequest, for_everyone
from jalon.targeting.forms import DayFilter
from jalon.targeting.offers import offers_on, sheet_on, versions_of
from jalon.web import french


def _asked(request: SignedInRequest) -> tuple[DayFilter, date]:
    """Return the form, and the day that it asks: today where it asks none."""
    form = DayFilter(request.GET)
    day = form.cleaned_data["jour"] if form.is_valid() else None
    return form, day or timezone.localdate()


@require_safe
@for_everyone
def offers(request: SignedInRequest) -> HttpResponse:
    """List the offers in force on a day."""
    form, day = _asked(request)
    note = f"En vigueur le {french.long_date(day)}"
    context = {"form": form, "day": day, "rows": offers_on(day), "note": note}
    return render(request, "targeting/offers.html", context)


@require_safe
@for_everyone
def sheet(request: SignedInRequest, code: str) -> HttpResponse:
    """Show an offer's rule in words, what it reads, and whom it leaves aside."""
    form, day = _asked(request)
    if not (versions := versions_of(code)):
        raise Http404
    found = sheet_on(code, day)
    context = {
        "form": form,
        "day": day,
        "sheet": found,
        "label": found.row.label if found else versions[-1].label,
        "others": [one for one in versions if found is None or one.first_day != found.first_day],
    }
    return render(request, "targeting/offer_sheet.html", context)
