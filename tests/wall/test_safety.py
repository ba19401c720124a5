"""Raw SQL that would show where a protected family lives, or write to one that asked for peace."""

from __future__ import annotations

import pytest
from psycopg import errors

from jalon.directory.roles import Role
from wall.matrix import GROUPS, MATRIX
from wall.world import Login, World

pytestmark = pytest.mark.django_db
_ANYONE = [None, *Role]
_WORKS = GROUPS[MATRIX["families_family"].change]
_HERE = pytest.mark.parametrize("column", ["protected_address_here", "do_not_contact_here"])
_THERE = pytest.mark.parametrize(
    "column", ["protected_address_in_register", "do_not_contact_in_register"]
)


def _set(login: Login, column: str, family: int, *, value: bool) -> bool:
    """Tell whether the row changed; refusals are raised."""
    done = login.connection.execute(
        f"UPDATE families_family SET {column} = %s WHERE id = %s".encode(), [value, family]
    )
    return done.rowcount == 1


def _lowered(login: Login, column: str, family: int) -> bool:
    try:
        return _set(login, column, family, value=False)
    except errors.InsufficientPrivilege:
        return False


@pytest.fixture
def family(world: World) -> int:
    """A family whose lead is the world's."""
    return int(world.rows["family"]["id"])


@_HERE
def test_raised_by_whoever_works_with_families(
    login: Login, world: World, family: int, column: str
) -> None:
    raised = set()
    for role in _ANYONE:
        login.act_as(None if role is None else world.staff[role])
        with login.undone():
            if _set(login, column, family, value=True):
                raised.add(role)

    assert raised == _WORKS


def _who_lowers(login: Login, world: World, column: str, family: int) -> set[Role | str | None]:
    """Return the roles, the lead and nobody at all who can take a flag back, each in turn."""
    people = {role: world.staff[role] for role in Role}
    lowered: set[Role | str | None] = set()
    for who, person in ({"lead": world.lead, None: None} | people).items():
        with login.undone():
            login.act_as(world.lead)
            assert _set(login, column, family, value=True)
            login.act_as(person)
            if _lowered(login, column, family):
                lowered.add(who)
    return lowered


@_HERE
def test_lowered_by_the_lead_and_a_territory_manager_alone(
    login: Login, world: World, family: int, column: str
) -> None:
    assert _who_lowers(login, world, column, family) == {"lead", Role.TERRITORY_MANAGER}


@_THERE
def test_what_the_register_said_is_lowered_by_whoever_releases_too(
    login: Login, world: World, family: int, column: str
) -> None:
    lowered = _who_lowers(login, world, column, family)
    assert lowered == {"lead", Role.TERRITORY_MANAGER, Role.DEPARTMENT_HEAD}


@pytest.mark.parametrize("role", sorted(_WORKS, key=str))
def test_what_follows_is_not_written_past_what_is_said(
    login: Login, world: World, family: int, role: Role
) -> None:
    login.act_as(world.staff[role])
    for flag in ("protected_address", "do_not_contact"):
        with login.undone(), pytest.raises(errors.CheckViolation, match="follows from who says"):
            login.run(f"UPDATE families_family SET {flag} = NOT {flag} WHERE id = %s", family)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.TERRITORY_MANAGER])
def test_whoever_sees_a_protected_address_does_not_open_it_to_everyone(
    login: Login, world: World, role: Role
) -> None:
    login.act_as(world.staff[role])
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run("UPDATE families_contactpoint SET protected = false")
    # Nor by a copy of it.
    with login.undone():
        login.run(
            "INSERT INTO families_contactpoint (family_id, kind, value, line1, line2, "
            "postal_code, city, protected, since, source, by_id) SELECT family_id, kind, value, "
            "line1, line2, postal_code, city, false, since, 'staff', %s "
            "FROM families_contactpoint",
            world.staff[role],
        )
        login.act_as(world.staff[Role.SOCIAL_WORKER])
        assert login.count("families_contactpoint") == 0


@pytest.mark.parametrize("column", ["protected_address", "do_not_contact"])
def test_what_the_register_said_of_a_file_is_lowered_by_whoever_releases_alone(
    login: Login, world: World, family: int, column: str
) -> None:
    change = f"UPDATE families_household SET {column} = %s WHERE family_id = %s"
    lowered = set()
    for role in _ANYONE:
        login.act_as(world.lead)
        with login.undone():
            login.run(change, True, family)  # noqa: FBT003 - what the column holds
            login.act_as(None if role is None else world.staff[role])
            try:
                login.run(change, False, family)  # noqa: FBT003
            except errors.InsufficientPrivilege:
                continue
            login.act_as(world.lead)
            if not login.one(
                f"SELECT {column} FROM families_household WHERE family_id = %s", family
            ):
                lowered.add(role)

    assert lowered == {Role.TERRITORY_MANAGER, Role.DEPARTMENT_HEAD}


@pytest.mark.parametrize("role", sorted(_WORKS, key=str))
def test_a_file_is_not_taken_from_the_family_that_it_protects(
    login: Login, world: World, family: int, role: Role
) -> None:
    login.act_as(world.staff[role])
    other = world.rows["family"]["other"]
    with login.undone(), pytest.raises(errors.InsufficientPrivilege, match="merged or parted"):
        login.run(
            "UPDATE families_household SET family_id = %s WHERE family_id = %s", other, family
        )


def test_who_may_not_merge_learns_nothing_of_when_a_family_was_spoken_of(
    login: Login, world: World, family: int
) -> None:
    seen = set()
    for role in _ANYONE:
        login.act_as(None if role is None else world.staff[role])
        if login.one("SELECT wall.last_said(%s)", family):
            seen.add(role)

    assert seen == {Role.TERRITORY_MANAGER, Role.SECRETARY}
