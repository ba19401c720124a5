"""What takes long to work out and can be worked out again, kept as files by what it was made of.

Every process that answers reads them. The folder's dot keeps it out of backups.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Final

from django.conf import settings

_FOLDER: Final = ".figures"
_PRIVATE: Final = 0o700
_KEPT_DAYS: Final = 35
_DAY: Final = 24 * 3600


def kept(name: str) -> bytes | None:
    """Return what was kept under a name; None where nothing was."""
    with suppress(FileNotFoundError):
        return (_folder() / name).read_bytes()
    return None


def keep(name: str, content: bytes) -> None:
    """Keep something under a name, whole or not at all: others read meanwhile."""
    draft = _folder() / f"{uuid.uuid4()}.draft"
    draft.write_bytes(content)
    draft.replace(_folder() / name)


def forget_old() -> int:
    """Delete what was kept more than a month ago; return how many files went.

    What is still asked for is made again: figures change with each month.
    """
    gone, limit = 0, time() - _KEPT_DAYS * _DAY
    for file in _folder().glob("*"):
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < limit:
                file.unlink()
                gone += 1
    return gone


def _folder() -> Path:
    folder: Path = settings.DATA_FOLDER / _FOLDER
    folder.mkdir(_PRIVATE, parents=True, exist_ok=True)
    return folder
