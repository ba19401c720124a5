"""The gallery of components, shown where Jalon is built or demonstrated."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jalon.web import examples

ERROR_PAGES = ("403", "404", "500", "503")


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    return render(request, "web/gallery.html", examples.context())


@login_not_required
def error_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show an error page as it would be, with its own status."""
    return render(request, f"{code}.html", status=int(code))
