"""A worker killed while it takes the figures of a report keeps no other report from its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.config.embedded import EmbeddedServer
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.models import Report
from jalon.steering.reports.reporting import COUNT
from steering.counted import count
from steering.reported import prepare
from targeting.pages.working import forget_the_dead, workers

# What a worker that is killed leaves: its job, under way, and its last sign of life.
_KILLED = """
WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id)
UPDATE procrastinate_jobs SET status = 'doing', attempts = 1, worker_id = (SELECT id FROM dead)
WHERE task_name = %s
"""


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_left_is_taken_again_and_so_is_what_waits(
    tmp_path: Path, server: EmbeddedServer
) -> None:
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    count(Month(2026, 5))
    prepare(head, quarter=2)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(_KILLED, [COUNT])
    prepare(head, quarter=1)

    with workers(server, tmp_path) as start:
        assert start().wait(120) == 0
        assert _jobs() == ["doing", "todo"], "what was killed holds the lock"
        forget_the_dead()
        assert start().wait(120) == 0

    assert _jobs() == ["succeeded", "succeeded"]
    with as_owner():
        first, second = Report.objects.order_by("-quarter")
        assert first.content is not None
        assert second.problem, "no month of it was counted"


def _jobs() -> list[str]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [COUNT]
        )
        return [status for (status,) in cursor.fetchall()]
