"""Leaves of a photo what shows it, and nothing of where, when and by which telephone it was taken.

Nothing is drawn anew: what is seen is the same, point by point. Of what is told besides, only
which way up it is held and what its colours mean stays; smaller or further pictures inside go, and
so does what comes after the end. It runs in a child process alone, as `picture`.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from PIL import Image

from jalon.documents.kinds import Kind

_EXIF: Final = b"Exif\0\0"
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = 1
_TURNED: Final = range(2, 9)

# What begins a part of a JPEG: in a scan, other bytes may follow an 0xFF.
_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_ALONE: Final = {0x01, 0xD8}
_END: Final = 0xD9
_SCAN: Final = 0xDA
_ABOUT: Final = 0xE1
# How points are coded. 0xC8 and what is above 0xDD code nothing, by the standard.
_CODED: Final = frozenset((*range(0xC0, 0xD0), _SCAN, 0xDB, 0xDC, 0xDD)) - {0xC8}
# What says how large points are and what colours mean, by how the part begins.
_SIZES: Final = 0xE0
_COLOURS: Final = {_SIZES: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_NO_SMALLER: Final = bytes(2)
_SIZES_END: Final = 12

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_SHOWN: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS pHYs gAMA cHRM sRGB sBIT iCCP cICP".split()
)


def bared(content: bytes, kind: Kind) -> bytes:
    """Return a photo without what its camera told of it; cut short, it stays so."""
    return b"".join(_jpeg(content) if kind is Kind.JPEG else _png(content))


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at, orientation = 2, _UPRIGHT
    while found := _MARKER.search(content, at):
        marker, at = content[found.start() + 1], found.end()
        if marker == _END:
            yield found.group()
            return
        if marker in _ALONE:
            continue
        told = content[at + 2 : at + int.from_bytes(content[at : at + 2])]
        at += 2 + len(told)
        if marker == _ABOUT and told.startswith(_EXIF) and orientation == _UPRIGHT:
            orientation = _orientation(told)
            kept = _saying(orientation) if orientation != _UPRIGHT else None
        else:
            kept = told if marker in _CODED else _colours(marker, told)
        if kept is not None:
            yield found.group() + (len(kept) + 2).to_bytes(2) + kept
        if marker == _SCAN:
            following = _MARKER.search(content, at)
            yield content[at : following.start() if following else None]


def _colours(marker: int, told: bytes) -> bytes | None:
    if marker not in _COLOURS or not told.startswith(_COLOURS[marker]):
        return None
    # A smaller picture may follow, of what was there before it was cut.
    return told[:_SIZES_END] + _NO_SMALLER if marker == _SIZES else told


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG
    at, name = len(_PNG), b""
    while name != b"IEND" and at < len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        told = content[at + 8 : at + 8 + length]
        if name in _PNG_SHOWN:
            yield content[at : at + 12 + length]
        elif name == b"eXIf" and (orientation := _orientation(_EXIF + told)) != _UPRIGHT:
            yield _chunk(name, _saying(orientation).removeprefix(_EXIF))
        at += 12 + length


def _chunk(name: bytes, told: bytes) -> bytes:
    return len(told).to_bytes(4) + name + told + zlib.crc32(name + told).to_bytes(4)


def _orientation(told: bytes) -> int:
    """Return which way up a photo is held; upright where that cannot be read, as browsers do."""
    read = Image.Exif()
    try:
        read.load(told)
        found = read.get(_ORIENTATION)
    except (SyntaxError, ValueError, struct.error):
        return _UPRIGHT
    return next((one for one in _TURNED if one == found), _UPRIGHT)


def _saying(orientation: int) -> bytes:
    written = Image.Exif()
    written[_ORIENTATION] = orientation
    return written.tobytes()
