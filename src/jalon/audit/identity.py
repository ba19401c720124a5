"""Tells the database whose request or job this is: its policies decide by that alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

_PERSON: Final[ContextVar[int | None]] = ContextVar("jalon_person", default=None)
_SET: Final = "SELECT set_config('jalon.person_id', %s, false)"


@contextmanager
def acting(staff_id: int | None) -> Iterator[None]:
    """Act as a member of staff, or as nobody, on every connection until the block ends.

    Never inside a transaction: a rolled-back savepoint would bring the earlier person back.
    """
    for connection in connections.all(initialized_only=True):
        # The transaction that a test wraps around itself never commits: it does not count.
        if any(not getattr(one, "_from_testcase", False) for one in connection.atomic_blocks):
            raise RuntimeError("the person of a transaction cannot change before it ends")
    token = _PERSON.set(staff_id)
    try:
        _tell_all()
        yield
    finally:
        _PERSON.reset(token)
        _tell_all()


def _tell_all() -> None:
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.connection.closed:
            try:
                _tell(connection)
            except psycopg.Error:
                # Nobody knows whose it is: the next query opens another.
                connection.close()


def _tell(connection: BaseDatabaseWrapper) -> None:
    person = _PERSON.get()
    with connection.connection.cursor() as cursor:
        cursor.execute(_SET, ["" if person is None else str(person)])


def tell_new_connection(connection: BaseDatabaseWrapper, **_: Any) -> None:  # noqa: ANN401
    """Say whose connection this is, as soon as it opens."""
    _tell(connection)


class NobodyMiddleware:
    """The outermost of all: until the person is known, and after, the request is nobody's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as nobody."""
        with acting(None):
            return self.get_response(request)


class PersonMiddleware:
    """After authentication: what follows is done by the person signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the person signed in, or nobody."""
        with acting(request.user.pk if request.user.is_authenticated else None):
            return self.get_response(request)
