"""The officer's pages of exceptional accesses: who opened what, why, and what was read by it."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jalon.audit import queries
from jalon.audit.access import for_control
from jalon.audit.actions import record_read
from jalon.audit.clearing import Person, clear_up
from jalon.audit.forms import AccessesForm, ClearingForm
from jalon.audit.frame import frame
from jalon.audit.lines import lines_of, shown
from jalon.audit.models import ExceptionalAccess
from jalon.audit.slices import slice_of
from jalon.rules.errors import ClearError


@require_safe
@for_control
def accesses(request: HttpRequest) -> HttpResponse:
    """List the accesses, the last first, with why and what was found of each."""
    record_read(page="Contrôle : accès exceptionnels")
    form = AccessesForm(request.GET)
    page = slice_of(request, form.accesses())
    context = {
        **frame("audit:accesses"),
        "form": form,
        "page": page,
        "lines": shown(page.object_list),
    }
    return render(request, "audit/accesses.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_control
def access(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one access, what its author read of the family meanwhile, and have it cleared up."""
    found = get_object_or_404(ExceptionalAccess, public_id=public_id)
    form = ClearingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            clear_up(
                access=found,
                cleared=form.cleaned_data["cleared"],
                by=cast("Person", request.user),
            )
        except ClearError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "C'est noté : l'accès n'est plus à éclaircir.")
        return redirect("audit:access", public_id)
    record_read(family_id=found.family_id, page="Contrôle : un accès exceptionnel")
    page = slice_of(request, queries.reads_during(found))
    (line,) = shown([found])
    context = {
        **frame("audit:accesses"),
        "line": line,
        "form": form,
        "page": page,
        "lines": lines_of(page.object_list),
    }
    return render(request, "audit/access.html", context)
