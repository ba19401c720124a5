"""The path: what happened with a family, newest first, one *jalon* for each thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Self


class Kind(StrEnum):
    """What a marker on the path stands for; each has a French name and an icon."""

    label: str
    icon: str

    def __new__(cls, value: str, label: str, icon: str) -> Self:
        """Keep the name and the icon beside the code."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.label = label
        kind.icon = icon
        return kind

    EVENT = "event", "Fait générateur", "lightning-charge"
    LETTER = "letter", "Courrier", "envelope"
    MESSAGE = "message", "Message", "envelope-open"
    CALL = "call", "Appel ou visite", "telephone"
    ANSWER = "answer", "Réponse", "reply"
    WINDOW = "window", "Délai", "clock"
    MEETING = "meeting", "Rendez-vous", "calendar-event"
    DECISION = "decision", "Décision", "signpost-split"
    SUPPORT = "support", "Accompagnement", "journal-text"
    NOTE = "note", "Note", "chat-left-text"


@dataclass(frozen=True)
class Entry:
    """One marker: when, what kind, what, and who recorded it.

    `state` and `state_label` show as a badge; `url` leads to the thing itself, and `link` says
    where in words.
    """

    date: date
    kind: Kind
    title: str
    text: str = ""
    author: str = ""
    url: str = ""
    link: str = "Voir"
    state: str = ""
    state_label: str = ""


@dataclass(frozen=True)
class NextStep:
    """What is to be done next, by whom and by when; it stands on top of the path."""

    title: str
    text: str = ""
    due: date | None = None
    late: bool = False
    author: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Filter:
    """A link that keeps one kind of marker; `code` is empty for all of them."""

    code: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True)
class Year:
    """The markers of one year."""

    label: str
    entries: list[Entry] = field(default_factory=list)


def filters(entries: Sequence[Entry], selected: str) -> list[Filter]:
    """Return a filter for all and one for each kind found; none where there is one kind."""
    counts = Counter(entry.kind for entry in entries)
    if len(counts) < 2:  # noqa: PLR2004 -- a choice begins at two
        return []
    return [
        Filter("", "Tout", len(entries), selected not in counts),
        *(
            Filter(kind.value, kind.label, counts[kind], selected == kind)
            for kind in Kind
            if kind in counts
        ),
    ]


def years(entries: Sequence[Entry], selected: str) -> list[Year]:
    """Return the markers of the selected kind, or all, newest first and by year.

    Of one day, those given last come first.
    """
    kinds = {entry.kind for entry in entries}
    kept = [one for one in reversed(entries) if selected not in kinds or one.kind == selected]
    kept.sort(key=lambda entry: entry.date, reverse=True)
    return [
        Year(str(year), list(found))
        for year, found in groupby(kept, lambda entry: entry.date.year)
    ]
