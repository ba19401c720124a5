"""The user's guide, inside the application."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from jalon.directory.access import SignedInRequest, for_everyone


@for_everyone
def guide(request: SignedInRequest) -> HttpResponse:
    """Show how each task is done."""
    return render(request, "desk/guide.html")
