"""The families that came to an appointment with each worker since January, one by one.

Loads count the meetings written without an appointment too: who wrote them alone reads those.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest

from jalon.agenda.days import midnight
from jalon.agenda.enums import Outcome
from jalon.agenda.models import Appointment
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.families.queries import families_of
from jalon.web.listing import PAGE, ListPage, page_asked, page_found


@dataclass(frozen=True)
class Received:
    """A family that a worker received: how many times, and when last."""

    family: Family
    worker: StaffMember
    meetings: int
    last: datetime


def received(workers: Collection[int] | QuerySet[StaffMember], today: date) -> QuerySet[Any, Any]:
    """Return the families that came, once for each worker, the last first."""
    kept = Appointment.objects.filter(
        worker__in=workers,
        starts_at__gte=midnight(date(today.year, 1, 1)),
        starts_at__lt=midnight(today),
        attendances__outcome=Outcome.ATTENDED,
    )
    rows = kept.order_by().values("worker", "family")
    return rows.annotate(meetings=Count("pk", distinct=True), last=Max("starts_at")).order_by(
        "-last", "family", "worker"
    )


def page_received(request: HttpRequest, rows: QuerySet[Any, Any]) -> ListPage[Received]:
    """Return the page that the address asks for, with the names of families and workers."""
    found = page_found(request, rows[: page_asked(request) * PAGE + 1])
    families = {one.pk: one for one in families_of([row["family"] for row in found.items])}
    workers = StaffMember.objects.in_bulk({row["worker"] for row in found.items})
    lines = [
        Received(families[row["family"]], workers[row["worker"]], row["meetings"], row["last"])
        for row in found.items
    ]
    return ListPage(found.number, lines, found.count)
