"""What waits in one's own interventions: what is due, what is open, what was left unwritten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jalon.desk.waiting.shape import Line, Waiting
from jalon.directory.models import StaffMember
from jalon.interventions import queries
from jalon.interventions.drafting import drafts_of

_SOON: Final = timedelta(days=7)


def in_interventions(person: StaffMember) -> Iterator[Waiting]:
    """Yield what waits for a person who receives and follows families."""
    today = timezone.localdate()
    yield from Line(
        "Actions à faire cette semaine",
        "Convenues avec vos familles, échues ou qui le seront dans sept jours.",
        reverse("followed:to_do"),
        "Voir la liste",
        urgent=True,
    ).of(queries.actions_due(person, today + _SOON))
    yield from Line(
        "Brouillons",
        "Ce que vous avez commencé à écrire, sans l'enregistrer.",
        reverse("followed:drafts"),
        "Reprendre",
        urgent=True,
    ).of(drafts_of(person))
    yield from Line(
        "Informations-conseils ouvertes",
        "À poursuivre, ou à clore avec ce qu'elles ont donné.",
        f"{reverse('advice:list')}?{urlencode({'etat': 'open', 'de': 'moi'})}",
        "Voir la liste",
    ).of(queries.still_open(queries.advices().filter(worker=person)))
