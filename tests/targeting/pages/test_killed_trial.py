"""A worker killed while a rule is tried leaves a trial that the next one completes."""

from __future__ import annotations

import signal

import pytest

from conftest import as_owner
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.targeting.actions import try_rule
from jalon.targeting.models import RuleTrial, TargetingRun
from targeting.pages import working
from targeting.pages.working import Worker, forget_the_dead, wait_until


@pytest.fixture
def waiting(
    transactional_db: None,  # noqa: ARG001
    october: TargetingRun,
    analyst: StaffMember,
) -> RuleTrial:
    """A trial whose job nobody has begun."""
    with acting(analyst.pk):
        return try_rule(
            by=analyst, run=october, offer="lone_parent", settings=["responsible_age=18..45"]
        )


def job(column: str) -> object:
    return working.job("targeting.try", column)


def test_a_trial_survives_a_kill(waiting: RuleTrial, worker: Worker) -> None:
    process = worker()
    wait_until(lambda: job("status") == "doing")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert job("status") == "doing", "the worker had finished before it was killed"
    forget_the_dead()

    assert worker().wait(120) == 0

    with as_owner():
        trial = RuleTrial.objects.get(pk=waiting.pk)
    assert trial.problem == ""
    assert trial.result
    assert trial.result["entered"] > 0
    assert (job("status"), job("attempts")) == ("succeeded", 2)
