"""Define the relations of accepted rows that the rest of the program reads."""

from __future__ import annotations

from typing import Final

import duckdb

from jalon.register import sql
from jalon.register.faults import RANKS
from jalon.register.scanned import scanned_columns
from jalon.register.schema import TABLES, Column
from jalon.register.source import Source

_LOSSES: Final = ("persons", "events", "benefits")
_RANKS: Final = ", ".join(str(RANKS[name]) for name in _LOSSES)


def accept(connection: duckdb.DuckDBPyConnection, sources: dict[str, Source]) -> None:
    """Define `households`, `persons`, `events` and `benefits`, without the rejected rows.

    Each household has `lost_persons`, `lost_events` and `lost_benefits`: how many rejected rows
    of these tables name it; and of each right whether a scan found it unpaid.
    """
    rejected = {
        rank
        for (rank,) in connection.execute(
            "SELECT DISTINCT table_rank FROM reading.rejects"
        ).fetchall()
    }
    overflowing = {name for name in _LOSSES if _overflows(sources[name])}
    losses = rejected & {RANKS[name] for name in _LOSSES}
    if losses:
        _count_losses(connection)
    for table in TABLES:
        source = sources[table.name]
        columns = [_defaulted(column, source) for column in table.columns]
        relation = f"reading.typed_{table.name} AS typed"
        if RANKS[table.name] in rejected:
            relation += f" ANTI JOIN reading.rejected_{table.name} AS rejected USING (line)"
        if table.name == "households":
            columns += _lost(overflowing, counted=bool(losses))
            columns += scanned_columns()
            relation += " LEFT JOIN reading.scanned AS scanned USING (household_id)"
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


def _overflows(source: Source) -> bool:
    return source.malformed is not None and source.malformed.overflowing


def _lost(overflowing: set[str], *, counted: bool) -> list[str]:
    """Return the counts of lost rows; one more where nobody can tell whose they were."""
    return [
        f"({f'coalesce(losses.{name}, 0)' if counted else '0'} + {int(name in overflowing)})"
        f"::INTEGER AS lost_{name}"
        for name in _LOSSES
    ]


def _count_losses(connection: duckdb.DuckDBPyConnection) -> None:
    """Count, by accepted household, the rejected rows that name it or may be its own."""
    rows = " UNION ".join(
        [
            *(
                f"SELECT household_id, {RANKS[name]} AS table_rank, line "
                f"FROM reading.rejected_{name}"
                for name in _LOSSES
            ),
            *_lost_through_cells(connection),
            *_lost_through_persons(connection),
        ]
    )
    counts = ", ".join(
        f"count(*) FILTER (WHERE table_rank = {RANKS[name]}) AS {name}" for name in _LOSSES
    )
    connection.execute(
        f"CREATE TABLE reading.losses AS SELECT household_id, {counts} FROM ({rows}) "
        "WHERE household_id IS NOT NULL AND household_id NOT IN (SELECT household_id "
        "FROM reading.rejected_households WHERE household_id IS NOT NULL) GROUP BY household_id"
    )


def _lost_through_cells(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the malformed rows of each household that any of their cells may name.

    Any cell counts, since the row may be shifted; a person's identifier leads to the household
    that an event or the person's own row ties to it.
    """
    if not connection.execute("SELECT count(*) FROM reading.malformed_cells").fetchall()[0][0]:
        return []
    persons, events = RANKS["persons"], RANKS["events"]
    return [
        "SELECT home.household_id, table_rank, malformed.line FROM reading.malformed_cells "
        f"AS malformed JOIN {home} ON cell = home.{key} WHERE table_rank IN ({ranks})"
        for home, key, ranks in (
            ("reading.typed_households AS home", "household_id", _RANKS),
            ("reading.typed_events AS home", "person_id", f"{persons}"),
            ("reading.typed_persons AS home", "person_id", f"{events}"),
        )
    ]


def _lost_through_persons(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the rejected persons and events of no known household, by who names the person."""
    queries = []
    for name, home in (("persons", "events"), ("events", "persons")):
        homeless = (
            f"FROM reading.rejected_{name} AS lost ANTI JOIN reading.typed_households AS known "
            "ON lost.household_id = known.household_id WHERE lost.person_id IS NOT NULL"
        )
        if connection.execute(f"SELECT count(*) {homeless}").fetchall()[0][0]:
            queries.append(
                f"SELECT home.household_id, {RANKS[name]}, lost.line "
                f"FROM (SELECT lost.line, lost.person_id {homeless}) AS lost "
                f"JOIN reading.typed_{home} AS home ON lost.person_id = home.person_id"
            )
    return queries
