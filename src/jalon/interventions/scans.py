"""A signed paper, photographed or scanned: what it may be, and how large."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from jalon.interventions.errors import InterventionError
from jalon.interventions.models.contracts import MOST_BYTES

# How each begins, whatever its name says.
_BEGINNINGS: Final = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
SUFFIXES: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True)
class Scan:
    """The bytes of a file, and what they are."""

    content: bytes
    type: str

    @property
    def sha256(self) -> str:
        """Its digest, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def read_scan(content: bytes) -> Scan:
    """Return a file as a scan; InterventionError where it is none, empty or too large."""
    if len(content) > MOST_BYTES:
        raise InterventionError(
            f"Ce fichier dépasse {MOST_BYTES // _MEGABYTE} Mo : numérisez-le plus petit."
        )
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning):
            return Scan(content, kind)
    raise InterventionError("Ce fichier n'est ni un PDF, ni une photo JPEG ou PNG.")
