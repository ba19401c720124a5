"""Searches what was written, among what the person reads: policies keep the rest away.

No index is over the words: one would tell who runs queries of what it may not see. A worker reads
the words of the families that they follow, which are found by their keys, and are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.urls import reverse

from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.models import JournalEntry, PrivateNote
from jalon.interventions.queries import of_family
from jalon.interventions.reach import entries_read, meetings_read

MOST_FOUND: Final = 50
_WORDS: Final = ("asked", "told", "advised", "agreed", "handed")
_AROUND: Final = 90


@dataclass(frozen=True)
class Found:
    """A text that holds the words: of which family, when, what it is, an excerpt, and where."""

    family: Family
    on: date
    what: str
    excerpt: str
    url: str


def search(text: str, by: StaffMember) -> list[Found]:
    """Return the texts that hold every word, accents aside, the latest first; at most fifty."""
    words = text.split()
    entries = entries_read(by).filter(_all(words, "text"))
    notes = PrivateNote.objects.filter(_all(words, "text"), author=by)
    meetings = meetings_read().filter(_all(words, *_WORDS)).select_related("advice")
    found = [
        *(
            Found(one.family, one.on, one.get_kind_display(), _cut(one.text, words), _of(one))
            for one in of_family(entries).order_by("-on", "-pk")[:MOST_FOUND]
        ),
        *(
            Found(one.family, one.at.date(), "Note personnelle", _cut(one.text, words), _of(one))
            for one in of_family(notes).order_by("-pk")[:MOST_FOUND]
        ),
        *(
            Found(
                one.family,
                one.held_on,
                "Entretien",
                _cut(" ".join(getattr(one, name) for name in _WORDS), words),
                one.advice.get_absolute_url(),
            )
            for one in of_family(meetings).order_by("-held_on", "-pk")[:MOST_FOUND]
        ),
    ]
    return sorted(found, key=lambda one: one.on, reverse=True)[:MOST_FOUND]


def _all(words: list[str], *columns: str) -> Q:
    """Return the condition that each word is in one of the columns."""
    condition = Q()
    for word in words:
        either = Q()
        for column in columns:
            either |= Q(**{f"{column}__unaccent__icontains": word})
        condition &= either
    return condition


def _cut(text: str, words: list[str]) -> str:
    at = max(0, text.casefold().find(words[0].casefold()) - _AROUND)
    cut = text[at : at + 3 * _AROUND].strip()
    return f"{'… ' if at else ''}{cut}{' …' if at + 3 * _AROUND < len(text) else ''}"


def _of(one: JournalEntry | PrivateNote) -> str:
    return reverse("followed:journal", args=[one.family.public_id])
