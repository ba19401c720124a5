"""Leads from page to page of a list, with its filters kept in the address."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest

from jalon.web import french


def page_links(request: HttpRequest, page: Page[Any], noun: str = "") -> dict[str, Any]:
    """Return the words and the addresses around a page; the total only where it is known."""
    paginator = getattr(page, "paginator", None)
    pages = getattr(paginator, "num_pages", None)
    total = getattr(paginator, "count", None)
    place = f"Page {french.number(page.number)}"
    if pages is not None:
        place += f" sur {french.number(pages)}"
    if noun and total is not None:
        place += f" · {french.counted(total, noun)}"
    return {
        "place": place,
        "total": french.counted(total, noun) if noun and total is not None else "",
        "previous": _address(request, page.number - 1) if page.has_previous() else "",
        "next": _address(request, page.number + 1) if page.has_next() else "",
    }


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
