"""Takes a time for a family, moves it, confirms it and cancels it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from jalon.agenda import transitions
from jalon.agenda.enums import STANDING, Mode, State
from jalon.agenda.errors import AgendaError, TakenError
from jalon.agenda.fitting import check_fits
from jalon.agenda.locks import hold_diaries, hold_rooms, locked_appointment
from jalon.agenda.models import Appointment, Attendance, Room
from jalon.agenda.practice import read_practice
from jalon.agenda.queries import expected_of
from jalon.audit.refusals import refused_as
from jalon.directory.models import Place, StaffMember
from jalon.directory.roles import Permission
from jalon.families.locks import present_family
from jalon.families.models import Family, Person
from jalon.families.queries import may_lead
from jalon.outreach.answering import Said, deal_with, record_answer
from jalon.outreach.enums import AnswerKind, AnswerVia
from jalon.outreach.exchanges import last_number
from jalon.outreach.models import Answer
from jalon.outreach.states import may_answer

# What the database refuses, in words that say nothing of what was there.
_TAKEN: Final = {
    "appointment_of_a_worker": "Ce créneau vient d'être pris : choisissez-en un autre.",
    "appointment_of_a_family": "La famille a déjà un rendez-vous à ce moment-là.",
    "appointment_of_a_room": "Aucune salle n'est libre à ce moment-là.",
}


@dataclass(frozen=True)
class Time:
    """When, how and with whom one meets; `place` for who is received somewhere."""

    worker: StaffMember
    starts_at: datetime
    mode: Mode
    place: Place | None = None


@transaction.atomic
def book(
    *, family: Family, time: Time, people: Iterable[Person], agreed: bool, by: StaffMember
) -> Appointment:
    """Take a time for a family, and say that its request for one is dealt with.

    `agreed` where the family said yes; else it is proposed. Those in `people` are expected.
    AgendaError where it cannot be kept then, TakenError where somebody has that time; FamilyError
    where the family was just merged.
    """
    _check(by)
    held = present_family(family.pk)
    expected = {one.pk for one in people}
    own = [one for one in expected_of(held) if one.pk in expected]
    if not own or len(own) < len(expected):
        raise AgendaError("Choisissez qui est attendu, parmi les personnes de la famille.")
    _deal_with_requests(held, by)
    hold_diaries(time.worker.pk)
    now = timezone.now()
    with _taken_in_words():
        appointment = Appointment.objects.create(
            family=held,
            **_fields(time),
            state=State.BOOKED if agreed else State.PROPOSED,
            confirmed_at=now if agreed else None,
            made_at=now,
            made_by=by,
        )
    Attendance.objects.bulk_create(Attendance(appointment=appointment, person=one) for one in own)
    return appointment


@transaction.atomic
def move(*, appointment: Appointment, time: Time, agreed: bool, by: StaffMember) -> Appointment:
    """Give an appointment another time; its own is free again. The same errors as `book`."""
    _check(by)
    one = locked_appointment(appointment.pk)
    state = State.BOOKED if agreed else State.PROPOSED
    transitions.check(one, state)
    if lower(one) <= timezone.now():
        raise AgendaError("Son heure est passée : notez sa suite, puis fixez-en un autre.")
    hold_diaries(one.worker_id, time.worker.pk)
    fields = _fields(time, moved=one) | {
        "state": state,
        "confirmed_at": timezone.now() if agreed else None,
    }
    for name, value in fields.items():
        setattr(one, name, value)
    with _taken_in_words():
        one.save(update_fields=list(fields))
    return one


@transaction.atomic
def confirm(*, appointment: Appointment, by: StaffMember) -> Appointment:
    """Say that the family agreed; AgendaError where it did already, or it was cancelled."""
    _check(by)
    one = locked_appointment(appointment.pk)
    transitions.check(one, State.BOOKED)
    if one.state == State.BOOKED:
        raise AgendaError("Ce rendez-vous est déjà confirmé.")
    one.state, one.confirmed_at = State.BOOKED, timezone.now()
    one.save(update_fields=["state", "confirmed_at"])
    return one


@transaction.atomic
def cancel(*, appointment: Appointment, by_family: bool, by: StaffMember) -> Appointment:
    """Cancel an appointment to come; AgendaError where it was, or its time has come.

    Where the family cancels, its request waits again, as when it does so by itself.
    """
    _check(by)
    one = locked_appointment(appointment.pk)
    state = State.BY_FAMILY if by_family else State.BY_US
    transitions.check(one, state)
    if lower(one) <= timezone.now():
        raise AgendaError("Son heure est passée : notez plutôt ce qu'il est devenu.")
    one.state, one.cancelled_at, one.cancelled_by = state, timezone.now(), by
    one.save(update_fields=["state", "cancelled_at", "cancelled_by"])
    if by_family:
        _ask_again(one.family_id, by)
    return one


def lower(appointment: Appointment) -> datetime:
    """Return when an appointment begins, whether or not the database worked it out yet."""
    begins: datetime = appointment.during.lower
    return begins


def _check(by: StaffMember) -> None:
    if not by.may(Permission.KEEP_DIARIES):
        raise AgendaError("Les rendez-vous sont tenus par le service social et son secrétariat.")


def _fields(time: Time, moved: Appointment | None = None) -> dict[str, object]:
    """Return the columns of a time, checked, with a room where the place shares its out."""
    if not time.worker.is_active or not may_lead(time.worker):
        raise AgendaError(f"{time.worker} ne reçoit pas de familles.")
    practice = read_practice(settings.PROFILE)
    place = time.place if time.mode == Mode.PLACE else None
    check_fits(time.worker, time.mode, place, time.starts_at)
    if time.mode == Mode.VIDEO and not practice.video:
        raise AgendaError("La caisse n'a pas de visio : proposez le téléphone.")
    during = DateTimeTZRange(time.starts_at, time.starts_at + practice.lasting)
    link = f"{practice.video}{secrets.token_urlsafe(12)}" if time.mode == Mode.VIDEO else ""
    return {
        "worker": time.worker,
        "mode": time.mode,
        "place": place,
        "room": _room(place, during, moved) if place else None,
        "link": link,
        "during": during,
    }


def _room(place: Place, during: DateTimeTZRange, moved: Appointment | None) -> Room | None:
    """Return a room free then, none where the place shares out none; TakenError if all are."""
    rooms = list(Room.objects.filter(place=place).order_by("pk"))
    if not rooms:
        return None
    hold_rooms(place.pk)
    inside = Appointment.objects.filter(room__in=rooms, during__overlap=during, state__in=STANDING)
    if moved is not None:
        inside = inside.exclude(pk=moved.pk)
    taken = set(inside.values_list("room", flat=True))
    free = next((one for one in rooms if one.pk not in taken), None)
    if free is None:
        raise TakenError(_TAKEN["appointment_of_a_room"])
    return free


def _deal_with_requests(family: Family, by: StaffMember) -> None:
    asked = Answer.objects.filter(
        family=family, kind=AnswerKind.MEETING, dealt_at=None, to_check=False
    )
    for answer in asked.order_by("approach", "pk"):
        deal_with(answer=answer, by=by)


def _ask_again(family: int, by: StaffMember) -> None:
    """Write down that a family asks for a meeting as it had wished, while it may still answer."""
    said = Answer.objects.filter(family=family, kind=AnswerKind.MEETING, to_check=False)
    wish = said.select_related("approach", "place").order_by("pk").last()
    today = timezone.localdate()
    if wish is None or wish.waits or not may_answer(wish.approach, today):
        return
    again = Said(
        AnswerKind.MEETING,
        AnswerVia.PHONE,
        today,
        services=tuple(wish.services),
        place=wish.place,
        half_days=tuple(wish.half_days),
    )
    seen = last_number(wish.approach)
    record_answer(approach=wish.approach, said=again, seen=seen, by=by)


def _taken_in_words() -> AbstractContextManager[None]:
    return refused_as({name: TakenError(sentence) for name, sentence in _TAKEN.items()})
