"""What `jalon check` says of a running installation: its worker, its jobs, its disk."""

from __future__ import annotations

import shutil
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from conftest import as_owner
from jalon.config.health import look_over

pytestmark = pytest.mark.django_db


def _said() -> dict[str, bool]:
    return {one.sentence: one.ok for one in look_over(settings.ENVIRONMENT)}


def _sentence(start: str) -> bool:
    found = [ok for sentence, ok in _said().items() if sentence.startswith(start)]
    assert len(found) == 1, _said()
    return found[0]


def _job(status: str, ago: timedelta, scheduled: timedelta | None = None) -> None:
    now = timezone.now()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at) "
            "VALUES ('default', 'nothing', %s, %s) RETURNING id",
            [status, None if scheduled is None else now + scheduled],
        )
        (job,) = cursor.fetchone()
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job])
        event = "deferred" if status == "todo" else status
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, %s, %s)",
            [job, event, now - ago],
        )


def _worker(ago: timedelta) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)",
            [timezone.now() - ago],
        )


def test_no_worker_is_a_fault_where_something_waits() -> None:
    assert _sentence("Aucun travailleur de fond ne tourne, et rien n'attend.")
    _job("todo", timedelta(minutes=20))
    assert not _sentence("Aucun travailleur de fond ne tourne : ")
    assert not _sentence("Travaux qui attendent depuis plus d'un quart d'heure : 1.")


def test_a_worker_lives_while_it_gives_signs_of_it() -> None:
    _worker(timedelta(minutes=5))
    assert _sentence("Aucun travailleur de fond ne tourne")
    _worker(timedelta(seconds=20))
    assert _sentence("Un travailleur de fond est en marche.")


@pytest.mark.parametrize(
    ("status", "ago", "scheduled"),
    [
        ("todo", timedelta(minutes=5), None),
        ("todo", timedelta(hours=2), timedelta(minutes=5)),
        ("failed", timedelta(days=8), None),
        ("succeeded", timedelta(hours=1), None),
    ],
)
def test_what_is_in_order_is_said_to_be(
    status: str, ago: timedelta, scheduled: timedelta | None
) -> None:
    _job(status, ago, scheduled)

    assert _sentence("Aucun travail n'est en retard, ni échoué")
    assert all(_said().values())


def test_a_job_that_failed_lately_is_a_fault() -> None:
    _job("failed", timedelta(days=2))

    assert not _sentence("Travaux échoués depuis sept jours : 1 ")


@pytest.mark.parametrize(("free", "enough"), [(900, False), (2_000, True)])
def test_the_room_left_is_said(
    monkeypatch: pytest.MonkeyPatch, free: int, *, enough: bool
) -> None:
    left: Any = SimpleNamespace(free=free * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: left)

    said = {sentence: ok for sentence, ok in _said().items() if " Go libres dans " in sentence}

    assert list(said.values()) == [enough]
    assert next(iter(said)).startswith("0,9 Go" if free < 1000 else "2,0 Go")
