"""What waits because of what families say: whom to call, to meet, to take up, to take over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jalon.desk.waiting.kept import put_once_a_day
from jalon.desk.waiting.shape import Asked, Line
from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.actions import may_name_lead
from jalon.families.queries import Where
from jalon.outreach import exchanges
from jalon.outreach.enums import AnswerKind, Standing
from jalon.outreach.mailing import to_mail, to_mail_again
from jalon.outreach.models import Approach
from jalon.outreach.states import standing_at

# Put under cover one by one: their number is a day's work.
_MOST_LETTERS: Final = 1_000


@dataclass(frozen=True)
class _Sight:
    """Whose approaches one looks at, on which day."""

    person: StaffMember
    where: Where
    today: date

    @cached_property
    def there(self) -> QuerySet[Approach]:
        """Those of where one works."""
        return self.where.keep(Approach.objects.all())

    @cached_property
    def mine(self) -> QuerySet[Approach]:
        """Those of the families that one leads."""
        return exchanges.led_by(Approach.objects.all(), self.person)


@put_once_a_day
def in_answers(person: StaffMember, where: Where) -> Iterator[Asked]:
    """Yield what families wait for there, as far as a person has a part in it."""
    sight = _Sight(person, where, timezone.localdate())
    service = person.team.service if person.team else ""
    if may_name_lead(person):
        yield from _of_managers(sight)
    elif person.may(Permission.WRITE_TO_FAMILIES):
        yield from _of_secretaries(sight)
    elif service in {"", Service.SOCIAL_WORK}:
        yield from _of_leads(sight)
    else:
        yield _of_service(sight, Service(service))


def _of_leads(sight: _Sight) -> Iterator[Asked]:
    yield _in_danger(sight.mine, referent="moi")
    kinds = (
        (AnswerKind.CALL, "appel", "Vos familles à rappeler", "Appeler"),
        (AnswerKind.MEETING, "rendez-vous", "Vos familles qui veulent un rendez-vous", "Fixer"),
    )
    for kind, asked, label, action in kinds:
        yield Line(
            label,
            "Elles l'ont demandé : la plus ancienne demande d'abord.",
            _listed(attente=asked, referent="moi"),
            action,
            urgent=True,
        ).of(exchanges.asking(sight.mine, kind))
    yield _again(sight.mine, sight, referent="moi")


def _in_danger(rows: QuerySet[Approach], **only: str) -> Asked:
    return Line(
        "Familles à mettre en sécurité",
        "Elles disent qu'il est dangereux de leur écrire : l'adresse est déjà protégée.",
        _listed(attente="danger", **only),
        "Voir la liste",
        urgent=True,
    ).of(exchanges.in_danger(rows))


def _again(rows: QuerySet[Approach], sight: _Sight, **only: str) -> Asked:
    return Line(
        "À reprendre aujourd'hui",
        "Elles avaient dit « pas maintenant » : le jour est venu.",
        _listed(attente="reprendre", **only),
        "Voir la liste",
        urgent=True,
    ).of(exchanges.again(rows, sight.today))


def _of_secretaries(sight: _Sight) -> Iterator[Asked]:
    yield Line(
        "Familles à rappeler",
        "Elles l'ont demandé : la plus ancienne demande d'abord.",
        _listed(attente="appel", ou="miennes"),
        "Appeler",
        urgent=True,
    ).of(exchanges.asking(sight.there, AnswerKind.CALL))
    # Those of a lead are in the lead's own day.
    alone = exchanges.led_by_nobody(sight.there)
    yield _again(alone, sight, ou="miennes", referent="personne")
    yield Line(
        "Courriers à préparer",
        "Une lettre par famille, pour tout ce qui lui est proposé.",
        reverse("mail:batches"),
        "Préparer",
        urgent=True,
    ).of(to_mail(sight.today), to_mail_again(sight.today), most=_MOST_LETTERS)
    yield Line(
        "Messages peut-être partis",
        "Le serveur s'est arrêté pendant l'envoi : demandez à la famille d'abord.",
        _listed(attente="incertain"),
        "Voir la liste",
    ).of(exchanges.uncertain(Approach.objects.all()))
    yield Line(
        "Pages de réponse fermées",
        "Trop de dates fausses : demandez à la famille si c'était elle, puis rouvrez.",
        _listed(attente="fermee", ou="miennes"),
        "Voir la liste",
    ).of(exchanges.with_closed_code(sight.there))
    yield Line(
        "Familles que rien n'a atteintes",
        "Courrier revenu, message échoué : corrigez les coordonnées, ou appelez.",
        _listed(etat=Standing.UNDELIVERED.value, ou="miennes"),
        "Voir la liste",
    ).of(standing_at(sight.there, [Standing.UNDELIVERED], sight.today))


def _of_managers(sight: _Sight) -> Iterator[Asked]:
    yield _in_danger(sight.there, ou="miennes")
    yield Line(
        "Familles à attribuer",
        "Elles ont accepté et n'ont pas de référent : un nom est proposé pour chacune.",
        reverse("approaches:to_assign"),
        "Attribuer",
        urgent=True,
    ).of(exchanges.to_assign(sight.there), order=("accepted_at", "pk"))
    yield Line(
        "Demandes de la règle",
        "La loi leur ouvre ce droit : expliquez la règle, et comment elle a été appliquée.",
        _listed(attente="regle", ou="miennes"),
        "Répondre",
        urgent=True,
    ).of(exchanges.asking(sight.there, AnswerKind.RULE))


def _of_service(sight: _Sight, service: Service) -> Asked:
    waiting = exchanges.asking(sight.there, AnswerKind.CALL, AnswerKind.MEETING)
    return Line(
        "Familles qui attendent votre service",
        "Elles ont accepté : rappelez-les, ou fixez un rendez-vous.",
        _listed(attente="acceptent", service=service.value, ou="miennes"),
        "Voir la liste",
        urgent=True,
    ).of(exchanges.for_service(waiting, service))


def _listed(**filters: str) -> str:
    return f"{reverse('approaches:list')}?{urlencode(filters)}"
