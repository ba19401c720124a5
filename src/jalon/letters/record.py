"""What is kept about somebody, as a file to hand over: large enough to read, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import orjson

from jalon.letters.errors import LetterRefusedError
from jalon.letters.layout import compiled
from jalon.letters.printable import prose

_UNREADABLE: Final = "(des lettres que l'imprimerie n'a pas : voir le fichier de données)"


@dataclass(frozen=True)
class Line:
    """A name and what stands beside it, paragraph by paragraph."""

    name: str
    texts: Sequence[str]


@dataclass(frozen=True)
class Chapter:
    """A title, and under it a list of lines for each thing."""

    title: str
    entries: Sequence[Sequence[Line]]


@dataclass(frozen=True)
class Dossier:
    """A record: who makes it, of whom, when, what it holds, and what it leaves out."""

    sender: str
    title: str
    lead: Sequence[str]
    chapters: Sequence[Chapter]
    left_out_title: str
    left_out: Sequence[str]


def render_dossier(dossier: Dossier, *, on: date) -> bytes:
    """Return the record as a PDF dated `on` that day; the same words give the same bytes.

    A text with signs that no page can show is said to be in the file of data, which has it.
    """
    told = {
        "sender": _shown(dossier.sender),
        "title": _shown(dossier.title),
        "lead": [_shown(one) for one in dossier.lead],
        "chapters": [
            {
                "title": _shown(chapter.title),
                "entries": [
                    [
                        {"name": _shown(line.name), "texts": [_shown(one) for one in line.texts]}
                        for line in entry
                    ]
                    for entry in chapter.entries
                ],
            }
            for chapter in dossier.chapters
        ],
        "left_out_title": _shown(dossier.left_out_title),
        "left_out": [_shown(one) for one in dossier.left_out],
    }
    return compiled("record.typ", orjson.dumps(told), on=on)


def _shown(text: str) -> str:
    try:
        return prose(text, "Le dossier")
    except LetterRefusedError:
        return _UNREADABLE
