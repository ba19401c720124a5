"""How something that waits is told, and counted no further than one would work through."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from jalon.web import french

_MOST: Final = 200


@dataclass(frozen=True)
class Waiting:
    """Something that waits: what it is, how many, what to do about it and where.

    Without `url`, nothing is done about it here: the text says where.
    """

    label: str
    number: str
    text: str
    url: str = ""
    action: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Line:
    """How something is told once there is some of it: see `Waiting`."""

    label: str
    text: str
    url: str = ""
    action: str = ""
    urgent: bool = False

    def of(self, *rows: QuerySet[Any], order: Sequence[str] = (), most: int = _MOST) -> Asked:
        """Tell it of these rows, all together, once they are counted.

        In an `order` that an index holds, where all of them would be read first otherwise.
        """
        limited = (one.order_by(*order).values("pk")[: most + 1] for one in rows)
        return Asked(self, most, rows=tuple(map(_asking, limited)))

    def counted(self, number: int, most: int = _MOST) -> Asked:
        """Tell it of so many."""
        return Asked(self, most, number)


@dataclass(frozen=True)
class Rows:
    """Which rows are to be counted, as the database is asked for them."""

    text: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Asked:
    """A line, and how many there are besides the rows that are to be counted."""

    line: Line
    most: int
    number: int = 0
    rows: tuple[Rows, ...] = ()


def told(asked: Iterable[Asked]) -> list[Waiting]:
    """Return what waits, of all that is asked, where there is any; counted in one query."""
    lines = list(asked)
    numbers = iter(counts([rows for one in lines for rows in one.rows]))
    found = []
    for one in lines:
        if number := one.number + sum(next(numbers) for _ in one.rows):
            line = one.line
            written = said(number, one.most)
            found.append(
                Waiting(line.label, written, line.text, line.url, line.action, urgent=line.urgent)
            )
    return found


def counts(asked: Sequence[Rows]) -> list[int]:
    """Count the rows of each, in one query: a page asks for a dozen such numbers at once."""
    if not asked:
        return []
    parts = (f"(SELECT count(*) FROM ({rows.text}) AS counted)" for rows in asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(parts)}", [one for rows in asked for one in rows.values]
        )
        return list(cursor.fetchone())


def _asking(rows: QuerySet[Any]) -> Rows:
    try:
        text, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return Rows("SELECT WHERE false", ())
    # That of most people who do the same work.
    return Rows(sys.intern(text), tuple(values))


def said(number: int, most: int = _MOST) -> str:
    """Write a number that was counted no further than one more."""
    return f"plus de {french.number(most)}" if number > most else french.number(number)
