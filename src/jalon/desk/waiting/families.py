"""What waits with families: one's own first, then those of one's communes and service."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jalon.desk.own_families import SOON, soon_late
from jalon.desk.waiting.kept import put_once_a_day
from jalon.desk.waiting.shape import Asked, Line
from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.actions import may_name_lead
from jalon.families.contacts import given_contacts
from jalon.families.queries import Where, families_followed, open_doubts, without_lead
from jalon.outreach import exchanges
from jalon.outreach import queries as outreach
from jalon.outreach.choices import offers_of_service
from jalon.outreach.models import Approach, Proposal


@put_once_a_day
def in_families(person: StaffMember, where: Where) -> Iterator[Asked]:
    """Yield what waits for a person, as far as they work with the families there."""
    yield from _doubts(person)
    yield _given(person, where)
    yield from _followed(person)
    made, only = _for_service(person, where.keep(outreach.proposals()))
    yield _in_person(where.keep(Approach.objects.all()), only)
    yield from _alone(person, where)
    yield Line(
        "Propositions des sept derniers jours",
        f"Faites à des familles qui habitent {where.said}"
        + (f", pour votre service : {_service(person)}." if only else "."),
        _proposals(depuis="semaine", **only),
        "Voir la liste",
    ).of(outreach.recent(made))


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


def _doubts(person: StaffMember) -> Iterator[Asked]:
    if person.may(Permission.MERGE_FAMILIES):
        yield Line(
            "Doublons possibles",
            "Une même personne est connue dans deux familles : comparez et décidez.",
            reverse("families:doubts"),
            "Examiner",
            urgent=True,
        ).of(open_doubts())


def _given(person: StaffMember, where: Where) -> Asked:
    return Line(
        "Coordonnées à confirmer",
        "Données sur la page de réponse : rien ne s'en sert tant que personne n'a vérifié.",
        reverse("families:contacts_to_confirm"),
        "Vérifier",
        urgent=True,
    ).of(given_contacts(person, where))


def _followed(person: StaffMember) -> Iterator[Asked]:
    """Yield the families where one is involved, those that will soon be late apart."""
    yield Line(
        "Vos familles dont le délai s'achève",
        "Il leur reste trente jours au plus pour répondre à une proposition.",
        f"{reverse('families:mine')}?{urlencode({'delai': SOON})}",
        "Voir ces familles",
        urgent=True,
    ).of(soon_late(person))
    yield Line(
        "Vos familles",
        "Celles dont vous êtes référent, ou auprès de qui vous intervenez.",
        reverse("families:mine"),
        "Voir mes familles",
    ).of(families_followed(person))


def _in_person(rows: QuerySet[Approach], only: dict[str, str]) -> Asked:
    if only:
        rows = exchanges.for_service(rows, Service(only["service"]))
    filters = urlencode({"attente": "en-personne", **only, "ou": "miennes"})
    return Line(
        "À joindre en personne",
        "Adresse protégée : ni courrier ni message.",
        f"{reverse('approaches:list')}?{filters}",
        "Voir la liste",
        urgent=True,
    ).of(exchanges.in_person(rows, timezone.localdate()))


def _alone(person: StaffMember, where: Where) -> Iterator[Asked]:
    """Yield the families without a lead: to whoever names them, and to social workers."""
    names = may_name_lead(person)
    social = person.team is None or person.team.service == Service.SOCIAL_WORK
    if not (names or social):
        return
    yield Line(
        "Familles sans référent",
        f"Elles habitent {where.said} ; "
        + ("à vous de leur en donner un." if names else "un responsable leur en donne un."),
        reverse("families:without_lead"),
        "Nommer" if names else "Voir la liste",
    ).of(without_lead(where))
