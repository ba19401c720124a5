"""Answers what failed, politely, and without the database where it is the one that is away."""

from __future__ import annotations

import sys
from typing import Final

import psycopg
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string

# Connections refused, closed or shut down, and a server that starts or is full. Without a code,
# the server was not reached at all, or fell silent.
_AWAY: Final = frozenset({None, "57P01", "57P02", "57P03", "53300"})
_BROKEN_CONNECTION: Final = "08"
_TRY_AGAIN_SECONDS: Final = "5"
_DEEPEST: Final = 20  # exceptions in a chain


def failed(_request: HttpRequest) -> HttpResponse:
    """Return the page of what just failed; Django calls it while it handles the exception."""
    if not database_is_away(sys.exc_info()[1]):
        return HttpResponseServerError(render_to_string("500.html"))
    answer = HttpResponse(render_to_string("503.html"), status=503)
    answer.headers["Retry-After"] = _TRY_AGAIN_SECONDS
    return answer


def database_is_away(error: BaseException | None) -> bool:
    """Tell whether an error comes from a database that cannot be reached, or was lost."""
    for _ in range(_DEEPEST):
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return error.sqlstate in _AWAY or (error.sqlstate or "")[:2] == _BROKEN_CONNECTION
        if error is None:
            break
        error = error.__cause__
    return False
