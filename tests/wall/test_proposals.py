"""Raw SQL that would propose what nobody released, or rewrite what was proposed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from jalon.directory.roles import Role
from wall.doors import FAMILIES
from wall.matrix import GROUPS
from wall.world import Login, World, put

pytestmark = pytest.mark.django_db
_HEAD, _MANAGER = Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER
_PROPOSE = (
    "INSERT INTO outreach_proposal "
    "SELECT * FROM jsonb_populate_record(NULL::outreach_proposal, %s)"
)


def _proposed(login: Login, world: World, **columns: Any) -> bool:
    row = world.rows["outreach_proposal"] | {"id": -1, "event": "another"} | columns
    with login.undone():
        try:
            login.run(_PROPOSE, Jsonb(row))
        except errors.InsufficientPrivilege:
            return False
        except errors.IntegrityError:
            pass
        return True


@contextmanager
def _changed(owner: psycopg.Connection, change: str, back: str) -> Iterator[None]:
    owner.execute(f"UPDATE {change}".encode())
    try:
        yield
    finally:
        owner.execute(f"UPDATE {back}".encode())


def test_who_released_proposes_that_alone(
    login: Login, owner: psycopg.Connection, world: World
) -> None:
    elsewhere = put(
        owner,
        "directory_area",
        code="orly",
        label="Orly",
        territory_id=world.rows["directory_territory"]["id"],
    )
    put(owner, "directory_commune", code="94081", label="Vitry", area_id=elsewhere)
    run = put(
        owner,
        "targeting_targetingrun",
        month="2026-09",
        profile="val-de-marne",
        state="received",
        made_by_id=world.rows["targeting_targetingrun"]["made_by_id"],
    )
    login.act_as(world.staff[_HEAD])

    assert _proposed(login, world)
    assert not _proposed(login, world, offer="lone_parent")
    assert not _proposed(login, world, run_id=run)
    assert not _proposed(login, world, commune_id="94081")
    assert not _proposed(login, world, commune_id=None)


def test_nobody_else_does(login: Login, world: World) -> None:
    for role, person in world.staff.items():
        login.act_as(person)
        assert _proposed(login, world) is (role is _HEAD), role
    login.act_as(None)
    assert not _proposed(login, world)


def test_once_taken_up_nothing_more_is_proposed(
    login: Login, owner: psycopg.Connection, world: World
) -> None:
    login.act_as(world.staff[_HEAD])
    with _changed(
        owner,
        "targeting_release SET taken_up_at = now()",
        "targeting_release SET taken_up_at = NULL",
    ):
        assert not _proposed(login, world)


def test_what_someone_gone_released_is_proposed_by_another(
    login: Login, owner: psycopg.Connection, world: World
) -> None:
    login.act_as(world.staff[_MANAGER])
    account = f"directory_staffmember SET is_active = {{}} WHERE id = {world.staff[_HEAD]}"
    with _changed(owner, account.format("false"), account.format("true")):
        assert _proposed(login, world)
        assert not _proposed(login, world, offer="lone_parent")


def test_what_a_whole_run_left_without_release_may_be_proposed_late(
    login: Login, owner: psycopg.Connection, world: World
) -> None:
    run = world.rows["targeting_targetingrun"]
    login.act_as(world.staff[_HEAD])
    state = (
        f"targeting_targetingrun SET computed_at = now(), state = '{{}}' WHERE id = {run['id']}"
    )
    with _changed(owner, state.format("released"), state.format("received")):
        assert _proposed(login, world, offer="lone_parent")
        # What another released stays another's to take up.
        other = put(
            owner,
            "targeting_release",
            run_id=run["id"],
            offer="lone_parent",
            area_id=world.rows["directory_area"]["id"],
            by_id=world.staff[_MANAGER],
            made_by_id=run["made_by_id"],
        )
        assert not _proposed(login, world, offer="lone_parent")
        owner.execute("DELETE FROM targeting_release WHERE id = %s", [other])


@pytest.mark.parametrize("role", sorted(GROUPS["families"], key=str))
@pytest.mark.parametrize(
    "change",
    ["label = 'Autre'", "channel = 'letter'", "month = '2026-09'", "commune_id = NULL"],
)
def test_what_was_proposed_is_never_rewritten(
    login: Login, world: World, role: Role, change: str
) -> None:
    login.act_as(world.staff[role])
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run(f"UPDATE outreach_proposal SET {change}")


def test_a_window_begins_once_and_is_never_taken_back(login: Login, world: World) -> None:
    """Who posts the letter says from when a year is counted, where the fund counts from it."""
    login.act_as(world.staff[Role.SECRETARY])
    with login.undone():
        login.run("UPDATE outreach_proposal SET window_ends_on = current_date + 365")
        assert login.one("SELECT window_ends_on - current_date FROM outreach_approach") == 365
        with pytest.raises(errors.CheckViolation):
            login.run("UPDATE outreach_proposal SET window_ends_on = current_date + 366")
    for role in sorted(FAMILIES - {Role.SECRETARY}):
        login.act_as(world.staff[role])
        with login.undone():
            query = b"UPDATE outreach_proposal SET window_ends_on = current_date + 365"
            assert login.connection.execute(query).rowcount == 0


def test_what_an_approach_says_follows_from_its_facts_alone(login: Login, world: World) -> None:
    login.act_as(world.staff[Role.SECRETARY])
    for change in ("answer = 'call'", "contacted_at = now()", "undelivered = true"):
        with login.undone(), pytest.raises(errors.InsufficientPrivilege):
            login.run(f"UPDATE outreach_approach SET {change}")
