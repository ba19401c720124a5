"""Reads the number of a household's file however a person writes it."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 64
# Registers fill short numbers with zeros, to no more than this.
_WIDEST: Final = 15
_WORDS: Final = re.compile(
    r"^(?:(?:dossier|numéro|numero|n[°ºo]|n)(?![^\W\d_]|['’])[\s.:]*)+", re.IGNORECASE
)


def file_numbers(text: str) -> list[str]:
    """Return the numbers that a text may mean, the one written first; none for no text.

    « n° 18 245 » is 18245, and as well 0018245: zeros in front are often left out.
    """
    written = re.sub(r"\s", "", _WORDS.sub("", text.strip()))[:_LONGEST]
    if not (written.isascii() and written.isdecimal()):
        return [written] if written else []
    bare = written.lstrip("0") or "0"
    filled = [bare.zfill(width) for width in range(len(bare), _WIDEST + 1)]
    return list(dict.fromkeys([written, *filled]))
