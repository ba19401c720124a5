"""The square that a telephone reads, as pixels: fixed choices, since searching costs fourfold."""

from __future__ import annotations

from typing import Final

import segno

from jalon.letters.errors import LetterRefusedError

# Bytes that each version holds at level M, which survives fifteen per cent of damage.
_HOLDS: Final = {1: 14, 2: 26, 3: 42, 4: 62, 5: 84, 6: 106}
# Any mask can be read; the standard's search of the best of eight takes most of the time.
_MASK: Final = 3
_DARK, _LIGHT = 0, 255


def pixels(content: str) -> list[int]:
    """Return the modules of a code, row by row, 0 dark and 255 light, without a quiet zone.

    As many rows as columns. LetterRefusedError where the content is longer than 106 bytes.
    """
    length = len(content.encode())
    version = next((one for one, most in _HOLDS.items() if length <= most), None)
    if version is None or not content:
        raise LetterRefusedError(
            "Le code à flasher", f"il tient 1 à 106 octets, et son adresse en a {length}."
        )
    code = segno.make_qr(
        content, error="m", version=version, mask=_MASK, mode="byte", boost_error=False
    )
    return [_DARK if module & 1 else _LIGHT for row in code.matrix for module in row]
