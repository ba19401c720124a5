"""Define the relations of accepted rows that the rest of the program reads."""

from __future__ import annotations

from typing import Final

import duckdb

from jalon.register import sql
from jalon.register.faults import RANKS
from jalon.register.schema import TABLES, Column
from jalon.register.source import Source

_LOSSES: Final = ("persons", "events", "benefits")


def accept(connection: duckdb.DuckDBPyConnection, sources: dict[str, Source]) -> None:
    """Define `households`, `persons`, `events` and `benefits`, without the rejected rows.

    Each household has `lost_persons`, `lost_events` and `lost_benefits`: how many rejected rows
    of these tables name it. Persons have `deceased`, null where the file does not tell deaths.
    """
    rejected = {
        rank
        for (rank,) in connection.execute(
            "SELECT DISTINCT table_rank FROM reading.rejects"
        ).fetchall()
    }
    losses = rejected & {RANKS[name] for name in _LOSSES}
    if losses:
        _count_losses(connection)
    for table in TABLES:
        source = sources[table.name]
        columns = [_defaulted(column, source) for column in table.columns]
        relation = f"reading.typed_{table.name} AS typed"
        if RANKS[table.name] in rejected:
            relation += f" ANTI JOIN reading.rejected_{table.name} AS rejected USING (line)"
        if table.name == "persons":
            known = "death_date" in source.types
            columns.append(f"{'death_date IS NOT NULL' if known else 'NULL::BOOLEAN'} AS deceased")
        if table.name == "households":
            columns += _lost(counted=bool(losses))
            if losses:
                relation += " LEFT JOIN reading.losses AS losses USING (household_id)"
        connection.execute(
            f"CREATE VIEW {table.name} AS SELECT {', '.join(columns)} FROM {relation}"
        )


def _defaulted(column: Column, source: Source) -> str:
    """Return a column's value; an empty cell has its default only where the file tells it."""
    name = sql.name(column.name)
    if column.default is None or column.name not in source.types:
        return f"typed.{name}"
    default = (
        str(column.default).lower()
        if isinstance(column.default, bool)
        else sql.text(column.default)
    )
    return f"coalesce(typed.{name}, {default}) AS {name}"


def _lost(*, counted: bool) -> list[str]:
    return [
        f"{f'coalesce(losses.{name}, 0)' if counted else '0'}::INTEGER AS lost_{name}"
        for name in _LOSSES
    ]


def _count_losses(connection: duckdb.DuckDBPyConnection) -> None:
    """Count, by accepted household, the rejected rows that name it."""
    rows = " UNION ALL ".join(
        f"SELECT household_id, {RANKS[name]} AS table_rank FROM reading.rejected_{name}"
        for name in _LOSSES
    )
    counts = ", ".join(
        f"count(*) FILTER (WHERE table_rank = {RANKS[name]}) AS {name}" for name in _LOSSES
    )
    connection.execute(
        f"CREATE TABLE reading.losses AS SELECT household_id, {counts} FROM ({rows}) "
        "WHERE household_id IS NOT NULL AND household_id NOT IN (SELECT household_id "
        "FROM reading.rejected_households WHERE household_id IS NOT NULL) GROUP BY household_id"
    )
