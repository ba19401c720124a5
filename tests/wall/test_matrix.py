"""Every table behind the wall, under every role and under nobody, by raw SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from jalon.directory.roles import Role
from wall.matrix import CHANGES, FIRST, GROUPS, HIDDEN, MATRIX, SIGNED
from wall.world import Login, World

pytestmark = pytest.mark.django_db
_TABLES = pytest.mark.parametrize("table", MATRIX)
_NEW = -1  # the number of a row that a test tries to add


@pytest.fixture
def each(login: Login, world: World) -> Iterator[tuple[Role | None, int | None]]:
    """Each role, with its person, as whom the login acts from then on; at last, nobody."""

    def act() -> Iterator[tuple[Role | None, int | None]]:
        for role, person in [*world.staff.items(), (None, None)]:
            login.act_as(person)
            yield role, person

    return act()


@_TABLES
def test_seen(login: Login, each: Any, table: str) -> None:
    seen = {role for role, _ in each if login.count(table)}

    assert seen == GROUPS[MATRIX[table].see]


@pytest.mark.parametrize("table", HIDDEN)
def test_hidden_columns_are_seen_by_nobody(login: Login, each: Any, table: str) -> None:
    """Neither by name, nor with the whole row, nor in a condition that tells what they hold."""
    for _ in each:
        for column in HIDDEN[table]:
            for query in (
                f"SELECT {column} FROM {table}",
                f"SELECT * FROM {table}",
                f"SELECT to_jsonb(one) FROM {table} AS one",
                f"SELECT id FROM {table} WHERE {column}::text LIKE '%'",
                f"SELECT id FROM {table} ORDER BY {column}::text",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    login.run(query)


@_TABLES
def test_added(login: Login, world: World, each: Any, table: str) -> None:
    row = world.rows[table] | {"id": _NEW} | FIRST.get(table, {})
    added = {
        role
        for role, person in each
        if _passes(
            login, table, row | ({SIGNED[table]: person or _NEW} if table in SIGNED else {})
        )
    }

    assert added == GROUPS[MATRIX[table].add]


@pytest.mark.parametrize("table", SIGNED)
def test_never_added_in_the_name_of_another(
    login: Login, world: World, each: Any, table: str
) -> None:
    row = world.rows[table] | {"id": _NEW} | FIRST.get(table, {})
    forged = {
        (role, one)
        for role, person in each
        for one in world.staff.values()
        if one != person and _passes(login, table, row | {SIGNED[table]: one})
    }

    assert forged == set()


@_TABLES
def test_changed(login: Login, each: Any, table: str) -> None:
    change = f"UPDATE {table} SET {CHANGES.get(table, 'id = id')}"

    changed = {role for role, _ in each if _touches(login, change)}

    assert changed == GROUPS[MATRIX[table].change]


@_TABLES
def test_removed(login: Login, each: Any, table: str) -> None:
    removed = {role for role, _ in each if _touches(login, f"DELETE FROM {table}")}

    assert removed == GROUPS[MATRIX[table].remove]


@_TABLES
def test_never_emptied_nor_locked(login: Login, each: Any, table: str) -> None:
    for _ in each:
        with pytest.raises(errors.InsufficientPrivilege):
            login.run(f"TRUNCATE {table} CASCADE")
        if MATRIX[table].change == MATRIX[table].remove == "-":
            with login.undone(), pytest.raises(errors.InsufficientPrivilege):
                login.run(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


@pytest.mark.parametrize(
    ("during", "after"),
    [
        ("directory_staffmember SET is_active = false WHERE id", "is_active = true"),
        ("directory_rolegrant SET since = '2999-01-01' WHERE member_id", "since = '2020-01-01'"),
        ("directory_rolegrant SET until = '2020-01-02' WHERE member_id", "until = NULL"),
    ],
    ids=["account closed", "role not begun", "role ended"],
)
def test_who_may_no_longer_sees_nothing(
    login: Login, world: World, owner: psycopg.Connection, during: str, after: str
) -> None:
    manager = world.staff[Role.TERRITORY_MANAGER]
    where = f"{during.split(maxsplit=1)[0]} SET {after} WHERE {during.rsplit(maxsplit=1)[-1]}"
    owner.execute(f"UPDATE {during} = {manager}".encode())
    try:
        login.act_as(manager)
        seen = {table for table in MATRIX if login.count(table)}
    finally:
        owner.execute(f"UPDATE {where} = {manager}".encode())
    assert seen == {table for table in MATRIX if MATRIX[table].see in {"anyone", "signed-in"}}


def _passes(login: Login, table: str, row: dict[str, Any]) -> bool:
    """Tell whether only the constraints of a table, which come after its policies, refuse."""
    # All but what the database works out.
    found = login.run(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass "
        "AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        table,
    )
    columns = ", ".join(name for (name,) in found)
    return _touches(
        login,
        f"INSERT INTO {table} ({columns}) "
        f"SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s)",
        Jsonb(row),
    )


def _touches(login: Login, query: str, *parameters: object) -> bool:
    with login.undone():
        try:
            return login.connection.execute(query.encode(), parameters or None).rowcount > 0
        except errors.InsufficientPrivilege:
            return False
        except errors.IntegrityError:
            return True
