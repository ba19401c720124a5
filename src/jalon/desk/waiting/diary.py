"""What waits in diaries: today's appointments, outcomes to note, what cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from jalon.agenda import queries
from jalon.agenda.enums import OPEN
from jalon.desk.waiting.shape import Line, Waiting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission


def in_diary(person: StaffMember) -> Iterator[Waiting]:
    """Yield what waits in one's own diary, or in those of one's team for who keeps them."""
    rows = queries.of_person(person)
    own = person.may(Permission.WORK_WITH_FAMILIES)
    yield from Line(
        "Rendez-vous à déplacer",
        "Absence, fermeture ou jour férié : appelez la famille, et choisissez un autre moment.",
        reverse("agenda:to_move"),
        "Déplacer",
        urgent=True,
    ).of(queries.to_move(rows))
    # Whoever keeps the diaries of others sees to those that nobody sees to.
    yield from Line(
        "Suites de rendez-vous à noter",
        "Leur heure est passée : dites qui était là.",
        reverse("agenda:to_note"),
        "Noter",
        urgent=own,
    ).of(queries.without_outcome(rows))
    today = timezone.localdate()
    there = queries.on_day(rows, today).filter(state__in=OPEN, ends_at__gt=timezone.now())
    yield from Line(
        "Vos rendez-vous d'aujourd'hui" if own else "Rendez-vous de l'équipe aujourd'hui",
        "Ceux qui restent à tenir, dans l'ordre des heures.",
        reverse("agenda:day"),
        "Voir la journée",
        urgent=own,
    ).of(there)
