"""What a letter says, frozen: the very words that its pages carry, and JSON both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from typing import Any, Final

# Written beside a letter that is kept: a later program knows how to read an older one.
VERSION: Final = 1


class Tone(StrEnum):
    """How a letter looks: the same page, quieter for a family in mourning."""

    ORDINARY = "ordinary"
    BEREAVEMENT = "bereavement"


@dataclass(frozen=True)
class Sender:
    """Who writes; `lines` is a return address that names the fund and no benefit."""

    name: str
    department: str
    lines: tuple[str, ...]
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True)
class Choice:
    """One way to answer: its name, such as « En ligne », and how to."""

    name: str
    how: str


@dataclass(frozen=True)
class Place:
    """Where a family may be met, near its home."""

    name: str
    address: str
    hours: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the legal notice."""

    title: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What the reply page asks for: the code as it is read aloud, and where to type it.

    `address` is printed, without its scheme; `qr` is what the square holds. `sentence` says until
    when an answer is awaited, without a threat.
    """

    code: str
    address: str
    qr: str
    sentence: str


@dataclass(frozen=True)
class Letter:
    """All that one letter carries.

    `recipient` is the address, one line each, at most six (`address.address_lines`).
    `place_and_date` is « Créteil, le 3 novembre 2026 ». The subject names no event and no benefit.
    """

    sender: Sender
    recipient: tuple[str, ...]
    place_and_date: str
    subject: str
    salutation: str
    paragraphs: tuple[str, ...]
    choices: tuple[Choice, ...]
    answer: Answer
    signature: tuple[str, ...]
    places: tuple[Place, ...] = ()
    notice: tuple[Section, ...] = ()
    tone: Tone = Tone.ORDINARY
    large_type: bool = False


def as_json(letter: Letter) -> dict[str, Any]:
    """Return a letter as JSON keeps it."""
    return {"version": VERSION, **_plain(letter)}


def from_json(kept: Mapping[str, Any]) -> Letter:
    """Return the letter that was kept; ValueError where it is of another version or shape."""
    if kept.get("version") != VERSION:
        raise ValueError(f"a letter of version {kept.get('version')!r}, not {VERSION}")
    fields = {name: value for name, value in kept.items() if name != "version"}
    try:
        return Letter(
            **{
                **fields,
                "sender": Sender(
                    **{**fields["sender"], "lines": tuple(fields["sender"]["lines"])}
                ),
                "recipient": tuple(fields["recipient"]),
                "paragraphs": tuple(fields["paragraphs"]),
                "choices": tuple(Choice(**one) for one in fields["choices"]),
                "answer": Answer(**fields["answer"]),
                "signature": tuple(fields["signature"]),
                "places": tuple(Place(**one) for one in fields["places"]),
                "notice": tuple(Section(**one) for one in fields["notice"]),
                "tone": Tone(fields["tone"]),
            }
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"a letter of another shape: {wrong}") from wrong


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of a letter
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return {name: _plain(one) for name, one in vars(value).items()}
    return value
