"""Opens, changes and closes accounts, and lets their owners choose a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from jalon.directory.errors import DirectoryError, refused_as
from jalon.directory.invitations import digest
from jalon.directory.models import Invitation, RoleGrant, StaffMember, Team
from jalon.directory.roles import Permission, Role

INVITATION_LASTS: Final = timedelta(days=3)
_TAKEN: Final = "Cette adresse a déjà un compte."


@dataclass(frozen=True)
class Details:
    """What an account says of its owner; `working_time` is a share of full time, up to 1."""

    email: str
    first_name: str
    last_name: str
    team: Team | None
    working_time: Decimal


@transaction.atomic
def open_account(*, by: StaffMember, details: Details) -> tuple[StaffMember, str]:
    """Open an account, and return it with the token of the link to choose a password.

    The token is known now and never again. PermissionDenied unless `by` manages staff;
    DirectoryError where the address has an account already.
    """
    _check(by)
    member = _new(details)
    return member, _invite(by, member)


@transaction.atomic
def open_first_account(*, details: Details) -> str:
    """Open the account of the first technical administrator, as the owner of the schema.

    Return the token of the link to choose a password; DirectoryError where somebody may already
    manage staff.
    """
    role = Role.TECHNICAL_ADMINISTRATOR
    if RoleGrant.objects.in_force().filter(role=role.value, member__is_active=True).exists():
        raise DirectoryError("Un administrateur technique existe déjà : demandez-lui un compte.")
    member = _new(details)
    RoleGrant.objects.create(member=member, role=role.value, since=timezone.localdate())
    return _invite(None, member)


@transaction.atomic
def change_details(*, by: StaffMember, member: StaffMember, details: Details) -> None:
    """Change name, address, team or working time; the same errors as `open_account`."""
    _check(by)
    fields = _fields(details)
    for name, value in fields.items():
        setattr(member, name, value)
    with refused_as(_TAKEN):
        member.save(update_fields=list(fields))


@transaction.atomic
def close_account(*, by: StaffMember, member: StaffMember) -> None:
    """Close an account: nobody signs in with it, its sessions stop, its roles end at once.

    PermissionDenied unless `by` manages staff; DirectoryError for one's own account.
    """
    _check(by)
    if by.pk == member.pk:
        raise DirectoryError("Personne ne ferme son propre compte : demandez à un autre.")
    today = timezone.localdate()
    for grant in RoleGrant.objects.filter(member=member).overlapping(today, None):
        grant.end_now()
        grant.save(update_fields=["until", "ended_at"])
    Invitation.objects.filter(member=member, used_at=None).delete()
    member.is_active = False
    member.save(update_fields=["is_active"])


@transaction.atomic
def reopen_account(*, by: StaffMember, member: StaffMember) -> None:
    """Open a closed account again, without its roles; PermissionDenied unless `by` may."""
    _check(by)
    member.is_active = True
    member.save(update_fields=["is_active"])


@transaction.atomic
def invite(*, by: StaffMember, member: StaffMember) -> str:
    """Return the token of a new link to choose a password; the earlier links stop working.

    PermissionDenied unless `by` manages staff; DirectoryError for oneself, a closed account or a
    demonstration one.
    """
    _check(by)
    if by.pk == member.pk:
        raise DirectoryError("Changez votre mot de passe vous-même, sur la page de votre compte.")
    if not member.is_active:
        raise DirectoryError("Ce compte est fermé : rouvrez-le d'abord.")
    if member.is_demo:
        raise DirectoryError("Un compte de démonstration n'a pas de mot de passe.")
    Invitation.objects.filter(member=member, used_at=None).delete()
    return _invite(by, member)


def accept_invitation(*, token: str, password: str) -> bool:
    """Give its password to the account that a token was made for; False if it opens nothing.

    Done by a function of the database: whoever comes is nobody yet, and may change no password.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.accept_invitation(%s, %s)", [token, make_password(password)])
        return bool(cursor.fetchone() != (None,))


@transaction.atomic
def remove_second_factors(*, by: StaffMember, member: StaffMember) -> None:
    """Let someone who lost phone and key set up others at the next sign-in.

    PermissionDenied unless `by` manages staff; DirectoryError for oneself.
    """
    _check(by)
    if by.pk == member.pk:
        raise DirectoryError("Changez vos clés vous-même, sur la page de votre compte.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.remove_second_factors(%s)", [member.pk])


def _check(by: StaffMember) -> None:
    if not by.may(Permission.MANAGE_STAFF):
        raise PermissionDenied


def _new(details: Details) -> StaffMember:
    member = StaffMember(**_fields(details))
    member.set_unusable_password()
    with refused_as(_TAKEN):
        member.save(force_insert=True)
    return member


def _fields(details: Details) -> dict[str, Any]:
    return {
        "email": details.email.strip().lower(),
        "first_name": details.first_name.strip(),
        "last_name": details.last_name.strip(),
        "team": details.team,
        "working_time": details.working_time,
    }


def _invite(by: StaffMember | None, member: StaffMember) -> str:
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    Invitation.objects.create(
        member=member,
        token_hash=digest(token),
        created_at=now,
        created_by=by,
        expires_at=now + INVITATION_LASTS,
    )
    return token
