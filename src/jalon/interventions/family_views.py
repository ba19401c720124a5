"""What is kept as one types, and with whom a family is shared."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.interventions import sharing
from jalon.interventions.doing import do, present
from jalon.interventions.drafting import (
    address_of,
    drafts_of,
    forget_draft,
    is_form,
    keep_draft,
    title_of,
)
from jalon.interventions.errors import InterventionError
from jalon.interventions.queries import actions_mine, followers_of, of_family
from jalon.interventions.sharing_forms import ShareForm
from jalon.web import french
from jalon.web.listing import page_of

_OURS: Final = frozenset({"csrfmiddlewaretoken", "brouillon"})


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def keep(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Keep what is being typed, and say so beside the form."""
    key = request.POST.get("brouillon", "")
    if not is_form(key):
        raise Http404
    content = {name: str(value) for name, value in request.POST.items() if name not in _OURS}
    try:
        keep_draft(family=present(family), form=key, content=content, by=request.user)
    except InterventionError as error:
        return HttpResponse(format_html("{}", error))
    return HttpResponse(f"Brouillon gardé à {french.clock(timezone.now())}.")


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def forget(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Give up what one was typing, and lead to the other drafts."""
    present(family)
    key = request.POST.get("brouillon", "")
    if not is_form(key):
        raise Http404
    forget_draft(form=key, by=request.user)
    messages.success(request, "Le brouillon est effacé.")
    return redirect("followed:drafts")


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def drafts(request: SignedInRequest) -> HttpResponse:
    """List what one has begun to write."""
    page = page_of(request, of_family(drafts_of(request.user)))
    record_read(page="brouillons")
    rows = [(one, title_of(one), address_of(one)) for one in page.items]
    return render(request, "interventions/drafts.html", {"page": page, "rows": rows})


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def to_do(request: SignedInRequest) -> HttpResponse:
    """List what is to be done with the families that one follows, the soonest due first."""
    rows = of_family(actions_mine(request.user)).select_related("advice", "support")
    page = page_of(request, rows.order_by(F("due_on").asc(nulls_last=True), "pk"))
    record_read(page="actions à faire")
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "interventions/to_do.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_INTERVENTIONS)
def share(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Ask with which colleague, then share what is written of a family."""
    found = present(family)
    if not sharing.may_share(found, request.user):
        raise Http404
    form = ShareForm(
        request.POST if request.method == "POST" else None, family=found, by=request.user
    )
    if form.is_valid():
        worker = form.cleaned_data["worker"]
        return do(
            request,
            lambda: sharing.share_family(family=found, worker=worker, by=request.user),
            f"C'est noté : {worker} lit désormais ce qui est écrit de cette famille.",
            found.get_absolute_url(),
        )
    record_read(family_id=found.pk, page="collègue à associer")
    context = {"family": found, "form": form, "followers": list(followers_of(found))}
    return render(request, "interventions/share.html", context)


@require_POST
@requires(Permission.SEE_INTERVENTIONS)
def unshare(request: SignedInRequest, family: uuid.UUID, number: int) -> HttpResponse:
    """End what was shared with a colleague."""
    found = present(family)
    follower = get_object_or_404(
        followers_of(found).select_related("family", "worker__team"), pk=number
    )
    return do(
        request,
        lambda: sharing.stop_sharing(follower=follower, by=request.user),
        f"C'est noté : {follower.worker} ne lit plus ce qui est écrit de cette famille.",
        found.get_absolute_url(),
    )
