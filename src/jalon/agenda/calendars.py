"""Appointments as a calendar that any client follows: RFC 5545, by the clock of Paris."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone
from icalendar import Calendar, Event

from jalon.agenda.enums import Mode, State
from jalon.directory.invitations import digest

# How often a client asks again.
_EVERY: Final = timedelta(hours=1)
_STATUS: Final = {State.PROPOSED: "TENTATIVE", State.BOOKED: "CONFIRMED", State.HELD: "CONFIRMED"}
_READ: Final = """
SELECT reference, lower(span), upper(span), mode, state, place, changes, made_at, link, number
FROM wall.calendar_feed(%s)
"""


@dataclass(frozen=True)
class Followed:
    """An appointment as a private calendar tells it; `number` where its owner asked for it."""

    reference: UUID
    starts_at: datetime
    ends_at: datetime
    mode: str
    state: str
    place: str | None
    changes: int
    made_at: datetime
    link: str
    number: str | None


def followed(token: str) -> list[Followed] | None:
    """Return what the calendar of a token tells; None where it opens nothing."""
    hashed = digest(token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.feed_is_open(%s)", [hashed])
        if cursor.fetchone() != (True,):
            return None
        cursor.execute(_READ, [hashed])
        return [Followed(*row) for row in cursor.fetchall()]


def calendar_of(rows: list[Followed]) -> bytes:
    """Return appointments as a calendar file; each keeps its name whatever changes in it.

    What was cancelled is told as cancelled: what is only left out, some clients keep.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Jalon//Agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Jalon")
    calendar.add("x-published-ttl", _EVERY)
    calendar.add("refresh-interval", _EVERY, parameters={"value": "DURATION"})
    for one in rows:
        calendar.add_component(_event(one))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(one: Followed) -> Event:
    paris = timezone.get_default_timezone()
    event = Event()
    event.add("uid", f"{one.reference}@jalon")
    event.add("sequence", one.changes)
    event.add("dtstamp", one.made_at)
    event.add("dtstart", one.starts_at.astimezone(paris))
    event.add("dtend", one.ends_at.astimezone(paris))
    event.add("summary", f"Rendez-vous, dossier {one.number}" if one.number else "Rendez-vous")
    event.add("location", one.place or str(Mode(one.mode).label))
    event.add("status", _STATUS.get(State(one.state), "CANCELLED"))
    event.add("class", "PRIVATE")
    if one.link:
        event.add("url", one.link)
    return event
