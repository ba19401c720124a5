"""Says where a worker receives, half-day by half-day of the week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jalon.agenda.actions.places import refused
from jalon.agenda.enums import Half, Weekday
from jalon.agenda.errors import AgendaError
from jalon.agenda.locks import hold_diaries
from jalon.agenda.models import Presence
from jalon.agenda.models.places import half_day_in_words
from jalon.directory.models import Place, StaffMember
from jalon.directory.queries import manages
from jalon.families.queries import may_lead

Week = Mapping[tuple[Weekday, Half], Place]


@transaction.atomic
def set_week(*, worker: StaffMember, week: Week, since: date, by: StaffMember) -> None:
    """Make this the worker's week from a day on; what was said of later weeks goes.

    PermissionDenied unless `by` manages the worker; AgendaError for a day gone by, a place that
    does not open then, or that has no more room.
    """
    if not manages(by, worker):
        raise PermissionDenied
    if not may_lead(worker):
        raise AgendaError(f"{worker} ne reçoit pas de familles.")
    if since < timezone.localdate():
        raise AgendaError("Une semaine se change à partir d'aujourd'hui, pas avant.")
    hold_diaries(worker.pk)
    kept = _end_others(worker, week, since)
    for (weekday, half), place in sorted(week.items()):
        if (weekday, half) not in kept:
            _begin(worker, weekday, half, place, since)


def _end_others(worker: StaffMember, week: Week, since: date) -> set[tuple[int, str]]:
    """End what is no more of the week, or ends of itself; return what goes on as it is."""
    own = Presence.objects.filter(worker=worker)
    own.filter(since__gte=since).delete()
    kept = set()
    for one in own.filter(Q(until=None) | Q(until__gte=since)):
        wanted = week.get((Weekday(one.weekday), Half(one.half)))
        if one.until is None and wanted is not None and wanted.pk == one.place_id:
            kept.add((one.weekday, one.half))
        else:
            one.until = since - timedelta(days=1)
            one.save(update_fields=["until"])
    return kept


def _begin(worker: StaffMember, weekday: Weekday, half: Half, place: Place, since: date) -> None:
    when = half_day_in_words(weekday, half)
    sentences = {
        "presence_within_capacity": f"{when}, {place} n'a plus de place : choisissez ailleurs.",
        "presence_while_open": f"{when}, {place} n'ouvre pas.",
    }
    with refused(sentences):
        Presence.objects.create(
            worker=worker, place=place, weekday=weekday, half=half, since=since
        )
