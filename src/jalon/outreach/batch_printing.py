"""Prints the letters of a batch part by part, and binds the parts into one file."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from jalon.letters.binding import bound
from jalon.letters.content import Letter, from_json
from jalon.letters.layout import RenderedPart
from jalon.letters.processes import render_parts
from jalon.outreach.models import Batch, BatchPart, MessageContent

PART: Final = 250
# How long what was printed is kept after the post, or may be printed again.
KEPT: Final = timedelta(days=183)
# The number of what holds all the others: parts are counted from 1.
WHOLE: Final = 0


@dataclass(frozen=True)
class Span:
    """Letters that follow one another: the first one's position, and how many."""

    first: int
    letters: int


def missing(batch: Batch) -> list[Span]:
    """Return what is not printed yet, at most PART letters each, whatever the parts kept hold."""
    kept = batch.parts.exclude(number=WHOLE).order_by("first").values_list("first", "letters")
    found, following = [], 1
    for first, letters in [*kept, (batch.letters + 1, 0)]:
        found += [Span(start, min(PART, first - start)) for start in range(following, first, PART)]
        following = first + letters
    return found


def print_missing(batch: Batch) -> None:
    """Print what is missing, each part kept as soon as it is there; no more once given up."""
    spans = missing(batch)
    letters = (letters_of(batch, one.first, one.letters) for one in spans)
    kept = batch.parts.exclude(number=WHOLE).aggregate(last=Max("number"))["last"] or WHOLE
    printed = render_parts(letters, on=batch.dated, processes=min(2, len(spans) or 1))
    for number, (span, rendered) in enumerate(zip(spans, printed, strict=True), kept + 1):
        if Batch.objects.filter(pk=batch.pk, withdrawn_at__isnull=False).exists():
            return
        _keep(batch, number, span, rendered)


def bind(batch: Batch) -> None:
    """Make of the parts the one file that is printed."""
    parts = batch.parts.exclude(number=WHOLE).order_by("first")
    pdf = bound(bytes(one) for one in parts.values_list("pdf", flat=True).iterator(chunk_size=1))
    whole = BatchPart(
        batch=batch,
        number=WHOLE,
        first=1,
        letters=batch.letters,
        sheets=sum(parts.values_list("sheets", flat=True)),
        sha256=hashlib.sha256(pdf).hexdigest(),
        pdf=pdf,
        placed=[],
    )
    BatchPart.objects.bulk_create([whole], ignore_conflicts=True)


def _keep(batch: Batch, number: int, span: Span, rendered: RenderedPart) -> None:
    part = BatchPart(
        batch=batch,
        number=number,
        first=span.first,
        letters=span.letters,
        sheets=rendered.sheets,
        sha256=rendered.sha256,
        pdf=rendered.pdf,
        placed=[asdict(one) for one in rendered.placed],
    )
    BatchPart.objects.bulk_create([part], ignore_conflicts=True)


def forget_printed() -> None:
    """Delete what was printed of batches given up, or posted long ago: as the application itself.

    What each letter says stays with its message, and is laid out again when it is read.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.forget_printed(%s)", [timezone.localdate() - KEPT])


def letters_of(batch: Batch, first: int, most: int) -> list[Letter]:
    """Return letters of a batch as they were written, from a position on."""
    bodies = MessageContent.objects.filter(
        message__batch=batch, message__position__gte=first, message__position__lt=first + most
    )
    ordered = bodies.order_by("message__position").values_list("body", flat=True)
    return [from_json(body) for body in ordered]
