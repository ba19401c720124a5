"""Shares out the communes, and notes who is away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from jalon.directory.errors import DirectoryError, refused_as
from jalon.directory.models import Absence, Commune, Sector, StaffMember
from jalon.directory.queries import manages


@transaction.atomic
def set_sectors(*, by: StaffMember, worker: StaffMember, communes: Iterable[Commune]) -> None:
    """Make these the communes that a worker takes families of, and no others.

    PermissionDenied unless `by` manages the worker's territory, or the department.
    """
    if not manages(by, worker):
        raise PermissionDenied
    wanted = {commune.pk for commune in communes}
    known = set(Sector.objects.filter(worker=worker).values_list("commune", flat=True))
    Sector.objects.filter(worker=worker, commune__in=known - wanted).delete()
    Sector.objects.bulk_create(
        [Sector(worker=worker, commune_id=code) for code in sorted(wanted - known)],
        ignore_conflicts=True,  # two managers may share out the same commune at once
    )


@transaction.atomic
def declare_absence(
    *, by: StaffMember, member: StaffMember, first_day: date, last_day: date
) -> Absence:
    """Note that someone is away, from a day to another, both included; never why.

    PermissionDenied unless `by` is the person or their manager; DirectoryError for days in the
    wrong order, or already noted.
    """
    _check(by, member)
    if last_day < first_day:
        raise DirectoryError("L'absence finit avant de commencer : corrigez les dates.")
    with refused_as("Une absence est déjà notée à ces dates : retirez-la d'abord."):
        return Absence.objects.create(member=member, first_day=first_day, last_day=last_day)


@transaction.atomic
def withdraw_absence(*, by: StaffMember, absence: Absence) -> None:
    """Forget an absence; PermissionDenied unless `by` is the person or their manager."""
    _check(by, absence.member)
    absence.delete()


def _check(by: StaffMember, member: StaffMember) -> None:
    if by.pk != member.pk and not manages(by, member):
        raise PermissionDenied
