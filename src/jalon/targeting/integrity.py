"""Whether the files that a release rests on are still those that its run was computed with.

A run's row holds the digest of each, settled with its figures: the database does not let them
change afterwards. Files are named as in the run's folder, or `extract/` and their own name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils import timezone

from jalon.rules.calendar import Month, add_months
from jalon.targeting import storage
from jalon.targeting.engine.keeping import KEPT_FILES
from jalon.targeting.engine.outputs import COHORT_PARQUET, EVENTS_PARQUET, RUN_JSON
from jalon.targeting.enums import RunState
from jalon.targeting.errors import CHANGED, RunError
from jalon.targeting.models import TargetingRun
from jalon.targeting.queries import LONG_MEMORY, runs

# What a release itself reads, and what those who decide on it read besides.
_ESSENTIAL: Final = (COHORT_PARQUET, EVENTS_PARQUET, RUN_JSON)
_WRITTEN: Final = (*_ESSENTIAL, *KEPT_FILES)
_EXTRACT: Final = "extract/"
_REMEMBERED: Final = 4096


def digests_of(run: TargetingRun) -> dict[str, str]:
    """Return the SHA-256 of each file that a release of the run rests on; none of those gone."""
    return {name: _digest(path) for name, path in _files(run)}


def check_files(run: TargetingRun) -> None:
    """Read every file again; RunError where one is not what the run was computed with."""
    if not run.files or digests_of(run) != run.files:
        raise RunError(CHANGED)


def has_same_extract(run: TargetingRun) -> bool:
    """Read the extract again, and tell whether it is the one that the run was computed from."""
    return _extract_in(digests_of(run)) == _extract_in(run.files)


def _extract_in(files: Mapping[str, str]) -> dict[str, str]:
    return {name: one for name, one in files.items() if name.startswith(_EXTRACT)}


def folder_if_same(run: TargetingRun) -> Path | None:
    """Read again what a run wrote; return its folder, or None where that changed."""
    same = run.files and _same(run, _digest, _ESSENTIAL)
    return storage.run_folder(run) if same else None


def has_changed(run: TargetingRun) -> bool:
    """Tell whether a file changed since the run was computed; for pages: no file is read twice.

    The extract of a released run may have been deleted since: that is no change.
    """
    if not run.files:
        return False
    names = {*_ESSENTIAL, *_present(run)}
    if run.state != RunState.RELEASED or storage.extract_folder(run).is_dir():
        names |= _extract_in(run.files).keys()
    return not _same(run, _remembered_digest, names)


def changed_runs() -> list[TargetingRun]:
    """Return the runs that are to be released, or that later ones still look at, and changed."""
    first = Month.of(add_months(timezone.localdate(), -LONG_MEMORY))
    rested_on = runs().filter(
        state__in=(RunState.REVIEW, RunState.RELEASED), month__gte=str(first)
    )
    return [one for one in rested_on if has_changed(one)]


def checked_folder(run: TargetingRun) -> Path:
    """Return the folder of what a run wrote; RunError where a page cannot believe it."""
    if run.files and not _same(run, _remembered_digest, _present(run)):
        raise RunError(CHANGED)
    return storage.run_folder(run)


def _present(run: TargetingRun) -> set[str]:
    folder = storage.run_folder(run)
    return {name for name in _WRITTEN if (folder / name).is_file()}


def _files(run: TargetingRun) -> Iterator[tuple[str, Path]]:
    folder, extract = storage.run_folder(run), storage.extract_folder(run)
    for name in _WRITTEN:
        if (folder / name).is_file():
            yield name, folder / name
    if extract.is_dir():
        for path in sorted(extract.iterdir()):
            yield f"{_EXTRACT}{path.name}", path


def _same(run: TargetingRun, digest: Callable[[Path], str], names: Collection[str]) -> bool:
    files = dict(_files(run))
    return all(name in files and digest(files[name]) == run.files.get(name) for name in names)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file; nothing where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
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
