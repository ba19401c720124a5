"""What waits in diaries: outcomes that nobody noted, appointments that cannot be kept."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jalon.agenda import queries
from jalon.agenda.models import Appointment
from jalon.agenda.shown import where_in_words
from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.web.listing import page_of


@require_safe
@requires(Permission.KEEP_DIARIES)
def to_note(request: SignedInRequest) -> HttpResponse:
    """List the appointments whose time has passed and of which nobody told what became."""
    rows = queries.without_outcome(queries.of_person(request.user))
    return _listed(request, rows.order_by("ends_at", "pk"), "agenda/to_note.html", "à noter")


@require_safe
@requires(Permission.KEEP_DIARIES)
def to_move(request: SignedInRequest) -> HttpResponse:
    """List the appointments that cannot be kept: somebody is away, or a place closed."""
    rows = queries.to_move(queries.of_person(request.user))
    return _listed(request, rows.order_by("starts_at", "pk"), "agenda/to_move.html", "à déplacer")


def _listed(
    request: SignedInRequest, rows: QuerySet[Appointment], template: str, said: str
) -> HttpResponse:
    page = page_of(request, queries.with_people(rows.select_related("worker", "place", "room")))
    record_read(page=f"rendez-vous {said}, page {page.number}")
    context = {
        "page": page,
        "rows": [(one, where_in_words(one)) for one in page.items],
        "everyone": not request.user.may(Permission.WORK_WITH_FAMILIES),
    }
    return render(request, template, context)
