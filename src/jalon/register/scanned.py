"""What a scan of rights found of an extract's households, in a file kept beside its tables."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from jalon.register import sql
from jalon.register.errors import ExtractError
from jalon.rules.calendar import Month
from jalon.rules.facts import UNCLAIMED, unclaimed_column

SCANNED_FILE: Final = "rights.parquet"
_COLUMNS: Final = tuple(unclaimed_column(code) for code in UNCLAIMED)
_MONTH: Final = b"jalon.month"
_FINGERPRINT: Final = b"jalon.fingerprint"
_DONE_AGAIN: Final = (
    "lancez à nouveau « jalon rights scan » avec --keep sur cet extrait, ou retirez ce fichier."
)


def write_scanned(folder: Path, found: pa.Table, *, month: Month, fingerprint: str) -> Path:
    """Write what a scan found beside an extract, all at once; OSError where it cannot be.

    `found` has `household_id`, and of each right whether it seems unpaid, null where not known.
    """
    schema = pa.schema(
        [("household_id", pa.string()), *((name, pa.bool_()) for name in _COLUMNS)],
        metadata={_MONTH: str(month).encode(), _FINGERPRINT: fingerprint.encode()},
    )
    file = folder / SCANNED_FILE
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        pq.write_table(found.select(schema.names).cast(schema), draft, compression="zstd")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return file


def read_scanned(
    connection: duckdb.DuckDBPyConnection,
    folder: Path | None,
    *,
    month: Month | None,
    fingerprint: str,
) -> str:
    """Define `reading.scanned`, empty where there is no scan; return the extract's fingerprint.

    It differs where there is a scan: a list may rest on it. ExtractError for a scan of another
    month, or of an extract that is no longer this one; no fingerprint, and that is not asked.
    """
    columns = ", ".join(f"{name} BOOLEAN" for name in _COLUMNS)
    connection.execute(f"CREATE TABLE reading.scanned (household_id VARCHAR, {columns})")
    if folder is None or not (file := folder / SCANNED_FILE).is_file():
        return fingerprint
    try:
        found = pq.read_table(file, columns=["household_id", *_COLUMNS])
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except (pa.ArrowException, OSError, KeyError) as error:
        raise ExtractError(f"« {file.name} » ne se lit pas : {_DONE_AGAIN}") from error
    told = found.schema.metadata or {}
    of_month, of_extract = (told.get(key, b"").decode() for key in (_MONTH, _FINGERPRINT))
    if (month and of_month != str(month)) or (fingerprint and of_extract != fingerprint):
        raise ExtractError(
            f"« {file.name} » est d'un autre extrait ou d'un autre mois : {_DONE_AGAIN}"
        )
    connection.register("arriving", found)
    connection.execute("INSERT INTO reading.scanned SELECT * FROM arriving")
    connection.unregister("arriving")
    return f"{fingerprint}+rights:{digest}" if fingerprint else ""


def scanned_columns() -> list[str]:
    """Return the columns of a household that a scan tells, as the households' view has them."""
    return [f"scanned.{sql.name(name)}" for name in _COLUMNS]
