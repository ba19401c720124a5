"""What changes in who is involved with a family, and in what keeps it safe."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.directory.queries import manages
from jalon.directory.roles import Permission, Role
from jalon.families.enums import LiftReason, Safety, SafetySource
from jalon.families.errors import FamilyError
from jalon.families.locks import present_family
from jalon.families.models import Family, Involvement, SafetyWord
from jalon.families.queries import families_led, may_lead


@transaction.atomic
def declare_involvement(*, family: Family, by: StaffMember, myself: bool) -> Involvement:
    """Say that one's own service is involved with a family, oneself or the service as a whole.

    FamilyError where the person has no service, or the same was said already.
    """
    if by.team is None:
        raise FamilyError("Votre compte n'a pas d'équipe : demandez qu'on vous y rattache.")
    worker = by if myself else None
    known = Involvement.objects.filter(
        family=family, service=by.team.service, worker=worker, until=None
    )
    if known.exists():
        raise FamilyError("C'est déjà noté.")
    try:
        with transaction.atomic():
            return Involvement.objects.create(
                family=family, service=by.team.service, worker=worker, since=timezone.localdate()
            )
    except IntegrityError as error:
        # Someone said the same in between: the database has the last word.
        raise FamilyError("C'est déjà noté.") from error


@transaction.atomic
def end_involvement(*, involvement: Involvement, by: StaffMember) -> Involvement:
    """Say that a service, or one of its workers, is involved no more.

    FamilyError where it is another service's to say, or was said already.
    """
    # The database locks no row for who may not change it: it would not even be found.
    if not may_end(involvement, by):
        raise FamilyError("C'est au service qui intervient de dire qu'il n'intervient plus.")
    locked = Involvement.objects.select_for_update(of=("self",)).get(pk=involvement.pk)
    if locked.until is not None:
        raise FamilyError("C'est déjà terminé.")
    locked.until = max(timezone.localdate(), locked.since)
    locked.save(update_fields=["until"])
    return locked


def may_end(involvement: Involvement, by: StaffMember) -> bool:
    """Tell whether a person may end an involvement: their own service's, or any for a manager.

    Who leads a family is a manager's to say.
    """
    own = not involvement.lead and by.team is not None and by.team.service == involvement.service
    return own or may_name_lead(by)


def may_name_lead(by: StaffMember) -> bool:
    """Tell whether a person may say who leads: who leads sees protected addresses."""
    return by.may(Permission.MANAGE_TERRITORY) or by.may(Permission.MANAGE_DEPARTMENT)


@transaction.atomic
def name_lead_worker(*, family: Family, worker: StaffMember, by: StaffMember) -> Involvement:
    """Make a social worker the family's lead; whoever led it until then leads it no more.

    FamilyError where the person may not, for oneself, the worker is no social worker of one's
    territory, or the family was just merged.
    """
    if not may_name_lead(by):
        raise FamilyError("Un responsable nomme le travailleur social référent.")
    if worker.pk == by.pk:
        raise FamilyError("Nul ne se nomme référent : un autre responsable le fait.")
    if not manages(by, worker):
        raise FamilyError(
            "Ce travailleur social est d'un autre territoire : son responsable le nomme."
        )
    if not worker.is_active or Role.SOCIAL_WORKER not in worker.roles:
        raise FamilyError("Seul un travailleur social peut être référent d'une famille.")
    present_family(family.pk)
    today = timezone.localdate()
    leads = Involvement.objects.filter(family=family, lead=True, until=None)
    if leads.filter(worker=worker).exists():
        raise FamilyError("C'est déjà le référent de cette famille.")
    for one in leads:
        one.until = max(today, one.since)
        one.save(update_fields=["until"])
    return Involvement.objects.create(
        family=family, service=Service.SOCIAL_WORK, worker=worker, lead=True, since=today
    )


@transaction.atomic
def say(*, family: Family, flag: Safety, source: SafetySource, by: StaffMember) -> SafetyWord:
    """Say of a family what keeps it safe: anyone who works with it may, and it holds at once.

    FamilyError where the person does not work with families, it was said here already, or the
    family was just merged.
    """
    if not by.may(Permission.SEE_FAMILIES):
        raise FamilyError("Seul qui travaille avec les familles peut le dire.")
    locked = present_family(family.pk)
    if getattr(locked, flag.said_here):
        raise FamilyError("C'est déjà noté.")
    setattr(locked, flag.said_here, True)
    locked.save(update_fields=[flag.said_here])
    return SafetyWord.objects.create(family=family, flag=flag, source=source, by=by)


@transaction.atomic
def lift(*, family: Family, flag: Safety, reason: LiftReason, by: StaffMember) -> SafetyWord:
    """Take back what was said here of a family's safety; what the register says still holds.

    FamilyError where the person may not, it was not said here, or the family was just merged.
    """
    if not may_lift(family, by):
        raise FamilyError(
            "Seul le référent de la famille ou un responsable de territoire peut revenir dessus."
        )
    locked = present_family(family.pk)
    if not getattr(locked, flag.said_here):
        raise FamilyError(
            "Ce n'est pas noté ici : si l'extraction le dit, le dossier de la Caf est à corriger."
        )
    setattr(locked, flag.said_here, False)
    locked.save(update_fields=[flag.said_here])
    return SafetyWord.objects.create(family=family, flag=flag, reason=reason, by=by)


def may_lift(family: Family, by: StaffMember) -> bool:
    """Tell whether a person may take back what keeps a family safe: its lead, or a manager."""
    return lifts(by, leads=family.pk in families_led(by, [family.pk]))


def lifts(by: StaffMember, *, leads: bool) -> bool:
    """Tell the same of a family that one leads, or not."""
    return by.may(Permission.LIFT_PROTECTION) or (leads and may_lead(by))
