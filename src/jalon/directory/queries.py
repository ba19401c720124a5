"""What the directory tells the rooms above and its own pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from jalon.directory.models import (
    Absence,
    Commune,
    Invitation,
    RoleGrant,
    Sector,
    StaffMember,
    Team,
)
from jalon.directory.roles import Permission, Role


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
                RoleGrant.objects.select_related("granted_by").order_by("-since", "-pk"),
            ),
            Prefetch("sectors", Sector.objects.select_related("commune").order_by("commune")),
            Prefetch("absences", Absence.objects.filter(last_day__gte=timezone.localdate())),
        )
        .get(public_id=public_id)
    )


def manages(manager: StaffMember, member: StaffMember) -> bool:
    """Tell whether one shares out the other's communes: same territory, or whole department."""
    if manager.may(Permission.MANAGE_DEPARTMENT):
        return True
    if not manager.may(Permission.MANAGE_TERRITORY):
        return False
    mine = manager.team.territory_id if manager.team else None
    theirs = member.team.territory_id if member.team else None
    return mine is not None and mine == theirs


def second_factors(member: StaffMember) -> int:
    """Count the apps and keys that an account has; for whoever manages staff, 0 for others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.second_factors(%s)", [member.pk])
        (count,) = cursor.fetchone()
    return int(count)


def open_invitation(member: StaffMember) -> Invitation | None:
    """Return the link by which an account may still choose a password."""
    return Invitation.objects.open().filter(member=member).first()


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
