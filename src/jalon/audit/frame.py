"""What the control pages have in common: the way from one to the others."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

_PAGES: Final = (
    ("Lectures", "audit:reads"),
    ("Modifications", "audit:changes"),
    ("Connexions", "audit:sign_ins"),
    ("Accès exceptionnels", "audit:accesses"),
    ("Une famille", "audit:find"),
    ("Conservation", "audit:retention"),
)


def frame(current: str) -> dict[str, object]:
    """Return the tabs of the control pages, with the one that is open."""
    return {
        "tabs": [
            {"label": label, "url": reverse(view), "current": view == current}
            for label, view in _PAGES
        ]
    }
