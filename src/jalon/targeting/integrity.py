"""Whether the files that a release rests on are still those that its run was computed with.

A run's row holds the size and digest of each, settled with its figures: the database does not let
them change afterwards. Files are named as in the run's folder, or `extract/` and their own name.
Whatever decides reads them all again; a page reads again what it shows, once, and no extract.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils import timezone

from jalon.rules.calendar import Month, add_months
from jalon.targeting import storage
from jalon.targeting.engine.keeping import KEPT_FILES
from jalon.targeting.engine.outputs import (
    COHORT_PARQUET,
    EVENTS_PARQUET,
    REJECTS_CSV,
    RUN_JSON,
)
from jalon.targeting.enums import RunState
from jalon.targeting.errors import CHANGED, RunError
from jalon.targeting.models import TargetingRun
from jalon.targeting.queries import LONG_MEMORY

# What a release itself reads, and what those who decide on it read besides.
_ESSENTIAL: Final = (COHORT_PARQUET, EVENTS_PARQUET, RUN_JSON)
_WRITTEN: Final = (*_ESSENTIAL, REJECTS_CSV, *KEPT_FILES)
_EXTRACT: Final = "extract/"
_REMEMBERED: Final = 4096


def digests_of(run: TargetingRun) -> dict[str, str]:
    """Return the size and SHA-256, `size:digest`, of each file that a release of the run rests on.

    None of those that are gone.
    """
    return {name: _digest(path) for name, path in _files(run)}


def check_files(run: TargetingRun) -> None:
    """Read every file again; RunError where one is not what the run was computed with."""
    if not run.files or digests_of(run) != run.files:
        raise RunError(CHANGED)


def has_same_extract(run: TargetingRun) -> bool:
    """Read the extract again, and tell whether it is the one that the run was computed from."""
    there = {name: _digest(path) for name, path in _files(run) if name.startswith(_EXTRACT)}
    return there == _extract_in(run.files)


def folder_if_same(run: TargetingRun) -> Path | None:
    """Return the folder of what a run wrote, or None where what later runs look at changed."""
    return storage.run_folder(run) if run.files and _are_same(run, _ESSENTIAL) else None


def has_changed(run: TargetingRun) -> bool:
    """Tell whether a file changed since the run was computed, an extract by its sizes alone.

    The extract of a released run may have been deleted since: that is no change.
    """
    if not run.files:
        return False
    extract = _extract_in(run.files)
    if run.state == RunState.RELEASED and not storage.extract_folder(run).is_dir():
        extract = {}
    return not (_are_same(run, _ESSENTIAL) and _have_same_sizes(run, extract))


def changed_runs() -> list[TargetingRun]:
    """Return the runs that are to be released, or that later ones still look at, and changed.

    With what tells that alone.
    """
    first = Month.of(add_months(timezone.localdate(), -LONG_MEMORY))
    rested_on = TargetingRun.objects.filter(
        state__in=(RunState.REVIEW, RunState.RELEASED), month__gte=str(first)
    ).only("public_id", "state", "extract", "files")
    return [one for one in rested_on if has_changed(one)]


def checked_folder(run: TargetingRun, *names: str) -> Path:
    """Return the folder of what a run wrote; RunError where a page cannot believe these files.

    Those that it did not write, or that were deleted with its extract, are not there to be
    believed.
    """
    folder = storage.run_folder(run)
    there = [name for name in names if (folder / name).is_file()]
    if run.files and not _are_same(run, there):
        raise RunError(CHANGED)
    return folder


def _extract_in(files: Mapping[str, str]) -> dict[str, str]:
    return {name: one for name, one in files.items() if name.startswith(_EXTRACT)}


def _files(run: TargetingRun) -> Iterator[tuple[str, Path]]:
    folder, extract = storage.run_folder(run), storage.extract_folder(run)
    for name in _WRITTEN:
        if (folder / name).is_file():
            yield name, folder / name
    if extract.is_dir():
        for path in sorted(extract.iterdir()):
            yield f"{_EXTRACT}{path.name}", path


def _are_same(run: TargetingRun, names: Iterable[str]) -> bool:
    folder = storage.run_folder(run)
    return all(_remembered_digest(folder / name) == run.files.get(name) for name in names)


def _have_same_sizes(run: TargetingRun, files: Mapping[str, str]) -> bool:
    folder = storage.extract_folder(run)
    for name, recorded in files.items():
        try:
            size = (folder / name.removeprefix(_EXTRACT)).stat().st_size
        except OSError:
            return False
        if str(size) != recorded.partition(":")[0]:
            return False
    return True


def _digest(path: Path) -> str:
    """Return the size and SHA-256 of a file; nothing where it cannot be read."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return f"{file.tell()}:{digest}"
    except OSError:
        return ""


def _remembered_digest(path: Path) -> str:
    """Return the same, read once as long as the system says that the file has not changed."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return _read_once(path, (found.st_dev, found.st_ino, found.st_size, found.st_ctime_ns))


@lru_cache(_REMEMBERED)
def _read_once(path: Path, _state: tuple[int, ...]) -> str:
    return _digest(path)
