"""What changes in an information-advice: opened, met, followed up, closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from jalon.agenda.models import Appointment
from jalon.audit.refusals import refused_as
from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.actions import declare_involvement
from jalon.families.locks import present_family
from jalon.families.models import Family, Involvement
from jalon.interventions.drafting import forget_draft
from jalon.interventions.enums import (
    ActionBy,
    AdviceOutcome,
    AdviceState,
    MeetingMode,
    Origin,
    OtherService,
)
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import AdviceMeeting, InformationAdvice, PlannedAction
from jalon.interventions.revising import Value, revise
from jalon.outreach.models import Proposal

_OVER: Final = "Cette information-conseil est close."


@dataclass(frozen=True)
class From:
    """Where an intervention comes from, with the proposal or who sent the family."""

    origin: Origin
    proposal: Proposal | None = None
    referrer: str = ""


@dataclass(frozen=True)
class MeetingWords:
    """What was said at a meeting, in the words of whoever held it."""

    held_on: date
    mode: MeetingMode
    asked: str = ""
    told: str = ""
    advised: str = ""
    agreed: str = ""
    handed: str = ""

    @property
    def fields(self) -> dict[str, Value]:
        """The columns and what they hold."""
        return dict(vars(self))


@transaction.atomic
def open_advice(
    *, family: Family, come: From, other_service: OtherService, by: StaffMember
) -> InformationAdvice:
    """Open an information-advice, and say to all services that one is involved.

    InterventionError where the person receives no families, or has one open with this family.
    """
    receives(by)
    present_family(family.pk)
    already = InterventionError(
        "Vous avez déjà une information-conseil ouverte avec cette famille."
    )
    with refused_as({"advice_one_open": already}):
        opened = InformationAdvice.objects.create(
            family=family,
            worker=by,
            origin=come.origin,
            proposal=come.proposal,
            referrer=come.referrer,
            other_service=other_service,
            opened_on=timezone.localdate(),
        )
    involve(family, by)
    return opened


def receives(by: StaffMember) -> None:
    """Refuse whoever receives no families in social work, with InterventionError."""
    if not by.may(Permission.WORK_WITH_FAMILIES):
        raise InterventionError("Seul un travailleur social reçoit et accompagne une famille.")
    if by.team is None or by.team.service != Service.SOCIAL_WORK:
        raise InterventionError(
            "Votre compte n'est pas rattaché à une équipe de travail social : demandez-le."
        )


def involve(family: Family, by: StaffMember) -> None:
    """Say that one is involved with a family, unless it is known."""
    if not Involvement.objects.filter(family=family, worker=by, until=None).exists():
        declare_involvement(family=family, by=by, myself=True)


@transaction.atomic
def record_meeting(
    *,
    advice: InformationAdvice,
    words: MeetingWords,
    by: StaffMember,
    draft: str = "",
    appointment: Appointment | None = None,
) -> AdviceMeeting:
    """Write down a meeting, and forget its draft; InterventionError once closed, or ahead."""
    _held(words)
    _open(advice)
    forget_draft(form=draft, by=by)
    return AdviceMeeting.objects.create(
        advice=advice,
        family_id=advice.family_id,
        appointment=appointment,
        by=by,
        **words.fields,
    )


@transaction.atomic
def revise_meeting(  # noqa: PLR0913 - what was read, what is written, and by whom
    *,
    meeting: AdviceMeeting,
    base: Mapping[str, Value],
    words: MeetingWords,
    seen: int,
    by: StaffMember,
    draft: str = "",
) -> AdviceMeeting:
    """Write a meeting's words anew, over those read; see `revising.revise` for its errors."""
    _held(words)
    _open(meeting.advice)
    forget_draft(form=draft, by=by)
    return revise(meeting, base=base, mine=words.fields, seen=seen)


@transaction.atomic
def plan_follow_up(
    *, advice: InformationAdvice, what: str, who: ActionBy, due_on: date | None, by: StaffMember
) -> PlannedAction:
    """Write down what is to follow; InterventionError once the information-advice is closed."""
    _open(advice)
    return PlannedAction.objects.create(
        advice=advice, family_id=advice.family_id, what=what, who=who, due_on=due_on, by=by
    )


@transaction.atomic
def note_other_service(
    *, advice: InformationAdvice, other_service: OtherService, by: StaffMember
) -> None:
    """Write down whether another service follows the family; InterventionError if closed."""
    receives(by)
    locked = _open(advice)
    locked.other_service = other_service
    locked.save(update_fields=["other_service"])


@transaction.atomic
def close_advice(
    *,
    advice: InformationAdvice,
    outcome: AdviceOutcome,
    by: StaffMember,
    other_service: OtherService | None = None,
) -> InformationAdvice:
    """Close an information-advice with what it led to, and what was not told of it before.

    InterventionError where it is closed, nobody was met though something came of it, or it has
    not been asked whether another service follows the family.
    """
    receives(by)
    locked = _open(advice)
    if locked.other_service == OtherService.UNKNOWN:
        locked.other_service = other_service or OtherService.UNKNOWN
    last = AdviceMeeting.objects.filter(advice=locked).aggregate(last=Max("held_on"))["last"]
    if last is None and outcome != AdviceOutcome.NO_CONTACT:
        raise InterventionError("Notez d'abord un entretien : personne n'a encore été reçu.")
    if locked.other_service == OtherService.UNKNOWN and outcome != AdviceOutcome.NO_CONTACT:
        raise InterventionError("Dites d'abord si un autre service social suit déjà la famille.")
    locked.state, locked.outcome = AdviceState.CLOSED, outcome
    locked.closed_on = max(timezone.localdate(), locked.opened_on)
    locked.save(update_fields=["state", "outcome", "closed_on", "other_service"])
    return locked


def _held(words: MeetingWords) -> None:
    if words.held_on > timezone.localdate():
        raise InterventionError("Cet entretien est encore à venir.")


def _open(advice: InformationAdvice) -> InformationAdvice:
    """Hold an information-advice that goes on; whoever may not change it does not find it."""
    rows = InformationAdvice.objects.select_for_update(of=("self",))
    locked = rows.filter(pk=advice.pk).first()
    if locked is None:
        raise InterventionError("Cette information-conseil est suivie par quelqu'un d'autre.")
    if not locked.is_open:
        raise InterventionError(_OVER)
    return locked
