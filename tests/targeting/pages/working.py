"""Workers in processes of their own, to be killed, and the jobs that they leave."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connection
from procrastinate.exceptions import AlreadyEnqueued

from conftest import as_owner
from jalon.audit.tasks import retry_stalled
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from killed import of_the_application

# Where, in the data of a test, workers write while they work.
TEMPORARY = "temporary"
Worker = Callable[[], subprocess.Popen[bytes]]


@contextmanager
def workers(server: EmbeddedServer, data: Path) -> Iterator[Worker]:
    """Start workers of the application's own login; none is left behind."""
    started: list[subprocess.Popen[bytes]] = []
    (data / TEMPORARY).mkdir(exist_ok=True)
    environment = of_the_application(
        server.url(APP, str(connection.settings_dict["NAME"])),
        data / "data",
        JALON_INCOMING=str(data / "incoming"),
        TMPDIR=str(data / TEMPORARY),
    )
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--one-shot"]

    def start() -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603
        )
        return started[-1]

    yield start
    for one in started:
        if one.poll() is None:
            one.kill()
        one.wait()


def job(task: str, column: str) -> object:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM procrastinate_jobs WHERE task_name = %s", [task])
        return cursor.fetchone()[0]


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "too long"
        time.sleep(0.02)


def forget_the_dead() -> None:
    """Let the minute pass after which a worker that gives no sign is taken for dead."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'"
        )
    # Unless the clock has just asked for it.
    with suppress(AlreadyEnqueued):
        retry_stalled.defer(timestamp=0)  # type: ignore[call-arg]
