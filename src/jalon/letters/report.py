"""A report on figures as a document that one presents: targets, chapters, definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from jalon.letters.errors import LetterRefusedError
from jalon.letters.layout import compiled
from jalon.letters.printable import prose

_UNREADABLE: Final = "(des signes que l'imprimerie n'a pas)"


@dataclass(frozen=True)
class Grid:
    """A table: its title, what its columns are, its rows as they are read, and a note.

    The first columns, `words` of them, are words; the others are numbers.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1


@dataclass(frozen=True)
class Picture:
    """A picture, SVG, with its title, what one reads in it, and all of it for who cannot see."""

    title: str
    reads: str
    says: str
    svg: str


@dataclass(frozen=True)
class Voice:
    """What is said of a chapter, paragraph by paragraph: `of` a territory, or of the whole."""

    of: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Part:
    """A chapter: its `facts` in sentences, what is said of it, then its pictures and tables."""

    title: str
    comments: Sequence[Voice]
    pictures: Sequence[Picture]
    grids: Sequence[Grid]
    not_given: Sequence[str]
    facts: Sequence[str] = ()


@dataclass(frozen=True)
class Meaning:
    """What a figure is, and how it is worked out."""

    label: str
    words: str


@dataclass(frozen=True)
class Account:
    """A whole report: who gives it, of what, how it stands, what it holds.

    `state` says whether it is adopted; a draft says so on every page.
    """

    sender: str
    title: str
    subtitle: str
    state: str
    is_draft: bool
    lead: Sequence[str]
    parts: Sequence[Part]
    notes: Sequence[str]
    meanings: Sequence[Meaning]


def render_account(account: Account, *, on: date) -> bytes:
    """Return a report as a PDF dated `on` that day; the same words give the same bytes.

    A text with signs that no page can show says so in its place.
    """
    told = {
        "sender": _shown(account.sender),
        "title": _shown(account.title),
        "subtitle": _shown(account.subtitle),
        "state": _shown(account.state),
        "is_draft": account.is_draft,
        "lead": [_shown(one) for one in account.lead],
        "parts": [_part(one) for one in account.parts],
        "notes": [_shown(one) for one in account.notes],
        "meanings": [
            {"label": _shown(one.label), "words": _shown(one.words)} for one in account.meanings
        ],
    }
    return compiled("report.typ", orjson.dumps(told), on=on)


def _part(one: Part) -> dict[str, Any]:
    return {
        "title": _shown(one.title),
        "facts": [_shown(line) for line in one.facts],
        "comments": [
            {"of": _shown(each.of), "lines": [_shown(line) for line in each.lines]}
            for each in one.comments
        ],
        "pictures": [
            {
                "title": _shown(each.title),
                "reads": _shown(each.reads),
                "says": _shown(each.says),
                "svg": each.svg,
            }
            for each in one.pictures
        ],
        "grids": [
            {
                "title": _shown(each.title),
                "head": [_shown(cell) for cell in each.head],
                "rows": [[_shown(cell) for cell in row] for row in each.rows],
                "words": each.words,
            }
            for each in one.grids
        ],
        "not_given": [_shown(line) for line in one.not_given],
    }


def _shown(text: str) -> str:
    try:
        return prose(text, "Le rapport")
    except LetterRefusedError:
        return _UNREADABLE
