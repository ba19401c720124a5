"""The codes by which families answer: short to type, hard to guess, wrong ones told at once.

Nine characters of an alphabet without vowels, so that no word appears, nor characters that look
alike; the last one checks the others (Luhn's algorithm, modulo the alphabet's length).
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from stdnum import luhn

ALPHABET: Final = "23456789CDFHJKMNPRTVWX"
_DRAWN: Final = 8
_GROUPS: Final = re.compile(r"(.{4})(.{4})(.)")
_SEPARATORS: Final = re.compile(r"[\s\-–.·_/]+")


def new_code() -> str:
    """Return a code drawn at random, one of 22^8, about fifty-five billion."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(_DRAWN))
    return drawn + luhn.calc_check_digit(drawn, ALPHABET)


def read_code(typed: str) -> str | None:
    """Return the code that somebody typed, however they spaced it; None where it is not one."""
    code = _SEPARATORS.sub("", typed).upper()
    right = (
        len(code) == _DRAWN + 1 and set(code) <= set(ALPHABET) and luhn.is_valid(code, ALPHABET)
    )
    return code if right else None


def written(code: str) -> str:
    """Return a code in groups, as it is printed: « K7M2 9QXD 4 »."""
    return _GROUPS.sub(r"\1 \2 \3", code)
