"""A family's appointments: markers of its path, those to come apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from jalon.agenda.enums import OPEN, Outcome
from jalon.agenda.models import Appointment
from jalon.agenda.queries import appointments_of
from jalon.agenda.shown import standing_of, when_in_words, where_in_words
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.web import french
from jalon.web.path import Entry, Kind

# A family is met some thirty times in the longest support.
_MOST = 100


@dataclass(frozen=True)
class ShownMeeting:
    """An appointment to come, or whose outcome nobody noted, as the family's page shows it."""

    when: str
    where: str
    worker: str
    url: str
    label: str
    state: str


@dataclass(frozen=True)
class Meetings:
    """The appointments of a family, as far as the person looking sees them."""

    rows: list[Appointment]
    book_url: str

    @classmethod
    def of(cls, family: Family, person: StaffMember) -> Meetings:
        """Read them; `book_url` is empty for who keeps no diary."""
        if not person.may(Permission.KEEP_DIARIES):
            return cls([], "")
        rows = list(appointments_of(family)[:_MOST])
        return cls(rows, reverse("agenda:book", args=[family.public_id]))

    @property
    def waiting(self) -> list[ShownMeeting]:
        """Those to come and those to note, the soonest first."""
        still = [one for one in reversed(self.rows) if one.state in OPEN]
        return [
            ShownMeeting(
                when_in_words(one),
                where_in_words(one),
                str(one.worker),
                one.get_absolute_url(),
                *standing_of(one),
            )
            for one in still
        ]

    @property
    def entries(self) -> Iterator[Entry]:
        """A marker for each whose time has come, or that was cancelled."""
        now = timezone.now()
        for one in reversed(self.rows):
            if one.starts_at <= now or one.state not in OPEN:
                label, state = standing_of(one)
                yield Entry(
                    timezone.localdate(one.starts_at),
                    Kind.MEETING,
                    f"Rendez-vous, {french.clock(one.starts_at)}",
                    _told(one),
                    str(one.worker),
                    url=one.get_absolute_url(),
                    link="Voir le rendez-vous",
                    state=state,
                    state_label=label,
                )


def _told(one: Appointment) -> str:
    """Write where, and who was there."""
    told = [
        f"{expected.person} : {Outcome(expected.outcome).label.lower()}"
        for expected in one.attendances.all()
        if expected.outcome
    ]
    return ". ".join([where_in_words(one), *([", ".join(told)] if told else [])])
