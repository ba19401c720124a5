"""That somebody's record is made: written before anything is shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.enums import PersonRole
from jalon.families.locks import present_family
from jalon.families.models import Family, Person
from jalon.families.queries import families_led
from jalon.interventions.enums import IdentityCheck
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import RecordExport


def may_export(family: Family, by: StaffMember) -> bool:
    """Tell whether one makes a family's records: its lead, who reads all that is written of it."""
    return by.may(Permission.WORK_WITH_FAMILIES) and bool(families_led(by, [family.pk]))


@transaction.atomic
def export_record(
    *, family: Family, person: Person, asked_on: date, identity: IdentityCheck, by: StaffMember
) -> RecordExport:
    """Write down that an adult of a family asked for their record, and that it is made.

    InterventionError for who does not lead the family, or where the person is not of it.
    """
    if not may_export(family, by):
        raise InterventionError(
            "Le référent de la famille remet son dossier : il le lit en entier."
        )
    held = present_family(family.pk)
    adult = person.role in {PersonRole.RESPONSIBLE, PersonRole.SPOUSE}
    if person.family_id != held.pk or not adult or person.death_date is not None:
        raise InterventionError("Choisissez un adulte de cette famille.")
    if asked_on > timezone.localdate():
        raise InterventionError("Le jour de la demande est encore à venir.")
    return RecordExport.objects.create(
        family=held, person=person, asked_on=asked_on, identity=identity, by=by
    )


def settle_reading(
    *, export: RecordExport, reading: str, struck: Collection[str], by: StaffMember
) -> RecordExport:
    """Write down that the free texts of a record were read again, and which sentences go.

    `reading` is the digest of the texts, `struck` those of the sentences. InterventionError for
    anybody but who made the record, while it leads the family.
    """
    if export.by_id != by.pk or not may_export(export.family, by):
        raise InterventionError("Qui fait le dossier relit ses textes.")
    export.reading = reading
    export.struck = sorted(struck)
    export.save(update_fields=["reading", "struck"])
    return export
