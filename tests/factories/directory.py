"""Staff, teams and places for tests, made past the wall."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone
from factory import enums
from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

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
_MAKING: Final[ContextVar[bool]] = ContextVar("_MAKING", default=False)


@contextmanager
def _past_the_wall() -> Iterator[None]:
    """Work as the owner: asked once for a thing and all that it is made of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, set_config('role', 'jalon_owner', false)")
        before, _ = cursor.fetchone()
    making = _MAKING.set(True)
    try:
        yield
    finally:
        _MAKING.reset(making)
        if before != "jalon_owner":
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


class _PastTheWall(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        if strategy != enums.CREATE_STRATEGY or _MAKING.get():
            return super()._generate(strategy, params)  # type: ignore[no-untyped-call]
        with _past_the_wall():
            return super()._generate(strategy, params)  # type: ignore[no-untyped-call]


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
        member = super()._create(model_class, *args, **kwargs)  # type: ignore[no-untyped-call]
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
