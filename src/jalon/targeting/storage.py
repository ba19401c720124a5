"""Where the files of runs are: extracts received, what runs wrote, what waits to be taken."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import Final

from django.conf import settings

from jalon.register.errors import ExtractError
from jalon.register.files import find_files
from jalon.register.layout import Layout
from jalon.register.scanned import SCANNED_FILE
from jalon.rules.errors import reason_of
from jalon.targeting.engine.keeping import OTHERS, kept_file
from jalon.targeting.errors import RunError
from jalon.targeting.models import TargetingRun

_PRIVATE: Final = 0o700
_FILE: Final = 0o600
_DRAFT: Final = ".draft-"
_OTHERS: Final = kept_file(OTHERS, "*")
# A page's upload and its run are minutes apart at most.
_FORGOTTEN_AFTER: Final = 24 * 3600


def _private(folder: Path) -> Path:
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    return folder


def extracts() -> Path:
    """Return the folder that holds the extracts received, one folder each."""
    return _private(settings.DATA_FOLDER / "extracts")


def extract_folder(run: TargetingRun) -> Path:
    """Return the folder of a run's extract, which may have been deleted since."""
    return extracts() / str(run.extract)


def run_folder(run: TargetingRun) -> Path:
    """Return the folder that a run writes in."""
    return _private(_private(settings.DATA_FOLDER / "runs") / str(run.public_id))


def runs_that_keep_others() -> dict[uuid.UUID, Path]:
    """Return the folders that hold households outside the lists, by the reference of their run."""
    found = {path.parent for path in (settings.DATA_FOLDER / "runs").glob(f"*/{_OTHERS}")}
    return {uuid.UUID(folder.name): folder for folder in found}


def forget_others(folder: Path) -> None:
    """Delete what a run's folder holds of the households outside its lists."""
    for path in folder.glob(_OTHERS):
        path.unlink(missing_ok=True)


def forget_run(reference: uuid.UUID) -> None:
    """Delete all that a run wrote, by its reference."""
    folder = settings.DATA_FOLDER / "runs" / str(reference)
    if folder.is_dir():
        shutil.rmtree(folder)


def uploads() -> Path:
    """Return the folder where files are written while they arrive."""
    return _private(settings.DATA_FOLDER / "uploads")


def incoming_folders() -> list[str]:
    """Return the names of the folders that wait to be taken, the newest name first."""
    folder: Path = settings.INCOMING_FOLDER
    with suppress(OSError):
        found = (one.name for one in folder.iterdir() if one.is_dir() and not one.is_symlink())
        return sorted((name for name in found if not name.startswith(".")), reverse=True)
    return []


def incoming_folder(name: str) -> Path:
    """Return a folder that waits, by a name of the list; RunError for any other."""
    if name not in incoming_folders():
        raise RunError(
            f"Le dossier « {name} » n'est plus parmi ceux à prendre : choisissez-en un."
        )
    folder: Path = settings.INCOMING_FOLDER / name
    return folder


@contextmanager
def extract_draft(extract: uuid.UUID) -> Iterator[Path]:
    """Yield a private folder that becomes the extract's once complete; nothing half-left."""
    draft = extracts() / f"{_DRAFT}{os.getpid()}-{extract}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _private(draft)
        yield draft
        draft.rename(extracts() / str(extract))
    except OSError as error:
        raise RunError(
            f"L'extraction ne peut pas être enregistrée ({reason_of(error)}) : prévenez "
            "l'administrateur technique."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def copy_extract(source: Path, extract: uuid.UUID, layout: Layout) -> None:
    """Keep a private copy of the four files of a folder, once; ExtractError if they are not.

    With what a scan of rights kept beside them, if any.
    """
    if (extracts() / str(extract)).is_dir():
        return
    copies = {
        f"{layout.stem(file.table)}{file.format}": file.path
        for file in find_files(source, layout).values()
    }
    if (source / SCANNED_FILE).exists():
        copies[SCANNED_FILE] = source / SCANNED_FILE
    with extract_draft(extract) as draft:
        for name, path in copies.items():
            if path.is_symlink():
                raise ExtractError(
                    f"« {path.name} » est un lien, pas un fichier : déposez le fichier lui-même."
                )
            shutil.copyfile(path, draft / name)
            (draft / name).chmod(_FILE)


def forget_extract(extract: uuid.UUID) -> None:
    """Delete an extract that no run keeps."""
    shutil.rmtree(extracts() / str(extract), ignore_errors=True)


def clean() -> None:
    """Delete what processes killed on the way left: it holds families' data."""
    for draft in extracts().glob(f"{_DRAFT}*"):
        process = draft.name.removeprefix(_DRAFT).partition("-")[0]
        if not (process.isdigit() and Path("/proc", process).exists()):
            shutil.rmtree(draft, ignore_errors=True)
    for upload in uploads().iterdir():
        with suppress(OSError):
            if upload.stat().st_mtime < time() - _FORGOTTEN_AFTER:
                upload.unlink()


def clean_run(run: TargetingRun) -> None:
    """Delete what a computing killed on the way left in the run's folder."""
    for draft in run_folder(run).glob(".jalon-*-*"):
        process = draft.name.split("-")[1]
        if not (process.isdigit() and Path("/proc", process).exists()):
            shutil.rmtree(draft, ignore_errors=True)


def close_to_others(folder: Path) -> None:
    """Let only the application's own account read what a run wrote."""
    for file in folder.iterdir():
        if file.is_file():
            file.chmod(_FILE)


def without_paths(sentence: str, run: TargetingRun) -> str:
    """Return a sentence without the server's folders, which mean nothing to its reader."""
    for folder in (extract_folder(run), run_folder(run), settings.INCOMING_FOLDER):
        sentence = sentence.replace(f"« {folder} »", "déposée").replace(str(folder), "le dossier")
    return sentence
