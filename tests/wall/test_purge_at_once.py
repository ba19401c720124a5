"""A family that is taken up again while it is purged stays; one that goes takes nothing in."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from time import monotonic, sleep

import psycopg
import pytest

from jalon.config.embedded.roles import APP, OWNER
from jalon.directory.roles import Role
from wall.world import Login, World, put

pytestmark = pytest.mark.django_db
_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
_PURGE = "SELECT wall.purge_family(%s, %s)"


@pytest.fixture
def due(owner: psycopg.Connection, world: World) -> Iterator[int]:
    """A family of which nothing was heard for three years."""
    assert world
    number = put(owner, "families_family", created_at="2020-01-01")
    put(owner, "families_household", family_id=number, number=f"D{number}")
    yield number
    with owner.transaction():
        owner.execute("DELETE FROM families_involvement WHERE family_id = %s", [number])
        owner.execute("DELETE FROM families_household WHERE family_id = %s", [number])
        owner.execute("DELETE FROM families_family WHERE id = %s", [number])


@pytest.fixture
def officers(addresses: dict[str, str], world: World) -> Iterator[list[Login]]:
    """Two connections of whoever answers for data."""
    with (
        psycopg.connect(addresses[APP], autocommit=True) as one,
        psycopg.connect(addresses[APP], autocommit=True) as other,
    ):
        logins = [Login(one), Login(other)]
        for login in logins:
            login.act_as(world.staff[Role.DATA_PROTECTION_OFFICER])
        yield logins


@pytest.fixture
def purge(officers: list[Login]) -> Iterator[int]:
    """A purge begun, and ended."""
    number = officers[0].one("SELECT wall.begin_purge()")
    yield number
    officers[0].one("SELECT wall.end_purge(%s)", number)


def wait_for_a_lock(owner: psycopg.Connection) -> None:
    """Go on once somebody waits for somebody else's lock."""
    end = monotonic() + 20
    while owner.execute(_WAITS).fetchone() == (0,):
        assert monotonic() < end, "nobody waits"
        sleep(0.01)


def _files(owner: psycopg.Connection, family: int) -> int:
    found = owner.execute(
        "SELECT count(*) FROM families_household WHERE family_id = %s", [family]
    ).fetchone()
    assert found
    return int(found[0])


def test_one_that_is_taken_up_meanwhile_stays(
    owner: psycopg.Connection,
    addresses: dict[str, str],
    officers: list[Login],
    due: int,
    purge: int,
) -> None:
    gone: list[int] = []
    thread = Thread(target=lambda: gone.append(officers[0].one(_PURGE, purge, due)))
    with psycopg.connect(addresses[OWNER]) as colleague:
        colleague.execute("SELECT FROM families_family WHERE id = %s FOR NO KEY UPDATE", [due])
        put(colleague, "families_involvement", family_id=due, service="mediation", since="now")
        thread.start()
        wait_for_a_lock(owner)
    thread.join(20)

    assert gone == [0]
    assert _files(owner, due) == 1


def test_one_that_goes_takes_nothing_in(
    owner: psycopg.Connection,
    addresses: dict[str, str],
    officers: list[Login],
    due: int,
    purge: int,
) -> None:
    refused: list[str] = []

    def name_it() -> None:
        with psycopg.connect(addresses[OWNER], autocommit=True) as colleague:
            try:
                put(
                    *(colleague, "families_involvement"),
                    family_id=due,
                    service="mediation",
                    since="now",
                )
            except psycopg.errors.ForeignKeyViolation as error:
                refused.append(error.diag.table_name or "")

    thread = Thread(target=name_it)
    with officers[0].connection.transaction():
        assert officers[0].one(_PURGE, purge, due) == 1
        thread.start()
        wait_for_a_lock(owner)
    thread.join(20)

    assert refused == ["families_involvement"]
    assert _files(owner, due) == 0


def test_of_two_at_once_one_takes_it(
    owner: psycopg.Connection, officers: list[Login], due: int, purge: int
) -> None:
    one, other = officers
    gone: list[int] = []
    thread = Thread(target=lambda: gone.append(other.one(_PURGE, purge, due)))
    with one.connection.transaction():
        gone.append(one.one(_PURGE, purge, due))
        thread.start()
        wait_for_a_lock(owner)
    thread.join(20)

    assert gone == [1, 0]
