"""What is held while letters are written, posted or joined: one order for everybody.

The lock of batches, then families, approaches, proposals, messages.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from jalon.outreach.models import Batch

BATCHES: Final = "jalon.outreach.batches"


def locked_batch(batch: Batch) -> Batch:
    """Return a batch as it is now, and as nobody else changes it."""
    return Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


def hold_batches() -> None:
    """Wait for whoever changes what many families are offered or written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [BATCHES])
