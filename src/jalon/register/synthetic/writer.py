"""Write an extract's four files in a draft folder, then put them in place all together."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from jalon.register.schema import TABLES, Table
from jalon.register.synthetic.chunk import SCHEMAS, Tables
from jalon.register.synthetic.errors import SyntheticError
from jalon.rules.errors import reason_of

Format = Literal["parquet", "csv"]
FORMATS: Final = ("parquet", "csv")
_SUFFIXES: Final = {"parquet": ("parquet",), "csv": ("csv", "csv.gz")}


class _Sink(Protocol):
    def write(self, table: Any) -> None: ...  # noqa: ANN401 - pyarrow publishes no types

    def close(self) -> None: ...


class _ParquetSink:
    """Writes each chunk as one row group, with statistics that let a reader skip it."""

    def __init__(self, path: Path, table: Table) -> None:
        self._writer = pa.parquet.ParquetWriter(
            path,
            SCHEMAS[table.name],
            compression="zstd",
            compression_level=1,
            use_dictionary=[
                field.name for field in SCHEMAS[table.name] if pa.types.is_dictionary(field.type)
            ],
            store_schema=False,
            store_decimal_as_integer=True,
        )

    def write(self, table: Any) -> None:  # noqa: ANN401 - pyarrow publishes no types
        self._writer.write_table(table, row_group_size=max(table.num_rows, 1))

    def close(self) -> None:
        self._writer.close()


class _CsvSink:
    """Writes plain CSV: semicolons, no quotes, UTF-8, ISO dates, decimal points."""

    def __init__(self, path: Path, table: Table) -> None:
        self._schema = pa.schema([(column.name, pa.string()) for column in table.columns])
        self._file = path.open("wb")
        self._file.write((";".join(self._schema.names) + "\n").encode())
        self._writer = pa.csv.CSVWriter(
            self._file,
            self._schema,
            write_options=pa.csv.WriteOptions(
                include_header=False, delimiter=";", quoting_style="none"
            ),
        )

    def write(self, table: Any) -> None:  # noqa: ANN401 - pyarrow publishes no types
        texts = [pc.cast(column.combine_chunks(), pa.string()) for column in table.columns]
        self._writer.write_table(pa.table(texts, schema=self._schema))

    def close(self) -> None:
        self._writer.close()
        self._file.close()


class Extract:
    """The four open files of an extract being written."""

    def __init__(self, folder: Path, format_: Format) -> None:
        sink = _ParquetSink if format_ == "parquet" else _CsvSink
        self.rows = {table.name: 0 for table in TABLES}
        self._sinks: dict[str, _Sink] = {
            table.name: sink(folder / f"{table.name}.{format_}", table) for table in TABLES
        }

    def write(self, tables: Tables) -> None:
        """Append one chunk to the four files."""
        for name, table in tables.items():
            if table.num_rows:
                self._sinks[name].write(table)
                self.rows[name] += table.num_rows

    def close(self) -> None:
        """Finish the four files."""
        for sink in self._sinks.values():
            sink.close()


@contextmanager
def extract_in(folder: Path, format_: Format) -> Iterator[Extract]:
    """Open an extract that appears in the folder only once it is complete."""
    check_folder(folder, format_)
    try:
        # An existing folder may be written where its parent may not: then the draft is inside it.
        near = folder if folder.is_dir() else folder.parent
        near.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=near))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        extract = Extract(draft, format_)
        try:
            yield extract
        finally:
            extract.close()
        folder.mkdir(exist_ok=True)
        for table in TABLES:
            (draft / f"{table.name}.{format_}").replace(folder / f"{table.name}.{format_}")
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def check_folder(folder: Path, format_: Format) -> None:
    """Refuse a folder where the extract could not be written, or not read back."""
    if format_ not in FORMATS:
        raise SyntheticError(f"Le format « {format_} » n'existe pas : parquet ou csv.")
    if folder.exists() and not folder.is_dir():
        raise SyntheticError(f"{folder} est un fichier : donnez un dossier.")
    for table in TABLES:
        for other in FORMATS:
            for suffix in _SUFFIXES[other]:
                found = folder / f"{table.name}.{suffix}"
                if suffix != format_ and found.exists():
                    raise SyntheticError(
                        f"{folder} contient déjà {found.name}, d'une extraction d'un "
                        "autre format ; retirez-la ou choisissez un autre dossier."
                    )


def _unwritable(folder: Path, error: OSError) -> SyntheticError:
    return SyntheticError(
        f"L'extraction ne peut pas être écrite dans {folder} : {reason_of(error)}."
    )
