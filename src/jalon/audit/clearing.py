"""What the data-protection officer writes of an exceptional access that was questioned."""

from __future__ import annotations

from typing import Any, Protocol

from django.db import transaction

from jalon.audit import queries
from jalon.audit.exceptional import SHORTEST
from jalon.audit.models import ExceptionalAccess
from jalon.rules.errors import ClearError


class ClearingError(ClearError):
    """An access that is not one's to clear up, or not any more."""


class Person(Protocol):
    """Who does: staff are of a room above."""

    pk: Any


@transaction.atomic
def clear_up(*, access: ExceptionalAccess, cleared: str, by: Person) -> ExceptionalAccess:
    """Say what was cleared up of an access that is questioned: once for all.

    ClearingError where nothing is said, nobody questions it, or somebody said it first.
    """
    if len("".join(cleared.split())) < SHORTEST:
        raise ClearingError("Dites en une phrase ce qui est éclairci.")
    questioned, _ = queries.to_clear_up()
    told = {"cleared": cleared.strip(), "clearer_id": by.pk}
    if not questioned.filter(pk=access.pk).exclude(staff_id=by.pk).update(**told):
        raise ClearingError("Cet accès est déjà éclairci, ou n'est pas à éclaircir par vous.")
    access.refresh_from_db()
    return access
