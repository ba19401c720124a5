"""What waits with families: one's own first, then those of one's communes and service."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jalon.desk.own_families import SOON, soon_late
from jalon.desk.waiting.shape import Line, Waiting, count, said
from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.actions import may_name_lead
from jalon.families.contacts import given_contacts
from jalon.families.queries import Where, families_followed, open_doubts, where_works, without_lead
from jalon.outreach import exchanges
from jalon.outreach import queries as outreach
from jalon.outreach.choices import offers_of_service
from jalon.outreach.models import Approach, Proposal


def in_families(person: StaffMember) -> Iterator[Waiting]:
    """Yield what waits for a person, as far as they work with families."""
    where = where_works(person)
    yield from _doubts(person)
    yield from _given(person, where)
    yield from _followed(person)
    made, only = _for_service(person, where.keep(outreach.proposals()))
    yield from _in_person(where.keep(Approach.objects.all()), only)
    yield from _alone(person, where)
    if recent := count(outreach.recent(made)):
        yield Waiting(
            "Propositions des sept derniers jours",
            said(recent),
            f"Faites à des familles qui habitent {where.said}"
            + (f", pour votre service : {_service(person)}." if only else "."),
            _proposals(depuis="semaine", **only),
            "Voir la liste",
        )


def _service(person: StaffMember) -> str:
    return person.team.get_service_display().lower() if person.team else ""


def _for_service(
    person: StaffMember, rows: QuerySet[Proposal]
) -> tuple[QuerySet[Proposal], dict[str, str]]:
    """Keep the proposals of one's own service, and how the list is asked for them.

    Whoever answers for the department, or is of no service, sees those of all.
    """
    if person.team is None or person.may(Permission.MANAGE_DEPARTMENT):
        return rows, {}
    service = person.team.service
    return rows.filter(offer__in=offers_of_service(service)), {"service": service}


def _proposals(**filters: str) -> str:
    return f"{reverse('outreach:proposals')}?{urlencode({**filters, 'ou': 'miennes'})}"


def _doubts(person: StaffMember) -> Iterator[Waiting]:
    if person.may(Permission.MERGE_FAMILIES) and (doubts := count(open_doubts())):
        yield Waiting(
            "Doublons possibles",
            said(doubts),
            "Une même personne est connue dans deux familles : comparez et décidez.",
            reverse("families:doubts"),
            "Examiner",
            urgent=True,
        )


def _given(person: StaffMember, where: Where) -> Iterator[Waiting]:
    return Line(
        "Coordonnées à confirmer",
        "Données sur la page de réponse : rien ne s'en sert tant que personne n'a vérifié.",
        reverse("families:contacts_to_confirm"),
        "Vérifier",
        urgent=True,
    ).of(given_contacts(person, where))


def _followed(person: StaffMember) -> Iterator[Waiting]:
    """Yield the families where one is involved, those that will soon be late apart."""
    if ending := count(soon_late(person)):
        yield Waiting(
            "Vos familles dont le délai s'achève",
            said(ending),
            "Il leur reste trente jours au plus pour répondre à une proposition.",
            f"{reverse('families:mine')}?{urlencode({'delai': SOON})}",
            "Voir ces familles",
            urgent=True,
        )
    if followed := count(families_followed(person)):
        yield Waiting(
            "Vos familles",
            said(followed),
            "Celles dont vous êtes référent, ou auprès de qui vous intervenez.",
            reverse("families:mine"),
            "Voir mes familles",
        )


def _in_person(rows: QuerySet[Approach], only: dict[str, str]) -> Iterator[Waiting]:
    if only:
        rows = exchanges.for_service(rows, Service(only["service"]))
    if in_person := count(exchanges.in_person(rows, timezone.localdate())):
        filters = urlencode({"attente": "en-personne", **only, "ou": "miennes"})
        yield Waiting(
            "À joindre en personne",
            said(in_person),
            "Adresse protégée : ni courrier ni message.",
            f"{reverse('approaches:list')}?{filters}",
            "Voir la liste",
            urgent=True,
        )


def _alone(person: StaffMember, where: Where) -> Iterator[Waiting]:
    """Yield the families without a lead: to whoever names them, and to social workers."""
    names = may_name_lead(person)
    social = person.team is None or person.team.service == Service.SOCIAL_WORK
    if not (names or social):
        return
    if alone := count(without_lead(where)):
        yield Waiting(
            "Familles sans référent",
            said(alone),
            f"Elles habitent {where.said} ; "
            + ("à vous de leur en donner un." if names else "un responsable leur en donne un."),
            reverse("families:without_lead"),
            "Nommer" if names else "Voir la liste",
        )
