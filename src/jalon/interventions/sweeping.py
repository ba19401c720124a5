"""Compares the files kept beside the database with the rows that know them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection

from jalon.audit.identity import acting
from jalon.documents import store

_FIRST, _LAST = "0" * 32, "f" * 32


@dataclass(frozen=True)
class Swept:
    """How many files were without a row, and are gone; how many rows are without their file."""

    removed: int
    missing: int


def sweep() -> Swept:
    """Delete the files that no row knows, and count the rows whose file is not there.

    What the secret before today's sealed is sealed anew. Where the database knows no file at all,
    it may be another one's: nothing is deleted.
    """
    with acting(0):
        anything = bool(_known(""))
        removed = missing = 0
        for shelf in store.shelves():
            known = _known(shelf)
            missing += len(known - store.on_shelf(shelf))
            removed += store.forget_strays(shelf, known) if anything else 0
            store.seal_anew(shelf)
    return Swept(removed, missing)


def missing_files() -> int:
    """Count the rows whose file is not there."""
    with acting(0):
        return sum(len(_known(one) - store.on_shelf(one)) for one in store.shelves())


def _known(shelf: str) -> set[uuid.UUID]:
    """Return the references that begin so, as rows hold them."""
    bounds = [uuid.UUID(shelf + end[len(shelf) :]) for end in (_FIRST, _LAST)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.files_kept(%s, %s)", bounds)
        return {reference for (reference,) in cursor.fetchall()}
