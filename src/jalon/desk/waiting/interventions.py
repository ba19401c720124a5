"""What waits in one's own interventions: what is due, what is open, what was left unwritten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jalon.desk.waiting.kept import put_once_a_day
from jalon.desk.waiting.shape import Asked, Line
from jalon.directory.models import StaffMember
from jalon.interventions import opening, queries
from jalon.interventions.drafting import drafts_of
from jalon.interventions.queries import Due

_SOON: Final = timedelta(days=7)
_MOST: Final = 101

_DUE: Final = {
    Due.REVIEW: (
        "Bilans à faire",
        "Faites le point avec la famille : le jour est venu, ou vient cette semaine.",
    ),
    Due.ENDING: (
        "Contrats qui finissent",
        "Dans trente jours au plus : amendez-les ensemble, ou terminez.",
    ),
    Due.LIMIT: (
        "Accompagnements bientôt à leur limite",
        "Demandez une prolongation à votre responsable, ou terminez.",
    ),
    Due.NEWS: ("Nouvelles à prendre", "Quelques mois après la fin : comment va la famille ?"),
}


def in_interventions(person: StaffMember) -> Iterator[Asked]:
    """Yield what waits for a person who receives and follows families."""
    today = timezone.localdate()
    to_do, drafts, advices = _own(person)
    yield _hand_overs(person)
    yield from _opened_of_mine(person)
    yield to_do
    waiting = queries.due_counts(person, today)
    for due, (label, told) in _DUE.items():
        filters = urlencode({"echeance": due.value, "de": "moi"})
        address = f"{reverse('supports:list')}?{filters}"
        yield Line(label, told, address, "Voir la liste", urgent=True).counted(waiting[due])
    yield drafts
    yield _rights(person)
    yield advices
    yield Line(
        "Vos accompagnements",
        "Ceux que vous portez et qui ne sont pas clos.",
        f"{reverse('supports:list')}?{urlencode({'etat': 'encours', 'de': 'moi'})}",
        "Voir la liste",
    ).counted(waiting[None])


@put_once_a_day
def _own(person: StaffMember) -> Iterator[Asked]:
    """Yield what one has to do, what one has begun to write, the information-advices open."""
    yield Line(
        "Actions à faire cette semaine",
        "Convenues avec vos familles, échues ou qui le seront dans sept jours.",
        reverse("followed:to_do"),
        "Voir la liste",
        urgent=True,
    ).of(queries.actions_due(person, timezone.localdate() + _SOON))
    yield Line(
        "Brouillons",
        "Ce que vous avez commencé à écrire, sans l'enregistrer.",
        reverse("followed:drafts"),
        "Reprendre",
        urgent=True,
    ).of(drafts_of(person))
    yield Line(
        "Informations-conseils ouvertes",
        "À poursuivre, ou à clore avec ce qu'elles ont donné.",
        f"{reverse('advice:list')}?{urlencode({'etat': 'open', 'de': 'moi'})}",
        "Voir la liste",
    ).of(queries.still_open(queries.advices().filter(worker=person)))


def _hand_overs(person: StaffMember) -> Asked:
    rows = queries.hand_overs_to_read(person).values_list("family__public_id", flat=True)
    waiting = list(rows[:_MOST])
    address = reverse("followed:journal", args=waiting[:1]) if waiting else ""
    return Line(
        "Notes de relais à lire",
        "Une famille vient à vous : où on en est, ce qui est à faire. La plus ancienne d'abord.",
        f"{address}#relais",
        "Lire",
        urgent=True,
    ).counted(len(waiting), _MOST - 1)


def _rights(person: StaffMember) -> Asked:
    rows = queries.rights_checks_open(person).order_by("pk")
    waiting = list(rows.values_list("public_id", flat=True)[:_MOST])
    return Line(
        "Rendez-vous des droits à finir",
        "Commencés, sans résultat encore : le plus ancien d'abord.",
        reverse("rights:check", args=waiting[:1]) if waiting else "",
        "Reprendre",
        urgent=True,
    ).counted(len(waiting), _MOST - 1)


@put_once_a_day
def opened_exceptionally(_person: StaffMember) -> Iterator[Asked]:
    """Yield the accesses of colleagues that wait for a manager to examine them."""
    yield Line(
        "Accès exceptionnels à examiner",
        "Un collègue a lu une famille qu'il ne suit pas : voyez pourquoi, dites s'il le fallait.",
        reverse("families:accesses"),
        "Examiner",
        urgent=True,
    ).of(opening.to_examine())


@put_once_a_day
def _opened_of_mine(_person: StaffMember) -> Iterator[Asked]:
    yield Line(
        "Accès exceptionnels à vos familles",
        "Un collègue a lu, ces trente jours, ce que vous écrivez avec elles : voyez pourquoi.",
        reverse("families:accesses"),
        "Voir",
        urgent=True,
    ).of(opening.told_to_lead())


def to_decide(person: StaffMember) -> Asked:
    """Return what a manager's team asks them to decide."""
    rows = queries.extensions_asked(person).values_list("public_id", flat=True)
    asked = list(rows[:_MOST])
    address = reverse("supports:decide", args=asked[:1]) if asked else ""
    return Line(
        "Prolongations à décider",
        "Un accompagnement ne passe un an qu'avec votre accord : la plus ancienne d'abord.",
        address,
        "Répondre",
        urgent=True,
    ).counted(len(asked), _MOST - 1)
