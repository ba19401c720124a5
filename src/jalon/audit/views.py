"""The pages of the data-protection officer: who read, who changed, whose file.

Each shows who and when, never what; and each reading of them is written down as well.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jalon.audit import queries
from jalon.audit.access import for_control
from jalon.audit.actions import record_read
from jalon.audit.forms import ChangesForm, FamilyForm, ScopeForm
from jalon.audit.frame import frame
from jalon.audit.lines import lines_of, shown
from jalon.audit.models import Read
from jalon.audit.queries import Scope
from jalon.audit.slices import slice_of

_LATEST: Final = 50
_OF_A_FAMILY: Final = {
    "lectures": "Lectures",
    "modifications": "Modifications",
    "acces": "Accès exceptionnels",
}


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
            "lines": lines_of(page.object_list),
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
            "lines": lines_of(page.object_list),
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
            "lines": lines_of(page.object_list),
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
    return {**frame("audit:find"), "form": form, "lines": lines_of(read), "most": _LATEST}


@require_safe
@for_control
def family(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show who read and changed one family's file."""
    family_id = queries.family_of(public_id)
    if family_id is None:
        raise Http404
    record_read(family_id=family_id, page="Contrôle : une famille")
    asked = request.GET.get("voir")
    scope = Scope(family_id=family_id)
    tabs = [
        {"label": label, "url": f"?voir={name}", "current": name == asked}
        for name, label in _OF_A_FAMILY.items()
    ]
    context: dict[str, object] = {"reference": public_id, "family_tabs": tabs}
    if asked == "acces":
        opened = slice_of(request, queries.accesses(scope))
        context |= {"page": opened, "lines": shown(opened.object_list)}
        table = "audit/accesses_table.html"
    elif asked == "modifications":
        changed = slice_of(request, queries.changes(scope))
        context |= {"page": changed, "lines": lines_of(changed.object_list)}
        table = "audit/changes_table.html"
    else:
        tabs[0]["current"] = True
        read = slice_of(request, queries.reads_of_family(family_id))
        context |= {"page": read, "lines": lines_of(read.object_list)}
        table = "audit/reads_table.html"
    return render(request, "audit/family.html", {**context, "table": table})
