"""Asks the database for a family's own times, and has it take, confirm or call off one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from jalon.agenda.days import holidays
from jalon.agenda.enums import Mode
from jalon.agenda.practice import read_practice
from jalon.outreach.enums import Language
from jalon.outreach.reply.answering import origin_of
from jalon.outreach.reply.sealed import Credential


class Told(StrEnum):
    """What became of what a family asked.

    `CHANGED` where the appointment is not any more as it was shown, `CALL` where a person sees to
    it; the first four as `reply.answering.Verdict` says them.
    """

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    OVER = "over"
    TAKEN = "taken"
    CHANGED = "changed"
    LATE = "late"
    CALL = "call"


@dataclass(frozen=True)
class FreeTime:
    """A time that a family may take: where and when, never with whom."""

    place: int
    at: datetime


@dataclass(frozen=True)
class Coming:
    """An appointment as its family sees it; `changes` tells it from what it is once changed."""

    starts_at: datetime
    mode: Mode
    place: int | None
    link: str
    agreed: bool
    changes: int


@dataclass(frozen=True)
class Own:
    """A family's appointments to come; where it waits for one, times it may take.

    `as_wished` unless none is where and when it said.
    """

    coming: Sequence[Coming]
    times: Sequence[FreeTime]
    as_wished: bool


def own_diary(credential: Credential, request: HttpRequest) -> Own:
    """Return what a family has to come, or may take."""
    query = "SELECT wall.reply_diary(%s, %s, %s, %s, %s)"
    told = json.loads(_asked(query, credential, request, _limits()))
    return Own(
        [
            Coming(
                datetime.fromisoformat(one["starts_at"]),
                Mode(one["mode"]),
                one["place"],
                one["link"],
                one["agreed"],
                one["changes"],
            )
            for one in told["coming"]
        ],
        [FreeTime(one["place"], datetime.fromisoformat(one["at"])) for one in told["times"]],
        told["as_wished"],
    )


def take(time: FreeTime, *, credential: Credential, request: HttpRequest) -> Told:
    """Take a time for a family, if it is free still."""
    query = "SELECT wall.take_time(%s, %s, %s, %s, %s, %s, %s)"
    return Told(_asked(query, credential, request, time.place, time.at, _limits()))


def settle(  # noqa: PLR0913 - all by name
    word: str,
    *,
    starts_at: datetime,
    changes: int,
    language: Language,
    credential: Credential,
    request: HttpRequest,
) -> Told:
    """Confirm (`confirm`) or call off (`cancel`) the appointment that was seen."""
    query = "SELECT wall.settle_time(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
    before = read_practice(settings.PROFILE).cancel_before
    given = (word, starts_at, changes, before, language.value)
    return Told(_asked(query, credential, request, *given))


def may_call_off(one: Coming) -> bool:
    """Tell whether a family still calls an appointment off by itself, as the database asks."""
    return one.starts_at - read_practice(settings.PROFILE).cancel_before >= timezone.now()


def _asked(
    query: str,
    credential: Credential,
    request: HttpRequest,
    *given: Any,  # noqa: ANN401 - psycopg sends spans of time too
) -> str:
    who = (credential.code, credential.day, credential.month, origin_of(request))
    with connection.cursor() as cursor:
        cursor.execute(query, (*who, *given))
        (told,) = cursor.fetchone()
    return str(told)


def _limits() -> str:
    """Return what the fund decided, as the functions of the wall read it."""
    practice = read_practice(settings.PROFILE)
    first = timezone.localdate() + timedelta(days=practice.offered.after_days)
    last = timezone.localdate() + timedelta(weeks=practice.offered.weeks)
    return json.dumps(
        {
            "first_day": first.isoformat(),
            "last_day": last.isoformat(),
            "holidays": [day.isoformat() for day in holidays(first, last)],
            "lasting": f"{practice.lasting.total_seconds():.0f} seconds",
            "every": f"{practice.every.total_seconds():.0f} seconds",
            "most": practice.offered.times,
            "at_each_place": practice.offered.at_each_place,
        }
    )
