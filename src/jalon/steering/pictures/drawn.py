"""Pictures of charts, drawn once and kept under what they show.

Drawing takes two seconds to load and a hundred and fifty megabytes: a page never draws, it shows
its figures and leads to its pictures, each an address of its own that whoever may read the page
may read. The process that is first asked for one that nobody drew loads what draws, for good.
"""

from __future__ import annotations

from enum import IntEnum
from importlib import import_module
from threading import Lock
from typing import Final

from jalon.steering.kept import keep, kept
from jalon.steering.pictures.charts import Chart, digest

_DRAWING: Final = "jalon.steering.pictures.drawing"
# What draws takes one chart at a time.
_ONE: Final = Lock()


class Width(IntEnum):
    """How wide pictures are, in pixels: on a telephone, half a page of paper, with more room."""

    NARROW = 296
    PAPER = 400
    WIDE = 720


def picture(chart: Chart, width: Width) -> bytes:
    """Return the picture of a chart, SVG: drawn now if nobody has."""
    name = f"{digest(chart, width)}.svg"
    if (found := kept(name)) is not None:
        return found
    with _ONE:
        drawn: str = import_module(_DRAWING).draw(chart, width)
    content = drawn.encode()
    keep(name, content)
    return content
