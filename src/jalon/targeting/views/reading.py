"""The pages by which a run is read over before it is released."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires, requires_all
from jalon.directory.roles import Permission
from jalon.register.numbers import file_numbers
from jalon.register.schema import TABLES
from jalon.rules.outcome import Outcome
from jalon.targeting import cohort_files, queries
from jalon.targeting.capacity import FORMULA
from jalon.targeting.cohort_files import Filter
from jalon.targeting.engine.outputs import COHORT_PARQUET, REJECTS_CSV
from jalon.targeting.enums import RunState
from jalon.targeting.errors import CHANGED
from jalon.targeting.explained import explained, reason_in_french
from jalon.targeting.forms import HouseholdForm, LineFilters, OfferFilter
from jalon.targeting.integrity import checked_folder, has_changed
from jalon.targeting.lines_in_words import LineInWords
from jalon.targeting.models import TargetingRun
from jalon.targeting.review import communes_of, review, rows_read
from jalon.targeting.transitions import UNDER_WAY
from jalon.targeting.views.common import (
    LISTS,
    Slices,
    frame,
    page_of,
    run_or_404,
    saying_why,
)
from jalon.web.listing import filters_in_words, filters_of
from jalon.web.spreadsheets import csv_answer

_STEPS: Final = ("Reçue", "Vérifiée", "Calculée", "Relue", "Libérée")


@require_safe
@requires(Permission.SEE_RUNS)
def run(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show where a run stands: its progress, its refusal, or what it found."""
    found = run_or_404(public_id)
    counts: queries.Counts = queries.counts_by_outcome(found) if found.computed_at else {}
    context = {
        **frame(request, found, "run", counts),
        "under_way": found.state in UNDER_WAY,
        "step_labels": _STEPS,
    }
    if found.computed_at:
        context["review"] = review(found, counts)
        context["changed"] = CHANGED if has_changed(found) else ""
        if found.state == RunState.REVIEW:
            context["besides"] = queries.released_besides(found)
        if context["begun"]:
            context["went_wrong"] = queries.went_wrong(found)
            context["waves"] = queries.waves_of(found)
            context["to_place"] = queries.draws_to_place(found)
        context["capacity_formula"] = FORMULA
        context["search"] = HouseholdForm()
    elif not context["under_way"]:
        context["rows"] = rows_read(found)
    response = render(request, "targeting/run.html", context)
    if request.headers.get("HX-Request") and not context["under_way"]:
        # The page that was following the computing shows the rest of it.
        response["HX-Refresh"] = "true"
    return response


@require_safe
@requires(Permission.SEE_RUNS)
def communes(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show how many families each commune has, beside the months before."""
    found = _computed(public_id)
    form = OfferFilter(request.GET, offers=found.labels)
    offer = form.cleaned_data["offre"] if form.is_valid() else ""
    context = {
        **frame(request, found, "communes"),
        "form": form,
        "page": page_of(request, communes_of(found, offer)),
    }
    return render(request, "targeting/communes.html", context)


def _computed(public_id: uuid.UUID) -> TargetingRun:
    found = run_or_404(public_id)
    if found.computed_at is None:
        raise Http404
    return found


@dataclass(frozen=True)
class _ListAsked:
    """A list of a run, the rows of it that the address asks, and the form that said so."""

    run: TargetingRun
    label: str
    wanted: Filter
    form: LineFilters


def _list_asked(request: SignedInRequest, public_id: uuid.UUID, which: str) -> _ListAsked:
    if which not in LISTS:
        raise Http404
    found, (outcome, label) = _computed(public_id), LISTS[which]
    reasons = {
        reason: reason_in_french(outcome, reason)
        for kind, _, reason, _ in found.summary["reasons"]
        if kind == outcome
    }
    form = LineFilters(request.GET, offers=found.labels, reasons=reasons)
    wanted = Filter(outcome)
    if form.is_valid():
        wanted = Filter(outcome, form.cleaned_data["offre"], form.cleaned_data.get("motif", ""))
    return _ListAsked(found, label, wanted, form)


def _number(run: TargetingRun, counts: queries.Counts, wanted: Filter) -> int:
    return queries.count_lines(
        run, counts, wanted.outcome, offer=wanted.offer, reason=wanted.reason
    )


@require_safe
@requires(Permission.SEE_RUNS)
@saying_why
def lines(request: SignedInRequest, public_id: uuid.UUID, which: str) -> HttpResponse:
    """List the families that a run selects, sets aside or leaves to verify."""
    asked = _list_asked(request, public_id, which)
    found, wanted, form = asked.run, asked.wanted, asked.form
    folder = checked_folder(found, COHORT_PARQUET)
    counts = queries.counts_by_outcome(found)
    page = page_of(
        request,
        Slices(
            _number(found, counts, wanted),
            lambda first, most: cohort_files.lines(folder, wanted, first=first, most=most),
        ),
    )
    in_words = LineInWords(found)
    rows = [{"line": one, **in_words(one)} for one in page]
    record_read(page=f"Liste « {asked.label} », requêtage {found.public_id}, page {page.number}")
    context = {
        **frame(request, found, wanted.outcome, counts),
        "form": form,
        "page": page,
        "rows": rows,
        "which": which,
        "asks_reasons": wanted.outcome != Outcome.SELECTED,
        "may_download": request.user.may(Permission.EXPORT),
        "filters": filters_of(request),
    }
    return render(request, "targeting/lines.html", context)


@require_safe
@requires_all(Permission.EXPORT, Permission.SEE_RUNS)
@saying_why
def lines_file(request: SignedInRequest, public_id: uuid.UUID, which: str) -> HttpResponseBase:
    """Give the whole list, as the filters keep it, as a file."""
    asked = _list_asked(request, public_id, which)
    found, wanted = asked.run, asked.wanted
    folder, in_words = checked_folder(found, COHORT_PARQUET), LineInWords(found)
    number = _number(found, queries.counts_by_outcome(found), wanted)
    rows = (in_words.as_cells(one) for one in cohort_files.each_line(folder, wanted))
    record_read(
        page=f"Liste « {asked.label} » téléchargée, requêtage {found.public_id}, {number} lignes, "
        f"{filters_in_words(asked.form)}"
    )
    return csv_answer(f"liste-{found.month}", LineInWords.HEAD, rows)


@require_safe
@requires(Permission.SEE_RUNS)
@saying_why
def line(request: SignedInRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """Explain the household of a row of the cohort, clause by clause."""
    found = _computed(public_id)
    row = cohort_files.line(checked_folder(found, COHORT_PARQUET), number)
    if row is None:
        raise Http404
    return _explained(request, found, [row.household_id], f"ligne {number}")


@require_POST
@requires(Permission.SEE_RUNS)
@saying_why
def search(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Explain the household of a number, which stays out of addresses."""
    found = _computed(public_id)
    form = HouseholdForm(request.POST)
    if not form.is_valid():
        return redirect("targeting:run", public_id)
    written = form.cleaned_data["household"]
    numbers = file_numbers(written) or [written]
    number = cohort_files.line_of(checked_folder(found, COHORT_PARQUET), numbers)
    if number is not None:
        return redirect("targeting:line", public_id, number)
    return _explained(request, found, numbers, "hors liste")


def _explained(
    request: SignedInRequest, found: TargetingRun, numbers: Sequence[str], where: str
) -> HttpResponse:
    shown = explained(found, numbers)
    context = {**frame(request, found, ""), "explained": shown}
    record_read(
        household=shown.household_id, page=f"Explication, requêtage {found.public_id}, {where}"
    )
    return render(request, "targeting/explanation.html", context)


@require_safe
@requires(Permission.SEE_RUNS)
@saying_why
def rejects(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the rejects of a run's extract, grouped by reason, then line by line."""
    found = run_or_404(public_id)
    if "rejects" not in found.summary:
        raise Http404
    french = {table.name: table.french for table in TABLES}
    groups = [
        {
            "table": french[table],
            "column": column,
            "reason": reason,
            "number": n,
            "query": urlencode({"motif": reason}),
        }
        for table, column, reason, _, n in found.summary["rejects"]
    ]
    reason = request.GET.get("motif", "")
    if reason not in {one["reason"] for one in groups}:
        reason = ""
    total = sum(one["number"] for one in groups if not reason or one["reason"] == reason)
    folder = checked_folder(found, REJECTS_CSV)
    page = page_of(
        request,
        Slices(
            total,
            lambda first, most: cohort_files.rejects(
                folder, reason=reason, first=first, most=most
            ),
        ),
    )
    record_read(page=f"Rejets, requêtage {found.public_id}, page {page.number}")
    context = {
        **frame(request, found, "rejects"),
        "groups": groups,
        "reason": reason,
        "may_download": request.user.may(Permission.EXPORT),
        "page": page,
    }
    return render(request, "targeting/rejects.html", context)


@require_safe
@requires_all(Permission.EXPORT, Permission.SEE_RUNS)
@saying_why
def rejects_file(_request: SignedInRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Give the rejects that the run wrote as a file."""
    found = run_or_404(public_id)
    path = checked_folder(found, REJECTS_CSV) / REJECTS_CSV
    if not path.is_file():
        raise Http404
    record_read(page=f"Rejets téléchargés, requêtage {found.public_id}")
    rows = _cells_of(path)
    return csv_answer(f"rejets-{found.month}", next(rows), rows)


def _cells_of(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter=";")
