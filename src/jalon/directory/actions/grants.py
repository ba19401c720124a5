"""Gives roles and takes them back."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from jalon.directory.errors import DirectoryError
from jalon.directory.models import IncompatibleRole, RoleGrant, RolePermission, StaffMember
from jalon.directory.roles import Permission, Role, conflict, incompatible_pairs


@transaction.atomic
def give_role(
    *, by: StaffMember, member: StaffMember, role: Role, since: date, until: date | None = None
) -> RoleGrant:
    """Give a role from a day, and perhaps until another, included.

    The database has it wait for a manager's confirmation, unless it only keeps the accounts.
    PermissionDenied unless `by` manages staff; DirectoryError where the role is for oneself, is
    held already, cannot stand beside another of the same days, or the account is closed.
    """
    if not by.may(Permission.MANAGE_STAFF):
        raise PermissionDenied
    if by.pk == member.pk:
        raise DirectoryError("Personne ne se donne un rôle : demandez à un autre administrateur.")
    if until is not None and until < since:
        raise DirectoryError("Le rôle finit avant de commencer : corrigez les dates.")
    locked = StaffMember.objects.select_for_update().get(pk=member.pk)
    if not locked.is_active:
        raise DirectoryError("Ce compte est fermé : rouvrez-le d'abord.")
    same_days = RoleGrant.objects.filter(member=member).overlapping(since, until)
    held = {Role(one) for one in same_days.values_list("role", flat=True)}
    if role in held:
        raise DirectoryError(f"Le rôle « {role.label} » est déjà donné à ces dates.")
    if reason := conflict({*held, role}):
        raise DirectoryError(reason)
    return RoleGrant.objects.create(
        member=member, role=role.value, since=since, until=until, granted_by=by
    )


@transaction.atomic
def end_role(*, by: StaffMember, grant: RoleGrant, until: date | None = None) -> RoleGrant:
    """End a role after a day, included; at once where none is said, whether it began or not.

    PermissionDenied unless `by` manages staff; DirectoryError for one's own role, one that is
    over, or an end that would make it last longer.
    """
    if not by.may(Permission.MANAGE_STAFF):
        raise PermissionDenied
    if by.pk == grant.member_id:
        raise DirectoryError("Personne ne retire son propre rôle : demandez à un autre.")
    today = timezone.localdate()
    held = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    if held.ended_at is not None or (held.until is not None and held.until < today):
        raise DirectoryError("Ce rôle est déjà terminé.")
    if until is None:
        held.end_now()
    else:
        last = max(until, today, held.since)
        if held.until is not None and last > held.until:
            raise DirectoryError("Cette date prolongerait le rôle : donnez-le plutôt de nouveau.")
        held.until = last
    held.save(update_fields=["until", "ended_at"])
    return held


def write_roles(*, using: str) -> None:
    """Copy what each role allows, and which roles clash, from the code to the database.

    Its policies and triggers decide by it. The application may not: migrations do, as the owner.
    """
    with transaction.atomic(using=using):
        _write_permissions(using)
        _write_incompatible_roles(using)


def _write_permissions(using: str) -> None:
    allowed = {(role.value, permission.value) for role in Role for permission in role.permissions}
    rows = RolePermission.objects.using(using)
    known = set(rows.values_list("role", "permission"))
    for role, permission in known - allowed:
        rows.filter(role=role, permission=permission).delete()
    rows.bulk_create(
        RolePermission(role=role, permission=permission)
        for role, permission in sorted(allowed - known)
    )


def _write_incompatible_roles(using: str) -> None:
    wanted = {
        (one.value, other.value, reason) for (one, other), reason in incompatible_pairs().items()
    }
    rows = IncompatibleRole.objects.using(using)
    known = set(rows.values_list("role", "other", "reason"))
    for one, other, reason in known - wanted:
        rows.filter(role=one, other=other, reason=reason).delete()
    rows.bulk_create(
        IncompatibleRole(role=one, other=other, reason=reason)
        for one, other, reason in sorted(wanted - known)
    )
