"""What waits of the house itself: roles, accounts, control, and the machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone

from jalon.audit.models import Read
from jalon.desk.jobs import failed_jobs, late_jobs
from jalon.desk.waiting.shape import Waiting, count, said
from jalon.directory.models import StaffMember
from jalon.directory.queries import never_came_in, ready_to_confirm

_SHOWN: Final = 3
_WEEK: Final = timedelta(days=7)


def in_team(person: StaffMember) -> Iterator[Waiting]:
    """Yield the roles that a manager has to confirm."""
    if ready := count(ready_to_confirm(person)):
        yield Waiting(
            "Rôles à confirmer",
            said(ready),
            "Donnés ou suspendus : demandez à la personne elle-même, puis confirmez ou refusez.",
            reverse("directory:to_confirm"),
            "Décider",
            urgent=True,
        )


def in_accounts() -> Iterator[Waiting]:
    """Yield the accounts whose link ran out before anyone came in by it."""
    rows = never_came_in()
    if number := count(rows):
        first = list(rows[:_SHOWN])
        names = ", ".join(str(one) for one in first)
        more = f" et {said(number - len(first))} de plus" if number > len(first) else ""
        alone = reverse("directory:person", args=[first[0].public_id])
        yield Waiting(
            "Liens qui n'ont pas servi à temps",
            said(number),
            f"{names}{more} : faites-leur un autre lien, depuis leur fiche.",
            alone if number == 1 else reverse("directory:staff"),
            "Ouvrir la fiche" if number == 1 else "Ouvrir l'équipe",
        )


def in_machine() -> Iterator[Waiting]:
    """Yield what stopped in the background, that someone on the server sets going again."""
    if number := count(late_jobs()):
        yield Waiting(
            "Travail de fond arrêté",
            said(number),
            "Des tâches attendent depuis plus d'un quart d'heure : voyez sur le serveur si "
            "« jalon worker » tourne.",
            urgent=True,
        )
    if number := count(failed_jobs()):
        yield Waiting(
            "Tâches de fond en échec cette semaine",
            said(number),
            "Le journal du serveur dit pourquoi ; il ne nomme aucune famille.",
            urgent=True,
        )


def in_control() -> Iterator[Waiting]:
    """Yield the week's readings, to be looked over."""
    if number := count(Read.objects.filter(at__gte=timezone.now() - _WEEK)):
        yield Waiting(
            "Lectures des sept derniers jours",
            said(number),
            "Regardez si quelqu'un a lu ce que son travail ne demandait pas.",
            reverse("audit:reads"),
            "Contrôler",
        )
