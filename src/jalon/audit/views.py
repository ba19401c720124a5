"""The pages of the data-protection officer: who read, who changed, whose file.

Each shows who and when, never what; and each reading of them is written down as well.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jalon.audit import queries
from jalon.audit.access import for_control
from jalon.audit.actions import record_read
from jalon.audit.forms import FamilyForm, ScopeForm
from jalon.audit.models import Change, Read
from jalon.audit.queries import Scope
from jalon.audit.slices import Slice, slice_of

_SYSTEM = "Le système"
_LATEST: Final = 50


@dataclass(frozen=True)
class Line:
    """A line as the page shows it."""

    at: datetime
    who: str
    what: str
    action: str
    reference: uuid.UUID | None


@require_safe
@for_control
def reads(request: HttpRequest) -> HttpResponse:
    """Show who read which family's file, and who read the control pages."""
    record_read(page="Contrôle : lectures")
    form = ScopeForm(request.GET)
    page = slice_of(request, queries.reads(form.scope()))
    return render(
        request,
        "audit/reads.html",
        {
            **_frame("audit:reads"),
            "form": form,
            "page": page,
            "lines": _lines(page.object_list),
            "search": FamilyForm(),
        },
    )


@require_safe
@for_control
def changes(request: HttpRequest) -> HttpResponse:
    """Show who changed what kind of record, without what was in it."""
    record_read(page="Contrôle : modifications")
    form = ScopeForm(request.GET)
    page = slice_of(request, queries.changes(form.scope()))
    return render(
        request,
        "audit/changes.html",
        {
            **_frame("audit:changes"),
            "form": form,
            "page": page,
            "lines": _lines(page.object_list),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_control
def find(request: HttpRequest) -> HttpResponse:
    """Find a family's log by what never stands in an address."""
    form = FamilyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reference = form.reference()
        if reference is not None:
            return redirect("audit:family", reference)
        asked = form.cleaned_data["recherche"]
        read = list(queries.reads_of_household(asked)[:_LATEST])
        if read:
            record_read(household=asked, page="Contrôle : un dossier")
            return render(request, "audit/find.html", _found(form, read))
        form.add_error("recherche", "Aucune famille connue n'a cette référence ou ce numéro.")
    return render(request, "audit/find.html", {**_frame("audit:find"), "form": form})


def _found(form: FamilyForm, read: list[Read]) -> dict[str, object]:
    """Return what the page shows of a file that was read, and that no family is known by."""
    return {**_frame("audit:find"), "form": form, "lines": _lines(read), "most": _LATEST}


@require_safe
@for_control
def family(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show who read and changed one family's file."""
    family_id = queries.family_of(public_id)
    if family_id is None:
        raise Http404
    record_read(family_id=family_id, page="Contrôle : une famille")
    changed = request.GET.get("voir") == "modifications"
    page: Slice[Read] | Slice[Change] = (
        slice_of(request, queries.changes(Scope(family_id=family_id)))
        if changed
        else slice_of(request, queries.reads_of_family(family_id))
    )
    tabs = [
        {"label": "Lectures", "url": "?voir=lectures", "current": not changed},
        {"label": "Modifications", "url": "?voir=modifications", "current": changed},
    ]
    return render(
        request,
        "audit/family.html",
        {
            "reference": public_id,
            "changes": changed,
            "page": page,
            "lines": _lines(page.object_list),
            "family_tabs": tabs,
        },
    )


def _frame(current: str) -> dict[str, object]:
    pages = (
        ("Lectures", "audit:reads"),
        ("Modifications", "audit:changes"),
        ("Une famille", "audit:find"),
    )
    return {
        "tabs": [
            {"label": label, "url": reverse(view), "current": view == current}
            for label, view in pages
        ]
    }


def _lines(log: Collection[Read] | Collection[Change]) -> list[Line]:
    names = queries.names_of({one.staff_id for one in log if one.staff_id is not None})
    references = queries.references_of({one.family_id for one in log if one.family_id is not None})
    return [
        Line(
            at=one.at,
            who=_SYSTEM if one.staff_id is None else names.get(one.staff_id, "Compte supprimé"),
            what=one.page if isinstance(one, Read) else queries.table_in_words(one.table_name),
            action="Lecture" if isinstance(one, Read) else one.get_action_display(),
            reference=None if one.family_id is None else references.get(one.family_id),
        )
        for one in log
    ]
