"""Gives a worker an address for their own calendar, and takes it back."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from jalon.agenda.errors import AgendaError
from jalon.agenda.locks import hold_diaries
from jalon.agenda.models import Feed
from jalon.directory.invitations import digest
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission


@transaction.atomic
def make_feed(*, by: StaffMember, with_numbers: bool) -> str:
    """Return the token of a new address of one's own calendar; the one before opens nothing.

    It is known now and never again. AgendaError for who receives no families.
    """
    if not by.may(Permission.WORK_WITH_FAMILIES):
        raise AgendaError("Seul qui reçoit des familles a un agenda à suivre.")
    hold_diaries(by.pk)
    revoke_feed(by=by)
    token = secrets.token_urlsafe(32)
    Feed.objects.create(
        worker=by,
        token_hash=digest(token),
        generation=by.generation,
        with_numbers=with_numbers,
    )
    return token


@transaction.atomic
def revoke_feed(*, by: StaffMember) -> None:
    """Have the address of one's own calendar open nothing any more."""
    Feed.objects.filter(worker=by, revoked_at=None).update(revoked_at=timezone.now())
