"""Says when places open, what rooms they have, and when they close."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from jalon.agenda.enums import ClosingReason, Half, Weekday
from jalon.agenda.errors import AgendaError
from jalon.agenda.models import Closure, Opening, Presence, Room
from jalon.audit.refusals import refused_as
from jalon.directory.models import Place, StaffMember
from jalon.directory.queries import manages_place

_NO_ROOM: Final = "Plus de professionnels y reçoivent déjà à la fois."


@dataclass(frozen=True)
class HalfDay:
    """A half-day of the week on which a place opens, and for how many workers at once."""

    weekday: Weekday
    half: Half
    starts: time
    ends: time
    capacity: int


@transaction.atomic
def set_opening(*, place: Place, opens: HalfDay, by: StaffMember) -> Opening:
    """Say when a place opens on a half-day of the week.

    PermissionDenied unless `by` manages the place; AgendaError for hours that leave their
    half-day, or less room than those who receive there take.
    """
    _check(by, place)
    with refused({"presence_within_capacity": _NO_ROOM, "opening_": _HOURS}):
        opening, _ = Opening.objects.update_or_create(
            place=place,
            weekday=opens.weekday,
            half=opens.half,
            defaults={
                "starts": opens.starts,
                "ends": opens.ends,
                "capacity": opens.capacity,
            },
        )
    return opening


_HOURS: Final = "Ces heures ne vont pas : un matin finit à 13 h au plus tard, et le soir après."


@transaction.atomic
def remove_opening(*, opening: Opening, by: StaffMember) -> None:
    """Say that a place opens no more then; AgendaError while somebody receives there.

    PermissionDenied unless `by` manages the place.
    """
    _check(by, opening.place)
    there = Presence.objects.filter(
        place=opening.place, weekday=opening.weekday, half=opening.half
    )
    still = there.filter(Q(until=None) | Q(until__gte=timezone.localdate()))
    if still.exists():
        raise AgendaError("Quelqu'un y reçoit encore : changez d'abord sa semaine.")
    with refused({"presence_while_open": "Quelqu'un vient d'y être placé."}):
        there.delete()
        opening.delete()


@transaction.atomic
def add_room(*, place: Place, name: str, by: StaffMember) -> Room:
    """Add a room to a place; PermissionDenied unless `by` manages it, AgendaError for one known.

    From the first on, a time is taken there with a room, or not at all.
    """
    _check(by, place)
    with refused({"room_named_once": "Cette salle existe déjà."}):
        return Room.objects.create(place=place, name=name)


@transaction.atomic
def remove_room(*, room: Room, by: StaffMember) -> None:
    """Take a room away; AgendaError where appointments name it."""
    _check(by, room.place)
    try:
        room.delete()
    except ProtectedError as error:
        raise AgendaError("Des rendez-vous portent le nom de cette salle : gardez-la.") from error


@transaction.atomic
def close_place(
    *, place: Place | None, first_day: date, last_day: date, reason: ClosingReason, by: StaffMember
) -> Closure:
    """Close a place for some days, both included, or every place where none is named.

    The appointments of these days then wait to be moved. PermissionDenied unless `by` manages
    the place, or the department; AgendaError for days in the wrong order or already closed.
    """
    _check(by, place)
    if last_day < first_day:
        raise AgendaError("La fermeture finit avant de commencer : corrigez les dates.")
    with refused({"closure_once_at_a_time": "Une fermeture est déjà notée à ces dates."}):
        return Closure.objects.create(
            place=place, first_day=first_day, last_day=last_day, reason=reason
        )


@transaction.atomic
def reopen_place(*, closure: Closure, by: StaffMember) -> None:
    """Take a closure back; PermissionDenied unless `by` may close so."""
    _check(by, closure.place)
    closure.delete()


def _check(by: StaffMember, place: Place | None) -> None:
    if not manages_place(by, place):
        raise PermissionDenied


def refused(sentences: Mapping[str, str]) -> AbstractContextManager[None]:
    """Say in a sentence what the database refuses, by the beginning of a constraint's name."""
    return refused_as({name: AgendaError(one) for name, one in sentences.items()})
