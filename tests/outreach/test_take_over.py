"""A releaser who lost the role, or left, before the families were taken up: another finishes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import as_owner
from factories.directory import StaffFactory
from factories.outreach import ReleaseFactory, RunFactory, computed_run, released
from jalon.audit.identity import acting
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.roles import Role
from jalon.outreach.models import Proposal
from jalon.outreach.tasks import take_over, take_up, take_up_forgotten
from jalon.targeting.errors import RunError
from jalon.targeting.models import Release, TargetingRun
from outreach.registers import OCTOBER, separated

pytestmark = pytest.mark.django_db


def _loses_the_role(member: StaffMember) -> None:
    with as_owner():
        yesterday = timezone.localdate() - timedelta(days=1)
        RoleGrant.objects.filter(member=member).update(since=yesterday, until=yesterday)


def _leaves(member: StaffMember) -> None:
    with as_owner():
        StaffMember.objects.filter(pk=member.pk).update(is_active=False)


@pytest.fixture(params=[_loses_the_role, _leaves], ids=["role lost", "gone"])
def run(request: pytest.FixtureRequest, head: StaffMember) -> TargetingRun:
    """A run, without its files, released by someone who may not any more."""
    made: TargetingRun = ReleaseFactory.create(by=head).run
    request.param(head)
    return made


@pytest.fixture
def manager(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(role=Role.TERRITORY_MANAGER)
    return member


def _jobs() -> list[dict[str, Any]]:
    with as_owner():
        found = ProcrastinateJob.objects.filter(task_name="outreach.take_up").order_by("pk")
        return [job.args for job in found]


def _proposals() -> int:
    with as_owner():
        return Proposal.objects.count()


def _waits(run: TargetingRun) -> bool:
    with as_owner():
        return Release.objects.filter(run=run, taken_up_at=None).exists()


def test_the_job_of_who_may_not_any_more_ends_and_makes_nothing(
    run: TargetingRun, head: StaffMember
) -> None:
    take_up(run_id=run.pk, by_id=head.pk)

    assert _waits(run)
    assert _proposals() == 0


def test_it_is_not_asked_for_ever(run: TargetingRun) -> None:
    take_up_forgotten(timestamp=0)

    assert _waits(run)
    assert _jobs() == []


def test_another_takes_it_over_in_their_own_name(
    client: Client, tmp_path: Path, head: StaffMember, manager: StaffMember
) -> None:
    run = released(computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER), by=head)
    _loses_the_role(head)
    client.force_login(manager)
    day = client.get("/").content.decode()
    assert "Libérations arrêtées" in day
    assert "Libérations en cours de reprise" not in day
    assert f"/propositions/reprises/{run.public_id}/" in _page(client)

    answer = client.post(f"/propositions/reprises/{run.public_id}/", follow=True)

    assert "La reprise est lancée" in answer.content.decode()
    assert _jobs() == [{"run_id": run.pk, "by_id": manager.pk}]
    take_up(run_id=run.pk, by_id=manager.pk)
    assert not _waits(run)
    assert _proposals() == 2
    assert "Rien à reprendre" in _page(client)
    assert "Libérations arrêtées" not in client.get("/").content.decode()
    with as_owner():
        kept = Release.objects.filter(run=run).exclude(by=manager)
        assert kept.count() == Release.objects.filter(run=run).count()


def _page(client: Client) -> str:
    return client.get("/propositions/reprises/").content.decode()


def test_taken_over_and_killed_it_is_asked_for_again(
    run: TargetingRun, manager: StaffMember
) -> None:
    with acting(manager.pk):
        take_over(run=run, by=manager)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")

    take_up_forgotten(timestamp=0)

    assert _jobs() == [{"run_id": run.pk, "by_id": manager.pk}] * 2


def test_taken_over_by_someone_who_leaves_too_it_waits_for_a_third(
    run: TargetingRun, manager: StaffMember
) -> None:
    with acting(manager.pk):
        take_over(run=run, by=manager)
    _leaves(manager)
    take_up(run_id=run.pk, by_id=manager.pk)

    take_up_forgotten(timestamp=0)

    assert _waits(run)
    assert len(_jobs()) == 1
    third = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    with acting(third.pk):
        take_over(run=run, by=third)
    assert _jobs()[-1] == {"run_id": run.pk, "by_id": third.pk}


def test_who_made_the_run_does_not_take_it_over(run: TargetingRun) -> None:
    maker = run.made_by
    _loses_the_role(maker)
    with as_owner():
        RoleGrant.objects.create(
            member=maker, role=Role.DEPARTMENT_HEAD.value, since=timezone.localdate()
        )
    maker = StaffMember.objects.get(pk=maker.pk)

    with acting(maker.pk), pytest.raises(RunError, match="une autre personne"):
        take_over(run=run, by=maker)
    take_up(run_id=run.pk, by_id=maker.pk)

    assert _waits(run)
    assert _proposals() == 0


def test_what_its_releaser_follows_is_left_alone(head: StaffMember, manager: StaffMember) -> None:
    mine = ReleaseFactory.create(by=head).run

    with acting(manager.pk), pytest.raises(RunError, match="plus rien à reprendre"):
        take_over(run=mine, by=manager)
    take_up(run_id=mine.pk, by_id=manager.pk)

    assert _waits(mine)
    take_up_forgotten(timestamp=0)
    assert _jobs() == [{"run_id": mine.pk, "by_id": head.pk}]


def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, manager: StaffMember
) -> None:
    client.force_login(manager)
    counts = []
    for months in (("2026-01",), ("2026-02", "2026-03")):
        for month in months:
            by = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
            ReleaseFactory.create(run=RunFactory.create(month=month), by=by)
            _leaves(by)
        with CaptureQueriesContext(connection) as captured:
            _page(client)
        counts.append(len(captured))
    assert counts[0] == counts[1]
