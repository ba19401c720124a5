"""Strikes out of a record what is another person's, sentence by sentence.

Nothing recognises that by itself: whoever makes the record reads each free text again, and says
which sentences go. A sentence is known by a digest, so that what was struck is written nowhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from jalon.desk.record.gathering import Part, Record
from jalon.desk.record.leaving import Why
from jalon.desk.record.telling import STRUCK, Row, Value, Written

# What stands between two sentences is every other piece of the split: it is put back as it was.
_BETWEEN: Final = re.compile(r"((?<=[.!?…])\s+(?!»)|(?<=»)\s+(?=[A-ZÀ-Þ«])|\s*\n\s*)")


@dataclass(frozen=True)
class Passage:
    """A sentence, and the digest that it is known by: that of its place and words."""

    key: str
    text: str


@dataclass(frozen=True)
class FreeText:
    """What somebody wrote under one name, in a row of a part: sentence by sentence."""

    part: str
    row: int
    name: str
    passages: tuple[Passage, ...]


def free_texts(record: Record, of: UUID) -> Iterator[FreeText]:
    """Yield each free text of a record, in its order; `of` is the reference of its request."""
    for part in record.parts:
        for number, row in enumerate(part.rows):
            for name, text in row.items():
                if isinstance(text, Written):
                    passages = [
                        Passage(_key(of, part, name, one), one)
                        for one in _BETWEEN.split(text)[::2]
                        if one
                    ]
                    yield FreeText(part.title, number, name, tuple(passages))


def reading_of(record: Record, of: UUID) -> str:
    """Return the digest of all free texts: another once a word of them has changed."""
    keys = [one.key for text in free_texts(record, of) for one in text.passages]
    return hashlib.sha256("".join(keys).encode()).hexdigest()


def struck_out(record: Record, of: UUID, keys: Collection[str]) -> Record:
    """Return a record without the sentences of these digests, which says that they are gone."""
    if not keys:
        return record
    parts = [
        replace(part, rows=[_without(row, of, part, keys) for row in part.rows])
        for part in record.parts
    ]
    return replace(record, parts=parts, left_out=[*record.left_out, str(Why.STRUCK)])


def _without(row: Row, of: UUID, part: Part, keys: Collection[str]) -> Row:
    def kept(name: str, value: Value) -> Value:
        if not isinstance(value, Written):
            return value
        pieces = _BETWEEN.split(value)
        return "".join(STRUCK if _key(of, part, name, one) in keys else one for one in pieces)

    return {name: kept(name, value) for name, value in row.items()}


def _key(of: UUID, part: Part, name: str, sentence: str) -> str:
    return hashlib.sha256(f"{of}\0{part.title}\0{name}\0{sentence}".encode()).hexdigest()
