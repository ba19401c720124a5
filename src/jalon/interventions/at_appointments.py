"""Where one writes what was said at an appointment, and what was written of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from jalon.agenda.enums import CANCELLED
from jalon.agenda.models import Appointment
from jalon.agenda.said import Link, Said
from jalon.directory.access import SignedInRequest
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.interventions import queries
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import AdviceMeeting, HomeVisit, JournalEntry, Review, Support
from jalon.interventions.visiting import reviews_possible
from jalon.web import french

_ASKED: Final = "rendez-vous"


def held_with(family: Family) -> QuerySet[Appointment]:
    """Return the appointments of a family of which one may write what was said."""
    rows = Appointment.objects.filter(family=family, starts_at__lte=timezone.now())
    return rows.exclude(state__in=CANCELLED)


def asked_appointment(request: SignedInRequest, family: Family) -> Appointment | None:
    """Return the appointment that the address names, if any; 404 unless it is of the family."""
    said = request.GET.get(_ASKED, "")
    if not said:
        return None
    try:
        found = held_with(family).filter(public_id=uuid.UUID(said)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def naming(appointment: Appointment | None) -> dict[str, str]:
    """Return what an address says to name an appointment; nothing without one."""
    return {} if appointment is None else {_ASKED: str(appointment.public_id)}


def begun_at(appointment: Appointment | None, day: str) -> dict[str, Any]:
    """Return what a form opened for an appointment says at first; `day` is its field of a day."""
    if appointment is None:
        return {}
    return {
        "appointment": appointment.public_id,
        day: timezone.localdate(appointment.starts_at),
    }


def written_at(family: Family, public_id: uuid.UUID | None) -> Appointment | None:
    """Return the appointment that a form carries; InterventionError unless of the family."""
    if public_id is None:
        return None
    found = held_with(family).filter(public_id=public_id).first()
    if found is None:
        raise InterventionError("Ce rendez-vous n'est pas de cette famille, ou n'a pas eu lieu.")
    return found


def said_of(appointment: Appointment, person: StaffMember) -> Said:
    """Return what a person reads of an appointment, and where they may write."""
    if not person.may(Permission.WORK_WITH_FAMILIES):
        return Said()
    may_write = held_with(appointment.family).filter(pk=appointment.pk).exists()
    written = list(_written(appointment))
    return Said(written, list(_to_write(appointment, person)) if may_write else [])


def _written(appointment: Appointment) -> Iterator[Link]:
    for meeting in AdviceMeeting.objects.filter(appointment=appointment).select_related(
        "advice", "by"
    ):
        yield _link("Entretien", meeting, meeting.advice.get_absolute_url())
    journal = reverse("followed:journal", args=[appointment.family.public_id])
    for entry in JournalEntry.objects.filter(appointment=appointment).select_related("by"):
        yield _link(entry.get_kind_display(), entry, f"{journal}#journal")
    for review in Review.objects.filter(appointment=appointment).select_related("by", "support"):
        url = f"{review.support.get_absolute_url()}#bilans"
        yield _link(review.get_kind_display(), review, url)
    for visit in HomeVisit.objects.filter(appointment=appointment).select_related("by", "support"):
        url = f"{visit.support.get_absolute_url()}#visites"
        yield _link("Visite à domicile", visit, url)


def _link(what: str, one: AdviceMeeting | JournalEntry | Review | HomeVisit, url: str) -> Link:
    return Link(f"{what}, par {one.by}, le {french.long_date(timezone.localdate(one.at))}", url)


def _to_write(appointment: Appointment, person: StaffMember) -> Iterator[Link]:
    family = appointment.family
    follows = queries.follows(family, person)
    advices = [
        one
        for one in queries.still_open(queries.advices_of(family))
        if follows or one.worker_id == person.pk
    ]
    for advice in advices:
        yield _to("Noter l'entretien", "advice:meet", appointment, advice.public_id)
    if not advices:
        yield _to("Ouvrir une information-conseil", "advice:open", appointment, family.public_id)
    if follows:
        yield _to("Écrire au journal", "followed:write_entry", appointment, family.public_id)
    for support in queries.under_way(queries.supports_of(family)):
        if follows or support.worker_id == person.pk:
            yield from _of_support(support, appointment)


def _of_support(support: Support, appointment: Appointment) -> Iterator[Link]:
    for kind in reviews_possible(support):
        yield _to(str(kind.label), "supports:review", appointment, support.public_id, kind.value)
    for visit in queries.visits_of(support).filter(declined_on=None, done_on=None):
        yield _to("Raconter la visite à domicile", "supports:visit", appointment, visit.public_id)


def _to(label: str, name: str, appointment: Appointment, *of: object) -> Link:
    return Link(label, reverse(name, args=of, query=naming(appointment)))
