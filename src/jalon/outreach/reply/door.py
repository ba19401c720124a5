"""Stands before the answer page: whoever comes is nobody, and writes little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from jalon.outreach.reply.showing import refused

PREFIX: Final = "/r/"
_LONGEST: Final = 16 * 1024  # bytes: the fields of a form, each filled to its end


class ReplyDoor:
    """Has a request for the answer page forget its cookies, before any session is looked for.

    A colleague who is signed in answers there as nobody, and their session does not notice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is too long is refused unread."""
        if request.path_info.startswith(PREFIX):
            request.COOKIES = {}
            request.META.pop("HTTP_COOKIE", None)
            if int(request.META.get("CONTENT_LENGTH") or 0) > _LONGEST:
                return refused(request, "too_long", status=413)
        return self.get_response(request)
