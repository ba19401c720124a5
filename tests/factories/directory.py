"""Staff, teams and places for tests, made past the wall."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone
from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from conftest import as_owner
from jalon.directory.enums import PlaceKind, Service
from jalon.directory.models import (
    Absence,
    Area,
    Commune,
    Place,
    RoleGrant,
    Sector,
    StaffMember,
    Team,
    Territory,
)
from jalon.directory.roles import Role

PASSWORD = "une phrase que personne ne devine"  # noqa: S105 - of no account but the tests'


class _PastTheWall(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user = 'jalon_owner'")
            (owner,) = cursor.fetchone()
        with nullcontext() if owner else as_owner():
            return super()._create(  # type: ignore[no-untyped-call]
                model_class, *args, **kwargs
            )


class TerritoryFactory(_PastTheWall):
    class Meta:
        model = Territory

    code = Sequence(lambda number: f"territoire-{number}")
    label = Sequence(lambda number: f"Territoire {number}")


class AreaFactory(_PastTheWall):
    class Meta:
        model = Area

    code = Sequence(lambda number: f"secteur-{number}")
    label = Sequence(lambda number: f"Secteur {number}")
    territory = SubFactory(TerritoryFactory)


class CommuneFactory(_PastTheWall):
    class Meta:
        model = Commune

    code = Sequence(lambda number: f"{90000 + number}")
    label = Sequence(lambda number: f"Commune {number}")
    area = SubFactory(AreaFactory)


class PlaceFactory(_PastTheWall):
    class Meta:
        model = Place

    kind = PlaceKind.PERMANENCE
    name = Sequence(lambda number: f"Permanence {number}")
    commune = SubFactory(CommuneFactory)
    half_days_a_week = 2


class TeamFactory(_PastTheWall):
    class Meta:
        model = Team

    label = Sequence(lambda number: f"Équipe {number}")
    service = Service.SOCIAL_WORK
    territory = SubFactory(TerritoryFactory)


class StaffFactory(_PastTheWall):
    """An open account; `role=` gives it a role from today, `password=` a password."""

    class Meta:
        model = StaffMember
        skip_postgeneration_save = True

    email = Sequence(lambda number: f"agent{number}@example.org")
    first_name = Sequence(lambda number: f"Prénom{number}")
    last_name = Sequence(lambda number: f"Nom{number}")
    team = None

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        role: Role | None = kwargs.pop("role", None)
        kwargs["password"] = make_password(kwargs.get("password"))
        member = super()._create(model_class, *args, **kwargs)
        if role is not None:
            RoleGrantFactory.create(member=member, role=role.value)
        return member


class RoleGrantFactory(_PastTheWall):
    class Meta:
        model = RoleGrant

    member = SubFactory(StaffFactory)
    role = Role.SOCIAL_WORKER.value
    since = LazyFunction(timezone.localdate)


class SectorFactory(_PastTheWall):
    class Meta:
        model = Sector

    worker = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    commune = SubFactory(CommuneFactory)


class AbsenceFactory(_PastTheWall):
    class Meta:
        model = Absence

    member = SubFactory(StaffFactory)
    first_day = LazyFunction(timezone.localdate)
    last_day = LazyFunction(timezone.localdate)
