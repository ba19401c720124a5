"""Confirms roles, or declines them: who keeps the accounts shows nobody a family alone."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from jalon.directory.errors import DirectoryError
from jalon.directory.models import Invitation, RoleGrant, StaffMember
from jalon.directory.queries import account_of_email, link_waits, may_confirm
from jalon.directory.roles import Permission, Role

_DECIDED = "Cette demande n'attend plus : elle a déjà été confirmée, refusée ou retirée."
_CHANGED = (
    "Un mot de passe ou une clé de ce compte vient de changer : relisez la page, et demandez de "
    "nouveau à la personne."
)
_LINK_WAITS = (
    "Un lien de mot de passe attend encore : confirmez quand la personne vous a dit s'en être "
    "servie."
)


@transaction.atomic
def confirm_role(*, by: StaffMember, grant: RoleGrant, known: str) -> None:
    """Have a role that waits take effect, and end the sessions of whoever holds it.

    `known` is what `ways_in` told when the person was asked. PermissionDenied unless `by` may
    confirm it; DirectoryError where it waits no more, where the person has still to come in by a
    link, or where what opens the account has changed since.
    """
    if not may_confirm(by, grant):
        raise PermissionDenied
    if _decide("confirm_role", grant, known):
        return
    grant.refresh_from_db()
    if grant.confirmed_at is not None or grant.ended_at is not None:
        raise DirectoryError(_DECIDED)
    raise DirectoryError(_LINK_WAITS if link_waits(grant.member) else _CHANGED)


@transaction.atomic
def remove_ways_in(*, by: StaffMember, grant: RoleGrant) -> None:
    """Take away all that opens the account of who waits for a role: they come in anew.

    The same errors as `decline_role`.
    """
    if not may_confirm(by, grant):
        raise PermissionDenied
    if not _decide("remove_ways_in", grant):
        raise DirectoryError(_DECIDED)


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
    waits, where a link has still to serve, or where another person answers for the department and
    is the one to ask.
    """
    found = account_of_email(email)
    if found is None:
        raise DirectoryError(f"Aucun compte n'a l'adresse « {email} ».")
    # Held first, as the database does: nobody changes what opens it meanwhile.
    member = StaffMember.objects.select_for_update().get(pk=found.pk)
    if Invitation.objects.open().filter(member=member).exists():
        raise DirectoryError(_LINK_WAITS)
    waiting = RoleGrant.objects.waiting().filter(member=member)
    if not waiting:
        raise DirectoryError("Aucun rôle de ce compte n'attend d'être confirmé.")
    heads = RoleGrant.objects.in_force().exclude(member=member).filter(member__is_active=True)
    answering = [role.value for role in Role if Permission.MANAGE_DEPARTMENT in role.permissions]
    if head := heads.filter(role__in=answering).select_related("member").first():
        raise DirectoryError(f"{head.member} répond du département : c'est à cette personne.")
    roles = [Role(grant.role) for grant in waiting]
    waiting.update(confirmed_at=timezone.now())
    StaffMember.objects.filter(pk=member.pk).update(generation=F("generation") + 1)
    return roles


def _decide(function: str, grant: RoleGrant, *told: str) -> bool:
    places = ", ".join(["%s"] * (1 + len(told)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT wall.{function}({places})", [grant.pk, *told])
        (done,) = cursor.fetchone()
    return bool(done)
