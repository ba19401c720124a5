"""Reads what was opened exceptionally: a page says that it does, and the database decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

# As the database asks it of a sentence: fewer letters tell nobody what happens.
SHORTEST: Final = 15
_SAY: Final = "SELECT set_config('jalon.exceptional', %s, true)"


@contextmanager
def reading_exceptionally() -> Iterator[None]:
    """Read, until the block ends, what the person acting opened besides what is theirs to read.

    All of it is read in one transaction, hence at one moment: what runs out meanwhile is shown
    whole or not at all. Nothing is to be read once the block has ended.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SAY, ["on"])
        yield
        # Where another transaction goes on around this one. An error takes the word back too.
        cursor.execute(_SAY, ["off"])
