"""The purge of what was kept long enough: begun by a person, carried on by a job, told as it goes.

The functions of the database decide what is due, and who may; nothing here chooses a family.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import app

from jalon.audit.models import Purge
from jalon.audit.refusals import refused_as
from jalon.rules.errors import ClearError

PURGE: Final = "audit.purge"
# Accounts, or lines of a log, that go in one transaction.
_LINES: Final = 5_000
_UNDER_WAY: Final = "Une purge est déjà en cours : attendez qu'elle finisse."
# What a room keeps of a family beside the database: asked before its rows go, it says how to
# remove it once they are gone.
Beside = Callable[[int], Callable[[], None]]
_BESIDE: Final[list[Beside]] = []


class PurgeError(ClearError):
    """A purge that cannot begin now."""


def keeps_beside(find: Beside) -> None:
    """Have what a room keeps of a family beside the database go with it."""
    if find not in _BESIDE:
        _BESIDE.append(find)


class Person(Protocol):
    """Who asks for it: staff are of a room above."""

    pk: Any


@transaction.atomic
def begin_purge(*, by: Person) -> Purge:
    """Have what is due purged by a job, in one's own name; go on with one that stands still.

    PurgeError where another goes on.
    """
    purge = Purge.objects.filter(ended_at=None).first()
    if purge is None:
        with refused_as({"purge_one_at_a_time": PurgeError(_UNDER_WAY)}):
            purge = Purge.objects.get(pk=_asked("SELECT wall.begin_purge()"))
    elif not purge.stands_still:
        raise PurgeError(_UNDER_WAY)
    app.configure_task(PURGE, lock=PURGE).defer(purge_id=purge.pk, by_id=by.pk)
    return purge


def carry_on(purge_id: int) -> None:
    """Purge all that is due, each family in a transaction of its own, then accounts and logs.

    Stopped anywhere, it is done again: what is gone is due no more, and the rest still is.
    IntegrityError in the end where something still names a family: the purge is not over.
    """
    if not Purge.objects.filter(pk=purge_id, ended_at=None).exists():
        return
    refused: IntegrityError | None = None
    for family in _asked("SELECT wall.due_of_purge(%s)", purge_id):
        try:
            _purge(purge_id, family)
        except IntegrityError as error:
            # One that cannot go must not keep the others: the job fails once they are gone.
            refused = refused or error
    if refused:
        raise refused
    for kind in ("accounts", "reads", "changes"):
        while _asked(f"SELECT wall.purge_{kind}(%s, %s)", purge_id, _LINES):
            pass
    _asked("SELECT wall.end_purge(%s)", purge_id)


def _purge(purge_id: int, family: int) -> None:
    """Purge a family if it is still due, then what rooms keep of it beside the database."""
    with transaction.atomic():
        beside = [find(family) for find in _BESIDE]
        if _asked("SELECT wall.purge_family(%s, %s)", purge_id, family):
            for remove in beside:
                transaction.on_commit(remove)


def _asked(query: str, *told: int) -> Any:  # noqa: ANN401 - what each function returns
    with connection.cursor() as cursor:
        cursor.execute(query, told)
        (found,) = cursor.fetchone()
        return found
