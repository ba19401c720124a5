"""The people of the demonstration: one account a role, and the workers of every commune."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Final

from django.db import transaction
from django.utils import timezone

from jalon.directory.enums import Service
from jalon.directory.errors import DirectoryError
from jalon.directory.models import (
    Absence,
    Commune,
    RoleGrant,
    Sector,
    StaffMember,
    Team,
    Territory,
)
from jalon.directory.roles import Role

_WORKER, _MANAGER = Role.SOCIAL_WORKER, Role.TERRITORY_MANAGER


@dataclass(frozen=True)
class _Person:
    """Someone invented: `territory` counts those of the department, in order of their codes."""

    first_name: str
    last_name: str
    role: Role
    service: Service | None = None
    territory: int | None = None
    working_time: Decimal = Decimal(1)

    @property
    def email(self) -> str:
        plain = str.maketrans("éèêëçïôö", "eeeecioo", "' ")
        name = f"{self.first_name}.{self.last_name}".lower().translate(plain)
        return f"{name}@example.org"


# One account a role: those that the sign-in page of the demonstration offers.
_CHOSEN: Final = (
    _Person("Hélène", "Marchand", Role.DEPARTMENT_HEAD),
    _Person("Bruno", "Lefort", _MANAGER, Service.SOCIAL_WORK, 0),
    _Person("Aïssatou", "Diallo", _WORKER, Service.SOCIAL_WORK, 0),
    _Person("Claire", "Vasseur", Role.MEDIATOR, Service.MEDIATION),
    _Person("Samuel", "Benhamou", Role.PSYCHOLOGIST, Service.PSYCHOLOGY),
    _Person("Nadia", "Ferreira", Role.FINANCIAL_AID_OFFICER, Service.FINANCIAL_AID),
    _Person("Joëlle", "Petit", Role.SECRETARY, Service.SOCIAL_WORK, 0),
    _Person("Thomas", "Nguyen", Role.TARGETING_ANALYST),
    _Person("Inès", "Carpentier", Role.DATA_PROTECTION_OFFICER),
    _Person("Marc", "Delattre", Role.TECHNICAL_ADMINISTRATOR),
)
_PART: Final = Decimal("0.8")
_OTHERS: Final = (
    _Person("Fatoumata", "Sissoko", _MANAGER, Service.SOCIAL_WORK, 1),
    _Person("Camille", "Roussel", _WORKER, Service.SOCIAL_WORK, 0),
    _Person("Yanis", "Haddad", _WORKER, Service.SOCIAL_WORK, 0, _PART),
    _Person("Sylvie", "Morel", _WORKER, Service.SOCIAL_WORK, 0),
    _Person("Mehdi", "Kaci", _WORKER, Service.SOCIAL_WORK, 0, Decimal("0.9")),
    _Person("Laure", "Tessier", _WORKER, Service.SOCIAL_WORK, 0),
    _Person("Karine", "Dubreuil", _WORKER, Service.SOCIAL_WORK, 0, Decimal("0.5")),
    _Person("Ousmane", "Keïta", _WORKER, Service.SOCIAL_WORK, 0),
    _Person("Pauline", "Garnier", _WORKER, Service.SOCIAL_WORK, 1),
    _Person("Adrien", "Colin", _WORKER, Service.SOCIAL_WORK, 1, _PART),
    _Person("Leïla", "Mansouri", _WORKER, Service.SOCIAL_WORK, 1),
    _Person("Vincent", "Barbier", _WORKER, Service.SOCIAL_WORK, 1),
    _Person("Estelle", "Joubert", _WORKER, Service.SOCIAL_WORK, 1, _PART),
)
# Whose last name, days from today until the absence, and its days.
_ABSENCES: Final = (
    ("Morel", -3, 12),
    ("Haddad", 10, 5),
    ("Garnier", 0, 1),
    ("Vasseur", 20, 10),
    ("Petit", 4, 2),
)


@transaction.atomic
def open_demo_accounts() -> None:
    """Open the demonstration's accounts, give their roles, communes, absences; twice is once.

    As the owner of the schema, once the department is laid out: the application itself can make
    no demonstration account. DirectoryError where there is no territory, or an account that is
    not of the demonstration.
    """
    territories = list(Territory.objects.order_by("-code"))
    if not territories:
        raise DirectoryError("Le département n'est pas encore tracé : lancez set_up_department.")
    if StaffMember.objects.filter(is_demo=False).exists():
        raise DirectoryError(
            "De vrais comptes existent ici : la démonstration ne s'installe pas à côté."
        )
    first_day = date(timezone.localdate().year - 1, 1, 1)
    members = [_open(person, territories, first_day) for person in (*_CHOSEN, *_OTHERS)]
    _share_communes(members, territories)
    _note_absences({member.last_name: member for member in members})


def _open(person: _Person, territories: list[Territory], since: date) -> StaffMember:
    member, fresh = StaffMember.objects.get_or_create(
        email=person.email,
        defaults={
            "first_name": person.first_name,
            "last_name": person.last_name,
            "team": _team(person, territories),
            "working_time": person.working_time,
            "password": "!",
            "is_demo": True,
        },
    )
    if fresh:
        RoleGrant.objects.create(member=member, role=person.role.value, since=since)
    return member


def _team(person: _Person, territories: list[Territory]) -> Team | None:
    if person.service is None:
        return None
    teams = Team.objects.filter(service=person.service.value)
    if person.territory is None:
        return teams.filter(territory=None).first()
    return teams.filter(territory=territories[person.territory % len(territories)]).first()


def _share_communes(members: list[StaffMember], territories: list[Territory]) -> None:
    """Give each commune a worker of its territory, and a second one every third commune."""
    roles = {person.email: person.role for person in (*_CHOSEN, *_OTHERS)}
    for territory in territories:
        workers = [
            member
            for member in members
            if roles[member.email] is _WORKER
            and member.team is not None
            and member.team.territory_id == territory.pk
        ]
        turn = cycle(workers)
        sectors = []
        for rank, commune in enumerate(Commune.objects.filter(area__territory=territory)):
            if not workers:
                break
            takers = [next(turn), next(turn)] if rank % 3 == 0 else [next(turn)]
            sectors += [Sector(worker=one, commune=commune) for one in dict.fromkeys(takers)]
        Sector.objects.bulk_create(sectors, ignore_conflicts=True)


def _note_absences(members: dict[str, StaffMember]) -> None:
    today = timezone.localdate()
    for name, ahead, days in _ABSENCES:
        member = members[name]
        if not Absence.objects.filter(member=member).exists():
            first = today + timedelta(days=ahead)
            Absence.objects.create(
                member=member, first_day=first, last_day=first + timedelta(days=days - 1)
            )
