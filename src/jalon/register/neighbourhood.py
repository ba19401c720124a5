"""Keep of an extract only what decides about a few households, without reading the rest."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import duckdb

from jalon.register import sql
from jalon.register.schema import TABLES

# In byte order, what may begin a padded identifier stands outside of these two.
_FIRST: Final = "!"
_LAST: Final = "~"
_AFTER_ALL: Final = "\U0010ffff"


def keep_neighbourhood(connection: duckdb.DuckDBPyConnection, households: Collection[str]) -> None:
    """Define `reading.source_<table>` as the rows that decide about these households.

    They are the households themselves, their persons, events and benefits; the persons they
    name elsewhere, with the whole of those persons' households, one step away; and every row
    that shares its identifier with one of these, for duplicates.
    """
    near = _Neighbourhood(connection)
    asked = set(households)
    for table in ("households", "persons", "events", "benefits"):
        near.add(table, "household_id", asked)
    near.add("events", "event_id", near.values("events", "event_id"))
    named = near.values("households", "responsible_person_id")
    named |= near.values("events", "person_id")
    near.add("persons", "person_id", named - near.values("persons", "person_id"))
    others = near.values("persons", "household_id") - asked
    near.add("households", "household_id", others)
    near.add("persons", "household_id", others)
    near.add("persons", "person_id", near.values("persons", "person_id"))
    # An event that names no household may still be about one of these persons.
    near.add("events", "person_id", near.values("persons", "person_id"))
    near.add("households", "household_id", near.values("events", "household_id"))


class _Neighbourhood:
    """The four tables being filled; identifiers are compared without surrounding spaces."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.columns: dict[str, set[str]] = {}
        for table in TABLES:
            connection.execute(
                f"CREATE TABLE reading.source_{table.name} AS "
                f"SELECT * FROM reading.file_{table.name} LIMIT 0"
            )
            described = connection.execute(f"DESCRIBE reading.file_{table.name}").fetchall()
            self.columns[table.name] = {str(row[0]) for row in described}

    def values(self, table: str, column: str) -> set[str]:
        """Return the identifiers that a column holds in the neighbourhood so far."""
        if column not in self.columns[table]:
            return set()
        cell = sql.trimmed(sql.name(column))
        rows = self.connection.execute(
            f"SELECT DISTINCT {cell} FROM reading.source_{table} WHERE {cell} IS NOT NULL"
        ).fetchall()
        return {row[0] for row in rows}

    def add(self, table: str, column: str, identifiers: Collection[str]) -> None:
        """Add the rows whose column names one of the identifiers."""
        if not identifiers or column not in self.columns[table]:
            return
        name = sql.name(column)
        wanted = sql.texts(sorted(identifiers))
        # Written as ranges, a comparison without spaces skips the file's blocks as equality does.
        padded = "".join(
            f" OR ({name} > {sql.text(identifier)} "
            f"AND {name} < {sql.text(identifier + _AFTER_ALL)})"
            for identifier in sorted(identifiers)
        )
        self.connection.execute(
            f"INSERT INTO reading.source_{table} SELECT * FROM reading.file_{table} "
            f"WHERE ({name} IN {wanted} OR {name} < '{_FIRST}' OR {name} > '{_LAST}'{padded}) "
            f"AND {sql.trimmed(name)} IN {wanted} "
            f"AND line NOT IN (SELECT line FROM reading.source_{table})"
        )
