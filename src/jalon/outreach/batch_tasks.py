"""What goes on in the background for letters: batches are prepared, those left behind too."""

from __future__ import annotations

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.outreach import batch_printing, batches
from jalon.outreach.models import Batch


@app.task(name="outreach.prepare")
def prepare(batch_id: int, by_id: int) -> None:
    """Prepare a batch with the rights of a person; nothing where they have lost them."""
    with acting(by_id):
        by = StaffMember.objects.get(pk=by_id)
        if by.may(Permission.WRITE_TO_FAMILIES):
            batches.prepare(Batch.objects.get(pk=batch_id), by)


@app.periodic(cron="*/5 * * * *")
@app.task(name="outreach.prepare_forgotten", pass_context=False)
def prepare_forgotten(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Ask again for the batches that nobody prepares: the process died on the way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT batch, maker FROM wall.batches_to_prepare()")
        pending = cursor.fetchall()
    for batch_id, by_id in pending:
        defer_prepare(batch_id, by_id)


@app.periodic(cron="40 3 * * *")
@app.task(name="outreach.forget_printed", pass_context=False)
def forget_printed(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Delete what was printed and has served."""
    with acting(0):
        batch_printing.forget_printed()


def defer_prepare(batch_id: int, by_id: int) -> None:
    """Ask for a batch to be prepared, unless somebody asked already."""
    try:
        # What is refused must not undo the caller's own transaction.
        with transaction.atomic():
            prepare.configure(queueing_lock=f"outreach.prepare.{batch_id}").defer(
                batch_id=batch_id, by_id=by_id
            )
    except AlreadyEnqueued:
        return
