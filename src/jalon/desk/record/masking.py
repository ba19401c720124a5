"""Strikes out of a record what is another person's, sentence by sentence.

Nothing recognises that by itself: whoever makes the record reads each free text again, and says
which sentences go. A sentence is known by a digest, so that what was struck is written nowhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from jalon.desk.record.gathering import Part, Record
from jalon.desk.record.leaving import Why
from jalon.desk.record.telling import Row, Value, Written

STRUCK: Final = "[passage masqué]"
# What stands between two sentences is kept as it was: every other piece of the split.
_BETWEEN: Final = re.compile(r"((?<=[.!?…])\s+|\s*\n\s*)")


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
    for part, number, name, text in _written(record):
        where = f"{of}\0{part.title}\0{name}"
        passages = [Passage(_key(where, one), one) for one in _BETWEEN.split(text)[::2] if one]
        if passages:
            yield FreeText(part.title, number, name, tuple(passages))


def reading_of(record: Record, of: UUID) -> str:
    """Return the digest of all free texts: another once a word of them has changed."""
    keys = [one.key for text in free_texts(record, of) for one in text.passages]
    return hashlib.sha256("".join(keys).encode()).hexdigest()


def struck_out(record: Record, of: UUID, keys: Collection[str]) -> Record:
    """Return a record without the sentences of these digests, which says that they are gone."""
    if not keys:
        return record

    def change(part: Part, name: str) -> Callable[[Written], str]:
        where = f"{of}\0{part.title}\0{name}"

        def without(text: Written) -> str:
            pieces = _BETWEEN.split(text)
            return "".join(STRUCK if _key(where, one) in keys else one for one in pieces)

        return without

    parts = [
        part
        if part.for_machines
        else replace(
            part,
            rows=[
                {name: _changed(value, change(part, name)) for name, value in row.items()}
                for row in part.rows
            ],
        )
        for part in record.parts
    ]
    return replace(record, parts=parts, left_out=[*record.left_out, str(Why.STRUCK)])


def _key(where: str, sentence: str) -> str:
    return hashlib.sha256(f"{where}\0{sentence}".encode()).hexdigest()


def _written(record: Record) -> Iterator[tuple[Part, int, str, Written]]:
    for part in record.parts:
        if not part.for_machines:
            for number, row in enumerate(part.rows):
                yield from ((part, number, name, text) for name, text in _texts_of(row))


def _texts_of(row: Row) -> Iterator[tuple[str, Written]]:
    for name, value in row.items():
        found: list[Written] = []

        def keep(text: Written, found: list[Written] = found) -> str:
            found.append(text)
            return text

        _changed(value, keep)
        yield from ((name, one) for one in found)


def _changed(value: Value, change: Callable[[Written], str]) -> Value:
    """Return a value, all that somebody wrote in it being changed."""
    if isinstance(value, Written):
        return change(value)
    if isinstance(value, list):
        return [_changed(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _changed(one, change) for name, one in value.items()}
    return value
