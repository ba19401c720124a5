"""What waits for a person today, by role: each with how many, and where to do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jalon.directory.models import StaffMember
from jalon.directory.queries import ready_to_confirm
from jalon.directory.roles import Permission
from jalon.families.queries import open_doubts, where_works, without_lead
from jalon.outreach import queries as outreach
from jalon.targeting.enums import RunState
from jalon.targeting.integrity import changed_runs
from jalon.targeting.models import TargetingRun
from jalon.web import french

# A figure that nobody would work through today is not counted to the end.
_MOST: Final = 1_000
_FAILED_SINCE: Final = timedelta(days=31)


@dataclass(frozen=True)
class Waiting:
    """Something that waits: what it is, how many, what to do about it and where."""

    label: str
    number: str
    text: str
    url: str
    action: str
    urgent: bool = False


@dataclass
class Group:
    """What waits in one part of the work; `empty` is said where nothing does."""

    title: str
    empty: str
    waiting: list[Waiting] = field(default_factory=list)


def waiting_for(person: StaffMember) -> list[Group]:
    """Return what waits for a person, most urgent first, in a fixed number of queries."""
    groups = []
    if person.may(Permission.SEE_FAMILIES):
        groups.append(
            Group(
                "Familles",
                "Rien n'attend du côté des familles. Cherchez-en une par son nom ou son numéro.",
                list(_in_families(person)),
            )
        )
    if person.may(Permission.SEE_RUNS):
        groups.append(
            Group(
                "Requêtages",
                "Aucun requêtage n'attend. Le prochain vient avec l'extraction du mois.",
                list(_in_runs(person)),
            )
        )
    if person.may(Permission.MANAGE_TERRITORY) or person.may(Permission.MANAGE_DEPARTMENT):
        nothing = "Aucun rôle n'attend d'être confirmé."
        groups.append(Group("Équipe", nothing, list(_in_team(person))))
    if person.may(Permission.MANAGE_STAFF):
        groups.append(Group("Équipe", "Ouvrez et fermez les comptes depuis la page Équipe."))
    if person.may(Permission.SEE_READS):
        groups.append(Group("Contrôle", "Qui a lu et changé quoi se contrôle à la page Contrôle."))
    return groups


def _in_families(person: StaffMember) -> Iterator[Waiting]:
    where = where_works(person)
    if person.may(Permission.MERGE_FAMILIES) and (doubts := _count(open_doubts())):
        yield Waiting(
            "Doublons possibles",
            _said(doubts),
            "Une même personne est connue dans deux familles : comparez et décidez.",
            reverse("families:doubts"),
            "Examiner",
            urgent=True,
        )
    proposals = reverse("outreach:proposals")
    made = where.keep(outreach.proposals())
    if in_person := _count(outreach.in_person(outreach.still_open(made))):
        yield Waiting(
            "À joindre en personne",
            _said(in_person),
            "Adresse protégée : ni courrier ni message.",
            f"{proposals}?{urlencode({'voie': 'in_person', 'ou': 'miennes'})}",
            "Voir la liste",
            urgent=True,
        )
    if alone := _count(without_lead(where)):
        yield Waiting(
            "Familles sans référent",
            _said(alone),
            f"Elles habitent {where.said} ; un responsable nomme le référent.",
            reverse("families:without_lead"),
            "Voir la liste",
        )
    if recent := _count(outreach.recent(made)):
        yield Waiting(
            "Propositions des sept derniers jours",
            _said(recent),
            f"Faites à des familles qui habitent {where.said}.",
            f"{proposals}?{urlencode({'depuis': 'semaine', 'ou': 'miennes'})}",
            "Voir la liste",
        )


def _in_team(person: StaffMember) -> Iterator[Waiting]:
    if ready := _count(ready_to_confirm(person)):
        yield Waiting(
            "Rôles à confirmer",
            _said(ready),
            "Donnés ou suspendus : demandez à la personne elle-même, puis confirmez ou refusez.",
            reverse("directory:to_confirm"),
            "Décider",
            urgent=True,
        )


def _in_runs(person: StaffMember) -> Iterator[Waiting]:
    runs = reverse("targeting:runs")
    recently = timezone.now() - _FAILED_SINCE
    found = TargetingRun.objects.aggregate(
        review=Count("pk", Q(state=RunState.REVIEW)),
        mine=Count("pk", Q(state=RunState.REVIEW, made_by=person)),
        failed=Count("pk", Q(state=RunState.FAILED, made_at__gte=recently)),
        computing=Count("pk", Q(state__in=(RunState.RECEIVED, RunState.CHECKED))),
    )
    if person.may(Permission.RELEASE_RUNS) and found["review"] > found["mine"]:
        yield Waiting(
            "Requêtages à relire",
            _said(found["review"] - found["mine"]),
            "Relisez les chiffres et quelques explications, puis libérez.",
            f"{runs}?{urlencode({'etat': RunState.REVIEW.value})}",
            "Relire",
            urgent=True,
        )
    elif found["review"]:
        yield Waiting(
            "Requêtages à relire par un responsable",
            _said(found["review"]),
            "Une autre personne que vous les libère.",
            f"{runs}?{urlencode({'etat': RunState.REVIEW.value})}",
            "Voir",
        )
    if changed := changed_runs():
        yield Waiting(
            "Requêtages aux fichiers modifiés",
            _said(len(changed)),
            "Leurs fichiers ne sont plus ceux du calcul : rien n'en part. La page dit quoi faire.",
            reverse("targeting:run", args=[changed[0].public_id]) if len(changed) == 1 else runs,
            "Voir",
            urgent=True,
        )
    if found["failed"]:
        yield Waiting(
            "Requêtages refusés ce mois-ci",
            _said(found["failed"]),
            "La page de chacun dit pourquoi.",
            f"{runs}?{urlencode({'etat': RunState.FAILED.value})}",
            "Voir pourquoi",
            urgent=person.may(Permission.MAKE_RUNS),
        )
    if found["computing"]:
        yield Waiting(
            "Requêtages en cours de calcul",
            _said(found["computing"]),
            "Ils seront à relire une fois calculés.",
            runs,
            "Suivre",
        )
    stopped = outreach.stopped()
    if person.may(Permission.RELEASE_RUNS) and (number := _count(stopped)):
        yield Waiting(
            "Libérations arrêtées",
            _said(number),
            "Leurs familles attendent : la page dit pourquoi, et permet de les reprendre.",
            reverse("outreach:left_behind"),
            "Reprendre",
            urgent=True,
        )
    if pending := _count(outreach.awaited().exclude(pk__in=stopped.values("pk"))):
        yield Waiting(
            "Libérations en cours de reprise",
            _said(pending),
            "Les familles et leurs propositions arrivent dans quelques minutes.",
            f"{runs}?{urlencode({'etat': RunState.RELEASED.value})}",
            "Voir",
        )


def _count(rows: QuerySet[Any]) -> int:
    return rows.order_by().values("pk")[: _MOST + 1].count()


def _said(number: int) -> str:
    return f"plus de {french.number(_MOST)}" if number > _MOST else french.number(number)
