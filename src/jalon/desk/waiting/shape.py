"""How something that waits is told, and counted no further than one would work through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from jalon.web import french

_MOST: Final = 500


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

    def of(self, rows: QuerySet[Any], *order: str) -> Iterator[Waiting]:
        """Yield these rows as what waits, where there are any; `order` as `count` takes it."""
        yield from self.counted(count(rows, order=order))

    def counted(self, number: int, most: int = _MOST) -> Iterator[Waiting]:
        """Yield so many as what waits, where there are any."""
        if number:
            told = said(number, most)
            yield Waiting(self.label, told, self.text, self.url, self.action, urgent=self.urgent)


def count(rows: QuerySet[Any], most: int = _MOST, *, order: tuple[str, ...] = ()) -> int:
    """Count rows, to one more than `said` writes in full.

    In an order that an index holds, where all of them would be read first otherwise.
    """
    return rows.order_by(*order).values("pk")[: most + 1].count()


def said(number: int, most: int = _MOST) -> str:
    """Write a number that `count` gave."""
    return f"plus de {french.number(most)}" if number > most else french.number(number)
