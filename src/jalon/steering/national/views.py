"""What is to be reported in the national tool: read on a page, and taken away as files."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.steering.figures.shown import meaning_of
from jalon.steering.forms import OwnYearFilter
from jalon.steering.hiding.suppression import NOTE
from jalon.steering.national.tables import REPORTED, National
from jalon.steering.pictures.parts import workbook_of
from jalon.web.spreadsheets import csv_answer

# As the page offers them: their names in addresses, and what each is called.
_FILES: Final = {
    "mois": "Par mois et par territoire",
    "annee": "Depuis janvier, par territoire",
    "offres": "Depuis janvier, par offre",
    "equipes": "Depuis janvier, par équipe",
}


@require_safe
@requires(Permission.SEE_FIGURES)
def national(request: SignedInRequest) -> HttpResponse:
    """Show what is to be reported of a year, column by column, and the files that hold it all."""
    form = OwnYearFilter(request.GET or None, by=request.user)
    found = _found(form)
    context = {
        "form": form,
        "lines": found.lines if found else [],
        "last": form.months[-1].in_french if form.months else "",
        "where": form.where,
        "query": form.query,
        "files": _FILES,
        "note": NOTE,
    }
    return render(request, "steering/national.html", context)


@require_safe
@requires(Permission.SEE_FIGURES)
def national_csv(request: SignedInRequest, part: str) -> HttpResponseBase:
    """Return one of the tables as a file."""
    found = _found(OwnYearFilter(request.GET or None, by=request.user))
    if found is None or part not in _FILES:
        raise Http404
    table = found.tables[part]
    return csv_answer(f"outil-national-{slugify(table.title)}", table.head, table.rows)


@require_safe
@requires(Permission.SEE_FIGURES)
def national_workbook(request: SignedInRequest) -> HttpResponse:
    """Return all the tables, with what each column is."""
    form = OwnYearFilter(request.GET or None, by=request.user)
    found = _found(form)
    tables = list(found.tables.values()) if found else []
    meanings = [meaning_of(one) for one in REPORTED]
    return workbook_of(tables, meanings, f"outil-national-{form.where}-{form.year}")


def _found(form: OwnYearFilter) -> National | None:
    if not form.months or form.nowhere:
        return None
    return National(form.months, form.territory_code, form.where)
