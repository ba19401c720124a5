"""Who read and changed what, for whoever controls it; what was read or changed is not shown."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from jalon.audit.models import Change, ExceptionalAccess, Read

_WEEK: Final = timedelta(days=7)
Log = TypeVar("Log", Read, Change, ExceptionalAccess)


@dataclass(frozen=True)
class Scope:
    """The part of a log to show: one person's, one family's, between two days included.

    `subject_id` is the member of staff whom a change is about: readings are about none.
    """

    staff_id: int | None = None
    subject_id: int | None = None
    family_id: int | None = None
    since: date | None = None
    until: date | None = None

    def of(self, log: QuerySet[Log]) -> QuerySet[Log]:
        """Keep the lines of the scope, the last first."""
        if self.staff_id is not None:
            log = log.filter(staff_id=self.staff_id)
        if self.family_id is not None:
            log = log.filter(family_id=self.family_id)
        if self.since is not None:
            log = log.filter(at__gte=_start(self.since))
        if self.until is not None:
            log = log.filter(at__lt=_start(self.until + timedelta(days=1)))
        return log.order_by("-at", "-id")


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def reads(scope: Scope | None) -> QuerySet[Read]:
    """Return the readings of a scope, the last first; none without a scope."""
    return scope.of(Read.objects.all()) if scope else Read.objects.none()


def reads_of_family(family_id: int) -> QuerySet[Read]:
    """Return the readings of a family, those of its files before it was known included."""
    early = _numbers("SELECT wall.early_reads_of_family(%s)", family_id)
    log = Read.objects.filter(Q(family_id=family_id) | Q(pk__in=early))
    return log.order_by("-at", "-id")


def reads_of_household(number: str) -> QuerySet[Read]:
    """Return the readings of a file that no family was known by, found by its number."""
    return Read.objects.filter(pk__in=_numbers("SELECT wall.reads_of_household(%s)", number))


def _numbers(query: str, about: int | str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, [about])
        return [number for (number,) in cursor.fetchall()]


def accesses(scope: Scope | None) -> QuerySet[ExceptionalAccess]:
    """Return the exceptional accesses of a scope, the last first; none without a scope."""
    made = ExceptionalAccess.objects
    return scope.of(made.all()) if scope else made.none()


def accesses_to(family_id: int) -> QuerySet[ExceptionalAccess]:
    """Return the exceptional accesses to a family and to those that it took in, the first first.

    As far as the database shows them to whoever asks: its lead sees all.
    """
    within = _numbers("SELECT wall.families_within(ARRAY[%s::bigint])", family_id)
    return ExceptionalAccess.objects.filter(family_id__in=within).order_by("at", "id")


def to_clear_up() -> tuple[QuerySet[ExceptionalAccess], QuerySet[ExceptionalAccess]]:
    """Return the accesses questioned until cleared up, and those not examined within a week."""
    made = ExceptionalAccess.objects
    questioned = made.filter(finding=ExceptionalAccess.Finding.QUESTIONED, clearer_id=None)
    return questioned, made.filter(finding="", at__lt=Now() - _WEEK)


def reads_during(access: ExceptionalAccess) -> QuerySet[Read]:
    """Return what was read of a family by who opened it exceptionally, while it lasted."""
    scope = Scope(staff_id=access.staff_id, family_id=access.family_id)
    return scope.of(Read.objects.filter(at__gte=access.at, at__lt=access.until))


def changes(scope: Scope | None) -> QuerySet[Change]:
    """Return the changes of a scope, without what they changed; none without a scope.

    Coming in changes nothing: `sign_ins` tells of it.
    """
    made = Change.objects.exclude(action=Change.Action.SIGN_IN)
    if scope is None:
        return made.none()
    if scope.subject_id is not None:
        made = made.filter(subject_id=scope.subject_id)
    return scope.of(made)


def sign_ins(scope: Scope | None) -> QuerySet[Change]:
    """Return when those of a scope came in, the last first; none without a scope."""
    accounts = get_user_model()._meta.db_table  # noqa: SLF001 - Django's own name
    came = Change.objects.filter(action=Change.Action.SIGN_IN, table_name=accounts)
    if scope is None:
        return came.none()
    if scope.staff_id is not None:
        # The row is the account's own, and indexed: who acts may not be known yet.
        came = came.filter(row_id=scope.staff_id)
    return replace(scope, staff_id=None).of(came)


def roles_given(changes: Collection[Change]) -> dict[int, str]:
    """Return, of changes of roles given, the row's number and the role's name."""
    grants = apps.get_model("directory", "RoleGrant")
    rows = {one.row_id for one in changes if one.table_name == grants._meta.db_table}  # noqa: SLF001 - Django's own name
    found = grants._default_manager.filter(pk__in=rows) if rows else ()  # noqa: SLF001
    return {one.pk: one.get_role_display() for one in found}


def everyone() -> list[tuple[str, str]]:
    """Return who may be chosen, by public reference and full name, after everyone at once."""
    staff = get_user_model()._default_manager.values_list("public_id", "first_name", "last_name")  # noqa: SLF001 - Django's own name
    people = [(str(one), f"{first} {last}".strip()) for one, first, last in staff]
    return [("", "Tout le monde"), *people]


def staff_of(reference: str) -> int | None:
    """Return the number of a member of staff; None where none is meant."""
    if not reference:
        return None
    found = get_user_model()._default_manager.filter(public_id=reference)  # noqa: SLF001 - Django's own name
    return found.values_list("pk", flat=True).first()


def names_of(staff_ids: Collection[int]) -> dict[int, str]:
    """Return the full name of each member of staff."""
    found = get_user_model()._default_manager.filter(pk__in=staff_ids)  # noqa: SLF001 - Django's own name
    return {one.pk: one.get_full_name() for one in found}


def references_of(family_ids: Collection[int]) -> dict[int, uuid.UUID]:
    """Return the public reference of each family, which is all that control sees of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT family, reference FROM wall.family_references(%s)", [list(family_ids)]
        )
        return dict(cursor.fetchall())


def family_of(reference: uuid.UUID) -> int | None:
    """Return the number of the family of a public reference, None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.family_of_reference(%s)", [reference])
        (found,) = cursor.fetchone()
        return found if isinstance(found, int) else None


def reference_of_household(number: str) -> uuid.UUID | None:
    """Return the public reference of the family of a household's number, if it is known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.reference_of_household(%s)", [number])
        (found,) = cursor.fetchone()
        return found if isinstance(found, uuid.UUID) else None


def table_in_words(table: str) -> str:
    """Return what a table holds, in French."""
    if table == "mfa_authenticator":
        return "second facteur"
    names = {one._meta.db_table: one._meta.verbose_name for one in apps.get_models()}  # noqa: SLF001 - Django's own name
    return str(names.get(table, table))
