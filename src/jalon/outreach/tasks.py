"""What goes on in the background: families of released runs are taken up."""

from __future__ import annotations

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.outreach import actions
from jalon.outreach.queries import to_take_over
from jalon.targeting.errors import RunError
from jalon.targeting.models import Release, TargetingRun


@app.task(name="outreach.take_up")
def take_up(run_id: int, by_id: int) -> None:
    """Take up what a person released of a run, with that person's rights.

    Nothing where the person has lost them: another is asked to take it over.
    """
    with acting(by_id):
        by = StaffMember.objects.get(pk=by_id)
        if by.may(Permission.RELEASE_RUNS):
            actions.take_up(by=by, run_id=run_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="outreach.take_up_forgotten", pass_context=False)
def take_up_forgotten(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Ask again for what nobody took up: the process died between release and job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT run, releaser FROM wall.releases_to_take_up()")
        pending = cursor.fetchall()
    for run_id, by_id in pending:
        defer_take_up(run_id, by_id)


def defer_take_up(run_id: int, by_id: int) -> None:
    """Ask for a take-up, unless one already waits."""
    try:
        # What is refused must not undo the caller's own transaction.
        with transaction.atomic():
            take_up.configure(queueing_lock=f"outreach.take_up.{run_id}.{by_id}").defer(
                run_id=run_id, by_id=by_id
            )
    except AlreadyEnqueued:
        return


def take_over(*, run: TargetingRun, by: StaffMember) -> None:
    """Take up, as oneself, what is left of a run by someone who may not any more.

    RunError where nothing is, or the person made the run.
    """
    if run.made_by_id == by.pk:
        raise RunError("Vous avez lancé ce requêtage : une autre personne doit le reprendre.")
    if not to_take_over(by).filter(run=run).exists():
        raise RunError("Il n'y a plus rien à reprendre de ce requêtage.")
    defer_take_up(run.pk, by.pk)


def take_up_released(run_id: int) -> None:
    """Ask for the take-up of what was just released of a run."""
    pending = Release.objects.filter(run=run_id, taken_up_at=None)
    for by_id in pending.values_list("by_id", flat=True).distinct():
        defer_take_up(run_id, by_id)
