"""What addresses of diaries ask for: a week or a day, and whose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from jalon.agenda.days import monday_of
from jalon.directory.models import StaffMember
from jalon.directory.queries import social_workers

# Diaries are looked at this far, before and ahead.
_FURTHEST: Final = timedelta(days=5 * 366)


def day_asked(request: HttpRequest, name: str) -> date:
    """Return the day that an address asks for, today where it asks for none or one too far."""
    today = timezone.localdate()
    try:
        asked = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return today
    return asked if abs(asked - today) <= _FURTHEST else today


def week_asked(request: HttpRequest) -> date:
    """Return the Monday of the week that an address asks for."""
    return monday_of(day_asked(request, "semaine"))


def worker_asked(request: HttpRequest, name: str = "qui") -> StaffMember | None:
    """Return the worker whom an address names, None where it names nobody; 404 if unknown."""
    if not (told := request.GET.get(name, "")):
        return None
    return found_worker(told)


def found_worker(reference: str | UUID) -> StaffMember:
    """Return a worker who receives families, by their reference; 404 otherwise."""
    try:
        return social_workers().select_related("team").get(public_id=UUID(str(reference)))
    except (ValueError, StaffMember.DoesNotExist) as error:
        raise Http404 from error
