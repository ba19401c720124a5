"""Raw SQL that would rewrite what a run found, once someone may rely on it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from jalon.directory.roles import Role
from wall.world import Login, World

pytestmark = pytest.mark.django_db
_MAKER, _HEAD = Role.TARGETING_ANALYST, Role.DEPARTMENT_HEAD
_COUNT = (
    "INSERT INTO targeting_runcount (run_id, offer, commune, outcome, number) "
    "VALUES (%s, 'separation', '94081', 'selected', 1000)"
)
_STATES = ("received", "checked", "review", "failed", "released", "withdrawn")
_FIGURES = [
    "computed_at = now() - interval '1 day'",
    "digest = 'forged'",
    "summary = '{\"x\": 1}'",
    "record = '{\"x\": 1}'",
    "problem = 'none'",
    "extract = gen_random_uuid()",
    "again_of_id = id",
]


@pytest.fixture(params=["review", "released", "withdrawn"])
def settled(
    request: pytest.FixtureRequest, owner: psycopg.Connection, world: World
) -> Iterator[int]:
    """The world's run, computed, in each state that follows."""
    run = int(world.rows["targeting_targetingrun"]["id"])
    _put_in_state(owner, world, request.param)
    yield run
    _put_in_state(owner, world, "received")


def _put_in_state(owner: psycopg.Connection, world: World, state: str) -> None:
    withdrawn = state == "withdrawn"
    owner.execute(
        "UPDATE targeting_targetingrun SET state = %s, "
        "computed_at = CASE WHEN %s THEN now() END, "
        "withdrawn_by_id = CASE WHEN %s THEN made_by_id END, "
        "withdrawn_at = CASE WHEN %s THEN now() END WHERE id = %s",
        [
            *(state, state not in {"received", "checked"}, withdrawn, withdrawn),
            world.rows["targeting_targetingrun"]["id"],
        ],
    )


@pytest.mark.parametrize("role", [_MAKER, _HEAD])
@pytest.mark.parametrize("change", _FIGURES)
def test_figures_of_a_computed_run_stay(
    login: Login, world: World, settled: int, role: Role, change: str
) -> None:
    login.act_as(world.staff[role])
    with login.undone(), pytest.raises(errors.CheckViolation):
        login.run(f"UPDATE targeting_targetingrun SET {change} WHERE id = %s", settled)


def test_figures_are_written_by_who_made_the_run_alone(login: Login, world: World) -> None:
    change = "UPDATE targeting_targetingrun SET summary = '{\"x\": 1}'"
    login.act_as(world.staff[_HEAD])
    with login.undone(), pytest.raises(errors.CheckViolation):
        login.run(change)
    login.act_as(world.staff[_MAKER])
    with login.undone():
        login.run(change)


def test_states_follow_one_another(login: Login, owner: psycopg.Connection, world: World) -> None:
    followed = set()
    tables = ("outreach_turn", "targeting_draw", "targeting_release")
    for table in tables:
        owner.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}".encode())
        owner.execute(f"DELETE FROM {table}".encode())
    for state in _STATES:
        _put_in_state(owner, world, state)
        for role in (_MAKER, _HEAD):
            login.act_as(world.staff[role])
            found = {
                (role, state, after) for after in _STATES if _becomes(login, world, role, after)
            }
            followed |= found
    _put_in_state(owner, world, "received")
    for table in reversed(tables):
        owner.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}".encode())

    withdrawn = {
        (role, state, "withdrawn")
        for role in (_MAKER, _HEAD)
        for state in ("received", "checked", "review")
    }
    assert followed == withdrawn | {
        (_MAKER, "received", "checked"),
        (_MAKER, "received", "failed"),
        (_MAKER, "checked", "failed"),
        (_MAKER, "checked", "review"),
        (_HEAD, "review", "released"),
    }


def _becomes(login: Login, world: World, role: Role, state: str) -> bool:
    withdrawn = state == "withdrawn"
    computed = state == "review"
    with login.undone():
        (before,) = login.run("SELECT state FROM targeting_targetingrun")[0]
        if before == state:
            return False
        try:
            login.run(
                "UPDATE targeting_targetingrun SET state = %s, "
                "computed_at = CASE WHEN %s THEN now() ELSE computed_at END, "
                "withdrawn_by_id = %s, withdrawn_at = CASE WHEN %s THEN now() END",
                state,
                computed,
                world.staff[role] if withdrawn else None,
                withdrawn,
            )
        except errors.CheckViolation:
            return False
        return True


def test_who_released_some_does_not_see_it_withdrawn(
    login: Login, owner: psycopg.Connection, world: World
) -> None:
    _put_in_state(owner, world, "review")
    login.act_as(world.staff[_HEAD])
    assert not _becomes(login, world, _HEAD, "withdrawn")
    _put_in_state(owner, world, "received")


def test_a_run_is_not_put_there_already_computed(login: Login, world: World) -> None:
    login.act_as(world.staff[_MAKER])
    row = world.rows["targeting_targetingrun"] | {"id": -1, "computed_at": "2026-11-01"}
    for state in ("review", "received"):
        with login.undone(), pytest.raises(errors.InsufficientPrivilege):
            login.run(
                "INSERT INTO targeting_targetingrun SELECT * FROM "
                "jsonb_populate_record(NULL::targeting_targetingrun, %s)",
                Jsonb(row | {"state": state}),
            )
