"""Load a CSV table, every cell as text with the line it stands on."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from jalon.register import sql
from jalon.register.csv_survey import Survey, open_bytes, survey
from jalon.register.errors import ExtractError
from jalon.register.files import TableFile
from jalon.register.layout import Layout
from jalon.register.schema import Table
from jalon.register.source import Header, Malformed, Source, read_header

_DELIMITERS: Final = ";,\t"
_BLOCK: Final = 8 << 20
_ROWS_AT_ONCE: Final = 20_000
_LONGEST_CELL: Final = 1 << 20


@dataclass
class _Odd:
    """What the reading sets aside: rows with too few or too many cells."""

    lines: array[int] = field(default_factory=lambda: array("q"))
    cells: array[int] = field(default_factory=lambda: array("q"))
    skipped: list[int] = field(default_factory=list)
    content: int = 0

    def set_aside(self, line: int, cells: int, row: str) -> None:
        self.lines.append(line)
        self.cells.append(cells)
        digest = hashlib.blake2b(row.encode("utf-8", "surrogatepass"), digest_size=8)
        self.content += int.from_bytes(digest.digest(), "big")


def load_csv(
    connection: duckdb.DuckDBPyConnection, file: TableFile, table: Table, layout: Layout
) -> Source:
    """Load a CSV into the relation `reading.file_<table>` of trimmed texts."""
    found = survey(file)
    first_row, delimiter = _read_first_row(file, found, table, layout)
    header = read_header(file, table, first_row, layout)
    odd = _Odd()
    read = _read_plain if found.plain else _read_quoted
    batches = read(file, found, delimiter, len(first_row), header, odd)
    columns = list(header.positions)
    schema = pa.schema([("line", pa.int64()), *((c, pa.string()) for c in columns)])
    reader = pa.RecordBatchReader.from_batches(schema, batches)
    connection.register("arriving", reader)
    cells = ", ".join(f"nullif({sql.name(c)}, '') AS {sql.name(c)}" for c in columns)
    try:
        connection.execute(
            f"CREATE TABLE reading.file_{table.name} AS SELECT line, {cells} FROM arriving"
        )
    except (duckdb.Error, pa.ArrowException, OSError, EOFError, zlib.error, csv.Error) as error:
        raise ExtractError(
            f"Le fichier « {file.name} » ne peut pas être lu jusqu'au bout : refaites "
            "l'extraction."
        ) from error
    finally:
        connection.unregister("arriving")
    return Source(
        table,
        file,
        header,
        dict.fromkeys(columns, "VARCHAR"),
        clean=True,
        malformed=Malformed(odd.lines, odd.cells, len(first_row), odd.content),
    )


def _open_text(file: TableFile, found: Survey) -> IO[str]:
    encoding = "utf-8-sig" if found.encoding == "utf-8" else found.encoding
    return io.TextIOWrapper(open_bytes(file), encoding=encoding, newline="")


def _read_first_row(
    file: TableFile, found: Survey, table: Table, layout: Layout
) -> tuple[list[str], str]:
    """Return the header's cells and the delimiter that finds most of the known columns."""
    with _open_text(file, found) as stream:
        line = next((line for line in stream if line.strip()), "")
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
    return cells(delimiter), delimiter


def _read_plain(  # noqa: PLR0913, PLR0917 - both readers take the same facts about the file
    file: TableFile, found: Survey, delimiter: str, width: int, header: Header, odd: _Odd
) -> Iterator[pa.RecordBatch]:
    """Read a file without quotes or blank lines: a row is a line."""

    def handle(row: arrow_csv.InvalidRow) -> str:
        odd.skipped.append(row.number)
        if row.text.strip():
            odd.set_aside(row.number, row.actual_columns, row.text)
        return "skip"

    names = [f"c{position}" for position in range(width)]
    wanted = [names[position] for position in header.positions.values()]
    stream: IO[bytes] = (
        gzip.open(file.path, "rb") if file.path.suffix.lower() == ".gz" else file.path.open("rb")  # type: ignore[assignment]
    )
    with stream:
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
                delimiter=delimiter, quote_char=False, invalid_row_handler=handle
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
            cells = [pc.utf8_trim_whitespace(batch.column(name)) for name in wanted]
            yield pa.record_batch([lines, *cells], names=["line", *header.positions])


def _line_numbers(line: int, count: int, skipped: list[int]) -> tuple[pa.Array, int]:
    """Number `count` rows from `line` on, stepping over the lines set aside."""
    missing = {number for number in skipped if number >= line}
    if not missing:
        return pa.array(range(line, line + count), pa.int64()), line + count
    numbers: list[int] = []
    while len(numbers) < count:
        if line not in missing:
            numbers.append(line)
        line += 1
    skipped[:] = [number for number in missing if number >= line]
    return pa.array(numbers, pa.int64()), line


def _read_quoted(  # noqa: PLR0913, PLR0917 - both readers take the same facts about the file
    file: TableFile, found: Survey, delimiter: str, width: int, header: Header, odd: _Odd
) -> Iterator[pa.RecordBatch]:
    """Read a file with quotes or blank lines: a row may span lines."""
    schema = pa.schema([("line", pa.int64()), *((c, pa.string()) for c in header.positions)])
    with _open_text(file, found) as stream:
        rows = _rows(file, stream, delimiter, width, odd)
        next(rows, None)
        while several := list(islice(rows, _ROWS_AT_ONCE)):
            lines = pa.array([line for line, _ in several], pa.int64())
            columns = list(zip(*(row for _, row in several), strict=True))
            cells = [
                pc.utf8_trim_whitespace(pa.array(columns[position], pa.string()))
                for position in header.positions.values()
            ]
            yield pa.record_batch([lines, *cells], schema=schema)


def _rows(
    file: TableFile, stream: IO[str], delimiter: str, width: int, odd: _Odd
) -> Iterator[tuple[int, list[str]]]:
    """Yield each well-formed row with its first line, the header included."""
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
        if len(row) == width:
            if reader.line_num > line and _swallowed(row, delimiter, width):
                raise _unclosed_quote(file, line)
            yield line, row
        elif any(cell.strip() for cell in row) or len(row) > 1:
            if reader.line_num > line and _swallowed(row, delimiter, width):
                raise _unclosed_quote(file, line)
            odd.set_aside(line, len(row), delimiter.join(row))


def _swallowed(row: Sequence[str], delimiter: str, width: int) -> bool:
    """Tell whether a cell of several lines holds a whole row's delimiters: a quote left open."""
    return any("\n" in cell and cell.count(delimiter) >= width - 1 for cell in row)


def _unclosed_quote(file: TableFile, line: int) -> ExtractError:
    return ExtractError(
        f"À la ligne {line} de « {file.name} », un guillemet est mal fermé : corrigez cette "
        "ligne ou refaites l'extraction."
    )
