"""The list of proposals, and what waits for someone to take it over."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires, requires_all
from jalon.directory.roles import Permission
from jalon.outreach import tasks
from jalon.outreach.downloads import Download, list_file
from jalon.outreach.forms import ProposalFilters
from jalon.outreach.models import Proposal
from jalon.outreach.queries import proposals as all_proposals
from jalon.outreach.queries import stopped_of
from jalon.outreach.said import PROPOSAL_HEAD, proposal_cells
from jalon.targeting.errors import RunError
from jalon.targeting.queries import run_of
from jalon.web.listing import filters_of, page_of

_DOWNLOAD: Final = Download("propositions", "outreach:proposals", PROPOSAL_HEAD, proposal_cells)


@require_safe
@requires(Permission.SEE_FAMILIES)
def proposals(request: SignedInRequest) -> HttpResponse:
    """List proposals, the latest first, as far as the filters keep them."""
    form, rows = _asked(request)
    page = page_of(request, rows)
    record_read(page=f"propositions, page {page.number}")
    context = {
        "form": form,
        "page": page,
        "filtered": form.is_filtering,
        "may_download": request.user.may(Permission.EXPORT),
        "filters": filters_of(request),
    }
    return render(request, "outreach/proposals.html", context)


def _asked(request: SignedInRequest) -> tuple[ProposalFilters, QuerySet[Proposal]]:
    """Return the form, and the proposals that it keeps; none where it is wrong."""
    form = ProposalFilters(request.GET, person=request.user)
    return form, form.kept(all_proposals()) if form.is_valid() else all_proposals().none()


@require_safe
@requires_all(Permission.EXPORT, Permission.SEE_FAMILIES)
def proposals_file(request: SignedInRequest) -> HttpResponseBase:
    """Give the whole list, as the filters keep it, as a file; too long a list is refused."""
    form, rows = _asked(request)
    return list_file(request, form, rows, _DOWNLOAD)


@require_safe
@requires(Permission.RELEASE_RUNS)
def left_behind(request: SignedInRequest) -> HttpResponse:
    """List the runs whose families stopped being taken up, and why."""
    return render(request, "outreach/left_behind.html", {"runs": stopped_of(request.user)})


@require_POST
@requires(Permission.RELEASE_RUNS)
def take_over(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have what stopped of a run taken up again."""
    run = get_object_or_404(run_of(public_id))
    try:
        tasks.take_over(run=run, by=request.user)
    except RunError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, "La reprise est lancée : les familles arrivent dans quelques minutes."
        )
    return redirect("outreach:left_behind")
