"""Notes what became of an appointment, person by person."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from jalon.agenda import transitions
from jalon.agenda.actions.booking import lower
from jalon.agenda.enums import Outcome, State
from jalon.agenda.errors import AgendaError
from jalon.agenda.locks import locked_appointment
from jalon.agenda.models import Appointment, Attendance
from jalon.agenda.queries import expected_of
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission


@transaction.atomic
def note_outcomes(
    *, appointment: Appointment, outcomes: Mapping[int, Outcome], by: StaffMember
) -> Appointment:
    """Note the outcome of each person expected, and of who came besides, by their numbers.

    What was noted can be put right. AgendaError before its time, once it was cancelled, or where
    somebody expected is forgotten.
    """
    if not by.may(Permission.KEEP_DIARIES):
        raise AgendaError("Ce rendez-vous est noté par qui tient l'agenda.")
    one = locked_appointment(appointment.pk)
    transitions.check(one, State.HELD)
    if lower(one) > timezone.now():
        raise AgendaError("Ce rendez-vous n'a pas encore eu lieu : sa suite se note après.")
    known = {expected.person_id: expected for expected in one.attendances.all()}
    if known.keys() - outcomes.keys() or not outcomes:
        raise AgendaError("Dites pour chaque personne attendue ce qu'il en est.")
    family = {person.pk for person in expected_of(one.family)} | known.keys()
    if outcomes.keys() - family:
        raise AgendaError("Seules les personnes de la famille se notent ici.")
    for person, outcome in outcomes.items():
        if person in known:
            Attendance.objects.filter(pk=known[person].pk).update(outcome=outcome)
        else:
            Attendance.objects.create(appointment=one, person_id=person, outcome=outcome)
    if one.state != State.HELD:
        one.state, one.noted_at, one.noted_by = State.HELD, timezone.now(), by
        one.save(update_fields=["state", "noted_at", "noted_by"])
    return one
