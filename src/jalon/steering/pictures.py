"""Pictures of charts, drawn once and kept under what they show, for every process that answers.

Drawing takes two seconds to load and a hundred and fifty megabytes: a page never draws, it shows
its figures and leads to its pictures, each an address of its own that whoever may read the page
may read. The process that is first asked for one that nobody drew loads what draws, for good.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from threading import Lock
from time import time
from typing import Final

from django.conf import settings

from jalon.steering.charts import Chart, digest

_DRAWING: Final = "jalon.steering.drawing"
# The dot keeps it out of backups: all of it can be drawn again.
_FOLDER: Final = ".pictures"
_PRIVATE: Final = 0o700
_KEPT_DAYS: Final = 35
_DAY: Final = 24 * 3600
# What draws takes one chart at a time.
_ONE: Final = Lock()


class Width(IntEnum):
    """How wide pictures are, in pixels: on a telephone, and wherever there is room."""

    NARROW = 320
    WIDE = 720


def picture(chart: Chart, width: Width) -> bytes:
    """Return the picture of a chart, SVG: drawn now if nobody has."""
    file = _folder() / f"{digest(chart, width)}.svg"
    with suppress(FileNotFoundError):
        return file.read_bytes()
    with _ONE:
        drawn: str = import_module(_DRAWING).draw(chart, width)
    content = drawn.encode()
    _write(file, content)
    return content


def forget_old_pictures() -> int:
    """Delete what was drawn more than a month ago; return how many files went.

    What is still asked for is drawn again: figures change with each month.
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


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all: others read it meanwhile."""
    draft = file.with_name(f"{uuid.uuid4()}.draft")
    draft.write_bytes(content)
    draft.replace(file)
