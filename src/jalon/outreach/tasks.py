"""What goes on in the background: families of released runs are taken up."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.outreach import (
    actions,
    batch_tasks,  # noqa: F401 - its tasks are found from here
    message_tasks,  # noqa: F401 - likewise
)
from jalon.outreach.attempts import BusyTakeUpError
from jalon.outreach.queries import awaited, stopped, to_take_over
from jalon.rules.errors import ClearError
from jalon.targeting.errors import RunError
from jalon.targeting.models import Release, TargetingRun

# How long a take-up waits for another of the same run, in seconds.
_LATER: Final = 30


@app.task(name="outreach.take_up")
def take_up(run_id: int, by_id: int) -> None:
    """Take up what a person released of a run, with that person's rights.

    Nothing where the person has lost them: another is asked to take it over. What cannot be done
    is told on the releases; while another takes up the run, it is asked for a little later.
    """
    with acting(by_id):
        by = StaffMember.objects.get(pk=by_id)
        if not by.may(Permission.RELEASE_RUNS):
            return
        try:
            actions.take_up(by=by, run_id=run_id)
        except BusyTakeUpError:
            defer_take_up(run_id, by_id, seconds=_LATER)
        except ClearError:
            return


@app.periodic(cron="*/10 * * * *")
@app.task(name="outreach.take_up_forgotten", pass_context=False)
def take_up_forgotten(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Ask again for what nobody took up: the process died between release and job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT run, releaser FROM wall.releases_to_take_up()")
        pending = cursor.fetchall()
    for run_id, by_id in pending:
        defer_take_up(run_id, by_id)


@app.periodic(cron="40 * * * *")
@app.task(
    name="outreach.forget_wrong_replies",
    queueing_lock="outreach.forget_wrong_replies",
    pass_context=False,
)
def forget_wrong_replies(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Delete the digests of guesses that no limit counts any more."""
    with acting(0), connection.cursor() as cursor:
        cursor.execute("SELECT wall.forget_wrong_replies()")


def defer_take_up(run_id: int, by_id: int, *, seconds: int = 0) -> None:
    """Ask for a take-up, in so many seconds, unless one already waits."""
    lock = f"outreach.take_up.{run_id}.{by_id}"
    at = timezone.now() + timedelta(seconds=seconds) if seconds else None
    try:
        # What is refused must not undo the caller's own transaction.
        with transaction.atomic():
            take_up.configure(queueing_lock=lock, schedule_at=at).defer(run_id=run_id, by_id=by_id)
    except AlreadyEnqueued:
        return


@transaction.atomic
def take_over(*, run: TargetingRun, by: StaffMember) -> None:
    """Have what stopped of a run taken up again: as oneself, where its releaser may not any more.

    RunError where nothing stopped, or the person made the run.
    """
    if run.made_by_id == by.pk:
        raise RunError("Vous avez lancé ce requêtage : une autre personne doit le reprendre.")
    waiting = stopped().filter(run=run)
    if not waiting.exists():
        raise RunError("Il n'y a plus rien à reprendre de ce requêtage.")
    left = to_take_over(by).filter(run=run)
    askers = {by.pk} if left.exists() else set()
    askers |= set(waiting.exclude(pk__in=left.values("pk")).values_list("by_id", flat=True))
    awaited().filter(pk__in=list(waiting.values_list("pk", flat=True))).update(
        problem="", attempts=0
    )
    for one in askers:
        defer_take_up(run.pk, one)


def take_up_released(run_id: int) -> None:
    """Ask for the take-up of what was just released of a run."""
    pending = Release.objects.filter(run=run_id, taken_up_at=None, problem="")
    for by_id in pending.values_list("by_id", flat=True).distinct():
        defer_take_up(run_id, by_id)
