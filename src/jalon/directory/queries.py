"""What the directory tells the rooms above and its own pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)
from django.db.models.functions import Lower
from django.utils import timezone

from jalon.directory.models import (
    Absence,
    Commune,
    Invitation,
    Place,
    RoleGrant,
    Sector,
    StaffMember,
    Team,
)
from jalon.directory.roles import PRACTICE, Permission, Role

_LINK_WAITS: Final = Func(F("member"), function="wall.link_waits", output_field=BooleanField())


def demo_accounts_exist() -> bool:
    """Tell whether accounts that open by a click are open: production refuses to start."""
    return StaffMember.objects.filter(is_demo=True, is_active=True).exists()


def demo_accounts() -> QuerySet[StaffMember]:
    """Return the open demonstration accounts that hold a role today."""
    held = RoleGrant.objects.in_force().filter(member=OuterRef("pk"))
    return StaffMember.objects.filter(Exists(held), is_demo=True, is_active=True)


@dataclass(frozen=True)
class DemoChoice:
    """A demonstration account as its page offers it."""

    pk: int
    role_label: str
    purpose: str
    get_full_name: str


def choices_of_demo() -> list[DemoChoice]:
    """Return one demonstration account a role, in the roles' order: the first opened of each."""
    grants = RoleGrant.objects.in_force().filter(member__in=demo_accounts())
    first: dict[Role, StaffMember] = {}
    for grant in grants.select_related("member").order_by("member_id"):
        first.setdefault(Role(grant.role), grant.member)
    return [
        DemoChoice(first[role].pk, role.label, role.purpose, first[role].get_full_name())
        for role in Role
        if role in first
    ]


def account_of_email(email: str) -> StaffMember | None:
    """Return the account of an address, whatever its capitals, open or not."""
    return StaffMember.objects.filter(email__iexact=email.strip()).first()


def staff() -> QuerySet[StaffMember]:
    """Return every member of staff with team, territory and the roles held today."""
    return (
        StaffMember.objects.select_related("team__territory")
        .prefetch_related(Prefetch("grants", RoleGrant.objects.in_force(), "held"))
        .order_by(Lower("last_name"), Lower("first_name"), "pk")
    )


def named(people: QuerySet[StaffMember], words: str) -> QuerySet[StaffMember]:
    """Keep those whose name or address holds every word, whatever accents and capitals."""
    for word in words.split():
        people = people.filter(
            Q(last_name__unaccent__icontains=word)
            | Q(first_name__unaccent__icontains=word)
            | Q(email__icontains=word)
        )
    return people


def away_on(people: QuerySet[StaffMember], day: date) -> QuerySet[StaffMember]:
    """Keep those who are absent on a day."""
    return people.filter(absences__first_day__lte=day, absences__last_day__gte=day)


def member_of(public_id: UUID) -> StaffMember:
    """Return one member with all that their page shows; StaffMember.DoesNotExist otherwise."""
    return (
        StaffMember.objects.select_related("team__territory")
        .prefetch_related(
            Prefetch(
                "grants",
                RoleGrant.objects.select_related("granted_by", "confirmed_by").order_by(
                    "-since", "-pk"
                ),
            ),
            Prefetch("sectors", Sector.objects.select_related("commune").order_by("commune")),
            Prefetch("absences", Absence.objects.filter(last_day__gte=timezone.localdate())),
        )
        .get(public_id=public_id)
    )


def answers_for_territory(manager: StaffMember, territory_id: int | None) -> bool:
    """Tell whether one answers for a territory; whoever does for the department, for any or none.

    The wall says the same (`wall.answers_for_territory`).
    """
    if manager.may(Permission.MANAGE_DEPARTMENT):
        return True
    if not manager.may(Permission.MANAGE_TERRITORY):
        return False
    mine = manager.team.territory_id if manager.team else None
    return mine is not None and mine == territory_id


def manages(manager: StaffMember, member: StaffMember) -> bool:
    """Tell whether one shares out the other's communes: same territory, or whole department."""
    return answers_for_territory(manager, member.team.territory_id if member.team else None)


def manages_place(manager: StaffMember, place: Place | None) -> bool:
    """Tell whether one says when a place opens: of one's territory; all, for the department."""
    return answers_for_territory(manager, place.commune.area.territory_id if place else None)


def may_confirm(manager: StaffMember, grant: RoleGrant) -> bool:
    """Tell whether one may confirm a role: a manager of the person, neither giver nor receiver.

    Within a territory, only a role that allows no more than its manager's own, rights of practice
    aside, and not theirs.
    """
    if manager.pk in {grant.member_id, grant.granted_by_id}:
        return False
    if manager.may(Permission.MANAGE_DEPARTMENT):
        return True
    return grant.role in _confirmed_in_territory(manager) and manages(manager, grant.member)


def to_confirm(manager: StaffMember) -> QuerySet[RoleGrant]:
    """Return the roles that wait for someone's confirmation, the oldest first.

    `link_waits` tells of each whether the person has still to come in by a link.
    """
    waiting = RoleGrant.objects.waiting().exclude(member=manager)
    waiting = waiting.filter(~Q(granted_by=manager) | Q(granted_by=None))
    if not manager.may(Permission.MANAGE_DEPARTMENT):
        territory = manager.team.territory_id if manager.team else None
        waiting = waiting.filter(
            role__in=_confirmed_in_territory(manager),
            member__team__territory__isnull=False,
            member__team__territory=territory,
        )
    return waiting.annotate(link_waits=_LINK_WAITS).order_by("pk")


def waits_to_be_confirmed(member: StaffMember) -> bool:
    """Tell whether one of somebody's roles allows nothing yet, or for now."""
    return RoleGrant.objects.waiting().filter(member=member).exists()


def ready_to_confirm(manager: StaffMember) -> QuerySet[RoleGrant]:
    """Return those of `to_confirm` whose person has no link still to come in by."""
    return to_confirm(manager).exclude(_LINK_WAITS)


def _confirmed_in_territory(manager: StaffMember) -> set[str]:
    if not manager.may(Permission.MANAGE_TERRITORY):
        return set()
    return {
        role.value
        for role in Role
        if Permission.MANAGE_TERRITORY not in role.permissions
        and all(manager.may(one) for one in role.permissions - PRACTICE)
    }


def link_waits(member: StaffMember) -> bool:
    """Tell whether someone has still to come in by a link; for managers and accounts alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.link_waits(%s)", [member.pk])
        (waits,) = cursor.fetchone()
    return bool(waits)


def second_factors(member: StaffMember) -> int:
    """Count the apps and keys that an account has; 0 for who manages neither it nor staff."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.second_factors(%s)", [member.pk])
        (count,) = cursor.fetchone()
    return int(count)


@dataclass(frozen=True)
class Factor:
    """An app or a key of an account."""

    label: str
    added_at: datetime


@dataclass(frozen=True)
class WaysIn:
    """By what an account is entered, besides the organisation's own sign-in.

    `known` changes with any of it. `link_used_at` is when a link last gave the password.
    """

    known: str
    password: bool
    link_used_at: datetime | None
    factors: tuple[Factor, ...]


def ways_in(grant: RoleGrant) -> WaysIn:
    """Return what opens the account that a role was given to, for whoever may confirm it.

    PermissionDenied for others.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.ways_in(%s)", [grant.pk])
        (found,) = cursor.fetchone()
    if found is None:
        raise PermissionDenied
    told = json.loads(found)
    used = told["link_used_at"]
    factors = tuple(
        Factor(_named(one["kind"], one["name"]), datetime.fromisoformat(one["added_at"]))
        for one in told["factors"]
    )
    used_at = None if used is None else datetime.fromisoformat(used)
    return WaysIn(told["known"], told["password"], used_at, factors)


def _named(kind: str, name: str | None) -> str:
    if kind == Authenticator.Type.TOTP:
        return "Application de codes"
    return f"Clé d'accès « {name} »" if name else "Clé d'accès"


def open_invitation(member: StaffMember) -> Invitation | None:
    """Return the link by which an account may still choose a password."""
    return Invitation.objects.open().filter(member=member).first()


def never_came_in() -> QuerySet[StaffMember]:
    """Return the open accounts that nobody came in by, and whose links all ran out unused."""
    links = Invitation.objects.filter(member=OuterRef("pk"))
    served = links.filter(Q(used_at__isnull=False) | Q(expires_at__gt=timezone.now()))
    alone = StaffMember.objects.filter(last_login=None, is_active=True)
    return alone.filter(Exists(links), ~Exists(served)).order_by("pk")


@dataclass(frozen=True)
class SharedCommune:
    """A commune as it is shared out: `workers` counts the open accounts that take its families."""

    code: str
    label: str
    area: str
    workers: int


def shared_communes() -> list[SharedCommune]:
    """Return every commune with its area, in order of areas and names."""
    taken = Count("sectors", filter=Q(sectors__worker__is_active=True))
    rows = Commune.objects.annotate(workers=taken).order_by("area__label", "label")
    return [
        SharedCommune(*row) for row in rows.values_list("code", "label", "area__label", "workers")
    ]


def social_workers() -> QuerySet[StaffMember]:
    """Return the open accounts that hold the role of social worker today."""
    held = RoleGrant.objects.in_force().filter(
        member=OuterRef("pk"), role=Role.SOCIAL_WORKER.value
    )
    return StaffMember.objects.filter(Exists(held), is_active=True)


def holders(permission: Permission) -> QuerySet[StaffMember]:
    """Return the open accounts that one of the roles held today allows something."""
    roles = [role.value for role in Role if permission in role.permissions]
    held = RoleGrant.objects.in_force().filter(member=OuterRef("pk"), role__in=roles)
    return StaffMember.objects.filter(Exists(held), is_active=True)


def teams() -> QuerySet[Team]:
    """Return the teams with their territory."""
    return Team.objects.select_related("territory")
