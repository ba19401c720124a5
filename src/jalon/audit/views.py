"""The pages of the data-protection officer: who read, who changed, whose file.

Each shows who and when, never what; and each reading of them is written down as well.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jalon.audit import queries
from jalon.audit.access import for_control
from jalon.audit.actions import record_read
from jalon.audit.forms import ChangesForm, FamilyForm, ScopeForm
from jalon.audit.frame import frame
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
    about: str
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
            **frame("audit:reads"),
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
    form = ChangesForm(request.GET)
    page = slice_of(request, queries.changes(form.scope()))
    return render(
        request,
        "audit/changes.html",
        {
            **frame("audit:changes"),
            "form": form,
            "page": page,
            "lines": _lines(page.object_list),
        },
    )


@require_safe
@for_control
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show who came in, and when."""
    record_read(page="Contrôle : connexions")
    form = ScopeForm(request.GET)
    page = slice_of(request, queries.sign_ins(form.scope()))
    return render(
        request,
        "audit/sign_ins.html",
        {
            **frame("audit:sign_ins"),
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
    return render(request, "audit/find.html", {**frame("audit:find"), "form": form})


def _found(form: FamilyForm, read: list[Read]) -> dict[str, object]:
    """Return what the page shows of a file that was read, and that no family is known by."""
    return {**frame("audit:find"), "form": form, "lines": _lines(read), "most": _LATEST}


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


def _lines(log: Collection[Read] | Collection[Change]) -> list[Line]:
    changed = [one for one in log if isinstance(one, Change)]
    people = {one.staff_id for one in log} | {one.subject_id for one in changed}
    names = queries.names_of({one for one in people if one is not None})
    references = queries.references_of({one.family_id for one in log if one.family_id is not None})
    roles = queries.roles_given(changed)

    def line(one: Read | Change) -> Line:
        said = (
            {"what": one.page, "action": "Lecture", "about": ""}
            if isinstance(one, Read)
            else {
                "what": _what(one, roles),
                "action": one.get_action_display(),
                "about": _name(one.subject_id, names) if one.subject_id else "",
            }
        )
        reference = None if one.family_id is None else references.get(one.family_id)
        who = _SYSTEM if one.staff_id is None else _name(one.staff_id, names)
        return Line(at=one.at, who=who, reference=reference, **said)

    return [line(one) for one in log]


def _name(staff_id: int, names: Mapping[int, str]) -> str:
    return names.get(staff_id, "Compte supprimé")


def _what(change: Change, roles: Mapping[int, str]) -> str:
    kind = queries.table_in_words(change.table_name)
    role = roles.get(change.row_id) if change.table_name == "directory_rolegrant" else None
    return f"{kind} : {role}" if role else kind
