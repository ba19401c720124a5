"""Reject what depends on a rejected row, and so on until nothing dangles."""

from __future__ import annotations

import duckdb

from jalon.register import sql
from jalon.register.faults import RANKS
from jalon.register.source import Source

_HOUSEHOLD = "Son dossier a été rejeté."
_RESPONSIBLE = "La ligne de la personne responsable du dossier a été rejetée."
_PERSON = "La ligne de la personne concernée a été rejetée."
_KEPT = {
    "households": "line, household_id, responsible_person_id AS person_id",
    "persons": "line, household_id, person_id",
    "events": "line, household_id, person_id",
    "benefits": "line, household_id, NULL::VARCHAR AS person_id",
}


def follow(connection: duckdb.DuckDBPyConnection, sources: dict[str, Source]) -> None:
    """Fill `reading.rejected_<table>` with the rows at fault, then with those that follow."""
    for table, columns in _KEPT.items():
        # A CSV row with too many cells is at fault too, but has no typed row: what its cells
        # may name is in `reading.vanished_<table>`.
        connection.execute(
            f"CREATE TABLE reading.rejected_{table} AS SELECT {columns} "
            f"FROM reading.typed_{table} WHERE line IN "
            f"(SELECT line FROM reading.rejects WHERE table_rank = {RANKS[table]})"
        )
    first = True
    while True:
        households = _reject_dependents(
            connection, sources, "households", "responsible_person_id", "persons", _RESPONSIBLE
        )
        if not (households or first):
            break
        first = False
        if not _reject_dependents(
            connection, sources, "persons", "household_id", "households", _HOUSEHOLD
        ):
            break
    for table in ("events", "benefits"):
        _reject_dependents(connection, sources, table, "household_id", "households", _HOUSEHOLD)
    _reject_dependents(connection, sources, "events", "person_id", "persons", _PERSON)


def _reject_dependents(  # noqa: PLR0913, PLR0917 - which rows fall, through what, and why
    connection: duckdb.DuckDBPyConnection,
    sources: dict[str, Source],
    table: str,
    column: str,
    target: str,
    reason: str,
) -> bool:
    """Reject the rows of `table` that refer, by `column`, to a rejected row; tell if there are."""
    key = "household_id" if target == "households" else "person_id"
    fallen = (
        f"SELECT {key} FROM reading.rejected_{target} WHERE {key} IS NOT NULL "
        f"UNION SELECT cell FROM reading.vanished_{target}"
    )
    if not connection.execute(f"SELECT count(*) FROM ({fallen})").fetchall()[0][0]:
        return False
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE following AS SELECT {_KEPT[table]} "
        f"FROM reading.typed_{table} WHERE {column} IN ({fallen}) "
        f"AND line NOT IN (SELECT line FROM reading.rejected_{table})"
    )
    source = sources[table]
    position = source.table.columns.index(source.table.column(column))
    value = "household_id" if column == "household_id" else "person_id"
    connection.execute(
        f"INSERT INTO reading.rejects SELECT {RANKS[table]}, line, {position}, "
        f"{sql.text(source.header.names[column])}, {sql.shown(value)}, {sql.text(reason)}, "
        "'follower' FROM following"
    )
    connection.execute(f"INSERT INTO reading.rejected_{table} SELECT * FROM following")
    return bool(connection.execute("SELECT count(*) FROM following").fetchall()[0][0])
