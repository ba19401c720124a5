"""Gives a file back to a browser, which saves it and never shows it as a page of ours."""

from __future__ import annotations

from django.http import HttpResponse


def as_attachment(content: bytes, *, kind: str, name: str) -> HttpResponse:
    """Return a file to save, under a name that says nothing of anybody."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    # Should a browser open it all the same, nothing in it runs, nor asks for anything.
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
