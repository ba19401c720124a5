"""The square that a telephone reads, many times as fast as made one by one.

Everything but the content is fixed: version, level, mask (any can be read; the standard's search
for the best of eight costs fourfold). Then each bit of the content turns the same modules whatever
the others are, error correction included, for all of it is sums of bits: a code is the empty one
of its length with the modules of each of its bytes turned. segno makes those, once a process.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import segno

from jalon.letters.errors import LetterRefusedError

# Bytes that each version holds at level M, which survives fifteen per cent of damage.
_HOLDS: Final = {1: 14, 2: 26, 3: 42, 4: 62, 5: 84, 6: 106}
_MASK: Final = 3


def modules(content: str) -> str:
    """Return the modules of a code, row by row, 1 dark and 0 light, without a quiet zone.

    As many rows as columns. LetterRefusedError where the content is longer than 106 bytes.
    """
    data = content.encode()
    if not 0 < len(data) <= max(_HOLDS.values()):
        raise LetterRefusedError(
            "Le code à flasher", f"il tient 1 à 106 octets, et son adresse en a {len(data)}."
        )
    turned = _modules(bytes(len(data)))
    for at, byte in enumerate(data):
        turned ^= _turned_by(len(data), at, byte)
    side = 17 + 4 * _version(len(data))
    return f"{turned:0{side * side}b}"


def _version(length: int) -> int:
    return next(one for one, most in _HOLDS.items() if length <= most)


@lru_cache(maxsize=1 << 14)
def _turned_by(length: int, at: int, byte: int) -> int:
    turned = 0
    for bit in range(8):
        if byte >> bit & 1:
            turned ^= _turned_by_bit(length, at, bit)
    return turned


@lru_cache(maxsize=1 << 12)
def _turned_by_bit(length: int, at: int, bit: int) -> int:
    alone = bytearray(length)
    alone[at] = 1 << bit
    return _modules(bytes(alone)) ^ _modules(bytes(length))


@lru_cache(maxsize=8)
def _modules(data: bytes) -> int:
    """Return the modules as the digits of a number in base two, 1 dark, row by row."""
    code = segno.make_qr(
        data,
        error="m",
        version=_version(len(data)),
        mask=_MASK,
        mode="byte",
        boost_error=False,
    )
    return int("".join(str(module & 1) for row in code.matrix for module in row), 2)
