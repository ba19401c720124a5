"""The pages of the desk: the day."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from jalon.directory.access import SignedInRequest, for_everyone


@for_everyone
def day(request: SignedInRequest) -> HttpResponse:
    """Show what waits for the person today."""
    return render(request, "desk/day.html", {})
