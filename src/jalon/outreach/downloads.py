"""Gives a list whole, as its filters keep it, as a file; too long a list is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from jalon.audit.actions import record_read
from jalon.web import french
from jalon.web.listing import filters_in_words
from jalon.web.spreadsheets import csv_answer

_M = TypeVar("_M", bound=Model)
# Read whole before it is sent: beyond, it is no list that a person works through.
_MOST: Final = 20_000


@dataclass(frozen=True)
class Download(Generic[_M]):
    """A list that leaves as a file: what its rows are called, its page, and its columns.

    `of` is French, feminine and plural; `cells` are a row's, under `head`.
    """

    of: str
    page: str
    head: Sequence[str]
    cells: Callable[[_M], Sequence[object]]


def list_file(
    request: HttpRequest, form: Form, rows: QuerySet[_M], download: Download[_M]
) -> HttpResponseBase:
    """Return the rows that a form keeps as a file, on record; or lead back to their page."""
    # Read here: while the file is sent, nobody acts any more.
    found = list(rows[: _MOST + 1])
    if len(found) > _MOST:
        messages.error(
            request,
            f"Plus de {french.number(_MOST)} {download.of} répondent : filtrez par offre, lieu ou "
            "mois, puis téléchargez.",
        )
        return redirect(f"{reverse(download.page)}?{request.GET.urlencode()}")
    record_read(page=f"{download.of} téléchargées, {len(found)} lignes, {filters_in_words(form)}")
    name = f"{download.of.replace(' ', '-')}-{timezone.localdate():%Y-%m-%d}"
    return csv_answer(name, download.head, map(download.cells, found))
