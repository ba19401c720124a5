"""Asks the database whether a family's opinion is waited for, and has it write one down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest

from jalon.interventions.enums import Opinion, ReviewKind
from jalon.interventions.models import Support
from jalon.outreach.reply.answering import origin_of
from jalon.outreach.reply.sealed import Credential

# What is asked at each moment, in the order of the page.
QUESTIONS: Final[Mapping[ReviewKind, tuple[str, ...]]] = {
    ReviewKind.CLOSING: ("listened", "helped", "returns"),
    ReviewKind.LATER: ("helped", "better", "returns"),
}
_ALL: Final = ("listened", "helped", "better", "returns")


class Heard(StrEnum):
    """What became of an opinion; `GIVEN` where another one was there before."""

    RIGHT = "right"
    GIVEN = "given"
    WRONG = "wrong"
    LOCKED = "locked"
    OVER = "over"


@dataclass(frozen=True)
class Said:
    """What a family answers to the questions of a moment; nothing to those it leaves."""

    kind: ReviewKind
    answers: Mapping[str, Opinion] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"kind": self.kind, **{name: self.answers.get(name, "") for name in _ALL}}


def asked_of(credential: Credential, request: HttpRequest) -> ReviewKind | None:
    """Return what a family is asked today, if anything."""
    told = _ask("SELECT wall.reply_opinion(%s, %s, %s, %s)", credential, request)
    return ReviewKind(told) if told else None


def give(said: Said, *, credential: Credential, request: HttpRequest) -> Heard:
    """Write down what a family says."""
    query = "SELECT wall.give_opinion(%s, %s, %s, %s, %s)"
    return Heard(_ask(query, credential, request, json.dumps(said.told())))


def awaited_until(support: Support) -> date | None:
    """Return the last day on which the family may say what it thinks of a support, if it may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT until FROM wall.opinion_awaited(%s) WHERE support = %s",
            (support.family_id, support.pk),
        )
        found = cursor.fetchone()
    return found[0] if found else None


def _ask(query: str, credential: Credential, request: HttpRequest, *given: str) -> str:
    who = (credential.code, credential.day, credential.month, origin_of(request))
    with connection.cursor() as cursor:
        cursor.execute(query, (*who, *given))
        (told,) = cursor.fetchone()
    return str(told)
