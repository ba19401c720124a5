"""Jobs and sessions are not kept for ever: the worker deletes what is over."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import as_owner
from jalon.audit import tasks
from jalon.config.embedded import EmbeddedServer
from targeting.pages.working import workers

pytestmark = pytest.mark.django_db(transaction=True)
_TASK = "tests.anything"
_ENDS_WITHIN = 60


def test_the_worker_deletes_ended_jobs_after_a_month_and_sessions_that_are_over(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    kept = {
        _job("succeeded", days=29),
        _job("failed", days=29),
        _job("todo", days=31),
        _job("doing", days=31),
    }
    for status in ("succeeded", "failed", "cancelled", "aborted"):
        _job(status, days=31)
    for key, hours in (("over", -1), ("open", 1)):
        expiry = timezone.now() + timedelta(hours=hours)
        Session.objects.create(session_key=key, session_data="", expire_date=expiry)
    for task in (tasks.forget_jobs, tasks.forget_sessions):
        task.defer(timestamp=0)  # type: ignore[call-arg]

    with workers(server, tmp_path) as start:
        assert _ends_well(start())

    left = ProcrastinateJob.objects.filter(task_name=_TASK).values_list("pk", flat=True)
    assert set(left) == kept
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]


def test_both_are_asked_for_by_the_clock() -> None:
    known = {name for name, _ in app.periodic_registry.periodic_tasks}

    assert {"audit.forget_jobs", "audit.forget_sessions"} <= known


def _ends_well(worker: subprocess.Popen[bytes]) -> bool:
    return worker.wait(_ENDS_WITHIN) == 0


def _job(status: str, *, days: int) -> int:
    """Make a job that came to a state some days ago, in a queue that no worker looks at."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, status) "
            "VALUES (%s, 'tests', %s) RETURNING id",
            [_TASK, status],
        )
        (number,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) "
            "VALUES (%s, 'deferred', now() - make_interval(days => %s))",
            [number, days],
        )
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - make_interval(days => %s) "
            "WHERE job_id = %s",
            [days, number],
        )
        return int(number)
