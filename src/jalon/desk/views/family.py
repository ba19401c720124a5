"""The family's page: who they are, what was proposed and why, who is involved."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.desk.family_page import family_page
from jalon.desk.forms import InvolvementForm, LeadForm
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.families import actions
from jalon.families.errors import FamilyError
from jalon.families.models import Family, Involvement
from jalon.families.queries import family_of


@require_safe
@requires(Permission.SEE_FAMILIES)
def family(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a family, and write down that it was read; lead to the one it was merged into."""
    found = get_object_or_404(family_of(public_id))
    if found.merged_into is not None:
        return redirect("families:family", found.merged_into.public_id)
    record_read(family_id=found.pk, page="famille")
    return render(request, "desk/family.html", family_page(request.user, found))


@require_POST
@requires(Permission.SEE_FAMILIES)
def declare(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that one's service is involved."""
    found = present(public_id)
    form = InvolvementForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choisissez qui intervient.")
        return redirect("families:family", public_id)
    myself = form.cleaned_data["who"] == "me"
    return do(
        request,
        public_id,
        lambda: actions.declare_involvement(family=found, by=request.user, myself=myself),
        "C'est noté : les autres services le voient.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_FAMILIES)
def end(request: SignedInRequest, public_id: uuid.UUID, involvement: uuid.UUID) -> HttpResponse:
    """Ask, then say that one's service is involved no more."""
    found = present(public_id)
    one = get_object_or_404(found.involvements.select_related("worker"), public_id=involvement)
    if request.method != "POST":
        record_read(family_id=found.pk, page="fin d'une intervention")
        return render(request, "web/confirm.html", _ending(found, one))
    return do(
        request,
        public_id,
        lambda: actions.end_involvement(involvement=one, by=request.user),
        "C'est noté : l'intervention est terminée.",
    )


@require_POST
@requires(Permission.MANAGE_TERRITORY, Permission.MANAGE_DEPARTMENT)
def name_lead(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Name the family's lead worker."""
    found = present(public_id)
    form = LeadForm(request.POST, family=found, by=request.user)
    if not form.is_valid():
        messages.error(request, "Choisissez un travailleur social.")
        return redirect("families:family", public_id)
    worker = form.cleaned_data["worker"]
    return do(
        request,
        public_id,
        lambda: actions.name_lead_worker(family=found, worker=worker, by=request.user),
        f"{worker} est désormais référent de cette famille.",
    )


def _ending(family: Family, involvement: Involvement) -> dict[str, Any]:
    who = str(involvement.worker) if involvement.worker else "Le service, sans nom"
    consequences = [
        f"{who} n'intervient plus auprès de cette famille, à partir d'aujourd'hui.",
        "Les autres services le voient ; ce qui a été noté jusqu'ici reste.",
    ]
    if involvement.lead:
        consequences.append("La famille n'a plus de référent, tant qu'un autre n'est pas nommé.")
    return {
        "heading": f"Terminer : {involvement.get_service_display()}",
        "action": "Terminer l'intervention",
        "consequences": consequences,
        "cancel_url": family.get_absolute_url(),
    }


def present(public_id: uuid.UUID) -> Family:
    """Return the family of a reference; 404 where it was merged into another."""
    found = get_object_or_404(family_of(public_id))
    if found.merged_into is not None:
        raise Http404
    return found


def do(
    request: SignedInRequest, public_id: uuid.UUID, act: Callable[[], object], done: str
) -> HttpResponse:
    """Act, say that it is done or why not, and come back to the family."""
    try:
        act()
    except FamilyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("families:family", public_id)
