"""Confirms roles, or declines them: who keeps the accounts shows nobody a family alone."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from jalon.directory.errors import DirectoryError
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.queries import account_of_email, link_waits, may_confirm
from jalon.directory.roles import Permission, Role

_DECIDED = "Cette demande n'attend plus : elle a déjà été confirmée, refusée ou retirée."
_LINK_WAITS = (
    "Un lien de mot de passe attend encore : confirmez quand la personne vous a dit s'en être "
    "servie."
)


@transaction.atomic
def confirm_role(*, by: StaffMember, grant: RoleGrant) -> None:
    """Have a role that waits take effect.

    PermissionDenied unless `by` may confirm it; DirectoryError where it waits no more, or where
    the person has still to come in by a link.
    """
    if not may_confirm(by, grant):
        raise PermissionDenied
    if not _decide("confirm_role", grant):
        raise DirectoryError(_LINK_WAITS if link_waits(grant.member) else _DECIDED)


@transaction.atomic
def decline_role(*, by: StaffMember, grant: RoleGrant) -> None:
    """End a role that waits before it takes effect; the same errors as `confirm_role`."""
    if not may_confirm(by, grant):
        raise PermissionDenied
    if not _decide("decline_role", grant):
        raise DirectoryError(_DECIDED)


@transaction.atomic
def confirm_as_installer(*, email: str) -> list[Role]:
    """Confirm the roles that wait on an account, as the owner of the schema; return which.

    For those that nobody else can: DirectoryError where the address has no account, where nothing
    waits, or where another person answers for the department and is the one to ask.
    """
    member = account_of_email(email)
    if member is None:
        raise DirectoryError(f"Aucun compte n'a l'adresse « {email} ».")
    waiting = RoleGrant.objects.waiting().filter(member=member)
    if not waiting:
        raise DirectoryError("Aucun rôle de ce compte n'attend d'être confirmé.")
    heads = RoleGrant.objects.in_force().exclude(member=member).filter(member__is_active=True)
    answering = [role.value for role in Role if Permission.MANAGE_DEPARTMENT in role.permissions]
    if head := heads.filter(role__in=answering).select_related("member").first():
        raise DirectoryError(f"{head.member} répond du département : c'est à cette personne.")
    roles = [Role(grant.role) for grant in waiting]
    waiting.update(confirmed_at=timezone.now())
    return roles


def _decide(function: str, grant: RoleGrant) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT wall.{function}(%s)", [grant.pk])
        (done,) = cursor.fetchone()
    return bool(done)
