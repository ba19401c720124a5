"""Pages of a long list: read one at a time, never counted whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.utils.choices import flatten_choices

_M = TypeVar("_M", bound=Model)
_Row = TypeVar("_Row")
PAGE: Final = 25
# Beyond, one more filter finds faster than one more page.
MOST: Final = 1_000
_LONGEST: Final = 9  # digits


@dataclass(frozen=True)
class ListPage(Generic[_Row]):
    """A page of rows; `count` stops at `MOST` + 1, and then means more than that."""

    number: int
    items: list[_Row]
    count: int

    @property
    def capped(self) -> bool:
        """Whether there are more rows than are ever counted or shown."""
        return self.count > MOST

    @property
    def most(self) -> int:
        """How many rows are shown at most, all pages together."""
        return MOST

    def has_previous(self) -> bool:
        """Tell whether a page comes before."""
        return self.number > 1

    def has_next(self) -> bool:
        """Tell whether a page comes after."""
        return self.number * PAGE < min(self.count, MOST)


def filters_of(request: HttpRequest) -> str:
    """Return what the address filters, as the end of another address: all but the page."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"?{kept.urlencode()}" if kept else ""


def filters_in_words(form: Form) -> str:
    """Return what a form filters, to be kept with a reading: "Offre : Séparation, Commune".

    What was typed freely is only said to be there: a name could have been.
    """
    if not form.is_valid():
        return "filtre non compris"
    told = []
    for bound in form:
        if value := form.cleaned_data.get(bound.name):
            choices = getattr(bound.field, "choices", None)
            chosen = dict(flatten_choices(choices)).get(value) if choices else None
            told.append(f"{bound.label} : {chosen}" if chosen else str(bound.label))
    return ", ".join(told) or "sans filtre"


def page_asked(request: HttpRequest) -> int:
    """Return the number of the page that the address asks for, 1 where it asks for none."""
    asked = request.GET.get("page", "1")
    # Python refuses to read a number of thousands of digits.
    told = asked.isascii() and asked.isdecimal() and len(asked) <= _LONGEST
    return min(max(int(asked) if told else 1, 1), _last(MOST))


def page_of(request: HttpRequest, rows: QuerySet[_M]) -> ListPage[_M]:
    """Return the page that the address asks for, the nearest there is, in two queries."""
    # All that are ever counted are found by their keys alone; those of the page are then read.
    found = list(rows.values_list("pk", flat=True)[: MOST + 1])
    number, keys = _nearest(request, found)
    return ListPage(number, _read(rows, keys), len(found))


def page_ahead(request: HttpRequest, rows: QuerySet[_M]) -> ListPage[_M]:
    """Return the page that the address asks for, in two queries, where counting costs more.

    Of those after it the first alone is sought: `count` is what was found so far.
    """
    found = list(rows.values_list("pk", flat=True)[: page_asked(request) * PAGE + 1])
    number, keys = _nearest(request, found)
    return ListPage(number, _read(rows, keys), len(found))


def _read(rows: QuerySet[_M], keys: list[int]) -> list[_M]:
    """Read rows by their keys, in order, without asking again what it took to find them."""
    known = rows.all()
    known.query.clear_where()
    return list(known.filter(pk__in=keys))


def page_found(request: HttpRequest, rows: Iterable[_Row]) -> ListPage[_Row]:
    """Return the page that the address asks for of rows found one by one, the nearest there is.

    Those before it are found too, of those after it the first alone: no more is counted.
    """
    found = list(islice(rows, page_asked(request) * PAGE + 1))
    number, items = _nearest(request, found)
    return ListPage(number, items, len(found))


def _nearest(request: HttpRequest, found: list[_Row]) -> tuple[int, list[_Row]]:
    number = min(page_asked(request), _last(len(found)))
    return number, found[(number - 1) * PAGE : number * PAGE]


def _last(count: int) -> int:
    return max(1, -(-min(count, MOST) // PAGE))
