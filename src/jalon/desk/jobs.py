"""The background jobs that someone on the server has to see to, wherever it is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

# Most jobs take seconds; a release of thousands of families, a few minutes.
_TOO_LONG: Final = timedelta(minutes=15)
_LATELY: Final = timedelta(days=7)


def late_jobs() -> QuerySet[ProcrastinateJob]:
    """Return the jobs that could have begun a quarter of an hour ago, and wait still."""
    then = timezone.now() - _TOO_LONG
    ready = Q(scheduled_at=None) | Q(scheduled_at__lt=then)
    return ProcrastinateJob.objects.filter(ready, ~Exists(_events(at__gte=then)), status="todo")


def failed_jobs() -> QuerySet[ProcrastinateJob]:
    """Return the jobs that failed for good in the last seven days."""
    lately = _events(type="failed", at__gte=timezone.now() - _LATELY)
    return ProcrastinateJob.objects.filter(Exists(lately), status="failed")


def _events(**which: object) -> QuerySet[ProcrastinateEvent]:
    return ProcrastinateEvent.objects.filter(job=OuterRef("pk"), **which)
