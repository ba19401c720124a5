"""What is held while letters are written, posted or joined, in one order for everybody.

First the lock of batches, by whoever changes what many families are offered or written; then
families, their approaches, what hangs on these (proposals, messages, answers), each by its number
where there are several. The functions of the wall keep the same order (decision 13).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from jalon.families.locks import locked_family
from jalon.outreach.models import Approach, Batch

BATCHES: Final = "jalon.outreach.batches"
_HELD: Final = "SELECT FROM families_family WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"


def hold_batches() -> None:
    """Wait for whoever changes what many families are offered or written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [BATCHES])


def locked_batch(batch: Batch) -> Batch:
    """Return a batch as it is now, and as nobody else changes it."""
    return Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


def locked_approach(number: int) -> Approach:
    """Return an approach as it is now, with the family that has it held, whatever was merged."""
    one = Approach.objects.get(pk=number)
    while True:
        family = locked_family(one.family_id)
        # Whoever was waited for may have given it to another family.
        one = Approach.objects.get(pk=number)
        if one.family_id == family.pk:
            return one


def hold_families_of(numbers: Collection[str]) -> None:
    """Wait for whoever changes the families of these files, or joins two of them into one."""
    held: set[int] = set()
    with connection.cursor() as cursor:
        # A merge that was waited for may have given a file another family.
        while families := _families_of(cursor, numbers) - held:
            cursor.execute(_HELD, [sorted(families)])
            held |= families


def _families_of(cursor: CursorWrapper, numbers: Collection[str]) -> set[int]:
    cursor.execute("SELECT family_id FROM wall.files_numbered(%s)", [sorted(numbers)])
    return {family for (family,) in cursor.fetchall()}


def hold_approaches(numbers: QuerySet[Any] | Collection[int]) -> None:
    """Wait for whoever writes to these approaches, or to what hangs on them."""
    held = Approach.objects.filter(pk__in=numbers).order_by("pk")
    list(held.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
