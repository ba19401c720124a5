"""Keeps French quotation marks with the words that they hold, on whatever line these fall."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

# Sentences come from rules, from labels and from templates, each written with plain spaces.
_JOINED: Final = {b: b.replace(b" ", "\u00a0".encode()) for b in ("« ".encode(), " »".encode())}
# What somebody typed, or a script reads, is left as it is.
_LEFT: Final = rb"<textarea\b.*?</textarea>|<script\b.*?</script>|<(?:input|option|button)\b[^>]*>"
_MARKS: Final = re.compile(_LEFT + b"|" + b"|".join(_JOINED), re.DOTALL)


class QuotesMiddleware:
    """Join quotation marks to their words in every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with unbreakable spaces inside quotation marks where the answer is a page."""
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if page and not response.streaming:
            response.content = _MARKS.sub(_join, response.content)
        return response


def _join(found: re.Match[bytes]) -> bytes:
    return _JOINED.get(found[0], found[0])
