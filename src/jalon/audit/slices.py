"""Pages of a log that grows for ever: its lines are never counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic

from django.db.models import QuerySet
from django.http import HttpRequest

from jalon.audit.queries import Log
from jalon.web.listing import PAGE

_MOST: Final = 4000  # pages: beyond, filter by date


@dataclass(frozen=True)
class Slice(Generic[Log]):
    """One page of a log, and whether there is another after it."""

    object_list: list[Log]
    number: int
    more: bool

    def has_previous(self) -> bool:
        """Tell whether a page stands before this one."""
        return self.number > 1

    def has_next(self) -> bool:
        """Tell whether a page follows this one."""
        return self.more and self.number < _MOST


def slice_of(request: HttpRequest, log: QuerySet[Log]) -> Slice[Log]:
    """Return the page that the address asks for, the first where it asks for none that can be."""
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 4 else 1  # noqa: PLR2004
    number = min(max(number, 1), _MOST)
    start = (number - 1) * PAGE
    lines = list(log[start : start + PAGE + 1])
    return Slice(lines[:PAGE], number, len(lines) > PAGE)
