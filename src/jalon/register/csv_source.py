"""Load a CSV table, every cell as text with the line it stands on."""

from __future__ import annotations

import csv
import io
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from jalon.register import sql
from jalon.register.csv_survey import Survey, open_bytes, survey
from jalon.register.errors import ExtractError, lacks_room
from jalon.register.files import TableFile
from jalon.register.layout import Layout
from jalon.register.malformed import Odd
from jalon.register.schema import Table
from jalon.register.source import Header, Source, read_header

_DELIMITERS: Final = ";,\t"
_BLOCK: Final = 8 << 20
_ROWS_AT_ONCE: Final = 20_000
_LONGEST_CELL: Final = 1 << 20


@dataclass(frozen=True)
class _Shape:
    """How a CSV is laid out."""

    file: TableFile
    found: Survey
    delimiter: str
    width: int
    header: Header

    @property
    def positions(self) -> list[int]:
        return list(self.header.positions.values())


def load_csv(
    connection: duckdb.DuckDBPyConnection, file: TableFile, table: Table, layout: Layout
) -> Source:
    """Load a CSV into the relation `reading.file_<table>` of trimmed texts."""
    found = survey(file)
    first_row, delimiter, line = _read_first_row(file, found, table, layout)
    header = read_header(file, table, first_row, layout)
    shape = _Shape(file, found, delimiter, len(first_row), header)
    odd = Odd()
    if not (found.plain and line == 1 and _fill_plainly(connection, shape, odd)):
        # Some row spans lines, or the header is not on the first: only the slower reading knows
        # on which line each begins.
        odd = Odd()
        _fill(connection, shape, odd, _read_quoted(shape, odd))
    columns = list(header.positions)
    return Source(
        table,
        file,
        header,
        dict.fromkeys(columns, "VARCHAR"),
        clean=True,
        malformed=odd.malformed(len(first_row)),
    )


def _fill_plainly(connection: duckdb.DuckDBPyConnection, shape: _Shape, odd: Odd) -> bool:
    """Load a file where each line should be a row; tell whether it was so."""
    try:
        rows = _fill(connection, shape, odd, _read_plain(shape, odd))
    except ExtractError:
        if isinstance(odd.failure, pa.ArrowInvalid):  # quotes that a line does not close
            return False
        raise
    return rows + len(odd.skipped) + 1 == shape.found.lines


def _fill(
    connection: duckdb.DuckDBPyConnection,
    shape: _Shape,
    odd: Odd,
    batches: Iterator[pa.RecordBatch],
) -> int:
    """Load batches of texts into the table's relation; return how many rows they had."""
    columns = list(shape.header.positions)
    schema = pa.schema([("line", pa.int64()), *((c, pa.string()) for c in columns)])
    arriving = pa.RecordBatchReader.from_batches(schema, _noting_failure(batches, odd))
    connection.register("arriving", arriving)
    cells = ", ".join(f"nullif({sql.name(c)}, '') AS {sql.name(c)}" for c in columns)
    relation = f"reading.file_{shape.file.table}"
    try:
        connection.execute(
            f"CREATE OR REPLACE TABLE {relation} AS SELECT line, {cells} FROM arriving"
        )
    except (duckdb.Error, pa.ArrowException, OSError, EOFError, zlib.error, csv.Error) as error:
        if isinstance(odd.failure, ExtractError):
            raise odd.failure from error
        if lacks_room(odd.failure or error):
            raise
        raise ExtractError(
            f"Le fichier « {shape.file.name} » ne peut pas être lu jusqu'au bout : refaites "
            "l'extraction."
        ) from error
    finally:
        connection.unregister("arriving")
    return int(connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])


def _noting_failure(batches: Iterator[pa.RecordBatch], odd: Odd) -> Iterator[pa.RecordBatch]:
    try:
        yield from batches
    except Exception as error:
        odd.failure = error
        raise


def _open_text(file: TableFile, found: Survey) -> IO[str]:
    encoding = "utf-8-sig" if found.encoding == "utf-8" else found.encoding
    return io.TextIOWrapper(open_bytes(file), encoding=encoding, newline="")


def _read_first_row(
    file: TableFile, found: Survey, table: Table, layout: Layout
) -> tuple[list[str], str, int]:
    """Return the header's cells, the delimiter that finds most known columns, and its line."""
    with _open_text(file, found) as stream:
        number, line = next(
            ((n, line) for n, line in enumerate(stream, 1) if line.strip()), (0, "")
        )
    if not line:
        raise ExtractError(f"Le fichier « {file.name} » est vide : refaites l'extraction.")
    known = {layout.name_in_file(table.name, column.name) for column in table.columns}

    def cells(delimiter: str) -> list[str]:
        row = next(csv.reader([line], delimiter=delimiter), [])
        return [cell.strip() for cell in row]

    def score(delimiter: str) -> tuple[int, int]:
        row = cells(delimiter)
        return len(known.intersection(row)), len(row)

    delimiter = max(_DELIMITERS, key=score)
    return cells(delimiter), delimiter, number


def _read_plain(shape: _Shape, odd: Odd) -> Iterator[pa.RecordBatch]:
    """Read a file where a row is a line."""
    found = shape.found

    def handle(row: arrow_csv.InvalidRow) -> str:
        odd.skipped.append(row.number)
        if row.text.strip():
            # A file without quotes has none to misread.
            cells = next(csv.reader([row.text], delimiter=shape.delimiter), [])
            odd.set_aside(row.number, row.actual_columns, cells)
        return "skip"

    names = [f"c{position}" for position in range(shape.width)]
    wanted = [names[position] for position in shape.positions]
    with open_bytes(shape.file) as stream:
        reader = arrow_csv.open_csv(
            stream,
            read_options=arrow_csv.ReadOptions(
                use_threads=False,  # row numbers are known only then
                block_size=_BLOCK,
                column_names=names,
                skip_rows=1,
                encoding="utf8" if found.encoding == "utf-8" else found.encoding,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=shape.delimiter,
                quote_char='"' if found.quoted else False,
                invalid_row_handler=handle,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=list(dict.fromkeys(wanted)),
                strings_can_be_null=False,
            ),
        )
        line = 2
        for batch in reader:
            lines, line = _line_numbers(line, batch.num_rows, odd.skipped)
            cells = [_trimmed(batch.column(name)) for name in wanted]
            yield pa.record_batch([lines, *cells], names=["line", *shape.header.positions])


def _trimmed(cells: pa.Array) -> pa.Array:
    return pc.utf8_trim(cells, characters=sql.WHITESPACE)


def _line_numbers(line: int, count: int, skipped: list[int]) -> tuple[pa.Array, int]:
    """Give `count` rows their lines, from `line` on, stepping over the lines set aside."""
    missing = set(skipped[bisect_left(skipped, line) :])
    if not missing:
        return pa.array(range(line, line + count), pa.int64()), line + count
    numbers: list[int] = []
    while len(numbers) < count:
        if line not in missing:
            numbers.append(line)
        line += 1
    return pa.array(numbers, pa.int64()), line


def _read_quoted(shape: _Shape, odd: Odd) -> Iterator[pa.RecordBatch]:
    """Read a file with blank lines or where a row may span lines."""
    with _open_text(shape.file, shape.found) as stream:
        rows = _rows(shape, stream, odd)
        next(rows, None)
        while several := list(islice(rows, _ROWS_AT_ONCE)):
            lines = pa.array([line for line, _ in several], pa.int64())
            columns = list(zip(*(row for _, row in several), strict=True))
            cells = [
                _trimmed(pa.array(columns[position], pa.string())) for position in shape.positions
            ]
            yield pa.record_batch([lines, *cells], names=["line", *shape.header.positions])


def _rows(shape: _Shape, stream: IO[str], odd: Odd) -> Iterator[tuple[int, list[str]]]:
    """Yield each well-formed row with its first line, the header included."""
    file, delimiter, width = shape.file, shape.delimiter, shape.width
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unclosed_quote(file, line) from error
        # Of the wrong width, two rows became one: none may vanish from the count.
        spans = reader.line_num > line
        if spans and (len(row) != width or _swallowed(row, delimiter, width)):
            raise _unclosed_quote(file, line)
        if len(row) == width:
            yield line, row
        elif len(row) > 1 or any(cell.strip() for cell in row):
            odd.set_aside(line, len(row), row)


def _swallowed(row: Sequence[str], delimiter: str, width: int) -> bool:
    """Tell whether a cell of several lines holds a whole row's delimiters: a quote left open."""
    return any("\n" in cell and cell.count(delimiter) >= width - 1 for cell in row)


def _unclosed_quote(file: TableFile, line: int) -> ExtractError:
    return ExtractError(
        f"À la ligne {line} de « {file.name} », un guillemet est mal fermé : corrigez cette "
        "ligne ou refaites l'extraction."
    )
