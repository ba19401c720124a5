"""Folders for what is written while one works: they outlive no work, however it ends."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_PREFIX: Final = "jalon-work-"
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Workspace:
    """A private folder, and the lock on it that the kernel frees when its process dies."""

    path: Path
    _lock: int = field(repr=False)

    def close(self) -> None:
        """Delete the folder and what it holds; once."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def open_workspace() -> Workspace:
    """Make a folder among the system's temporary ones; delete those that the killed left there.

    They hold families' data, which nobody else would delete.
    """
    _forget_the_dead(Path(tempfile.gettempdir()))
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = _locked(path)
        # Until it was locked, another could take it for a dead one's.
        if lock is not None and path.is_dir():
            return Workspace(path, lock)
        if lock is not None:
            os.close(lock)


@contextmanager
def workspace() -> Iterator[Path]:
    """Yield such a folder, until the block ends."""
    opened = open_workspace()
    try:
        yield opened.path
    finally:
        opened.close()


def _forget_the_dead(folder: Path) -> None:
    for path in folder.glob(f"{_PREFIX}*"):
        lock = _locked(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _locked(path: Path) -> int | None:
    """Return the descriptor that holds a folder's lock; None while its process lives.

    None as well for what is gone, or another account's.
    """
    try:
        descriptor = os.open(path, _FOLDER)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
