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
_MONTH: Final = timedelta(days=30)


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
    mine = queries.supports().filter(worker=person)
    for label, told, due, rows in (
        (
            "Bilans à faire",
            "Faites le point avec la famille : le jour est venu, ou vient cette semaine.",
            "bilan",
            queries.reviews_due(mine, today + _SOON),
        ),
        (
            "Contrats qui finissent",
            "Dans trente jours au plus : amendez-les ensemble, ou terminez.",
            "terme",
            queries.contracts_ending(mine, today + _MONTH),
        ),
        (
            "Accompagnements bientôt à leur limite",
            "Demandez une prolongation à votre responsable, ou terminez.",
            "limite",
            queries.limits_near(mine, today + _MONTH),
        ),
        (
            "Nouvelles à prendre",
            "Quelques mois après la fin : comment va la famille ?",
            "nouvelles",
            queries.news_due(mine, today),
        ),
    ):
        filters = urlencode({"echeance": due, "de": "moi"})
        address = f"{reverse('supports:list')}?{filters}"
        yield from Line(label, told, address, "Voir la liste", urgent=True).of(rows)
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
    yield from Line(
        "Vos accompagnements",
        "Ceux que vous portez et qui ne sont pas clos.",
        f"{reverse('supports:list')}?{urlencode({'etat': 'encours', 'de': 'moi'})}",
        "Voir la liste",
    ).of(queries.under_way(mine))


def to_decide(person: StaffMember) -> Iterator[Waiting]:
    """Yield what a manager's team asks them to decide."""
    asked = list(queries.extensions_asked(person)[:2])
    address = reverse("supports:decide", args=[asked[0].public_id]) if asked else ""
    yield from Line(
        "Prolongations à décider",
        "Un accompagnement ne passe un an qu'avec votre accord : la plus ancienne d'abord.",
        address,
        "Répondre",
        urgent=True,
    ).of(queries.extensions_asked(person))
