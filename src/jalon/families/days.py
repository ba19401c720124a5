"""When something is done: now, or on another day that somebody tells."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from django.utils import timezone

_NOON: Final = time(12)


def moment_of(day: date | None) -> datetime:
    """Return now for today or no day, and else that day's noon: nobody knows the hour."""
    now = timezone.now()
    if day is None or day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, _NOON))
