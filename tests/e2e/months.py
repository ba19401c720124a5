"""Months that go by for one family: everything dated of it moves back; nobody waits."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import sql

# What is dated of a family. People keep their birthdays, computed columns follow by themselves.
_DATED: Final = r"""
SELECT dated.table_name, dated.column_name, dated.data_type
FROM information_schema.columns AS dated
JOIN information_schema.columns AS owned USING (table_schema, table_name)
WHERE table_schema = 'public' AND owned.column_name = 'family_id'
    AND table_name ~ '^(agenda|interventions|outreach|families)_'
    AND table_name <> 'families_person'
    AND dated.data_type IN ('date', 'timestamp with time zone', 'tstzrange')
    AND dated.is_generated = 'NEVER'
ORDER BY 1, 2
"""
_EARLIER: Final = {
    "date": "{0} - 7 * {1}",
    "timestamp with time zone": "{0} - make_interval(weeks => {1})",
    "tstzrange": (
        "CASE WHEN {0} IS NOT NULL THEN tstzrange(lower({0}) - make_interval(weeks => {1}),"
        " upper({0}) - make_interval(weeks => {1})) END"
    ),
}


def let_weeks_pass(superuser: psycopg.Connection[Any], family: int, weeks: int) -> None:
    """Move all that is dated of a family, by its number, as many weeks back.

    Without triggers: they hold that what is signed or told never changes. Whole weeks, so that
    who receives on a Monday did so on a Monday; some more where the diary was taken then.
    """
    dated: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in superuser.execute(_DATED).fetchall():
        dated.setdefault(table, []).append((column, kind))
    assert "agenda_appointment" in dated
    for more in range(9):
        try:
            with superuser.transaction():
                superuser.execute("SET LOCAL session_replication_role = replica")
                for table, columns in dated.items():
                    _move(superuser, table, columns, family, weeks + more)
        except psycopg.errors.ExclusionViolation:
            continue
        return
    raise AssertionError("the diary is taken every week")


def _move(
    superuser: psycopg.Connection[Any],
    table: str,
    columns: list[tuple[str, str]],
    family: int,
    weeks: int,
) -> None:
    moved = sql.SQL(", ").join(
        sql.SQL("{} = ").format(sql.Identifier(column))
        + sql.SQL(_EARLIER[kind]).format(sql.Identifier(column), sql.Literal(weeks))
        for column, kind in columns
    )
    superuser.execute(
        sql.SQL("UPDATE {} SET {} WHERE family_id = {}").format(
            sql.Identifier(table), moved, sql.Literal(family)
        )
    )
