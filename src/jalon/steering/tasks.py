"""What goes on in the night for figures: months are counted, and frozen once they are over.

Nobody asked for it: the application acts as itself, number 0.
"""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from jalon.audit.identity import acting
from jalon.steering.actions import count_going_on, freeze_months, recount_frozen
from jalon.steering.kept import forget_old
from jalon.steering.practice import practice
from jalon.steering.publishing.publication import forget_hidden, publish_all
from jalon.steering.reports.reporting import COUNT, count_report, fail_report, waiting_reports


@app.periodic(cron="40 2 * * *")
@app.task(name="steering.count_months", queueing_lock="steering.count_months", pass_context=False)
def count_months(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Freeze the months that are due, put others right, and prepare what pages show."""
    today = timezone.localdate()
    # Before pages are prepared: what went is made again at once.
    forget_old()
    forget_hidden()
    with acting(0):
        freeze_months(today=today, after_days=practice().freeze_after_days)
        recount_frozen()
        count_going_on(today=today)
        publish_all()


@app.task(name=COUNT, pass_context=False)
def take_figures() -> None:
    """Take the figures that reports wait for, which the application alone writes.

    One that fails says so, and is no longer waited for; the others are left to their own jobs.
    """
    with acting(0):
        for report in waiting_reports():
            try:
                count_report(report_id=report.pk)
            except Exception:
                fail_report(report_id=report.pk)
                raise
