"""What nobody changes, and jobs that nobody puts in another's name."""

from __future__ import annotations

import inspect

import pytest
from procrastinate.contrib.django import app
from psycopg import errors
from psycopg.types.json import Jsonb

from jalon.directory.roles import Role
from wall.world import Login, World

pytestmark = pytest.mark.django_db
_PUT = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args) "
    "VALUES ('default', %s, 'none', %s)"
)


@pytest.mark.parametrize(
    ("role", "change"),
    [
        (
            Role.DEPARTMENT_HEAD,
            "targeting_targetingrun SET made_by_id = (SELECT max(id) FROM directory_staffmember)",
        ),
        (Role.TARGETING_ANALYST, "targeting_targetingrun SET month = '2025-01'"),
        (Role.DEPARTMENT_HEAD, 'targeting_targetingrun SET files = \'{"x": "1"}\''),
        (Role.DEPARTMENT_HEAD, "targeting_release SET offer = 'lone_parent'"),
        (Role.DEPARTMENT_HEAD, "targeting_release SET by_id = made_by_id + 1"),
        (Role.TARGETING_ANALYST, "targeting_ruletrial SET settings = '{\"x\": 1}'"),
        (Role.TARGETING_ANALYST, "targeting_ruletrial SET author_id = author_id + 1"),
        (Role.SOCIAL_WORKER, "families_family SET public_id = gen_random_uuid()"),
        *(
            (Role.SOCIAL_WORKER, f"{table} SET family_id = (SELECT max(id) FROM families_family)")
            for table in (
                *("interventions_support", "interventions_draft", "interventions_plannedaction"),
                *("interventions_journalentry", "interventions_advicemeeting"),
            )
        ),
        (Role.SECRETARY, "families_merge SET moved = '{\"x\": 1}'"),
        (None, "procrastinate_jobs SET args = '{\"by_id\": 1}'"),
        (None, "procrastinate_jobs SET task_name = 'outreach.take_up'"),
    ],
)
def test_what_is_settled_stays(login: Login, world: World, role: Role | None, change: str) -> None:
    login.act_as(None if role is None else world.staff[role])
    with login.undone(), pytest.raises(errors.CheckViolation, match="never changes"):
        login.run(f"UPDATE {change}")


def test_who_made_a_run_does_not_release_it(login: Login, world: World) -> None:
    """Not even after becoming a manager, nor by saying that another made it."""
    run = world.rows["targeting_targetingrun"]
    head = world.staff[Role.DEPARTMENT_HEAD]
    login.act_as(head)
    query = (
        "INSERT INTO targeting_release (run_id, offer, area_id, by_id, made_by_id, at, skipped) "
        "VALUES (%s, 'other', NULL, %s, %s, now(), '{}')"
    )
    with login.undone():
        login.run(query, run["id"], head, run["made_by_id"])
    for by, maker in ((head, head), (head, world.lead), (run["made_by_id"], head)):
        with login.undone(), pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
            login.run(query, run["id"], by, maker)


@pytest.mark.parametrize("role", [None, Role.SOCIAL_WORKER, Role.TARGETING_ANALYST])
@pytest.mark.parametrize("task", ["outreach.take_up", "targeting.compute", "anything"])
def test_no_job_is_put_in_anothers_name(
    login: Login, world: World, role: Role | None, task: str
) -> None:
    login.act_as(None if role is None else world.staff[role])
    arguments = Jsonb({"run_id": 999, "by_id": world.staff[Role.DEPARTMENT_HEAD]})
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run(_PUT, task, arguments)


def test_a_job_is_put_in_ones_own_name_or_for_who_released(login: Login, world: World) -> None:
    mine = world.staff[Role.TARGETING_ANALYST]
    login.act_as(mine)
    with login.undone():
        login.run(_PUT, "targeting.compute", Jsonb({"run_id": 1, "by_id": mine}))
    login.act_as(None)
    release = world.rows["targeting_release"]
    arguments = {"run_id": release["run_id"], "by_id": release["by_id"]}
    with login.undone():
        login.run(_PUT, "outreach.take_up", Jsonb(arguments))


def test_jobs_act_as_the_person_whom_the_wall_looks_at() -> None:
    """The wall compares the argument `by_id`: a task that acts by another name passes it by."""
    ours = [task for task in app.tasks.values() if task.func.__module__.startswith("jalon.")]
    assert ours
    for task in ours:
        source = inspect.getsource(task.func)
        names = set(inspect.signature(task.func).parameters) - {"context", "timestamp"}
        # What the application does by itself is told nothing: nobody decides of it by a job.
        whom = "acting(by_id)" if names else "acting(0)"
        assert source.count("acting(") == source.count(whom), task.name
        assert all(name.endswith("_id") for name in names), task.name
