"""What waits of the house itself: roles, accounts, control, and the machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jalon.audit.models import Read
from jalon.audit.queries import to_clear_up
from jalon.audit.retention import purged_lately, stopped_purges
from jalon.desk.jobs import failed_jobs, late_jobs
from jalon.desk.waiting.kept import put_once_a_day
from jalon.desk.waiting.shape import Asked, Line, said
from jalon.directory.models import StaffMember
from jalon.directory.queries import never_came_in, ready_to_confirm

_SHOWN: Final = 3
_WEEK: Final = timedelta(days=7)


@put_once_a_day
def in_team(person: StaffMember) -> Iterator[Asked]:
    """Yield the roles that a manager has to confirm."""
    yield Line(
        "Rôles à confirmer",
        "Donnés ou suspendus : demandez à la personne elle-même, puis confirmez ou refusez.",
        reverse("directory:to_confirm"),
        "Décider",
        urgent=True,
    ).of(ready_to_confirm(person))


def in_accounts() -> Iterator[Asked]:
    """Yield the accounts whose link ran out before anyone came in by it."""
    rows = never_came_in()
    if number := rows.count():
        first = list(rows[:_SHOWN])
        names = ", ".join(str(one) for one in first)
        more = f" et {said(number - len(first))} de plus" if number > len(first) else ""
        alone = reverse("directory:person", args=[first[0].public_id])
        yield Line(
            "Liens qui n'ont pas servi à temps",
            f"{names}{more} : faites-leur un autre lien, depuis leur fiche.",
            alone if number == 1 else reverse("directory:staff"),
            "Ouvrir la fiche" if number == 1 else "Ouvrir l'équipe",
        ).counted(number)


def in_machine() -> Iterator[Asked]:
    """Yield what stopped in the background, that someone on the server sets going again."""
    yield Line(
        "Travail de fond arrêté",
        "Des tâches attendent depuis plus d'un quart d'heure : voyez sur le serveur si "
        "« jalon worker » tourne.",
        urgent=True,
    ).of(late_jobs())
    yield Line(
        "Tâches de fond en échec cette semaine",
        "Le journal du serveur dit pourquoi ; il ne nomme aucune famille.",
        urgent=True,
    ).of(failed_jobs())


def in_control() -> Iterator[Asked]:
    """Yield the week's readings, to be looked over, accesses in doubt, what a purge waits for."""
    yield Line(
        "Lectures des sept derniers jours",
        "Regardez si quelqu'un a lu ce que son travail ne demandait pas.",
        reverse("audit:reads"),
        "Contrôler",
    ).of(Read.objects.filter(at__gte=timezone.now() - _WEEK))
    yield Line(
        "Accès exceptionnels à éclaircir",
        "Un responsable les met en question : dites ce qui est éclairci. Ou personne ne les "
        "examine depuis sept jours.",
        f"{reverse('audit:accesses')}?{urlencode({'suivi': 'a-eclaircir'})}",
        "Voir",
        urgent=True,
    ).of(*to_clear_up())
    yield Line(
        "Purge arrêtée en chemin",
        "Rien n'est parti à moitié : reprenez, le reste suivra.",
        reverse("audit:retention"),
        "Voir",
        urgent=True,
    ).of(stopped_purges())
    if not purged_lately():
        yield Line(
            "Purge à faire",
            "Aucune depuis trois mois : voyez ce dont la durée est passée.",
            reverse("audit:retention"),
            "Voir",
        ).counted(1)
