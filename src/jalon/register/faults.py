"""Find the faults that a row shows on its own: count them in one pass, list only those found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from jalon.register import sql
from jalon.register.layout import Layout
from jalon.register.parsing import Cell, Check, death_before_birth, read_cell, typed_columns
from jalon.register.schema import TABLES, Kind
from jalon.register.source import Source

RANKS = {table.name: rank for rank, table in enumerate(TABLES)}


@dataclass(frozen=True)
class Reading:
    """One table once read: the relation `reading.typed_<table>` and what it amounts to."""

    source: Source
    rows: int
    content: int  # the sum of its rows' hashes


@dataclass(frozen=True)
class _Pass:
    rows: int
    content: int
    untrimmed: int
    found: list[Check]


def read_rows(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    *,
    layout: Layout,
    latest: date | None,
    fingerprinted: bool = True,
) -> Reading:
    """Type a table's cells and write the faults of its rows to `reading.rejects`.

    Text cells of a Parquet file are first taken as already trimmed, which nearly all are;
    only a column where that fails is trimmed, since trimming costs at each later reading.
    """
    cells = _cells(source, frozenset(), layout, latest)
    seen = _detect(connection, source, cells, fingerprinted=fingerprinted)
    if not source.clean and (seen.untrimmed or seen.found):
        padded = _padded_columns(connection, source, seen)
        if padded:
            cells = _cells(source, padded, layout, latest)
            seen = _detect(connection, source, cells, fingerprinted=fingerprinted)
    content = seen.content
    if seen.found:
        content += _list(connection, source, cells, seen.found)
    content += _list_malformed(connection, source)
    # A CSV is parsed once and for all; a Parquet file is read again, by column, when asked.
    relation = "TABLE" if source.clean else "VIEW"
    name = source.table.name
    connection.execute(
        f"CREATE {relation} reading.typed_{name} AS "
        f"SELECT line, {typed_columns(source.table, cells)} FROM reading.source_{name}"
    )
    malformed = len(source.malformed.lines) if source.malformed else 0
    return Reading(source, seen.rows + malformed, content)


def digest(readings: Mapping[str, Reading]) -> str:
    """Return the fingerprint of an extract's content, whatever its files, order and format."""
    content = [
        [
            table.name,
            readings[table.name].rows,
            [c.name for c in table.columns if c.name in readings[table.name].source.types],
            str(readings[table.name].content),
        ]
        for table in TABLES
    ]
    # Another DuckDB may hash otherwise: the name tells which fingerprints can be compared.
    version = ".".join(duckdb.__version__.split(".")[:2])
    return f"duckdb-{version}-hash:{hashlib.sha256(json.dumps(content).encode()).hexdigest()}"


def _cells(
    source: Source, padded: frozenset[str], layout: Layout, latest: date | None
) -> dict[str, Cell]:
    return {
        column.name: read_cell(
            source,
            column,
            trim=column.name in padded,
            latest=latest,
            codes=layout.codes(source.table.name, column.name),
        )
        for column in source.table.columns
        if column.name in source.types
    }


def _checks(source: Source, cells: Mapping[str, Cell]) -> list[Check]:
    cross = death_before_birth(source, cells)
    return [cell.check for cell in cells.values()] + ([cross] if cross else [])


def _detect(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    cells: Mapping[str, Cell],
    *,
    fingerprinted: bool,
) -> _Pass:
    """Count, in one pass, the rows and each fault, and sum the rows' hashes."""
    checks = _checks(source, cells)
    content = f"coalesce(sum({_row_hash(cells)}), 0)" if fingerprinted else "0"
    counts = "".join(f", count(*) FILTER (WHERE {check.fault})" for check in checks)
    # Spaces around an identifier or a code make it faulty; only free text hides them.
    free = [c.column.name for c in cells.values() if c.column.kind is Kind.TEXT]
    edges = " OR ".join(sql.padded(sql.name(column)) for column in free)
    untrimmed = f"count(*) FILTER (WHERE {edges})" if edges and not source.clean else "0"
    row = connection.execute(
        f"SELECT count(*), {content}, {untrimmed}{counts} FROM reading.source_{source.table.name}"
    ).fetchall()[0]
    found = [check for check, count in zip(checks, row[3:], strict=True) if count]
    return _Pass(row[0], int(row[1]), row[2], found)


def _row_hash(cells: Mapping[str, Cell]) -> str:
    # A column by itself would be hashed otherwise than the same column among others.
    return f"hash({', '.join(cell.value for cell in cells.values())})"


def _padded_columns(
    connection: duckdb.DuckDBPyConnection, source: Source, seen: _Pass
) -> frozenset[str]:
    """Return the text columns where some cell is empty or has spaces around it.

    In free text they were counted; elsewhere they made the cell faulty.
    """
    suspects: dict[str, str] = {}
    for check in seen.found:
        for column in check.reads:
            if source.types[column] == "VARCHAR":
                suspects[column] = f"{suspects.get(column, 'false')} OR ({check.fault})"
    if seen.untrimmed:
        suspects |= {
            c.name: "true"
            for c in source.table.columns
            if c.kind is Kind.TEXT and c.name in source.types
        }
    counts = [
        f"count(*) FILTER (WHERE ({fault}) AND {sql.trimmed(c)} IS DISTINCT FROM {c})"
        for c, fault in ((sql.name(column), fault) for column, fault in suspects.items())
    ]
    if not counts:
        return frozenset()
    row = connection.execute(
        f"SELECT {', '.join(counts)} FROM reading.source_{source.table.name}"
    ).fetchall()[0]
    return frozenset(column for column, count in zip(suspects, row, strict=True) if count)


def _list(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    cells: Mapping[str, Cell],
    found: list[Check],
) -> int:
    """Write a line for each fault; return what unreadable cells add to the fingerprint."""
    name, rank = source.table.name, RANKS[source.table.name]
    reads = {column for check in found for column in check.reads} | set(source.table.key)
    anyone = " OR ".join(f"({check.fault})" for check in found)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE bad AS SELECT line, {', '.join(map(sql.name, reads))} "
        f"FROM reading.source_{name} WHERE {anyone}"
    )
    for check in found:
        connection.execute(
            f"INSERT INTO reading.rejects SELECT {rank}, line, {check.position}, "
            f"{sql.text(check.column)}, {sql.shown(check.text)}, {check.reason}, 'fault' "
            f"FROM bad WHERE {check.fault}"
        )
    keys = ", ".join(cells[column].value for column in source.table.key)
    unreadable = " + ".join(
        f"CASE WHEN {cell.value} IS NULL AND {cell.check.text} IS NOT NULL "
        f"THEN hash({keys}, {sql.text(cell.column.name)}, {cell.check.text})::HUGEINT ELSE 0 END"
        for cell in cells.values()
        if cell.column.name in reads and cell.column.kind in (Kind.DATE, Kind.AMOUNT, Kind.BOOLEAN)
    )
    extra = 0
    if unreadable:
        row = connection.execute(f"SELECT coalesce(sum({unreadable}), 0) FROM bad").fetchall()[0]
        extra = int(row[0])
    connection.execute("DROP TABLE bad")
    return extra


def _list_malformed(connection: duckdb.DuckDBPyConnection, source: Source) -> int:
    """Write a line for each CSV row with too few or too many cells; return their content.

    What their cells may name goes to `reading.malformed_cells`: it tells who lost a row.
    """
    malformed = source.malformed
    if malformed is None or not malformed.lines:
        return 0
    import pyarrow as pa  # noqa: PLC0415 - slow to load, and needed only for broken files

    rank = RANKS[source.table.name]
    rows = pa.table({"line": pa.array(malformed.lines), "cells": pa.array(malformed.widths)})
    connection.register("malformed", rows)
    connection.execute(
        f"INSERT INTO reading.rejects SELECT {rank}, line, -1, NULL, NULL, "
        "'La ligne a ' || cells || CASE WHEN cells > 1 THEN ' cellules' ELSE ' cellule' END || "
        f"' au lieu de {malformed.expected}.', 'fault' FROM malformed"
    )
    connection.unregister("malformed")
    connection.register("malformed", malformed.names)
    connection.execute(
        f"INSERT INTO reading.malformed_cells SELECT DISTINCT {rank}, line, cell FROM malformed"
    )
    connection.unregister("malformed")
    return malformed.content
