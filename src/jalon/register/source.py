"""What a table's file turned out to hold, whatever its format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from jalon.register.errors import ExtractError
from jalon.register.files import TableFile
from jalon.register.layout import Layout
from jalon.register.schema import Table


@dataclass(frozen=True)
class Header:
    """Where each contract column stands in a file, and what the file lacks or has besides."""

    positions: Mapping[str, int]
    names: Mapping[str, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Malformed:
    """The CSV rows that have too few or too many cells: the line and the count of each.

    `names` has their cells that may be identifiers, with their line, unless `overflowing` says
    that such rows are too many to keep them all.
    """

    lines: Sequence[int]
    widths: Sequence[int]
    expected: int
    content: int  # a sum of their cells' digests, for the fingerprint
    names: pa.Table
    overflowing: bool


@dataclass(frozen=True)
class Source:
    """One table as its file gives it: relation `reading.file_<table>`, one row a line.

    `types` has the SQL type of each contract column present; `clean` says that the text cells
    are already trimmed, with NULL for the empty ones.
    """

    table: Table
    file: TableFile
    header: Header
    types: Mapping[str, str]
    clean: bool
    malformed: Malformed | None = None


def read_header(file: TableFile, table: Table, columns: Sequence[str], layout: Layout) -> Header:
    """Match a file's column names, in order, with the contract's."""
    for name, times in Counter(columns).items():
        if name and times > 1:
            raise ExtractError(
                f"La colonne « {name} » est {times} fois dans « {file.name} » : gardez-en une."
            )
    places = {name: position for position, name in enumerate(columns)}
    names = {c.name: layout.name_in_file(table.name, c.name) for c in table.columns}
    for column in table.columns:
        if column.required and names[column.name] not in places:
            raise ExtractError(
                f"Il manque la colonne « {names[column.name]} » dans « {file.name} » : "
                "ajoutez-la, elle est obligatoire."
            )
    return Header(
        positions={c: places[name] for c, name in names.items() if name in places},
        names=names,
        missing=tuple(c for c, name in names.items() if name not in places),
        unknown=tuple(c for c in columns if c and c not in names.values()),
    )
