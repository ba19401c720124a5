"""Ma journée: what waits for the person, in one page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jalon.desk.waiting import day_of
from jalon.directory.access import SignedInRequest, for_everyone


@require_safe
@for_everyone
def day(request: SignedInRequest) -> HttpResponse:
    """Show what waits for the person today."""
    return render(request, "desk/day.html", {"day": day_of(request.user)})
