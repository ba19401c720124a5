"""What a family could claim, as one page that it takes home: few words, large amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from jalon.letters.layout import compiled
from jalon.letters.printable import prose

_PART: Final = "La feuille des droits"


@dataclass(frozen=True)
class Claim:
    """A right that seems due: its amount and how often, what it is, what to do, what founds it.

    `paid` says what comes of it today, empty where nothing does; or that nobody knows.
    """

    amount: str
    rhythm: str
    name: str
    plain: str
    paid: str
    ask: str
    law: str


@dataclass(frozen=True)
class Note:
    """A name, and the few words that go with it."""

    name: str
    text: str


@dataclass(frozen=True)
class List:
    """A title, and short notes under it."""

    title: str
    notes: Sequence[Note]


@dataclass(frozen=True)
class ClaimSheet:
    """The page: who gives it, to whom and when, what seems due, what else there is to know.

    `claims_note` is said under their title, whether there are any or none. It holds no address.
    """

    sender: str
    title: str
    lead: Sequence[str]
    claims_title: str
    claims_note: str
    claims: Sequence[Claim]
    lists: Sequence[List]
    caution: str
    contact: Sequence[str]


def render_claims(sheet: ClaimSheet, *, on: date) -> bytes:
    """Return the page as a PDF dated `on` that day; LetterRefusedError for unprintable signs.

    The words are as large as one page allows. The same words on the same day give the same bytes.
    """
    told: dict[str, Any] = {
        "sender": _shown(sheet.sender),
        "title": _shown(sheet.title),
        "lead": [_shown(one) for one in sheet.lead],
        "claims_title": _shown(sheet.claims_title),
        "claims_note": _shown(sheet.claims_note),
        "claims": [
            {
                name: _shown(getattr(one, name))
                for name in ("amount", "rhythm", "name", "plain", "paid", "ask", "law")
            }
            for one in sheet.claims
        ],
        "lists": [
            {
                "title": _shown(one.title),
                "notes": [
                    {"name": _shown(note.name), "text": _shown(note.text)} for note in one.notes
                ],
            }
            for one in sheet.lists
            if one.notes
        ],
        "caution": _shown(sheet.caution),
        "contact": [_shown(one) for one in sheet.contact],
    }
    return compiled("claims.typ", orjson.dumps(told), on=on)


def _shown(text: str) -> str:
    return prose(text, _PART)
