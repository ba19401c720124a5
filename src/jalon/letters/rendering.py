"""Letters as one PDF that a machine prints on both sides and puts under cover."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import orjson

from jalon.letters import qr, window
from jalon.letters.content import Letter
from jalon.letters.layout import Ready, RenderedPart, laid_out
from jalon.letters.preparing import made_printable

_POINT: Final = 25.4 / 72  # millimetres
# Half a megabyte of memory a letter, while it is laid out: more at once gains nothing.
MOST_LETTERS: Final = 500
# How wide signs are at most, in parts of their size: usual ones, capitals, any. To measure a line
# takes Typst a tenth of a letter's time: only what these do not show to fit is measured.
WIDTHS: Final = (
    (re.compile(r"[ ',.0-9a-ln-zàâçèéêëîïôùûü-]"), 0.66),
    (re.compile(r"[A-LN-VX-ZÀÂÇÈÉÊËÎÏÔÙÛÜ]"), 0.79),
    (re.compile(r"[!-~]"), 0.95),
)
WIDEST: Final = 1.41
_FITS: Final = window.ADDRESS.width / (10 * _POINT)
# A notice stays together where it fits a page: so many lines, of so many signs.
_LINES_TOGETHER: Final = 40
_LINE, _LARGE_LINE = 70, 55
# What a first page holds: so many lines, each gap between paragraphs being a part of one.
_LINES_OF_A_PAGE: Final = 25.5
_GAP: Final = 0.4
_PARAGRAPH_LINE, _CHOICE_LINE = 86, 56


def render_batch(
    letters: Sequence[Letter], *, on: date, title: str = "Lettres", for_paper: bool = False
) -> RenderedPart:
    """Return a print-ready PDF, two-sided: each letter begins on a recto and fills its sheets.

    At most 500 letters. `on` dates the file, which depends on nothing else than the letters, the
    title, the program's version, and whether it is for paper: else it can be read aloud as well.
    LetterRefusedError names a letter's part that cannot be printed; RenderingFailedError where
    the pages cannot be made, or counted.
    """
    return laid_out(made_ready(letters, title=title), on=on, for_paper=for_paper)


def made_ready(letters: Sequence[Letter], *, title: str) -> Ready:
    """Return letters as they are laid out, here or by a child; LetterRefusedError as above."""
    if not 0 < len(letters) <= MOST_LETTERS:
        raise ValueError(f"{len(letters)} letters: 1 to {MOST_LETTERS} at once")
    printable = [made_printable(one) for one in letters]
    told = {
        "title": title,
        "author": printable[0].sender.name,
        "address": {
            **asdict(window.ADDRESS),
            "width": window.ADDRESS.width,
            "height": window.ADDRESS.height,
            "below": window.EVER_SEEN.bottom + 3,
        },
        "letters": [_data(one) for one in printable],
    }
    return Ready(len(letters), orjson.dumps(told))


def _data(letter: Letter) -> dict[str, Any]:
    modules = qr.modules(letter.answer.qr)
    return {
        "words": letter,
        "side": math.isqrt(len(modules)),
        "pixels": orjson.Fragment(f"[{_pixels(modules)}]"),
        "long": _lines_of_notice(letter) > _LINES_TOGETHER,
        "wide": any(_width_at_most(line) > _FITS for line in letter.recipient),
        "tight": not letter.large_type and _lines_of_page(letter) > _LINES_OF_A_PAGE,
    }


def _width_at_most(line: str) -> float:
    width = 0.0
    for signs, each in WIDTHS:
        others = signs.sub("", line)
        width, line = width + each * (len(line) - len(others)), others
    return width + WIDEST * len(line)


def _pixels(modules: str) -> str:
    # Many times as fast as to write a number after the other.
    return modules.replace("0", "255,").replace("1", "0,").removesuffix(",")


def _lines_of_page(letter: Letter) -> float:
    beside = (letter.answer.sentence, *(one.how for one in letter.choices))
    lines = sum(1 + len(one) // _PARAGRAPH_LINE for one in letter.paragraphs)
    lines += sum(1 + len(one) // _CHOICE_LINE for one in beside)
    return lines + len(letter.signature) + _GAP * len(letter.paragraphs)


def _lines_of_notice(letter: Letter) -> int:
    length = _LARGE_LINE if letter.large_type else _LINE
    places = [f"{one.name} {one.address} {one.hours}" for one in letter.places]
    texts = [*places, *(one.text for one in letter.notice)]
    return sum(1 + len(one) // length for one in texts) + len(letter.notice)
