"""Write the rejects of an extract to a file that a spreadsheet opens."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import duckdb

from jalon.register import sql
from jalon.register.errors import ExtractError
from jalon.register.faults import RANKS
from jalon.register.files import Format, TableFile
from jalon.register.layout import Layout

_FORMULA: Final = "^[=+@\t\r\n\uff1d\uff0b\uff20\uff0d-]"
_NEGATIVE_NUMBER: Final = r"-\d[\d \x{00a0}\x{202f}]*([.,]\d+)?"


def write_rejects(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    files: Mapping[str, TableFile],
    layout: Layout,
) -> None:
    """Write a line for each fault or follower, all at once or not at all.

    The file holds personal data: only the user who writes it may read it.
    """
    _refuse_to_replace(path, files, layout)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _unwritable(path) from error
    os.close(handle)
    unfinished = Path(name)
    try:
        connection.execute(_copy(unfinished, files))
        unfinished.replace(path)
    except BaseException as error:
        unfinished.unlink(missing_ok=True)
        if isinstance(error, (OSError, duckdb.IOException)):
            raise _unwritable(path) from error
        raise


def _refuse_to_replace(path: Path, files: Mapping[str, TableFile], layout: Layout) -> None:
    """Refuse what is no file, and a table's file: the extract would be lost, or have two."""
    try:
        if path.exists() and not path.is_file():
            raise ExtractError(
                f"« {path} » n'est pas un fichier : donnez aux rejets le nom d'un fichier."
            )
        real = path.resolve()
        for table, file in files.items():
            names = {f"{layout.stem(table)}{ending}".lower() for ending in Format}
            beside = real.parent == file.path.parent.resolve() and real.name.lower() in names
            if beside or (path.exists() and path.samefile(file.path)):
                raise ExtractError(
                    f"« {path} » est un fichier de l'extraction : donnez un autre nom au fichier "
                    "des rejets."
                )
    except (OSError, RuntimeError) as error:  # a folder closed to us, links that turn in circles
        raise _unwritable(path) from error


def _copy(target: Path, files: Mapping[str, TableFile]) -> str:
    tables = " ".join(f"WHEN {rank} THEN '{table}'" for table, rank in RANKS.items())
    names = " ".join(
        f"WHEN {RANKS[table]} THEN {sql.text(file.name)}" for table, file in files.items()
    )
    return (
        f"COPY (SELECT CASE table_rank {names} END AS file, line, "
        f'CASE table_rank {tables} END AS "table", nullif(column_name, \'\') AS "column", '
        f"nullif({_not_a_formula('cell')}, '') AS \"value\", reason, kind "
        "FROM reading.rejects ORDER BY table_rank, line, position, reason, kind) "
        f"TO {sql.text(str(target))} (FORMAT csv, HEADER, DELIMITER ';', NULL '', "
        "USE_TMP_FILE false)"  # one that others could read
    )


def _not_a_formula(cell: str) -> str:
    """Return a cell's text so that a spreadsheet shows it instead of computing it."""
    formula = (
        f"regexp_matches({cell}, {sql.text(_FORMULA)}) "
        f"AND NOT regexp_full_match({cell}, {sql.text(_NEGATIVE_NUMBER)})"
    )
    return f"CASE WHEN {formula} THEN chr(39) || {cell} ELSE {cell} END"


def _unwritable(path: Path) -> ExtractError:
    return ExtractError(
        f"Les rejets ne peuvent pas être écrits dans « {path} » : vérifiez le dossier, vos droits "
        "et la place."
    )
