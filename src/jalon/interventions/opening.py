"""What is written of a family, opened for a few hours by who does not follow it and says why."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.db.models import BigIntegerField, BooleanField, Func, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from jalon.audit.exceptional import SHORTEST
from jalon.audit.models import ExceptionalAccess
from jalon.audit.refusals import refused_as
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.locks import present_family
from jalon.families.models import Family
from jalon.interventions.errors import InterventionError

# How long lists tell of an access, the lead worker's day among them.
LISTED: Final = timedelta(days=30)


def may_open(by: StaffMember, *, follows: bool) -> bool:
    """Tell whether one may open what is written of a family: who follows it reads it already."""
    reads = by.may(Permission.WORK_WITH_FAMILIES) and follows
    return by.may(Permission.OPEN_EXCEPTIONALLY) and not reads


def may_examine(by: StaffMember) -> bool:
    """Tell whether one may have accesses to examine: a manager, of a territory or of all."""
    return by.may(Permission.MANAGE_TERRITORY) or by.may(Permission.MANAGE_DEPARTMENT)


@transaction.atomic
def open_exceptionally(
    *, family: Family, ground: ExceptionalAccess.Ground, reason: str, by: StaffMember
) -> ExceptionalAccess:
    """Open what is written of a family for a few hours, to be read by the person alone.

    InterventionError where one may not or needs not, or has as much open already.
    """
    if not by.may(Permission.OPEN_EXCEPTIONALLY):
        raise InterventionError("Vos fonctions ne donnent pas d'accès exceptionnel.")
    if len("".join(reason.split())) < SHORTEST:
        raise InterventionError("Dites en une phrase ce qui se passe.")
    held = present_family(family.pk)
    refusals = {
        "exceptional_followed": InterventionError(
            "Vous lisez déjà ce qui est écrit de cette famille."
        ),
        "exceptional_once": InterventionError("Vous avez déjà ouvert cette famille."),
        "exceptional_three": InterventionError(
            "Trois familles vous sont déjà ouvertes : attendez, ou appelez votre responsable."
        ),
    }
    with refused_as(refusals):
        return ExceptionalAccess.objects.create(
            staff_id=by.pk, family_id=held.pk, ground=ground, reason=reason.strip()
        )


@transaction.atomic
def examine_access(
    *, access: ExceptionalAccess, finding: ExceptionalAccess.Finding, by: StaffMember
) -> None:
    """Say what one finds of an access, once for all.

    InterventionError where it is not one's to say, or somebody said it first.
    """
    waiting = to_examine().filter(pk=access.pk)
    if not waiting.update(finding=finding, examiner_id=by.pk):
        raise InterventionError("Cet accès est déjà examiné, ou ne l'est pas par vous.")


def lasting(family: Family, by: StaffMember) -> ExceptionalAccess | None:
    """Return the access by which one reads a family now, if any, by the database's clock.

    Asked inside `reading_exceptionally`, what it says holds for all that is then read.
    """
    rows = ExceptionalAccess.objects.filter(family_id=family.pk, staff_id=by.pk)
    return rows.filter(at__lt=TransactionNow(), until__gt=TransactionNow()).first()


class _Answered(Func):
    """Whether one answers for an access: for its family, or for who opened it; asked once."""

    template = "%(expressions)s IN (SELECT wall.accesses_answered())"
    output_field = BooleanField()


class _Led(Func):
    """Whether a family, or what it became, is one that one leads: asked once a query."""

    template = "%(expressions)s IN (SELECT wall.families_led())"
    output_field = BooleanField()


def to_examine() -> QuerySet[ExceptionalAccess]:
    """Return the accesses that wait for the person acting to examine them, the oldest first."""
    waiting = ExceptionalAccess.objects.filter(finding="").order_by("pk")
    return waiting.filter(Q(_Answered("pk")))


def _of_a_month() -> QuerySet[ExceptionalAccess]:
    return ExceptionalAccess.objects.filter(at__gt=Now() - LISTED).order_by("-at", "-pk")


def examined_lately() -> QuerySet[ExceptionalAccess]:
    """Return those of a month that were one's to examine, once they were, the last first."""
    examined = _of_a_month().exclude(finding="")
    return examined.filter(Q(_Answered("pk")))


def own_lately(by: StaffMember) -> QuerySet[ExceptionalAccess]:
    """Return those that one opened oneself in a month, the last first."""
    return _of_a_month().filter(staff_id=by.pk)


def told_to_lead() -> QuerySet[ExceptionalAccess]:
    """Return those of a month with the families that the person acting leads, the last first."""
    return _of_a_month().filter(Q(_Led("family_id")))


def opened_lately(family: Family) -> QuerySet[ExceptionalAccess]:
    """Return the accesses that one is told of to a family, and to those that became it."""
    within = RawSQL(
        "SELECT wall.families_within(ARRAY[%s::bigint])", [family.pk], BigIntegerField()
    )
    return ExceptionalAccess.objects.filter(family_id__in=within).order_by("-at", "-pk")
