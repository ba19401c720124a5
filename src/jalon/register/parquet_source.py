"""Open a Parquet table in place, after checking that its columns can be what they should."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from jalon.register import sql
from jalon.register.errors import ExtractError, lacks_room
from jalon.register.files import TableFile
from jalon.register.layout import Layout
from jalon.register.schema import Column, Kind, Table
from jalon.register.source import Header, Source, read_header

_ROW_NUMBER: Final = "file_row_number"
_NUMBER: Final = re.compile(
    r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)"
)
_WHOLE: Final = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)")
_DAY: Final = re.compile(r"DATE|TIMESTAMP.*")


def open_parquet(
    connection: duckdb.DuckDBPyConnection, file: TableFile, table: Table, layout: Layout
) -> Source:
    """Define the view `reading.file_<table>` over a Parquet file, read only when asked."""
    try:
        with pq.ParquetFile(file.path) as opened:
            columns = [name.strip() for name in opened.schema_arrow.names]
            scan = _scan(connection, file, table, opened)
        described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    except (duckdb.Error, pa.ArrowException, OSError, ValueError) as error:
        if lacks_room(error):
            raise
        raise _broken(file) from error
    header = read_header(file, table, columns, layout)
    cells: list[str] = []
    types: dict[str, str] = {}
    for column, position in header.positions.items():
        name, kind = sql.name(str(described[position][0])), str(described[position][1])
        coded = bool(layout.codes(table.name, column))
        if not _readable(table.column(column), kind, coded=coded):
            _refuse_unless_empty(connection, scan, name, file, header, column)
            cells.append(f"CAST(NULL AS VARCHAR) AS {sql.name(column)}")
            types[column] = "VARCHAR"
        elif kind == "FLOAT":
            # Its shortest writing is the amount meant: 12345.67, not 12345.669921875.
            cells.append(f"CAST(CAST({name} AS VARCHAR) AS DOUBLE) AS {sql.name(column)}")
            types[column] = "DOUBLE"
        elif _as_text(table.column(column), kind):
            cells.append(f"CAST({name} AS VARCHAR) AS {sql.name(column)}")
            types[column] = "VARCHAR"
        else:
            cells.append(f"{name} AS {sql.name(column)}")
            types[column] = kind
    connection.execute(
        f"CREATE VIEW reading.file_{table.name} AS "
        f"SELECT file_row_number + 1 AS line, {', '.join(cells)} FROM {scan}"
    )
    return Source(table, file, header, types, clean=False)


def _scan(
    connection: duckdb.DuckDBPyConnection, file: TableFile, table: Table, opened: pq.ParquetFile
) -> str:
    """Return the relation of a file's columns and of its `file_row_number`."""
    numbered = f"reading.numbered_{table.name}"
    names = opened.schema_arrow.names
    own = [n for n, name in enumerate(names) if name.lower() == _ROW_NUMBER]
    if not own:
        path = sql.text(glob.escape(str(file.path)))
        return f"read_parquet({path}, {_ROW_NUMBER}=true, hive_partitioning=false)"
    # DuckDB would take such a column of the file for its own: number the rows here instead.
    schema = opened.schema_arrow
    for position in own:
        schema = schema.set(
            position, schema.field(position).with_name(f"{_ROW_NUMBER}_{position}")
        )
    schema = schema.append(pa.field(_ROW_NUMBER, pa.int64()))

    def batches() -> Iterator[pa.RecordBatch]:
        first = 0
        for batch in opened.iter_batches():
            rows = pa.array(range(first, first + batch.num_rows), pa.int64())
            yield pa.record_batch([*batch.columns, rows], schema=schema)
            first += batch.num_rows

    connection.register("arriving", pa.RecordBatchReader.from_batches(schema, batches()))
    connection.execute(f"CREATE TABLE {numbered} AS SELECT * FROM arriving")
    connection.unregister("arriving")
    return numbered


def _readable(column: Column, kind: str, *, coded: bool) -> bool:
    """Tell whether a column stored as `kind` can be read as what it should hold."""
    if kind == "VARCHAR" or kind.startswith("ENUM"):
        return True
    if column.kind is Kind.DATE:
        return bool(_DAY.fullmatch(kind))
    if column.kind is Kind.AMOUNT:
        return bool(_NUMBER.fullmatch(kind))
    if column.kind is Kind.BOOLEAN:
        return kind == "BOOLEAN" or bool(_WHOLE.fullmatch(kind))
    # A code that the fund's profile translates has no leading zeros to lose.
    return column.kind is Kind.CODE and coded and bool(_WHOLE.fullmatch(kind))


def _as_text(column: Column, kind: str) -> bool:
    """Tell whether a column is read through its text: 0 and 1, or a number that is a code."""
    return kind != "VARCHAR" and (
        kind.startswith("ENUM") or (column.kind in (Kind.BOOLEAN, Kind.CODE) and kind != "BOOLEAN")
    )


def _refuse_unless_empty(  # noqa: PLR0913, PLR0917 - the parts of one sentence
    connection: duckdb.DuckDBPyConnection,
    scan: str,
    name: str,
    file: TableFile,
    header: Header,
    column: str,
) -> None:
    """Refuse a column of the wrong type, but for one that holds nothing: its type is arbitrary."""
    try:
        filled = connection.execute(f"SELECT count({name}) FROM {scan}").fetchall()[0][0]
    except duckdb.Error as error:
        if lacks_room(error):
            raise
        raise _broken(file) from error
    if filled:
        raise ExtractError(
            f"La colonne « {header.names[column]} » de « {file.name} » n'est pas enregistrée "
            "dans le bon type : enregistrez-la en texte, pour ne perdre aucun zéro ni aucun "
            "caractère."
        )


def _broken(file: TableFile) -> ExtractError:
    return ExtractError(
        f"Le fichier « {file.name} » est abîmé ou tronqué : refaites l'extraction."
    )
