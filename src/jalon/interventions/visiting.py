"""What changes in a support's reviews and home visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from jalon.agenda.models import Appointment
from jalon.directory.models import StaffMember
from jalon.interventions.drafting import forget_draft
from jalon.interventions.enums import ReviewKind, SupportState
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import HomeVisit, Review, Support
from jalon.interventions.queries import Due
from jalon.interventions.revising import Value, revise
from jalon.interventions.supporting import held
from jalon.interventions.terms import terms

_KINDS: Final[Mapping[SupportState, tuple[ReviewKind, ...]]] = {
    SupportState.DRAFT: (),
    SupportState.ACTIVE: (ReviewKind.STEP, ReviewKind.CLOSING),
    SupportState.REOPENED: (ReviewKind.STEP, ReviewKind.CLOSING),
    SupportState.SUSPENDED: (ReviewKind.STEP, ReviewKind.CLOSING),
    SupportState.CLOSED: (ReviewKind.CLOSING, ReviewKind.LATER),
}


@dataclass(frozen=True)
class Visit:
    """What is said of a home visit, before and after it."""

    planned_on: date | None
    preparation: str
    safety: str
    done_on: date | None
    report: str


def reviews_possible(support: Support) -> tuple[ReviewKind, ...]:
    """Return the reviews that where a support stands calls for; none before it began."""
    if support.started_on is None:
        return ()
    return _KINDS[SupportState(support.state)]


def review_due(support: Support, today: date) -> ReviewKind | None:
    """Return the review that a support waits for soon, on its way or some months after."""
    for due, kind in ((Due.REVIEW, ReviewKind.STEP), (Due.NEWS, ReviewKind.LATER)):
        day = getattr(support, due.field)
        if day is not None and day <= due.day(today):
            return kind
    return None


@transaction.atomic
def review(  # noqa: PLR0913 - of what, what is written, and by whom
    *,
    support: Support,
    kind: ReviewKind,
    words: Mapping[str, Any],
    by: StaffMember,
    draft: str = "",
    appointment: Appointment | None = None,
) -> Review:
    """Write down a review, and set the day of the next; news that were due are taken.

    InterventionError where the support calls for no such review, or it is still to come.
    """
    locked = held(support, by)
    if kind not in reviews_possible(locked):
        raise InterventionError(
            f"Un {kind.label.lower()} ne se fait pas quand l'accompagnement est "
            f"« {SupportState(locked.state).label.lower()} »."
        )
    today = timezone.localdate()
    if words["held_on"] > today:
        raise InterventionError("Ce jour est encore à venir.")
    forget_draft(form=draft, by=by)
    if kind == ReviewKind.LATER:
        locked.news_on = None
    elif locked.started_on is not None and not locked.is_over:
        locked.next_review_on = terms().next_review(locked.started_on, today)
    locked.save(update_fields=["news_on", "next_review_on"])
    return Review.objects.create(
        support=locked,
        family_id=locked.family_id,
        kind=kind,
        appointment=appointment,
        by=by,
        **words,
    )


@transaction.atomic
def ask_visit(*, support: Support, agreed: bool, on: date, by: StaffMember) -> HomeVisit:
    """Write down that a family agrees to a home visit, or declines; both are kept.

    InterventionError once the support is closed, or for a day to come.
    """
    locked = held(support, by)
    if locked.is_over:
        raise InterventionError("Cet accompagnement est clos.")
    if on > timezone.localdate():
        raise InterventionError("Ce jour est encore à venir.")
    return HomeVisit.objects.create(
        support=locked,
        family_id=locked.family_id,
        agreed_on=on if agreed else None,
        declined_on=None if agreed else on,
        by=by,
    )


@transaction.atomic
def tell_visit(  # noqa: PLR0913 - what was read, what is written, and by whom
    *,
    visit: HomeVisit,
    base: Mapping[str, Value],
    told: Visit,
    seen: int,
    by: StaffMember,
    draft: str = "",
    appointment: Appointment | None = None,
) -> HomeVisit:
    """Prepare a home visit, or tell it once made; see `revising.revise` for its errors.

    InterventionError where the family does not agree, or its days are not in order.
    """
    held(visit.support, by)
    now = HomeVisit.objects.get(pk=visit.pk)
    if now.agreed_on is None or now.declined_on is not None:
        raise InterventionError("La famille ne veut pas de cette visite : elle ne se fait pas.")
    for day, what in ((told.planned_on, "prévue"), (told.done_on, "faite")):
        if day is not None and day < now.agreed_on:
            raise InterventionError(f"Elle ne peut pas être {what} avant l'accord de la famille.")
    if told.done_on is not None and told.done_on > timezone.localdate():
        raise InterventionError("Le jour où elle est faite est encore à venir.")
    if appointment is not None and now.appointment_id not in {None, appointment.pk}:
        raise InterventionError("Cette visite est déjà racontée depuis un autre rendez-vous.")
    forget_draft(form=draft, by=by)
    if appointment is not None:
        HomeVisit.objects.filter(pk=now.pk, appointment=None).update(appointment=appointment)
    return revise(now, base=base, mine=vars(told), seen=seen)


@transaction.atomic
def decline_visit(*, visit: HomeVisit, by: StaffMember) -> None:
    """Write down that a family takes its agreement back; InterventionError once made."""
    held(visit.support, by)
    still = HomeVisit.objects.filter(pk=visit.pk, done_on=None, declined_on=None)
    if not still.update(declined_on=timezone.localdate()):
        raise InterventionError("Cette visite est déjà faite, ou déjà déclinée.")
