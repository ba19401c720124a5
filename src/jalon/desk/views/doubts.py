"""Families that may be one: a person looks at both and decides, and may come back on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.desk.comparing import compared
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.families import merging, queries
from jalon.families.enums import DoubtState
from jalon.families.errors import FamilyError
from jalon.families.models import Doubt
from jalon.web.listing import page_of


@require_safe
@requires(Permission.MERGE_FAMILIES)
def doubts(request: SignedInRequest) -> HttpResponse:
    """List what is to be decided, the oldest first."""
    page = page_of(request, queries.open_doubts())
    sides = {side for one in page.items for side in (one.one_id, one.other_id)}
    families = {family.pk: family for family in queries.families_of(list(sides))}
    rows = [(one, families[one.one_id], families[one.other_id]) for one in page.items]
    record_read(page=f"doublons possibles, page {page.number}")
    return render(request, "desk/doubts.html", {"page": page, "rows": rows})


@require_safe
@requires(Permission.MERGE_FAMILIES)
def doubt(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show both families side by side, and why they may be one."""
    found = get_object_or_404(Doubt, public_id=public_id)
    families = {
        family.pk: family for family in queries.families_of([found.one_id, found.other_id])
    }
    sides = [families[found.one_id], families[found.other_id]]
    for side in sides:
        record_read(family_id=side.pk, page="doublon possible")
    context = {
        "doubt": found,
        "open": found.state == DoubtState.OPEN,
        "sides": sides,
        "lines": compared(*sides),
    }
    return render(request, "desk/doubt.html", context)


@require_POST
@requires(Permission.MERGE_FAMILIES)
def keep_apart(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Decide that they are two families."""
    found = get_object_or_404(Doubt, public_id=public_id)
    return _do(
        request,
        lambda: merging.keep_apart(doubt=found, by=request.user),
        "C'est noté : ce sont deux familles.",
    )


@require_POST
@requires(Permission.MERGE_FAMILIES)
def merge(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Decide that they are one family."""
    found = get_object_or_404(Doubt, public_id=public_id)
    return _do(
        request,
        lambda: merging.merge(doubt=found, by=request.user),
        "Les deux familles n'en font plus qu'une. Cette réunion peut être défaite.",
    )


@require_safe
@requires(Permission.MERGE_FAMILIES)
def merges(request: SignedInRequest) -> HttpResponse:
    """List the merges made, the latest first."""
    page = page_of(request, queries.merges())
    families = {
        family.pk: family for family in queries.families_of([one.kept_id for one in page.items])
    }
    rows = [(one, families[one.kept_id]) for one in page.items]
    record_read(page=f"réunions faites, page {page.number}")
    return render(request, "desk/merges.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MERGE_FAMILIES)
def undo_merge(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what undoing does, then undo."""
    found = get_object_or_404(queries.merges(), public_id=public_id)
    if request.method == "POST":
        return _do(
            request,
            lambda: merging.undo_merge(merge=found, by=request.user),
            "Chaque famille a retrouvé ce qui était à elle.",
            "families:merges",
        )
    context = {
        "heading": "Défaire cette réunion ?",
        "action": "Défaire la réunion",
        "danger": True,
        "cancel_url": reverse("families:merges"),
        "consequences": [
            "Les deux familles redeviennent distinctes, chacune avec ce qu'elle avait.",
            "Ce qui est arrivé depuis reste avec la famille gardée.",
        ],
    }
    return render(request, "web/confirm.html", context)


def _do(
    request: SignedInRequest,
    act: Callable[[], object],
    done: str,
    then: str = "families:doubts",
) -> HttpResponse:
    try:
        act()
    except FamilyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(then)
