"""What a page can show: control signs dropped, spaces set, letters without a glyph refused."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from jalon.letters.errors import LetterRefusedError
from jalon.letters.typography import french

FONTS: Final = Path(__file__).with_name("fonts")
_BREAKS: Final = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_SPACES: Final = re.compile(r" {2,}")


def _shown() -> re.Pattern[str]:
    # Written from the fonts themselves, which a test compares.
    ranges = (FONTS / "coverage.txt").read_text(encoding="ascii").split()
    bounds = ((int(one, 16) for one in pair.split("-")) for pair in ranges)
    return re.compile(
        "[" + "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in bounds) + "]*"
    )


_SHOWN: Final = _shown()


def printable(text: str, part: str) -> str:
    """Return a text on one line, as a page can show it; `part` names it where it is refused.

    Control, direction and joining signs go, and so do pictures (emoji) and stacked accents.
    LetterRefusedError where a letter or digit has no glyph: a name is never printed by half.
    """
    composed = unicodedata.normalize("NFC", _BREAKS.sub(" ", text))
    if not _SHOWN.fullmatch(composed):
        composed = "".join(_shown_as(one, part) for one in composed)
    return _SPACES.sub(" ", composed).strip()


def _shown_as(sign: str, part: str) -> str:
    if _SHOWN.fullmatch(sign):
        return sign
    simpler = "".join(
        one
        for one in unicodedata.normalize("NFKD", sign)
        if not unicodedata.combining(one) and _SHOWN.fullmatch(one)
    )
    if not simpler and unicodedata.category(sign)[0] in "LN":
        raise LetterRefusedError(
            part, f"nos caractères d'imprimerie n'ont pas « {sign} » (U+{ord(sign):04X})."
        )
    return simpler


@lru_cache(maxsize=4096)
def prose(text: str, part: str) -> str:
    """Return a sentence or a paragraph as it is printed, French spaces included."""
    return french(printable(text, part))
