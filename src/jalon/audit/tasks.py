"""What goes on in the background of every room: old things go, killed jobs begin again."""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from jalon.audit.identity import acting
from jalon.audit.purging import PURGE, carry_on

# As `personal.Kept.JOB` says: long enough to see why one failed.
JOBS_KEPT_HOURS: Final = 30 * 24


@app.periodic(cron="10 3 * * *")
@app.task(name="audit.forget_jobs", queueing_lock="audit.forget_jobs", pass_context=True)
async def forget_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Delete the jobs that ended a month ago, however they ended."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=JOBS_KEPT_HOURS,
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )


@app.periodic(cron="50 * * * *")
@app.task(name="audit.forget_sessions", queueing_lock="audit.forget_sessions", pass_context=False)
def forget_sessions(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Delete the sessions that are over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


@app.task(name=PURGE, retry=RetryStrategy(max_attempts=5, wait=15))
def purge(purge_id: int, by_id: int) -> None:
    """Carry on a purge as whoever asked for it."""
    with acting(by_id):
        carry_on(purge_id)


@app.periodic(cron="* * * * *")
@app.task(name="audit.retry_stalled", queueing_lock="audit.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Begin again what holds a lock, of whatever room, and whose worker was killed or froze.

    Left as it is, such a job would keep for good all that wait for the same lock. Those without
    one are asked for again by their own rooms.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.lock:
            await manager.retry_job(job)
