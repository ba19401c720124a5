"""A worker killed at any moment leaves a run that the next one completes, once."""

from __future__ import annotations

import json
import random
import shutil
import signal
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.targeting import storage
from jalon.targeting.actions import take_run
from jalon.targeting.cohort_files import counts_of
from jalon.targeting.engine.outputs import COHORT_CSV, digest_of
from jalon.targeting.enums import RunState
from jalon.targeting.integrity import digests_of
from jalon.targeting.models import RunCount, TargetingRun
from jalon.targeting.tasks import MOST_ATTEMPTS
from targeting.pages import working
from targeting.pages.conftest import OCTOBER, Computed
from targeting.pages.working import TEMPORARY, Worker, forget_the_dead, wait_until

# One attempt less than would give the run up.
_TABLES = ("benefits", "events", "households", "persons")
KILLS = MOST_ATTEMPTS - 1


def job(column: str) -> object:
    return working.job("targeting.compute", column)


@pytest.fixture
def waiting(
    transactional_db: None,  # noqa: ARG001
    october_files: Computed,
    data: Path,
) -> TargetingRun:
    """A run whose extract waits in a folder, and whose job nobody has begun."""
    analyst: StaffMember = StaffFactory.create(role=Role.TARGETING_ANALYST)
    shutil.copytree(october_files.extract, data / "incoming" / "octobre")
    with acting(analyst.pk):
        return take_run(by=analyst, month=OCTOBER, incoming="octobre")


def test_a_run_survives_kills_at_random_moments(
    waiting: TargetingRun, worker: Worker, october_files: Computed, data: Path
) -> None:
    draw = random.Random(20261103)  # noqa: S311
    killed = 0
    for _ in range(KILLS):
        process = worker()
        wait_until(lambda one=process: job("status") == "doing" or one.poll() is not None)  # type: ignore[misc]
        time.sleep(draw.uniform(0, 1.5))
        if process.poll() is None and job("status") == "doing":
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        if job("status") != "doing":
            break
        forget_the_dead()
    assert killed, "every worker had finished before it was killed"
    assert worker().wait(120) == 0

    with acting(waiting.made_by_id):
        run = TargetingRun.objects.get(pk=waiting.pk)
        counts = sorted(
            RunCount.objects.filter(run=run).values_list("offer", "commune", "outcome", "number")
        )
        assert run.state == RunState.REVIEW, run.problem
        folder = storage.run_folder(run)
        assert counts == sorted(counts_of(october_files.files))
        assert run.digest == digest_of(october_files.files / COHORT_CSV)
        assert digest_of(folder / COHORT_CSV) == run.digest
        assert json.loads((folder / "run.json").read_text()) == run.record
        # Nothing of the attempts that were killed is left.
        assert sorted(one.name for one in folder.iterdir()) == [
            *("cohort.csv", "cohort.parquet", "events.parquet", "explained.json"),
            *(f"listed-{table}.parquet" for table in _TABLES),
            *(f"others-{table}.parquet" for table in _TABLES),
            *("rejected-households.parquet", "rejects.csv", "run.json"),
        ]
        assert run.files == digests_of(run)
        assert [one.name for one in storage.extracts().iterdir()] == [str(run.extract)]
        assert not list((data / TEMPORARY).iterdir())


def test_a_run_that_stops_its_worker_each_time_is_given_up(
    waiting: TargetingRun, worker: Worker
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s", [MOST_ATTEMPTS])

    assert worker().wait(120) == 0

    with acting(waiting.made_by_id):
        run = TargetingRun.objects.get(pk=waiting.pk)
    assert run.state == RunState.FAILED
    assert "interrompu" in run.problem


def test_two_workers_do_not_compute_the_same_run(
    waiting: TargetingRun, worker: Worker, server: EmbeddedServer
) -> None:
    """A frozen worker still holds its run when it is taken for dead."""
    name = str(connection.settings_dict["NAME"])
    with psycopg.connect(server.url(APP, name), autocommit=True) as frozen:
        frozen.execute("SELECT pg_advisory_lock(20811, %s)", [waiting.pk])
        assert worker().wait(120) == 0
        assert (job("status"), job("attempts")) == ("todo", 1)
    with acting(waiting.made_by_id):
        run = TargetingRun.objects.get(pk=waiting.pk)
    assert run.state == RunState.RECEIVED
