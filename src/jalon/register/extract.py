"""Open a monthly extract: its accepted rows as relations, its rejects, its counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb

from jalon.register.acceptance import accept
from jalon.register.csv_source import load_csv
from jalon.register.errors import ExtractError, lacks_room, no_room
from jalon.register.faults import RANKS, Reading, digest, read_rows
from jalon.register.files import Format, TableFile, find_files
from jalon.register.followers import follow
from jalon.register.layout import Layout
from jalon.register.neighbourhood import keep_neighbourhood
from jalon.register.parquet_source import open_parquet
from jalon.register.rejects import write_rejects
from jalon.register.scanned import read_scanned
from jalon.register.schema import TABLES, table_named
from jalon.register.source import Source
from jalon.register.structure import Structure
from jalon.register.workspace import Workspace, open_workspace
from jalon.rules.calendar import Month, one_year_after

__all__ = ["Extract", "ExtractError", "Layout", "RowCounts", "open_extract"]


# Why each household was rejected, in the order in which the reasons are said.
REJECTED_HOUSEHOLDS: Final = (
    "SELECT DISTINCT household_id, position, reason FROM reading.rejects "
    f"JOIN reading.rejected_households USING (line) WHERE table_rank = {RANKS['households']}"
)


@dataclass(frozen=True)
class RowCounts:
    """The balance of a table; `faulty` leaves out the rows rejected because of another."""

    read: int
    accepted: int
    rejected: int
    faulty: int


@dataclass
class Extract:
    """An extract that was read and checked; close it, or use it in a `with` statement.

    `connection` holds the accepted rows as relations `households`, `persons`, `events` and
    `benefits`, with the contract's columns; those of Parquet files are read when asked.
    """

    connection: duckdb.DuckDBPyConnection
    counts: dict[str, RowCounts]
    fingerprint: str
    missing_columns: dict[str, tuple[str, ...]]
    unknown_columns: dict[str, tuple[str, ...]]
    layout: Layout
    _files: dict[str, TableFile] = field(repr=False)
    _workspace: Workspace = field(repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and delete its temporary files."""
        self.connection.close()
        self._workspace.close()

    def write_rejects(self, path: Path) -> None:
        """Write the rejected rows, a line for each fault, all at once or not at all.

        ExtractError where the path cannot be written or would replace what was read. CSV in
        UTF-8, `;` separated: file, line, table, column, value, reason, kind (`fault`, or
        `follower` for a row rejected because of another).
        """
        write_rejects(self.connection, path, self._files, self.layout)

    def why_rejected(self, household_id: str) -> tuple[str, ...]:
        """Return why a household was rejected, in French; nothing if it was not."""
        rows = self.connection.execute(
            f"SELECT position, reason FROM ({REJECTED_HOUSEHOLDS}) "
            "WHERE household_id = ? ORDER BY position, reason",
            [household_id],
        ).fetchall()
        return tuple(reason for _, reason in rows)

    def over_tolerance(self, tolerance: Decimal) -> tuple[str, ...]:
        """Return the tables where faulty rows are strictly above a share, such as 0.01."""
        return tuple(
            table
            for table, counts in self.counts.items()
            if counts.faulty > tolerance * counts.read
        )


def _silent(_step: str) -> None:
    """Tell nobody."""


def open_extract(  # noqa: PLR0913 - what is read, and what is left unread
    folder: Path,
    *,
    layout: Layout = Layout(),  # noqa: B008 - frozen
    month: Month | None = None,
    households: Collection[str] | None = None,
    scanned: bool = True,
    on_step: Callable[[str], None] = _silent,
) -> Extract:
    """Read and check the extract of a folder; ExtractError where it cannot be read at all.

    Without `month`, no date is too late. With `households`, only what decides about these is
    read: their own outcomes are those of the whole extract, the counts and rejects are partial
    and there is no fingerprint. Without `scanned`, what a scan of rights kept beside the tables
    is left unread. `on_step` hears what is being done, in French.
    """
    files = find_files(folder, layout)
    workspace = open_workspace()
    connection = duckdb.connect(config={"temp_directory": str(workspace.path)})
    try:
        _set_up(connection)
        sources: dict[str, Source] = {}
        for table in TABLES:
            on_step(f"Ouverture des {table.french}")
            file = files[table.name]
            read = open_parquet if file.format is Format.PARQUET else load_csv
            sources[table.name] = read(connection, file, table, layout)
        _refuse_no_household(connection, sources["households"])
        readings = _check(connection, sources, layout, month, households, on_step)
        counts = _count(connection, readings)
        fingerprint = digest(readings) if households is None else ""
        fingerprint = read_scanned(
            connection, folder if scanned else None, month=month, fingerprint=fingerprint
        )
        accept(connection, sources)
    except BaseException as error:
        connection.close()
        workspace.close()
        if lacks_room(error):
            raise no_room(error, workspace.path.parent) from error
        if isinstance(error, duckdb.Error):
            raise ExtractError(
                f"L'extraction « {folder} » ne peut pas être lue jusqu'au bout : refaites-la."
            ) from error
        raise
    return Extract(
        connection=connection,
        counts=counts,
        fingerprint=fingerprint,
        missing_columns={name: source.header.missing for name, source in sources.items()},
        unknown_columns={name: source.header.unknown for name, source in sources.items()},
        layout=layout,
        _files=files,
        _workspace=workspace,
    )


def _set_up(connection: duckdb.DuckDBPyConnection) -> None:
    for setting in (
        "memory_limit = '4GB'",
        f"threads = {os.cpu_count() or 1}",
        "preserve_insertion_order = false",
        "enable_progress_bar = false",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "TimeZone = 'Europe/Paris'",
    ):
        connection.execute(f"SET {setting}")
    connection.execute("CREATE SCHEMA reading")
    connection.execute(
        "CREATE TABLE reading.rejects (table_rank INTEGER, line BIGINT, position INTEGER, "
        "column_name VARCHAR, cell VARCHAR, reason VARCHAR, kind VARCHAR)"
    )
    connection.execute(
        "CREATE TABLE reading.malformed_cells (table_rank INTEGER, line BIGINT, cell VARCHAR)"
    )


def _refuse_no_household(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    malformed = source.malformed is not None and len(source.malformed.lines) > 0
    found = connection.execute("SELECT 1 FROM reading.file_households LIMIT 1").fetchall()
    if not found and not malformed:
        raise ExtractError(
            f"Le fichier « {source.file.name} » ne contient aucun dossier : refaites l'extraction."
        )


def _check(  # noqa: PLR0913, PLR0917 - the one caller's own arguments
    connection: duckdb.DuckDBPyConnection,
    sources: dict[str, Source],
    layout: Layout,
    month: Month | None,
    households: Collection[str] | None,
    on_step: Callable[[str], None],
) -> dict[str, Reading]:
    """Write all faults and followers; return what each table amounts to."""
    latest = one_year_after(month.last_day) if month else None
    if households is None:
        for name in sources:
            connection.execute(
                f"CREATE VIEW reading.source_{name} AS SELECT * FROM reading.file_{name}"
            )
    else:
        keep_neighbourhood(connection, households)
    readings: dict[str, Reading] = {}
    for name, source in sources.items():
        on_step(f"Lecture des {table_named(name).french}")
        try:
            readings[name] = read_rows(
                connection, source, layout=layout, latest=latest, fingerprinted=households is None
            )
        except duckdb.Error as error:
            if lacks_room(error):
                raise
            raise ExtractError(
                f"Le fichier « {source.file.name} » est abîmé ou tronqué : refaites l'extraction."
            ) from error
    on_step("Vérification des dossiers et des personnes")
    Structure(connection, sources).check()
    on_step("Suite des rejets")
    follow(connection, sources)
    return readings


def _count(
    connection: duckdb.DuckDBPyConnection, readings: dict[str, Reading]
) -> dict[str, RowCounts]:
    counted = connection.execute(
        "SELECT table_rank, count(DISTINCT line), count(DISTINCT line) "
        "FILTER (WHERE kind = 'fault') FROM reading.rejects GROUP BY table_rank"
    ).fetchall()
    rejected = {rank: (lines, faulty) for rank, lines, faulty in counted}
    counts: dict[str, RowCounts] = {}
    for name, reading in readings.items():
        lines, faulty = rejected.get(RANKS[name], (0, 0))
        counts[name] = RowCounts(reading.rows, reading.rows - lines, lines, faulty)
    return counts
