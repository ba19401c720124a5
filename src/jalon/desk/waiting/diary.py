"""What waits in diaries: today's appointments, outcomes to note, what cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from jalon.agenda import queries
from jalon.agenda.enums import OPEN
from jalon.agenda.models import Appointment
from jalon.agenda.shown import NO_OUTCOME, standing_of, where_in_words
from jalon.desk.waiting.kept import put_once_a_day
from jalon.desk.waiting.shape import Asked, Line
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission


@dataclass(frozen=True)
class Meeting:
    """One of today's appointments, with where it is and how far it has come, in words."""

    appointment: Appointment
    where: str
    label: str
    state: str

    @property
    def to_note(self) -> bool:
        """Whether its time has passed, and nobody told what became of it."""
        return (self.label, self.state) == NO_OUTCOME


def meetings_today(person: StaffMember) -> list[Meeting]:
    """Return the appointments of the day of who receives families, in order; none for others."""
    if not person.may(Permission.WORK_WITH_FAMILIES):
        return []
    own = person.appointments.select_related("place", "room")
    rows = queries.standing(own)
    found = queries.with_family(queries.on_day(rows, timezone.localdate())).order_by("starts_at")
    return [Meeting(one, where_in_words(one), *standing_of(one)) for one in found]


@put_once_a_day
def in_diary(person: StaffMember) -> Iterator[Asked]:
    """Yield what waits in one's own diary, or in those of one's team for who keeps them."""
    rows = queries.of_person(person)
    own = person.may(Permission.WORK_WITH_FAMILIES)
    yield Line(
        "Rendez-vous à déplacer",
        "Absence, fermeture ou jour férié : appelez la famille, et choisissez un autre moment.",
        reverse("agenda:to_move"),
        "Déplacer",
        urgent=True,
    ).of(queries.to_move(rows))
    # Whoever keeps the diaries of others sees to those that nobody sees to.
    yield Line(
        "Suites de rendez-vous à noter",
        "Leur heure est passée : dites qui était là.",
        reverse("agenda:to_note"),
        "Noter",
        urgent=own,
    ).of(queries.without_outcome(rows))
    if own:
        return
    there = queries.on_day(rows, timezone.localdate())
    yield Line(
        "Rendez-vous de l'équipe aujourd'hui",
        "Ceux qui restent à tenir, dans l'ordre des heures.",
        reverse("agenda:day"),
        "Voir la journée",
    ).of(there.filter(state__in=OPEN, ends_at__gt=Now()))
