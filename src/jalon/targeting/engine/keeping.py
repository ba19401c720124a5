"""What explains each household of a run, kept beside its cohort: found without the extract.

Accepted rows without what only tells who someone is, sorted by the household they explain, so
that a reader skips all blocks but one. The households of the cohort are apart from the others: a
decision is kept with what it rests on, the others only as long as the extract.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from jalon.register import sql
from jalon.register.extract import REJECTED_HOUSEHOLDS, Extract
from jalon.register.schema import TABLES

LISTED: Final = "listed"
OTHERS: Final = "others"
_REJECTED: Final = "rejected-households.parquet"
_WHOLE: Final = "explained.json"
# The household that a row explains: a person may be concerned by another household's event.
_NEAR: Final = "near"
# No rule reads these: they tell who someone is and where they live, not what decides.
_NEVER: Final = frozenset(
    {
        *("last_name", "first_name", "address_line1", "address_line2", "postal_code", "city"),
        *("phone", "email"),
    }
)
_BLOCK_ROWS: Final = 16_384


def kept_file(part: str, table: str) -> str:
    """Return the name of the file of a table, for the cohort's households or for the others."""
    return f"{part}-{table}.parquet"


KEPT_FILES: Final = (
    *(kept_file(part, table.name) for part in (LISTED, OTHERS) for table in TABLES),
    *(_REJECTED, _WHOLE),
)


def keep_explained(extract: Extract, folder: Path) -> None:
    """Write what explains each accepted household, and why each rejected one was."""
    connection = extract.connection
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE listed AS SELECT DISTINCT household_id FROM cohort"
    )
    for part, join in ((LISTED, "SEMI"), (OTHERS, "ANTI")):
        for table in TABLES:
            _write(connection, _near(table.name, f"{join} JOIN listed"), folder, part, table.name)
    connection.execute(
        f"COPY ({REJECTED_HOUSEHOLDS}) TO {sql.text(str(folder / _REJECTED))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    months = connection.execute("SELECT DISTINCT month FROM benefits ORDER BY month").fetchall()
    whole = {
        "benefit_months": [month for (month,) in months],
        "missing_columns": {name: list(one) for name, one in extract.missing_columns.items()},
    }
    (folder / _WHOLE).write_text(json.dumps(whole), encoding="utf-8")


def _near(table: str, of_part: str) -> str:
    if table != "persons":
        return f"SELECT household_id AS {_NEAR}, * FROM {table} {of_part} USING (household_id)"
    return (
        f"SELECT household_id AS {_NEAR}, * FROM persons {of_part} USING (household_id) UNION ALL "
        f"SELECT DISTINCT events.household_id AS {_NEAR}, persons.* FROM persons "
        f"JOIN (SELECT * FROM events {of_part} USING (household_id)) AS events "
        "ON persons.person_id = events.person_id "
        "AND persons.household_id <> events.household_id"
    )


def _write(
    connection: duckdb.DuckDBPyConnection, rows: str, folder: Path, part: str, table: str
) -> None:
    names = [row[0] for row in connection.execute(f"DESCRIBE {rows}").fetchall()]
    columns = ", ".join(sql.name(name) for name in names if name not in _NEVER)
    file = sql.text(str(folder / kept_file(part, table)))
    connection.execute(
        f"COPY (SELECT {columns} FROM ({rows}) ORDER BY {_NEAR}) TO {file} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_BLOCK_ROWS})"
    )


@dataclass(frozen=True)
class Kept:
    """One household, read as an extract is; `benefit_months` are those of the whole extract.

    `found` tells whether it has rows; `household_id` is the first number asked where it has none.
    """

    connection: duckdb.DuckDBPyConnection
    household_id: str
    found: bool
    missing_columns: dict[str, tuple[str, ...]]
    benefit_months: frozenset[str]
    rejected: str

    def why_rejected(self, household_id: str) -> tuple[str, ...]:
        """Return why the household was rejected, in French; nothing if it was not."""
        rows = self.connection.execute(
            f"SELECT reason FROM {self.rejected} WHERE household_id = $id "
            "ORDER BY position, reason",
            {"id": household_id},
        ).fetchall()
        return tuple(reason for (reason,) in rows)


def read_kept(
    connection: duckdb.DuckDBPyConnection, folder: Path, numbers: Sequence[str], *, others: bool
) -> Kept:
    """Read the household known by one of these numbers, the first where there is none.

    Its rows become temporary tables of the connection. Without `others`, only the households of
    the cohort are looked for. duckdb.Error where a file is gone or damaged.
    """
    parts = (LISTED, OTHERS) if others else (LISTED,)
    near = [
        (part, number)
        for part in parts
        for number in numbers
        if connection.execute(
            f"SELECT 1 FROM {_relation(folder, part, 'households')} WHERE {_NEAR} = $id",
            {"id": number},
        ).fetchone()
    ]
    # The first number asked wins, as in the whole extract.
    part, household_id = min(
        near, key=lambda one: numbers.index(one[1]), default=(LISTED, numbers[0])
    )
    for table in TABLES:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table.name} AS SELECT * EXCLUDE ({_NEAR}) "
            f"FROM {_relation(folder, part, table.name)} WHERE {_NEAR} = $id",
            {"id": household_id},
        )
    whole = json.loads((folder / _WHOLE).read_text(encoding="utf-8"))
    return Kept(
        connection,
        household_id,
        bool(near),
        {name: tuple(one) for name, one in whole["missing_columns"].items()},
        frozenset(whole["benefit_months"]),
        _read(folder / _REJECTED),
    )


def _relation(folder: Path, part: str, table: str) -> str:
    return _read(folder / kept_file(part, table))


def _read(path: Path) -> str:
    return f"read_parquet({sql.text(glob.escape(str(path)))})"
