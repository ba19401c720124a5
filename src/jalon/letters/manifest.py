"""What a batch's pages are checked against: counts, codes and postal codes, and no name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from jalon.letters.content import Letter
from jalon.letters.layout import Placed
from jalon.web.spreadsheets import csv_text

_HEAD: Final = (
    "position",
    "fichier",
    "première page",
    "dernière page",
    "feuilles",
    "code",
    "code postal",
)
_POSTAL_CODE: Final = re.compile(r"\d{5}\b")


@dataclass(frozen=True)
class ManifestRow:
    """One letter of a batch: its position in it, its pages in a file, and what names it."""

    position: int
    file: int
    first_page: int
    last_page: int
    sheets: int
    code: str
    postal_code: str


def manifest_rows(
    parts: Iterable[tuple[Sequence[Letter], Sequence[Placed]]],
) -> Iterator[ManifestRow]:
    """Yield a row a letter, in the order of print: positions and files count from 1.

    Each part is the letters of one file, with where they were found in it.
    """
    position = 0
    for file, (letters, placed) in enumerate(parts, start=1):
        for letter, at in zip(letters, placed, strict=True):
            position += 1
            found = _POSTAL_CODE.match(letter.recipient[-1])
            yield ManifestRow(
                position=position,
                file=file,
                first_page=at.first_page,
                last_page=at.first_page + at.pages - 1,
                sheets=at.sheets,
                code=letter.answer.code,
                postal_code=found[0] if found else "",
            )


def manifest_csv(rows: Iterable[ManifestRow]) -> bytes:
    """Return the rows as a file that a spreadsheet opens, and never runs."""
    cells = (
        (
            one.position,
            one.file,
            one.first_page,
            one.last_page,
            one.sheets,
            one.code,
            one.postal_code,
        )
        for one in rows
    )
    return "".join(csv_text(_HEAD, cells)).encode()
