"""One's own calendar, followed from elsewhere by an address that nobody guesses."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.agenda import actions, queries
from jalon.agenda.calendars import calendar_of, followed
from jalon.agenda.forms import FeedForm
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission

_TYPE: Final = "text/calendar; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def feed(request: SignedInRequest) -> HttpResponse:
    """Say what following one's calendar means, and make its address, shown once."""
    form = FeedForm(request.POST if request.method == "POST" else None)
    address = ""
    if form.is_valid():
        token = actions.make_feed(by=request.user, with_numbers=form.cleaned_data["with_numbers"])
        path = reverse("agenda:calendar", args=[token])
        public = settings.PUBLIC_URL.rstrip("/") if settings.PUBLIC_URL else ""
        address = f"{public}{path}" if public else request.build_absolute_uri(path)
    context = {"form": form, "address": address, "open": queries.open_feed(request.user)}
    return render(request, "agenda/feed.html", context)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def revoke(request: SignedInRequest) -> HttpResponse:
    """Have the address open nothing any more."""
    actions.revoke_feed(by=request.user)
    messages.success(request, "C'est fait : cette adresse n'ouvre plus rien.")
    return redirect("agenda:feed")


@require_safe
@login_not_required
def calendar(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - Django's own
    """Give a calendar to whoever has its address; 404 to others."""
    rows = followed(token)
    if rows is None:
        raise Http404
    return HttpResponse(calendar_of(rows), content_type=_TYPE)
