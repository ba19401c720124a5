"""What a file may be, how large, and why one is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

_MEGABYTE: Final = 1024 * 1024
# A few pages, photographed.
MOST_BYTES: Final = 8 * _MEGABYTE
MOST_PAGES: Final = 100
MOST_PIXELS: Final = 50_000_000
# What is answered of a file that may be kept, where the name of its flaw would be.
KEPT: Final = b"kept"


class Kind(StrEnum):
    """What is taken, by its media type."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def suffix(self) -> str:
        """How the name of such a file ends."""
        return {Kind.PDF: "pdf", Kind.JPEG: "jpg", Kind.PNG: "png"}[self]


class Flaw(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PROGRAM = "program"
    OFFICE = "office"
    ARCHIVE = "archive"
    WEB = "web"
    OTHER_PICTURE = "other_picture"
    UNKNOWN = "unknown"
    LOCKED = "locked"
    BROKEN = "broken"
    BROKEN_PICTURE = "broken_picture"
    ACTIVE = "active"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_HEAVY = "too_heavy"

    @property
    def sentence(self) -> str:
        """Say it, with what to do instead."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    Flaw.EMPTY: "Ce fichier est vide : choisissez-en un autre.",
    Flaw.TOO_LARGE: f"Ce fichier dépasse {MOST_BYTES // _MEGABYTE} Mo : numérisez-le plus petit.",
    Flaw.PROGRAM: "Ce fichier est un programme, quel que soit son nom : il n'est pas pris.",
    Flaw.OFFICE: "Ce fichier vient d'un logiciel de bureau : enregistrez-le d'abord en PDF.",
    Flaw.ARCHIVE: "Ce fichier est une archive : joignez ses documents un par un.",
    Flaw.WEB: "Ce fichier est une page ou un dessin du web : imprimez-le d'abord en PDF.",
    Flaw.OTHER_PICTURE: "Cette image n'est ni un JPEG ni un PNG : enregistrez-la en JPEG.",
    Flaw.UNKNOWN: "Ce fichier n'est ni un PDF, ni une photo JPEG ou PNG.",
    Flaw.LOCKED: "Ce PDF est protégé ou chiffré : imprimez-le en PDF, puis joignez celui-là.",
    Flaw.BROKEN: "Ce PDF est abîmé : enregistrez-le ou numérisez-le de nouveau.",
    Flaw.BROKEN_PICTURE: "Cette photo est abîmée : prenez-la ou numérisez-la de nouveau.",
    Flaw.ACTIVE: "Ce PDF contient autre chose que des pages (programme, fichier joint, "
    "formulaire actif) : imprimez-le en PDF, puis joignez celui-là.",
    Flaw.TOO_MANY_PAGES: f"Ce PDF a plus de {MOST_PAGES} pages : joignez celles qui comptent.",
    Flaw.TOO_MANY_PIXELS: "Cette image a trop de points pour être ouverte sans risque : "
    "numérisez-la plus petite.",
    Flaw.TOO_HEAVY: "Ce fichier demande trop de travail pour être ouvert sans risque : "
    "numérisez-le de nouveau, plus petit.",
}
_TAKEN: Final = {
    b"%PDF-": Kind.PDF,
    b"\xff\xd8\xff": Kind.JPEG,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
}
# How others begin, to say what they are. Recent office files are archives, and begin so.
_REFUSED: Final = {
    b"MZ": Flaw.PROGRAM,
    b"\x7fELF": Flaw.PROGRAM,
    b"\xca\xfe\xba\xbe": Flaw.PROGRAM,
    b"\xcf\xfa\xed\xfe": Flaw.PROGRAM,
    b"#!": Flaw.PROGRAM,
    b"\xd0\xcf\x11\xe0": Flaw.OFFICE,
    b"{\\rtf": Flaw.OFFICE,
    b"7z\xbc\xaf": Flaw.ARCHIVE,
    b"Rar!": Flaw.ARCHIVE,
    b"\x1f\x8b": Flaw.ARCHIVE,
    b"GIF8": Flaw.OTHER_PICTURE,
    b"RIFF": Flaw.OTHER_PICTURE,
    b"II*\x00": Flaw.OTHER_PICTURE,
    b"MM\x00*": Flaw.OTHER_PICTURE,
    b"BM": Flaw.OTHER_PICTURE,
}
_OFFICE_INSIDE: Final = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")
_HEAD: Final = 1024


def kind_of(content: bytes) -> Kind | Flaw:
    """Return what a file is, by its first bytes and never by its name, or why it is not taken."""
    if not content:
        return Flaw.EMPTY
    if len(content) > MOST_BYTES:
        return Flaw.TOO_LARGE
    head = content[:_HEAD]
    taken = (kind for beginning, kind in _TAKEN.items() if head.startswith(beginning))
    return next(taken, None) or _refused(head)


def _refused(head: bytes) -> Flaw:
    if head.startswith(b"PK"):
        return Flaw.OFFICE if any(one in head for one in _OFFICE_INSIDE) else Flaw.ARCHIVE
    if head[4:8] == b"ftyp":  # as telephones make photos
        return Flaw.OTHER_PICTURE
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return Flaw.WEB
    return next(
        (flaw for beginning, flaw in _REFUSED.items() if head.startswith(beginning)), Flaw.UNKNOWN
    )
