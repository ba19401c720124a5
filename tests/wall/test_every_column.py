"""A hidden row is dropped before the query's own conditions: no column of it tells anything.

Comparisons that PostgreSQL holds to be leakproof run in the order of their costs, before a policy
that costs as much. What then ran or not shows in `EXPLAIN ANALYZE` and in the counters.
"""

from __future__ import annotations

from typing import Final

import psycopg
import pytest

from jalon.config.embedded.roles import OWNER
from jalon.directory.roles import Role
from plans import every
from wall.matrix import HIDDEN, MATRIX
from wall.telling import SETTLED, TRIES, told
from wall.world import Login, World, colleague, put

pytestmark = pytest.mark.django_db
# By type, what nothing is below. Numbers lead nowhere: every page joins by them.
_LOWEST: Final = {
    "text": "",
    "character varying": "",
    "date": "-infinity",
    "timestamp with time zone": "-infinity",
    "time without time zone": "00:00",
    "boolean": "false",
    "smallint": "-1",
    "integer": "-1",
    "numeric": "-1",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "tstzrange": "empty",
    "jsonb": "{}",
    "bytea": "",
    "text[]": "{}",
    "character varying[]": "{}",
}
_NUMBERS: Final = {"bigint", "bigint[]"}
_COLUMNS: Final = """
SELECT relname, quote_ident(attname), format_type(atttypid, NULL) FROM pg_attribute
JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r' AND relrowsecurity
WHERE attnum > 0 AND NOT attisdropped ORDER BY relname, attname
"""
# What is so of each row, and what is so of none.
_OPPOSITE: Final = ((">=", "<"), ("IS DISTINCT FROM", "IS NOT DISTINCT FROM"))


@pytest.fixture(scope="module")
def outside(world: World, addresses: dict[str, str]) -> World:
    """People who follow no family, of another territory."""
    with psycopg.connect(addresses[OWNER], autocommit=True) as owner:
        territory = put(owner, "directory_territory", code="sud", label="Sud")
        team = put(
            owner, "directory_team", label="Sud", service="social_work", territory_id=territory
        )
        away = World(rows=world.rows)
        for role in (Role.SOCIAL_WORKER, Role.TERRITORY_MANAGER):
            away.staff[role] = colleague(owner, role, f"away-{role.value}", team)
        away.staff[Role.MEDIATOR] = world.staff[Role.MEDIATOR]
        owner.execute("VACUUM (ANALYZE)")
    return away


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.TERRITORY_MANAGER, Role.MEDIATOR])
def test_no_column_of_a_hidden_row_tells_what_it_holds(
    outside: World, login: Login, owner: psycopg.Connection, role: Role
) -> None:
    columns = owner.execute(_COLUMNS).fetchall()
    assert {kind for *_, kind in columns} <= {*_LOWEST, *_NUMBERS}
    login.act_as(outside.staff[role])
    for way in ("indexscan", "indexonlyscan", "bitmapscan"):
        login.run(f"SET enable_{way} = off")
    blind = {table for table, *_ in columns if outside.rows.get(table) and not login.count(table)}

    telling = [
        found
        for table in sorted(blind)
        for way in _ways(table)
        for found in _telling(login, way, _conditions(table, columns))
    ]

    assert not telling, "\n".join(telling)
    assert len(blind) > len(MATRIX) / 4


def _ways(table: str) -> list[str]:
    """Return what looks at the rows of a table, so that each of its policies is asked."""
    ways = [f"SELECT FROM {table} WHERE {{}}"]
    if MATRIX[table].change != "-":
        ways.append(f"{ways[0]} FOR UPDATE")
    if MATRIX[table].remove != "-":
        ways.append(f"DELETE FROM {table} WHERE {{}}")
    return ways


def _conditions(table: str, columns: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Return what is so of each row, or of none, by each column that says something."""
    lowest = [
        (column, f"$${_LOWEST[kind]}$$::{kind}")
        for one, column, kind in columns
        if one == table and kind in _LOWEST and column not in HIDDEN.get(table, ())
    ]
    return [
        (f"{column} {every} {low}", f"{column} {none} {low}")
        for column, low in lowest
        for every, none in _OPPOSITE
    ]


def _telling(login: Login, way: str, conditions: list[tuple[str, str]]) -> list[str]:
    """Return the queries of which something else is told, each time, where none is so.

    A buffer is read more or less as others work beside, and until plans are kept.
    """
    if not conditions:
        return []
    every, none = (
        [way.format(condition) for condition in one] for one in zip(*conditions, strict=True)
    )
    for _ in range(TRIES + SETTLED):
        told_of_every, told_of_none = told(login, *every), told(login, *none)
        assert len(told_of_every) > len(every)
        if told_of_every == told_of_none:
            return []
    pairs = zip([*every, "counters"], told_of_every, told_of_none, strict=True)
    return [query for query, one, two in pairs if one != two]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("interventions_journalentry", "family_id"),
        ("interventions_informationadvice", "family_id"),
        ("interventions_support", "worker_id"),
        ("interventions_review", "support_id"),
        ("families_givencontact", "family_id"),
        ("outreach_messagecontent", "message_id"),
    ],
)
def test_lists_go_by_their_index_and_the_policy_follows(
    outside: World, login: Login, table: str, column: str
) -> None:
    login.act_as(outside.staff[Role.SOCIAL_WORKER])
    login.run("SET enable_seqscan = off")

    ((plan,),) = login.run(f"EXPLAIN (FORMAT JSON) SELECT FROM {table} WHERE {column} = 1")

    assert any(f"({column} = 1)" in str(one.get("Index Cond")) for one in every(plan[0]["Plan"]))
