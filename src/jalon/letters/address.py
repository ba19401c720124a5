"""The address block as NF Z 10-011 has it: six lines of 38 characters, the last in capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from jalon.letters.errors import LetterRefusedError
from jalon.letters.printable import printable

MOST_LINES: Final = 6
LINE_LENGTH: Final = 38
# Beyond, a line would be set too small to be read by people or machines.
_LONGEST: Final = 48
_CUT: Final = "…"
# The norm abbreviates what says least, and leaves names whole.
_SHORTER: Final = {
    "allée": "ALL",
    "appartement": "APT",
    "avenue": "AV",
    "bâtiment": "BAT",
    "boulevard": "BD",
    "chemin": "CHE",
    "escalier": "ESC",
    "étage": "ETG",
    "immeuble": "IMM",
    "impasse": "IMP",
    "lieu-dit": "LD",
    "lotissement": "LOT",
    "monsieur": "M",
    "madame": "MME",
    "passage": "PAS",
    "place": "PL",
    "résidence": "RES",
    "route": "RTE",
    "square": "SQ",
}
_WORDS: Final = re.compile(rf"\b({'|'.join(_SHORTER)})\b", re.IGNORECASE)
_SIGNS: Final = re.compile(r"[\W_]+")


def address_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines to print, empty ones left out; twice changes nothing.

    A line of more than 38 characters is abbreviated as the norm does; what is still longer is
    cut, so that its letters stay legible in the window. The last line is in capitals, without
    accents or signs. LetterRefusedError where there are none, or more than six.
    """
    kept = [clean for line in lines if (clean := printable(line, "L'adresse"))]
    if not kept:
        raise LetterRefusedError("L'adresse", "elle est vide.")
    if len(kept) > MOST_LINES:
        raise LetterRefusedError(
            "L'adresse", f"elle a {len(kept)} lignes, et une enveloppe n'en montre que six."
        )
    last = _capitals(kept[-1])
    if not last:
        raise LetterRefusedError("L'adresse", "sa dernière ligne ne nomme aucune commune.")
    return tuple(_fitted(line) for line in (*kept[:-1], last))


def _fitted(line: str) -> str:
    if len(line) > LINE_LENGTH:
        line = _WORDS.sub(lambda found: _SHORTER[found[0].lower()], line)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}{_CUT}"


def _capitals(line: str) -> str:
    spelled = line.upper().replace("Œ", "OE").replace("Æ", "AE")
    decomposed = unicodedata.normalize("NFD", spelled)
    bare = "".join(one for one in decomposed if not unicodedata.combining(one))
    return _SIGNS.sub(" ", bare).strip()
