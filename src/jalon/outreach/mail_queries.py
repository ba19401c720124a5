"""What is read of letters in more than one place."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, QuerySet

from jalon.families.models import Family
from jalon.outreach.batch_printing import WHOLE
from jalon.outreach.batch_writing import to_be_written
from jalon.outreach.mailing import Held, to_mail, to_mail_again
from jalon.outreach.models import Approach, Batch, BatchPart
from jalon.outreach.waves import awaits_turn, letter_from

_READ_AT_ONCE: Final = 250  # families


def batches_shown() -> QuerySet[Batch]:
    """Return the batches, the latest first, with who made and posted them."""
    return Batch.objects.select_related("made_by", "posted_by", "withdrawn_by").order_by("-pk")


def batch_of(public_id: uuid.UUID) -> QuerySet[Batch]:
    """Return the batch of this reference, if there is one."""
    return batches_shown().filter(public_id=public_id)


def printed_parts(batch: Batch) -> QuerySet[BatchPart]:
    """Return the parts of a batch in order, without what they print."""
    return batch.parts.exclude(number=WHOLE).defer("pdf").order_by("first")


def letters_waiting(day: date) -> int:
    """Return how many approaches wait for a letter: at least as many as letters."""
    return to_mail(day).count() + to_mail_again(day).count()


def waves_to_come(day: date) -> list[tuple[date, int]]:
    """Return the days on which waves begin, each with how many families wait for it."""
    waiting = Approach.objects.filter(awaits_turn(day)).annotate(begins=letter_from(day))
    counted = waiting.values_list("begins").annotate(many=Count("family", distinct=True))
    return list(counted.order_by("begins"))


@dataclass(frozen=True)
class HeldFamily:
    """A family that is not written to yet, and why."""

    family: Family
    why: Held
    until: date | None
    detail: str


def families_held(day: date) -> Iterator[HeldFamily]:
    """Yield the families that the next batch leaves out, with the reason, as they are read."""
    for one in to_be_written(day, at_once=_READ_AT_ONCE):
        if one.held is not None:
            yield HeldFamily(one.first.family, one.held, one.until, one.detail)
