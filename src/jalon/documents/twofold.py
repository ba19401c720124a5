"""Tells a file that is two at once: the page that is looked at here, and something else elsewhere.

Archives are read from their end or from wherever they begin, discs from their seventeenth block,
and some readers look for a PDF further than the first byte. It runs in a child process alone, as
`pdf` and `picture`.
"""

from __future__ import annotations

import tarfile
import zipfile
from io import BytesIO
from typing import Final

from jalon.documents.kinds import Flaw, Kind

# Long enough not to come by chance: a zip is told by its end, which `zipfile` reads.
_ARCHIVES: Final = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF\0\0\0\0")
_DISCS: Final = (0x8001, 0x8801, 0x9001)
_DISC: Final = b"CD001"
# Readers of PDF, and browsers that guess, look no further.
_HEAD: Final = 1024
_PDF: Final = b"%PDF-"
_WEB: Final = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?php", b"<hta:")
_LAST: Final = b"%%EOF"


def other_side(content: bytes, kind: Kind) -> Flaw | None:
    """Return what a file is besides the kind that it begins as, or nothing."""
    if _is_archive(content):
        return Flaw.ARCHIVE
    edges = content[:_HEAD]
    if kind is Kind.PDF:
        edges += content.rpartition(_LAST)[2]
    elif _PDF in edges:
        return Flaw.BROKEN_PICTURE
    return Flaw.WEB if any(one in edges.lower() for one in _WEB) else None


def _is_archive(content: bytes) -> bool:
    return (
        zipfile.is_zipfile(BytesIO(content))
        or tarfile.is_tarfile(BytesIO(content))
        or any(one in content for one in _ARCHIVES)
        or any(content.startswith(_DISC, at) for at in _DISCS)
    )
