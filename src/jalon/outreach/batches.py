"""Batches of letters: begun in one go, prepared in the background, again where it stopped.

A batch is written in one transaction (`batch_writing`), so that a kill leaves every family with
its one letter or with none; its parts are printed one after the other (`batch_printing`), and what
is missing is printed again; then it is posted, or given up (`batch_posting`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.families.days import moment_of
from jalon.letters.errors import LetterRefusedError
from jalon.outreach.batch_printing import bind, missing, print_missing
from jalon.outreach.batch_writing import write
from jalon.outreach.errors import BatchError
from jalon.outreach.locks import BATCHES, hold_batches
from jalon.outreach.models import Batch
from jalon.outreach.wording import read_wording

MOST_ATTEMPTS: Final = 5
INTERRUPTED: Final = (
    f"La préparation s'est interrompue {MOST_ATTEMPTS} fois : prévenez l'administrateur "
    "technique, puis relancez-la."
)


@transaction.atomic
def start_batch(*, by: StaffMember, dated: date, today: date | None = None) -> Batch:
    """Begin a batch of all that is to be written on a day; the rest is done in the background.

    BatchError where another is being prepared, or the day is past or too far.
    """
    made_at = moment_of(today)
    today = timezone.localdate(made_at)
    if not today <= dated <= today + timedelta(days=31):
        raise BatchError("Datez l'envoi d'aujourd'hui, ou d'un jour du mois qui vient.")
    hold_batches()
    if Batch.objects.filter(prepared_at=None, withdrawn_at=None).exists():
        raise BatchError("Un envoi se prépare déjà : attendez qu'il soit prêt, ou abandonnez-le.")
    reply_by = dated + timedelta(days=read_wording(settings.PROFILE).reply_within_days)
    return Batch.objects.create(made_by=by, made_at=made_at, dated=dated, reply_by=reply_by)


def prepare(batch: Batch, by: StaffMember) -> None:
    """Write the letters of a batch in a person's name and print what is missing.

    Again, it makes nothing twice. Where there is nobody to write to, the batch is given up.
    """
    with _alone(batch) as goes_on:
        if not goes_on:
            return
        try:
            write(batch, by)
            if not batch.letters:
                return
            print_missing(batch)
            if missing(batch):
                return
            bind(batch)
        except LetterRefusedError as error:
            # The fund's own words: no family's, which were looked at before.
            Batch.objects.filter(pk=batch.pk).update(problem=str(error)[:500])
            return
        still = Batch.objects.filter(pk=batch.pk, prepared_at=None, withdrawn_at=None)
        still.update(prepared_at=timezone.now())


@contextmanager
def _alone(batch: Batch) -> Iterator[bool]:
    """Hold a lock that dies with its connection; yield whether the batch is still to be prepared.

    Each attempt is counted before it begins, so that a kill counts.
    """
    lock = [f"{BATCHES}.{batch.pk}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", lock)
        (held,) = cursor.fetchone()
        if not held:
            yield False
            return
        try:
            batch.refresh_from_db()
            done = batch.prepared_at or batch.withdrawn_at or batch.problem
            if not done and batch.attempts >= MOST_ATTEMPTS:
                Batch.objects.filter(pk=batch.pk).update(problem=INTERRUPTED)
                done = INTERRUPTED
            if not done:
                Batch.objects.filter(pk=batch.pk).update(attempts=batch.attempts + 1)
            yield not done
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", lock)


def try_again(*, batch: Batch) -> None:
    """Have a batch that stopped prepared once more, whatever stopped it."""
    Batch.objects.filter(pk=batch.pk, prepared_at=None).update(problem="", attempts=0)
