"""A mutual contract as a file that a family keeps: large enough to read, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from jalon.letters.layout import compiled
from jalon.letters.printable import prose

# What one fills in on paper.
_BY_HAND: Final = ("Date :", "Signature :")


@dataclass(frozen=True)
class Part:
    """A title and what stands under it, line by line."""

    title: str
    text: str

    @property
    def lines(self) -> list[str]:
        """What was written, each line a paragraph."""
        return [one.strip() for one in self.text.splitlines() if one.strip()]


@dataclass(frozen=True)
class Agreement:
    """What a contract says: between whom, how long, what each commits to, and who signs.

    `framework` is what holds whatever was agreed; `signatures` are a title and what is signed,
    line by line: nothing where one signs by hand.
    """

    sender: str
    title: str
    between: str
    during: str
    parts: Sequence[Part]
    framework: Sequence[str]
    signatures: Sequence[tuple[str, Sequence[str]]]


def render_agreement(agreement: Agreement, *, on: date) -> bytes:
    """Return the contract as a PDF dated `on` that day; LetterRefusedError for unprintable signs.

    The same words on the same day give the same bytes.
    """
    told: dict[str, Any] = {
        "sender": prose(agreement.sender, "L'expéditeur"),
        "title": prose(agreement.title, "Le titre"),
        "between": prose(agreement.between, "Les personnes"),
        "during": prose(agreement.during, "La durée"),
        "parts": [
            {
                "title": prose(one.title, "Un titre"),
                "lines": [prose(line, one.title) for line in one.lines],
            }
            for one in agreement.parts
        ],
        "framework": [prose(one, "Le cadre") for one in agreement.framework],
        "signatures": [
            {
                "title": title,
                "lines": [prose(line, title) for line in said or _BY_HAND],
                "signed": bool(said),
            }
            for title, said in agreement.signatures
        ],
    }
    return compiled("contract.typ", orjson.dumps(told), on=on)
