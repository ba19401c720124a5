"""History that the application can neither forge nor skip."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from psycopg import errors

from jalon.audit.wall import keep_history
from jalon.directory.roles import Role
from wall.world import Login, World

pytestmark = pytest.mark.django_db
_NEW_FAMILIES = (
    "INSERT INTO families_family (public_id, protected_address, do_not_contact, created_at) "
    "SELECT gen_random_uuid(), false, false, now() FROM generate_series(1, 3)"
)


@pytest.fixture
def worker(login: Login, world: World) -> Login:
    login.act_as(world.staff[Role.SOCIAL_WORKER])
    return login


def _written(owner: psycopg.Connection, since: int) -> list[Any]:
    return owner.execute(
        "SELECT action, table_name, staff_id, family_id, before, after FROM audit_change "
        "WHERE id > %s ORDER BY id",
        [since],
    ).fetchall()


def _last(owner: psycopg.Connection) -> int:
    (found,) = owner.execute("SELECT coalesce(max(id), 0) FROM audit_change").fetchone() or (0,)
    return int(found)


def test_rows_written_together_are_each_told(
    worker: Login, owner: psycopg.Connection, world: World
) -> None:
    before = _last(owner)

    worker.run(_NEW_FAMILIES)

    told = _written(owner, before)
    assert [one[:3] for one in told] == [
        ("insert", "families_family", world.staff[Role.SOCIAL_WORKER])
    ] * 3


def test_an_update_tells_what_changed_alone(
    worker: Login, owner: psycopg.Connection, world: World
) -> None:
    family = world.rows["family"]["other"]
    before = _last(owner)

    worker.run("UPDATE families_family SET do_not_contact_here = true WHERE id = %s", family)

    worker_id = world.staff[Role.SOCIAL_WORKER]
    assert _written(owner, before) == [
        (
            *("update", "families_family", worker_id, family),
            {"do_not_contact": False, "do_not_contact_here": False},
            {"do_not_contact": True, "do_not_contact_here": True},
        )
    ]


def test_an_update_that_changes_nothing_is_not_told(
    worker: Login, owner: psycopg.Connection
) -> None:
    before = _last(owner)

    worker.run("UPDATE families_family SET protected_address = protected_address")

    assert _written(owner, before) == []


def test_an_upsert_is_told_both_ways(
    worker: Login, owner: psycopg.Connection, world: World
) -> None:
    family = world.rows["family"]["id"]
    before = _last(owner)

    worker.run(
        "INSERT INTO families_household (family_id, number) VALUES (%s, '9400001'), (%s, '777') "
        "ON CONFLICT ((number || '')) DO UPDATE SET do_not_contact = true",
        family,
        family,
    )

    told = {(one[0], one[3]) for one in _written(owner, before)}
    assert told == {("insert", family), ("update", family)}


def test_changes_hidden_in_a_query_are_told(
    worker: Login, owner: psycopg.Connection, world: World
) -> None:
    before = _last(owner)

    worker.run(
        "WITH quietly AS (UPDATE families_person SET first_name = 'Autre' WHERE family_id = %s "
        "RETURNING id) SELECT count(*) FROM quietly",
        world.rows["family"]["id"],
    )

    assert [one[5] for one in _written(owner, before)] == [{"first_name": "Autre"}]


def test_a_deletion_keeps_what_was_there(owner: psycopg.Connection, world: World) -> None:
    with owner.transaction(force_rollback=True):
        before = _last(owner)
        owner.execute("DELETE FROM families_merge")

        ((action, _, who, _, was, became),) = _written(owner, before)
    assert (action, who, became) == ("delete", None, None)
    assert was["absorbed_id"] == world.rows["family"]["other"]


def test_what_the_owner_does_under_no_name_is_marked_so(
    owner: psycopg.Connection, world: World
) -> None:
    before = _last(owner)

    owner.execute(
        "UPDATE families_family SET do_not_contact_here = NOT do_not_contact_here WHERE id = %s",
        [world.rows["family"]["id"]],
    )

    assert [one[2] for one in _written(owner, before)] == [None]


def test_copy_is_refused(worker: Login) -> None:
    with (
        pytest.raises(errors.FeatureNotSupported, match="row-level security"),
        worker.connection.cursor().copy("COPY families_household (number) FROM STDIN") as copy,
    ):
        copy.write("1\n")


def test_the_number_of_a_row_never_changes(worker: Login) -> None:
    """History tells rows by their number: a row with another would leave it."""
    with pytest.raises(errors.CheckViolation, match="number of a row"):
        worker.run("UPDATE families_person SET id = id + 1000000, last_name = 'AUTRE'")


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO audit_change (table_name, row_id, action) VALUES ('x', 1, 'update')",
        "UPDATE audit_change SET staff_id = NULL",
        "DELETE FROM audit_change",
        "TRUNCATE audit_change",
        "INSERT INTO audit_read (staff_id, family_id, page) VALUES (1, 1, 'x')",
        "UPDATE audit_read SET page = ''",
        "DELETE FROM audit_read",
        "SELECT nextval('audit_change_id_seq')",
        "SELECT setval('audit_change_id_seq', 1)",
        "ALTER TABLE families_family DISABLE TRIGGER ALL",
        "DROP TRIGGER history_of_update ON families_family",
        "ALTER FUNCTION wall.write_history_of_update() OWNER TO jalon_app",
        "CREATE OR REPLACE FUNCTION wall.person() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
        "ALTER ROLE jalon_app SET session_replication_role = replica",
    ],
)
@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.DATA_PROTECTION_OFFICER])
def test_history_is_neither_forged_nor_silenced(
    login: Login, world: World, query: str, role: Role
) -> None:
    login.act_as(world.staff[role])
    with pytest.raises(errors.InsufficientPrivilege):
        login.run(query)


def test_history_is_not_forged_from_a_table_of_the_same_name(
    login: Login, owner: psycopg.Connection, world: World
) -> None:
    """Even where somebody lets the application make temporary tables again."""
    (database,) = owner.execute("SELECT current_database()").fetchone() or ("",)
    login.act_as(world.staff[Role.SOCIAL_WORKER])
    owner.execute(f"GRANT TEMPORARY ON DATABASE {database} TO jalon_app".encode())
    try:
        login.run("CREATE TEMP TABLE families_family (id bigint, family_id bigint)")
        with pytest.raises(errors.InsufficientPrivilege, match="write_history_of_insert"):
            login.run(
                "CREATE TRIGGER mine AFTER INSERT ON pg_temp.families_family "
                "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT "
                "EXECUTE FUNCTION wall.write_history_of_insert('family_id', '')"
            )
    finally:
        owner.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM jalon_app".encode())


def test_many_rows_after_few_stay_fast(worker: Login) -> None:
    """A plan made for one row must not be used, loop in loop, for thousands."""
    with worker.undone():
        worker.run(_NEW_FAMILIES)
        worker.run("UPDATE families_family SET do_not_contact_here = true")
        worker.run(_NEW_FAMILIES.replace("1, 3", "1, 20000"))
        worker.run("SET LOCAL statement_timeout = '20s'")
        worker.run("UPDATE families_family SET do_not_contact_here = true")


def test_history_needs_a_number(owner: psycopg.Connection) -> None:
    operation = keep_history("directory_commune")
    check = re.match(r"\s*(DO \$\$.*?\$\$)", str(operation.sql), re.DOTALL)
    assert check
    with pytest.raises(errors.RaiseException, match="primary key named id"):
        owner.execute(check[1].encode())
