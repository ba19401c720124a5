"""Keeps French quotation marks with the words that they hold, on whatever line these fall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

# Sentences come from rules, from labels and from templates, each written with plain spaces.
_NBSP: Final = "\u00a0"
_OPENING: Final = ("« ".encode(), f"«{_NBSP}".encode())
_CLOSING: Final = (" »".encode(), f"{_NBSP}»".encode())


class QuotesMiddleware:
    """Join quotation marks to their words in every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with unbreakable spaces inside quotation marks where the answer is a page."""
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if page and not response.streaming:
            response.content = response.content.replace(*_OPENING).replace(*_CLOSING)
        return response
