"""Whether a time can be kept: who receives then, what is open, what day it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from jalon.agenda.days import half_of, holidays
from jalon.agenda.enums import Half, Mode
from jalon.agenda.errors import AgendaError
from jalon.agenda.models import Closure, Opening, Presence
from jalon.agenda.practice import read_practice
from jalon.directory.models import Absence, Place, StaffMember
from jalon.web import french

_FURTHEST: Final = timedelta(days=365)
_WHEN: Final = {Half.MORNING: "au matin", Half.AFTERNOON: "après-midi"}


def check_fits(worker: StaffMember, mode: Mode, place: Place | None, starts_at: datetime) -> None:
    """AgendaError, saying why, where an appointment cannot be kept at this time."""
    if starts_at <= timezone.now():
        raise AgendaError("Ce moment est déjà passé : choisissez-en un autre.")
    day = timezone.localdate(starts_at)
    if day > timezone.localdate() + _FURTHEST:
        raise AgendaError(
            "Personne ne tient son agenda si loin : choisissez une date plus proche."
        )
    _check_day(worker, day)
    if mode == Mode.PLACE:
        if place is None:
            raise AgendaError("Choisissez où la famille est reçue.")
        _check_place(worker, place, starts_at)


def _check_day(worker: StaffMember, day: date) -> None:
    if name := holidays(day, day).get(day):
        raise AgendaError(f"Le {french.long_date(day)} est férié ({name}).")
    if Absence.objects.filter(member=worker, first_day__lte=day, last_day__gte=day).exists():
        raise AgendaError(f"{worker} est absent le {french.long_date(day)}.")
    if Closure.objects.filter(place=None, first_day__lte=day, last_day__gte=day).exists():
        raise AgendaError(f"Tous les lieux sont fermés le {french.long_date(day)}.")


def _check_place(worker: StaffMember, place: Place, starts_at: datetime) -> None:
    day, half = timezone.localdate(starts_at), half_of(starts_at)
    said = f"le {french.long_date(day)} {_WHEN[half]}"
    if Closure.objects.filter(place=place, first_day__lte=day, last_day__gte=day).exists():
        raise AgendaError(f"{place} est fermé {said}.")
    kept = Presence.objects.filter(
        Q(until=None) | Q(until__gte=day),
        worker=worker,
        place=place,
        weekday=day.isoweekday(),
        half=half,
        since__lte=day,
    )
    if not kept.exists():
        raise AgendaError(f"{worker} ne reçoit pas à {place} {said}.")
    opening = Opening.objects.get(place=place, weekday=day.isoweekday(), half=half)
    ends_at = timezone.localtime(starts_at + read_practice(settings.PROFILE).lasting).time()
    if timezone.localtime(starts_at).time() < opening.starts or ends_at > opening.ends:
        hours = f"{opening.starts:%H:%M} à {opening.ends:%H:%M}"
        raise AgendaError(f"{place} n'ouvre alors que de {hours}.")
