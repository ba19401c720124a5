"""Write tiny extracts from the few cells that matter to a test, and open them."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from jalon.register.extract import RowCounts, open_extract
from jalon.register.layout import Layout
from jalon.register.schema import TABLES, Kind, Table
from jalon.rules.calendar import Month

Row = Mapping[str, object]
Format = Literal["csv", "parquet"]
OCTOBER = Month(2026, 10)

DEFAULTS: Mapping[str, Row] = {
    "households": {
        "household_id": "H1",
        "responsible_person_id": "P1",
        "commune": "94028",
        "family_status": "single",
    },
    "persons": {
        "person_id": "P1",
        "household_id": "H1",
        "role": "responsible",
        "birth_date": date(1990, 5, 1),
    },
    "events": {
        "event_id": "E1",
        "household_id": "H1",
        "kind": "separation",
        "reported_on": date(2026, 10, 15),
    },
    "benefits": {"household_id": "H1", "month": "2026-10", "code": "AF"},
}
_ARROW_TYPES = {
    Kind.DATE: pa.date32(),
    Kind.AMOUNT: pa.decimal128(18, 4),
    Kind.BOOLEAN: pa.bool_(),
}


def write_extract(  # noqa: PLR0913 - the tables, the format and what is left out
    folder: Path,
    *,
    households: Sequence[Row] = ({},),
    persons: Sequence[Row] = ({},),
    events: Sequence[Row] = (),
    benefits: Sequence[Row] = (),
    format: Format = "csv",  # noqa: A002 - the word the commands use
    omit: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Write the four tables into a folder, made if need be, and return it.

    Each row gives only the cells that matter: those of `DEFAULTS` fill the required ones, the
    others stay empty. `omit` names the columns that a table's file must not have. A cell that
    its column's Parquet type cannot hold turns that whole column into text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    given = {
        "households": households,
        "persons": persons,
        "events": events,
        "benefits": benefits,
    }
    for table in TABLES:
        left_out = (omit or {}).get(table.name, ())
        columns = [column.name for column in table.columns if column.name not in left_out]
        rows = [{**DEFAULTS[table.name], **row} for row in given[table.name]]
        if format == "csv":
            write_csv(folder / f"{table.name}.csv", columns, rows)
        else:
            _write_parquet(folder / f"{table.name}.parquet", table, columns, rows)
    return folder


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write one CSV as a fund would: `;` between cells, an empty cell for what is unknown."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([as_text(row.get(column)) for column in columns] for row in rows)


def as_text(value: object) -> str:
    """Write a value as a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _write_parquet(path: Path, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    arrays = {name: _array(table, name, [row.get(name) for row in rows]) for name in columns}
    pq.write_table(pa.table(arrays), path)


def _array(table: Table, name: str, values: list[Any]) -> pa.Array:
    kind = _ARROW_TYPES.get(table.column(name).kind, pa.string())
    try:
        return pa.array([_native(kind, value) for value in values], kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError, ArithmeticError):
        return pa.array([None if v is None else as_text(v) for v in values], pa.string())


def _native(kind: pa.DataType, value: object) -> object:
    """Turn what a test writes shortly, `"2026-10-31"` or `1200`, into the column's own type."""
    if value is None or value == "":
        return None
    if pa.types.is_date32(kind):
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    if pa.types.is_decimal(kind):
        if not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
            raise ValueError(value)
        return Decimal(str(value))
    if pa.types.is_boolean(kind) and not isinstance(value, bool):
        if value not in ("true", "false"):
            raise ValueError(value)
        return value == "true"
    return value if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Reject:
    """One line of the rejects."""

    file: str
    line: int
    table: str
    column: str
    value: str
    reason: str
    kind: str


@dataclass(frozen=True)
class Opened:
    """What an extract amounts to; `rows` has the accepted rows of each table."""

    counts: dict[str, RowCounts]
    fingerprint: str
    rejects: list[Reject]
    rows: dict[str, list[dict[str, Any]]]
    unknown_columns: dict[str, tuple[str, ...]]
    missing_columns: dict[str, tuple[str, ...]]

    def ids(self, table: str) -> set[str]:
        """Return the accepted identifiers of a table."""
        key = next(t.key[0] for t in TABLES if t.name == table)
        return {row[key] for row in self.rows[table]}


def open_and_close(
    folder: Path,
    *,
    month: Month | None = OCTOBER,
    layout: Layout = Layout(),  # noqa: B008 - frozen
    households: Collection[str] | None = None,
) -> Opened:
    """Read an extract for October 2026, unless told otherwise."""
    rejects = folder / "rejects-of-the-test.csv"
    with open_extract(folder, month=month, layout=layout, households=households) as extract:
        extract.write_rejects(rejects)
        rows = {}
        for table in TABLES:
            read = extract.connection.sql(f"SELECT * FROM {table.name}").to_arrow_table()
            rows[table.name] = read.to_pylist()
        opened = Opened(
            extract.counts,
            extract.fingerprint,
            read_rejects(rejects),
            rows,
            extract.unknown_columns,
            extract.missing_columns,
        )
    rejects.unlink()
    return opened


def read_rejects(path: Path) -> list[Reject]:
    """Read a file of rejects back."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Reject(file, int(line), *others)
            for file, line, *others in list(csv.reader(stream, delimiter=";"))[1:]
        ]
