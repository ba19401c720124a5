"""Writes logs that say what happened, where in the code, and nothing about anybody.

An address may hold what someone typed, and the message of an exception what a row held ("Key
(email)=(…) already exists"): a log has the route and the exception's kind instead.
"""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus
from types import TracebackType
from typing import Final

import psycopg
from django.http import HttpRequest

_Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
# No fault of ours: the line says all, where an exception was only the way to refuse.
_REFUSED: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_DEEPEST: Final = 20  # exceptions in a chain


class PlainFormatter(logging.Formatter):
    """Formats records without addresses of pages, messages of exceptions, nor local values."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback under it where there is one."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            # A copy: other handlers, a test's for instance, keep the record as it came.
            record = logging.makeLogRecord(record.__dict__)
            status = getattr(record, "status_code", 0)
            record.msg, record.args = (
                f"{status or ''} {request.method} {_route(request)}".strip(),
                None,
            )
            record.message = record.msg
            if status in _REFUSED:
                record.exc_info = record.exc_text = None
        if record.exc_info:
            record = logging.makeLogRecord(record.__dict__)
            # Another formatter may have written the whole message there.
            record.exc_text = None
        return super().format(record)

    def formatException(self, ei: _Error) -> str:  # noqa: N802 - logging's own name
        """Return the frames and the kinds of the exceptions, without what they say."""
        return "\n".join(_told(ei[1]))


def _route(request: HttpRequest) -> str:
    """Return the pattern of the address, `familles/<uuid:public_id>/`, never the address."""
    match = request.resolver_match
    return f"/{match.route}" if match else "(no page of ours)"


def _told(error: BaseException | None) -> list[str]:
    parts: list[str] = []
    for _ in range(_DEEPEST):
        if error is None:
            break
        frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
        parts[:0] = [frames, f"{type(error).__module__}.{type(error).__qualname__}{_of(error)}"]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [part for part in parts if part]


def _of(error: BaseException) -> str:
    """Return what PostgreSQL says that is about tables, not about rows."""
    if not isinstance(error, psycopg.Error):
        return ""
    known = (error.sqlstate, error.diag.table_name, error.diag.constraint_name)
    told = ", ".join(one for one in known if one)
    return f" ({told})" if told else ""
