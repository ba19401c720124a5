"""Tells the database whose request or job this is: its policies decide by that alone.

Each connection is handed a token: who acts, on which connection, until when, sealed with a key
that the database keeps where the application's login cannot read it. SQL that slipped in through
a hole can therefore not name someone else.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import ProgrammingError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from psycopg.pq import TransactionStatus

_PERSON: Final[ContextVar[int | None]] = ContextVar("jalon_person", default=None)
_TELL: Final = "SELECT set_config('jalon.person', %s, false), wall.connection()"
_TELL_NOBODY: Final = "SELECT set_config('jalon.person', '', false)"
_NUMBER: Final = "SELECT wall.connection()"
# Of each connection, the number by which the database knows it: asked once.
_NUMBERS: Final[WeakKeyDictionary[psycopg.Connection[Any], int]] = WeakKeyDictionary()
_PURPOSE: Final = b"jalon.audit.identity"
# Longer than any request or job: a token that ends earlier would stop honest work.
_LASTS: Final = 12 * 60 * 60


@contextmanager
def acting(staff_id: int | None) -> Iterator[None]:
    """Act as a member of staff, or as nobody, on every connection until the block ends.

    Never inside a transaction: a rolled-back savepoint would bring the earlier person back.
    RuntimeError there.
    """
    if any(_in_transaction(connection) for connection in connections.all(initialized_only=True)):
        raise RuntimeError("the person of a transaction cannot change before it ends")
    token = _PERSON.set(staff_id)
    try:
        _tell_all()
        yield
    finally:
        _PERSON.reset(token)
        _tell_all()


def sealing_key() -> bytes:
    """Return the 32 bytes that seal tokens; the database is given them after each migration."""
    return hmac.digest(settings.SECRET_KEY.encode(), _PURPOSE, hashlib.sha256)


def seal(staff_id: int, backend: int, number: int) -> str:
    """Return the token of a person on one connection: its server process, its own number."""
    claim = f"{staff_id}.{backend}.{number}.{int(time.time()) + _LASTS}"
    return f"{claim}.{hmac.digest(sealing_key(), claim.encode(), hashlib.sha256).hex()}"


def is_vouched_for() -> bool:
    """Tell whether the database was given our key; after it changed, migrations give it anew."""
    try:
        with acting(0), connections["default"].cursor() as cursor:
            cursor.execute("SELECT wall.person()")
            person: object = cursor.fetchone()[0]
    except ProgrammingError:
        return False
    return isinstance(person, int)


def _in_transaction(connection: BaseDatabaseWrapper) -> bool:
    # The transaction that a test wraps around itself never commits: it does not count.
    of_test = sum(bool(getattr(one, "_from_testcase", 0)) for one in connection.atomic_blocks)
    if of_test or connection.atomic_blocks:
        return len(connection.atomic_blocks) > of_test
    login: psycopg.Connection[Any] | None = connection.connection
    return login is not None and (
        not login.autocommit
        or login.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)
    )


def _tell_all() -> None:
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.connection.closed:
            try:
                if _in_transaction(connection):
                    # Its rollback would bring the earlier person back.
                    connection.close()
                else:
                    _tell(connection)
            except psycopg.Error:
                # Nobody knows whose it is: the next query opens another.
                connection.close()


def _tell(connection: BaseDatabaseWrapper) -> None:
    person = _PERSON.get()
    login: psycopg.Connection[Any] = connection.connection
    # Django's own cursors write parameters into the text of the query, which others may read.
    with psycopg.Cursor(login) as cursor:
        if person is None:
            cursor.execute(_TELL_NOBODY)
            return
        known = _NUMBERS.get(login) or _number(cursor.execute(_NUMBER))
        found = _number(cursor.execute(_TELL, [_token(person, login, known)]))
        if found != known:
            # A connection that was made to forget everything has another number since.
            _number(cursor.execute(_TELL, [_token(person, login, found)]))
        _NUMBERS[login] = found


def _token(person: int, login: psycopg.Connection[Any], number: int) -> str:
    return seal(person, login.info.backend_pid, number)


def _number(told: psycopg.Cursor[Any]) -> int:
    *_, number = told.fetchone() or (0,)
    return int(number)


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
