"""What a run leaves behind: the cohort twice, its events, its record and the rejects, or nothing.

The events are the numbers of all those that the run could see, whatever it made of them: what a
later extract adds to its month is known by them, though the extract itself is gone.

The canonical form of a cohort is its CSV without the header line: UTF-8, `;` between cells,
nothing for an empty cell, dates as 2026-10-31, a line feed after each row, rows sorted by offer,
household and event in byte order. No cell needs quotes: identifiers, codes and dates hold
neither `;` nor `"`. The cohort's digest is the SHA-256 of that text.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from jalon.register import sql
from jalon.register.extract import Extract
from jalon.rules.errors import reason_of
from jalon.rules.outcome import Outcome
from jalon.targeting.engine.errors import TargetingError
from jalon.targeting.engine.keeping import KEPT_FILES

COHORT_PARQUET: Final = "cohort.parquet"
COHORT_CSV: Final = "cohort.csv"
EVENTS_PARQUET: Final = "events.parquet"
RUN_JSON: Final = "run.json"
REJECTS_CSV: Final = "rejects.csv"
_OUTPUTS: Final = (
    *(COHORT_PARQUET, COHORT_CSV, EVENTS_PARQUET, RUN_JSON, REJECTS_CSV),
    *KEPT_FILES,
)
_BLOCK: Final = 1 << 20


@contextmanager
def output_folder(out: Path) -> Iterator[Path]:
    """Yield a folder to write in; what it holds at the end replaces an earlier run's in `out`.

    Nothing changes in `out` where the block raises. TargetingError where `out` cannot be
    written.
    """
    created = _create(out)
    draft = None
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".jalon-{os.getpid()}-", dir=out))
        yield draft
        _publish(draft, out)
    except (OSError, duckdb.IOException) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "la place manque peut-être"
        raise TargetingError(
            f"{out} ne peut pas être écrit ({reason}). Choisissez un autre dossier."
        ) from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
        for folder in created:
            if not any(folder.iterdir()):
                folder.rmdir()


def _create(out: Path) -> list[Path]:
    """Create the folder; return those that were missing, the innermost first."""
    if out.exists() and not out.is_dir():
        raise TargetingError(f"{out} est un fichier : donnez un dossier pour --out.")
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetingError(
            f"{out} ne peut pas être créé ({reason_of(error)}). Choisissez un autre dossier."
        ) from error
    for name in _OUTPUTS:
        if (out / name).exists() and not (out / name).is_file():
            raise TargetingError(f"{out / name} n'est pas un fichier : retirez-le.")
    _remove_drafts_of_the_dead(out)
    return missing


def _remove_drafts_of_the_dead(out: Path) -> None:
    """Remove what runs killed on the way left: it holds families' data."""
    for draft in out.glob(".jalon-*-*"):
        process = draft.name.split("-")[1]
        if process.isdigit() and not Path("/proc", process).exists():
            shutil.rmtree(draft, ignore_errors=True)


def _publish(draft: Path, out: Path) -> None:
    """Replace the earlier files by the new ones, or put the earlier ones back."""
    previous = draft / "previous"
    previous.mkdir()
    earlier = [name for name in _OUTPUTS if (out / name).exists()]
    new = [name for name in _OUTPUTS if (draft / name).exists()]
    try:
        for name in earlier:
            (out / name).rename(previous / name)
        for name in new:
            (draft / name).rename(out / name)
    except OSError:
        for name in earlier:
            if (previous / name).exists():
                (previous / name).replace(out / name)
        raise


def write_cohort(extract: Extract, folder: Path) -> str:
    """Write the cohort as Parquet and CSV; return its digest."""
    for name, options in (
        (COHORT_PARQUET, "FORMAT parquet, COMPRESSION zstd"),
        (COHORT_CSV, "FORMAT csv, HEADER, DELIMITER ';', NULL ''"),
    ):
        extract.connection.execute(f"COPY cohort TO {sql.text(str(folder / name))} ({options})")
    return digest_of(folder / COHORT_CSV)


def write_events(extract: Extract, folder: Path) -> None:
    """Write the numbers of the accepted events."""
    file = sql.text(str(folder / EVENTS_PARQUET))
    extract.connection.execute(
        f"COPY (SELECT event_id FROM events ORDER BY event_id) TO {file} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )


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


def one_of_each_outcome(run: Path, extract: Path) -> list[str]:
    """Return a household selected, one set aside, one to verify and one not concerned.

    The first two for an event, the third for an offer of stock, of a Parquet extract of
    Val-de-Marne; fewer where there is none.
    """
    cohort = glob.escape(str(run / COHORT_PARQUET))
    households = glob.escape(str(extract / "households.parquet"))
    with duckdb.connect() as connection:
        found = [
            connection.execute(
                "SELECT min(household_id) FROM read_parquet($cohort) WHERE outcome = $outcome "
                "AND offer = $offer",
                {"cohort": cohort, "outcome": outcome.value, "offer": offer},
            ).fetchone()
            for outcome, offer in (
                (Outcome.SELECTED, "separation"),
                (Outcome.SET_ASIDE, "separation"),
                (Outcome.TO_VERIFY, "lone_parent"),
            )
        ]
        found.append(
            connection.execute(
                "SELECT min(household_id) FROM read_parquet($households) WHERE household_id "
                "NOT IN (SELECT household_id FROM read_parquet($cohort))",
                {"households": households, "cohort": cohort},
            ).fetchone()
        )
    return [row[0] for row in found if row and row[0] is not None]
