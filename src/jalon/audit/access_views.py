"""The officer's pages of exceptional accesses: who opened what, why, and what was read by it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jalon.audit import queries
from jalon.audit.access import for_control
from jalon.audit.actions import record_read
from jalon.audit.forms import AccessesForm
from jalon.audit.frame import frame
from jalon.audit.lines import lines_of, shown
from jalon.audit.models import ExceptionalAccess
from jalon.audit.slices import slice_of


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


@require_safe
@for_control
def access(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one access, and what its author read of the family while it lasted."""
    found = get_object_or_404(ExceptionalAccess, public_id=public_id)
    record_read(family_id=found.family_id, page="Contrôle : un accès exceptionnel")
    page = slice_of(request, queries.reads_during(found))
    (line,) = shown([found])
    context = {
        **frame("audit:accesses"),
        "line": line,
        "page": page,
        "lines": lines_of(page.object_list),
    }
    return render(request, "audit/access.html", context)
