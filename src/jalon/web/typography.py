"""Keeps French punctuation with the words that it follows, on whatever line these fall."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

# Sentences come from rules, from labels and from templates, each written with plain spaces.
_WIDE: Final = "\N{NO-BREAK SPACE}"
_NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
_JOINED: Final = tuple(
    (written.encode(), written.replace(" ", space).encode())
    for written, space in (
        *(("« ", _WIDE), (" »", _WIDE), (" :", _WIDE)),
        *((" ;", _NARROW), (" ?", _NARROW), (" !", _NARROW)),
    )
)
# What somebody typed, or a machine reads, is left as it is. Of the thousands of choices that a
# page may have, few have something to leave.
_LEFT: Final = re.compile(
    rb"<(?:(textarea|script|style|code)\b.*?</\1>"
    rb"|(?:input|option|button)\b[^>]*?(?: [:;?!\xc2]|\xab )[^>]*>)",
    re.DOTALL,
)


class SpacesMiddleware:
    """Join punctuation to its words in every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with unbreakable spaces where French has them if the answer is a page."""
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if page and not response.streaming:
            response.content = joined(response.content)
        return response


def joined(page: bytes) -> bytes:
    """Return a page, UTF-8, with unbreakable spaces in the sentences that it shows."""
    parts: list[bytes] = []
    end = 0
    for left in _LEFT.finditer(page):
        parts += (_with_spaces(page[end : left.start()]), left[0])
        end = left.end()
    return b"".join((*parts, _with_spaces(page[end:])))


def _with_spaces(text: bytes) -> bytes:
    # Six passes by bytes cost less than one by a pattern.
    for written, shown in _JOINED:
        text = text.replace(written, shown)
    return text
