"""The list of proposals."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.outreach.forms import ProposalFilters
from jalon.outreach.queries import proposals as all_proposals
from jalon.web.listing import page_of


@require_safe
@requires(Permission.SEE_FAMILIES)
def proposals(request: SignedInRequest) -> HttpResponse:
    """List proposals, the latest first, as far as the filters keep them."""
    form = ProposalFilters(request.GET, person=request.user)
    rows = form.kept(all_proposals()) if form.is_valid() else all_proposals().none()
    context = {"form": form, "page": page_of(request, rows), "filtered": form.is_filtering}
    return render(request, "outreach/proposals.html", context)
