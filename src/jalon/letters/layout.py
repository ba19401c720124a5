"""Lays pages out with Typst, and reads back where each letter is.

It is what a child process runs, and starts as fast as it loads little: letters come to it as data
that its parent has made ready.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst

from jalon.letters.errors import RenderingFailedError
from jalon.letters.printable import FONTS

_FOLDER: Final = Path(__file__).parent
# Typst keeps what it laid out until so many renderings have had no use for it. A month's letters
# have none for the last ones': searching among these takes half as long again.
_REMEMBERED: Final = 11
_FEW: Final = 20
# Kept for years. On a screen, machines read aloud as well: the marks that they need would make
# what goes to paper six per cent longer to render.
_ON_PAPER: Final[Any] = ["a-2b"]
_ON_SCREEN: Final[Any] = [*_ON_PAPER, "ua-1"]
_PAGES: Final = re.compile(rb"<</Type/Pages/Count (\d+)/Kids\[([^\]]*)\]>>")
_BOOKMARK: Final = re.compile(rb"/Dest (\d+) 0 R>>\nendobj")
_TARGET: Final = re.compile(rb" 0 obj\n\[(\d+) 0 R/XYZ ")


@dataclass(frozen=True)
class Placed:
    """Where a letter of a part is: pages count from 1, two to a sheet."""

    first_page: int
    pages: int

    @property
    def sheets(self) -> int:
        """How many sheets of paper it takes."""
        return self.pages // 2


@dataclass(frozen=True)
class RenderedPart:
    """Letters as one PDF, with the place of each, in the order they were given."""

    pdf: bytes
    placed: tuple[Placed, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, blank versos included."""
        return sum(one.pages for one in self.placed)

    @property
    def sheets(self) -> int:
        """How many sheets of paper it takes."""
        return self.pages // 2

    @property
    def sha256(self) -> str:
        """The sum of the file, in hexadecimal: the same letters on the same day give the same."""
        return hashlib.sha256(self.pdf).hexdigest()


@dataclass(frozen=True)
class Ready:
    """Letters made ready: how many, and all that the template is told of them, as JSON."""

    letters: int
    data: bytes


def laid_out(ready: Ready, *, on: date, for_paper: bool) -> RenderedPart:
    """Return the pages of letters; RenderingFailedError where they cannot be made, or counted."""
    pdf = compiled("letter.typ", ready.data, on=on, for_paper=for_paper)
    if ready.letters > _FEW:
        _forget()
    return RenderedPart(pdf, _places(pdf, ready.letters))


def compiled(template: str, data: bytes, *, on: date, for_paper: bool = False) -> bytes:
    """Return the PDF of one of our templates; what it is told, as JSON, stays in memory."""
    try:
        return typst.compile(
            str(_FOLDER / template),
            root=str(_FOLDER),
            sys_inputs={"told": data.decode()},
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=_ON_PAPER if for_paper else _ON_SCREEN,
            pdf_tags=not for_paper,
            timestamp=datetime.combine(on, time(12), UTC),
        )
    except typst.TypstError as wrong:
        raise RenderingFailedError(f"{template}: {wrong.message}") from wrong


def _forget() -> None:
    """Have Typst drop what it keeps for later renderings, which would fill the memory for none."""
    for _ in range(_REMEMBERED):
        typst.compile(b"", font_paths=_fonts(), ignore_system_fonts=True, format="svg")


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def _places(pdf: bytes, letters: int) -> tuple[Placed, ...]:
    """Read where each letter begins: its subject is the one heading that has a bookmark."""
    found = _PAGES.search(pdf)
    if found is None:
        raise RenderingFailedError("the pages of the file cannot be counted")
    pages = {int(one): at for at, one in enumerate(re.findall(rb"(\d+) 0 R", found[2]))}
    try:
        targets = {_number_before(pdf, one.start()): int(one[1]) for one in _TARGET.finditer(pdf)}
        firsts = [pages[targets[int(one[1])]] for one in _BOOKMARK.finditer(pdf)]
    except (KeyError, ValueError) as wrong:
        raise RenderingFailedError(f"a bookmark leads nowhere: {wrong}") from wrong
    ends = [*firsts[1:], int(found[1])]
    placed = tuple(Placed(first + 1, end - first) for first, end in zip(firsts, ends))  # noqa: B905
    whole = len(firsts) == letters and firsts[0] == 0
    if not whole or any(one.pages <= 0 or one.pages % 2 for one in placed):
        raise RenderingFailedError(f"{len(firsts)} beginnings found, {letters} letters given")
    return placed


def _number_before(pdf: bytes, at: int) -> int:
    # Begun with what never varies, the search is ten times as fast.
    return int(pdf[pdf.rfind(b"\n", 0, at) + 1 : at])
