"""Raw SQL by which one would make oneself, or a friend, see where a protected family lives."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from jalon.directory.roles import Role
from wall.world import Login, World, put

pytestmark = pytest.mark.django_db
_NAME = (
    "INSERT INTO families_involvement (public_id, family_id, service, worker_id, lead, since) "
    "VALUES (gen_random_uuid(), %s, %s, %s, %s, current_date)"
)
_MANAGERS = (Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER)


@pytest.fixture
def family(world: World) -> int:
    """A family that nobody leads."""
    return int(world.rows["family"]["other"])


def _named(login: Login, family: int, worker: int | None, service: str = "social_work") -> bool:
    with login.undone():
        try:
            login.run(_NAME, family, service, worker, True)  # noqa: FBT003 - lead
        except (errors.InsufficientPrivilege, errors.CheckViolation):
            return False
        return True


def test_a_manager_names_a_social_worker_of_the_territory(
    login: Login, world: World, family: int
) -> None:
    named: dict[Role | None, set[str]] = {}
    for role in (*Role, None):
        login.act_as(None if role is None else world.staff[role])
        people = {"lead": world.lead} | {one.value: who for one, who in world.staff.items()}
        if found := {who for who, one in people.items() if _named(login, family, one)}:
            named[role] = found

    assert named == {role: {"lead", Role.SOCIAL_WORKER} for role in _MANAGERS}


@pytest.mark.parametrize("role", _MANAGERS)
def test_nobody_leads_by_being_a_manager_and_a_social_worker(
    login: Login, owner: psycopg.Connection, world: World, family: int, role: Role
) -> None:
    mine = world.staff[role]
    put(owner, "directory_rolegrant", member_id=mine, role="social_worker", since="2020-01-01")
    try:
        login.act_as(mine)
        assert not _named(login, family, mine)
        assert not _named(login, family, None)
    finally:
        owner.execute(
            "DELETE FROM directory_rolegrant WHERE member_id = %s AND role = 'social_worker'",
            [mine],
        )


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ("team_id = NULL", "team_id = (SELECT min(id) FROM directory_team)"),
        ("is_active = false", "is_active = true"),
    ],
    ids=["of another team", "account closed"],
)
def test_nor_one_of_another_territory_or_gone(
    login: Login, owner: psycopg.Connection, world: World, change: str, back: str
) -> None:
    worker = world.staff[Role.SOCIAL_WORKER]
    update = f"UPDATE directory_staffmember SET {{}} WHERE id = {worker}"
    owner.execute(update.format(change).encode())
    try:
        login.act_as(world.staff[Role.TERRITORY_MANAGER])
        assert not _named(login, world.rows["family"]["other"], worker)
    finally:
        owner.execute(update.format(back).encode())


@pytest.mark.parametrize("role", _MANAGERS)
@pytest.mark.parametrize(
    "change",
    [
        "worker_id = {me}",
        "lead = true, worker_id = {me}",
        "family_id = {family}",
        "service = 'mediation'",
    ],
)
def test_what_began_is_not_made_into_something_else(
    login: Login, world: World, family: int, role: Role, change: str
) -> None:
    login.act_as(world.staff[role])
    written = change.format(me=world.staff[role], family=family)
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run(f"UPDATE families_involvement SET {written}")


@pytest.mark.parametrize("role", [*_MANAGERS, Role.SOCIAL_WORKER])
def test_what_ended_does_not_begin_again(login: Login, world: World, role: Role) -> None:
    login.act_as(world.staff[role])
    with login.undone():
        login.run("UPDATE families_involvement SET until = current_date")
        with pytest.raises(errors.InsufficientPrivilege):
            login.run("UPDATE families_involvement SET until = NULL")


def test_a_merge_undone_makes_no_lead_of_who_is_no_social_worker(
    login: Login, owner: psycopg.Connection, world: World, family: int
) -> None:
    (mine,) = owner.execute(
        _NAME + " RETURNING id",
        [family, "mediation", world.staff[Role.MEDIATOR], False],
    ).fetchone() or (0,)
    secretary = world.staff[Role.SECRETARY]
    told = {"rows": {}, "was": {"leads": [mine]}}
    two = {"kept_id": world.rows["family"]["id"], "absorbed_id": family}
    made = put(owner, "families_merge", **two, moved=told, by_id=secretary)
    try:
        login.act_as(secretary)
        with login.undone():
            login.run("SELECT wall.set_lead(%s, true)", [mine])
            assert not login.one("SELECT lead FROM families_involvement WHERE id = %s", mine)
    finally:
        owner.execute("DELETE FROM families_merge WHERE id = %s", [made])
        owner.execute("DELETE FROM families_involvement WHERE id = %s", [mine])
