"""What a run leaves behind: the cohort twice, its record and the rejects, all or nothing.

The canonical form of a cohort is its CSV without the header line: UTF-8, `;` between cells,
nothing for an empty cell, dates as 2026-10-31, a line feed after each row, rows sorted by offer,
household and event in byte order. No cell needs quotes: identifiers, codes and dates hold
neither `;` nor `"`. The cohort's digest is the SHA-256 of that text.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from jalon.register.extract import Extract
from jalon.targeting.errors import TargetingError

COHORT_PARQUET: Final = "cohort.parquet"
COHORT_CSV: Final = "cohort.csv"
RUN_JSON: Final = "run.json"
REJECTS_CSV: Final = "rejects.csv"
_OUTPUTS: Final = (COHORT_PARQUET, COHORT_CSV, RUN_JSON, REJECTS_CSV)
_BLOCK: Final = 1 << 20


@contextmanager
def output_folder(out: Path) -> Iterator[Path]:
    """Yield a folder to write in; what it holds at the end replaces an earlier run's in `out`.

    Nothing changes in `out` where the block raises. TargetingError where `out` cannot be
    written.
    """
    try:
        if out.exists() and not out.is_dir():
            raise TargetingError(f"{out} est un fichier : donnez un dossier pour --out.")
        created = not out.exists()
        out.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".jalon-", dir=out))
    except OSError as error:
        raise TargetingError(
            f"{out} ne peut pas être écrit : {error.strerror}. Choisissez un autre dossier."
        ) from error
    try:
        yield draft
        _publish(draft, out)
        created = False
    except OSError as error:
        raise TargetingError(f"{out} ne peut pas être écrit : {error.strerror}.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if created and not any(out.iterdir()):
            out.rmdir()


def _publish(draft: Path, out: Path) -> None:
    for name in _OUTPUTS:
        if (draft / name).exists():
            (draft / name).replace(out / name)
        else:
            (out / name).unlink(missing_ok=True)


def write_cohort(extract: Extract, folder: Path) -> str:
    """Write the cohort as Parquet and CSV; return its digest."""
    for name, options in (
        (COHORT_PARQUET, "FORMAT parquet, COMPRESSION zstd"),
        (COHORT_CSV, "FORMAT csv, HEADER, DELIMITER ';', NULL ''"),
    ):
        extract.connection.execute(f"COPY cohort TO '{_quoted(folder / name)}' ({options})")
    return digest_of(folder / COHORT_CSV)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def digest_of(cohort_csv: Path) -> str:
    """Return the SHA-256 of a cohort's canonical form."""
    digest = hashlib.sha256()
    with cohort_csv.open("rb") as file:
        file.readline()
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write_record(record: dict[str, Any], folder: Path) -> None:
    """Write a run's record as JSON, readable and with its keys in order."""
    text = json.dumps(record, ensure_ascii=False, indent=2)
    (folder / RUN_JSON).write_text(text + "\n", encoding="utf-8")
