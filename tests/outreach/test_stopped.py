"""A take-up that cannot be done, or breaks: told where one looks, and asked for again."""

from __future__ import annotations

import html
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import as_owner
from factories.directory import StaffFactory
from factories.outreach import ReleaseFactory, RunFactory, computed_run, released
from jalon.audit.identity import acting
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import OWNER
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.outreach import actions
from jalon.outreach.attempts import BROKEN, INTERRUPTED, MOST_ATTEMPTS
from jalon.outreach.models import Proposal
from jalon.outreach.tasks import take_over, take_up, take_up_forgotten
from jalon.targeting.cohort_files import Summary
from jalon.targeting.engine.outputs import RUN_JSON
from jalon.targeting.errors import CHANGED, RunError
from jalon.targeting.models import Release, TargetingRun
from jalon.targeting.storage import run_folder
from jalon.web.typography import joined
from outreach.registers import OCTOBER, separated

pytestmark = pytest.mark.django_db
_PAGE = "/propositions/reprises/"


@pytest.fixture
def run(head: StaffMember) -> TargetingRun:
    """A run released whole, whose files are gone."""
    nothing = Summary(labels={}, targeted=[], granted=[], social_work=[], rows={}, warnings=[])
    made: TargetingRun = RunFactory.create(summary=asdict(nothing))
    ReleaseFactory.create(run=made, by=head)
    return made


def _jobs() -> list[dict[str, Any]]:
    with as_owner():
        found = ProcrastinateJob.objects.filter(task_name="outreach.take_up").order_by("pk")
        return [job.args for job in found]


def _problems(run: TargetingRun) -> set[str]:
    with as_owner():
        return set(Release.objects.filter(run=run).values_list("problem", flat=True))


def test_what_cannot_be_read_is_told_and_tried_no_more(
    client: Client, run: TargetingRun, head: StaffMember
) -> None:
    take_up(run_id=run.pk, by_id=head.pk)

    (problem,) = _problems(run)
    assert problem == CHANGED
    assert str(run_folder(run)) not in problem
    take_up_forgotten(timestamp=0)
    assert _jobs() == []
    client.force_login(head)
    day = client.get("/").content.decode()
    assert "Libérations arrêtées" in day
    assert "Libérations en cours de reprise" not in day
    for address in (f"/requetages/{run.public_id}/", _PAGE):
        page = client.get(address).content.decode()
        assert joined(html.escape(CHANGED).encode()).decode() in page, address
        assert _PAGE in page, address


@pytest.mark.parametrize("mine", [True, False], ids=["its releaser", "another"])
def test_asked_for_again_it_is_taken_up_once_it_can_be(
    client: Client, tmp_path: Path, head: StaffMember, *, mine: bool
) -> None:
    run = released(computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER), by=head)
    record = run_folder(run) / RUN_JSON
    kept = record.read_bytes()
    record.write_text("nothing", encoding="utf-8")
    take_up(run_id=run.pk, by_id=head.pk)
    record.write_bytes(kept)
    take_up(run_id=run.pk, by_id=head.pk)
    assert "" not in _problems(run)

    client.force_login(head if mine else StaffFactory.create(role=Role.TERRITORY_MANAGER))
    answer = client.post(f"{_PAGE}{run.public_id}/", follow=True)

    assert "La reprise est lancée" in answer.content.decode()
    assert _problems(run) == {""}
    assert _jobs() == [{"run_id": run.pk, "by_id": head.pk}]
    take_up(run_id=run.pk, by_id=head.pk)
    with as_owner():
        assert Proposal.objects.count() == 2
        assert not Release.objects.filter(taken_up_at=None).exists()
    assert "Rien à reprendre" in client.get(_PAGE).content.decode()


def test_what_breaks_is_tried_again_but_not_for_ever(
    run: TargetingRun, head: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(actions, "_take_up_released", broken)
    for number in range(MOST_ATTEMPTS):
        assert _problems(run) == {""}, number
        with pytest.raises(ZeroDivisionError):
            take_up(run_id=run.pk, by_id=head.pk)

    assert _problems(run) == {BROKEN}
    take_up(run_id=run.pk, by_id=head.pk)
    take_up_forgotten(timestamp=0)
    assert _jobs() == []


def test_what_kills_its_worker_is_tried_again_but_not_for_ever(
    run: TargetingRun, head: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted before it begins: a worker that is killed writes nothing afterwards."""

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "_take_up_released", killed)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            take_up(run_id=run.pk, by_id=head.pk)

    take_up(run_id=run.pk, by_id=head.pk)

    assert _problems(run) == {INTERRUPTED}


def test_asked_for_again_it_may_be_tried_as_often(run: TargetingRun, head: StaffMember) -> None:
    with as_owner():
        Release.objects.update(problem=INTERRUPTED, attempts=MOST_ATTEMPTS)

    with acting(head.pk):
        take_over(run=run, by=head)

    with as_owner():
        assert list(Release.objects.values_list("attempts", flat=True)) == [0]


def test_who_made_the_run_does_not_ask_for_it(run: TargetingRun) -> None:
    with as_owner():
        Release.objects.update(problem=BROKEN)

    with acting(run.made_by_id), pytest.raises(RunError, match="une autre personne"):
        take_over(run=run, by=run.made_by)


def test_a_second_take_up_of_a_run_waits_without_holding_a_worker(
    run: TargetingRun, head: StaffMember, server: EmbeddedServer
) -> None:
    address = server.url(OWNER, str(connection.settings_dict["NAME"]))
    with psycopg.connect(address, autocommit=True) as other:
        lock = f"jalon.outreach.take_up.{run.pk}"
        other.execute("SELECT pg_advisory_lock(hashtext(%s))", [lock])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '5s'")
        take_up(run_id=run.pk, by_id=head.pk)

    assert _problems(run) == {""}
    with as_owner():
        assert set(Release.objects.values_list("attempts", flat=True)) == {0}
        (job,) = ProcrastinateJob.objects.filter(task_name="outreach.take_up")
    assert job.args == {"run_id": run.pk, "by_id": head.pk}
    assert job.scheduled_at is not None


def test_the_page_of_a_run_says_nothing_once_all_is_well(
    client: Client, run: TargetingRun, head: StaffMember
) -> None:
    client.force_login(head)

    assert "attendent" not in client.get(f"/requetages/{run.public_id}/").content.decode()


@pytest.mark.parametrize("file", ["cohort.parquet", "events.parquet", "run.json"])
def test_nothing_is_proposed_from_files_that_changed_since_their_release(
    tmp_path: Path, head: StaffMember, file: str
) -> None:
    run = released(computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER), by=head)
    other = computed_run(separated(tmp_path / "other", ["H1", "H2"], events=[]), OCTOBER)
    (run_folder(run) / file).write_bytes((run_folder(other) / file).read_bytes())

    take_up(run_id=run.pk, by_id=head.pk)

    assert _problems(run) == {CHANGED}
    with as_owner():
        assert not Proposal.objects.exists()


def test_nothing_is_proposed_from_an_extract_that_changed_since_its_release(
    tmp_path: Path, head: StaffMember
) -> None:
    run = released(computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER), by=head)
    separated(tmp_path / "extract", ["H1"], households={"H1": {"city": "Orly"}})

    take_up(run_id=run.pk, by_id=head.pk)

    assert _problems(run) == {CHANGED}
    with as_owner():
        assert not Proposal.objects.exists()
