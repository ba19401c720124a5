"""Runs the background jobs of every room."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from jalon.config.leash import end_with_who_started_us


def work() -> None:
    """Do the jobs that wait, and those to come, until told to stop."""
    end_with_who_started_us()
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(
            name="jalon",
            concurrency=settings.JOBS_AT_ONCE,
            # A job's arguments are numbers, but a traceback could show a family's data.
            delete_jobs="never",
        )
