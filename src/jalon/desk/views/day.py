"""Ma journée: what waits for the person, in one page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jalon.audit.actions import record_read
from jalon.desk.waiting import day_of
from jalon.directory.access import WAITS, SignedInRequest, for_everyone
from jalon.directory.queries import waits_to_be_confirmed


@require_safe
@for_everyone
def day(request: SignedInRequest) -> HttpResponse:
    """Show what waits for the person today."""
    waits = WAITS if waits_to_be_confirmed(request.user) else ""
    found = day_of(request.user)
    if found.meetings:
        record_read(page="Ma journée, rendez-vous")
    return render(request, "desk/day.html", {"day": found, "waits": waits})
