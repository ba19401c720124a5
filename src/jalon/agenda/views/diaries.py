"""The week of a worker, the week of a team, and a day of those whom one works with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from jalon.agenda import queries
from jalon.agenda.asked import day_asked, week_asked, worker_asked
from jalon.agenda.days import WEEK, holidays
from jalon.agenda.models import Appointment
from jalon.agenda.shown import diaries, standing_of, where_in_words
from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.models import StaffMember
from jalon.directory.queries import manages
from jalon.directory.roles import Permission
from jalon.web import french
from jalon.web.listing import page_ahead


@require_safe
@requires(Permission.SEE_FAMILIES)
def week(request: SignedInRequest) -> HttpResponse:
    """Show the week of a worker: one's own, or a colleague's; else one's team's."""
    worker = worker_asked(request)
    if worker is None and not request.user.may(Permission.WORK_WITH_FAMILIES):
        return redirect("agenda:team")
    worker = worker or request.user
    monday = week_asked(request)
    if request.user.may(Permission.KEEP_DIARIES):
        record_read(page=f"agenda, semaine du {french.long_date(monday)}")
    (diary,) = diaries([worker], monday, request.user, named=True)
    context = {
        **_week(monday),
        "diary": diary,
        "own": worker == request.user,
        "worker": worker,
        "manages": manages(request.user, worker),
    }
    return render(request, "agenda/week.html", context)


@require_safe
@requires(Permission.SEE_FAMILIES)
def team(request: SignedInRequest) -> HttpResponse:
    """Show the week of all who receive families where one works: when and where, no names."""
    monday = week_asked(request)
    page = page_ahead(request, queries.team_of(request.user))
    shown = diaries(page.items, monday, request.user, named=False)
    days = max((one.days for one in shown), key=len, default=[])
    context = {
        **_week(monday),
        "diaries": shown,
        "page": page,
        "days": days,
        "may_manage": _manages(request.user),
        "may_keep": request.user.may(Permission.KEEP_DIARIES),
    }
    return render(request, "agenda/team.html", context)


@require_safe
@requires(Permission.KEEP_DIARIES)
def day(request: SignedInRequest) -> HttpResponse:
    """Show the appointments of a day: one's own for who receives families, else one's team's."""
    asked = day_asked(request, "jour")
    record_read(page=f"agenda, journée du {french.long_date(asked)}")
    everyone = request.GET.get("qui") == "equipe" or not request.user.may(
        Permission.WORK_WITH_FAMILIES
    )
    people = queries.team_of(request.user)
    ids = list(people.values_list("pk", flat=True)) if everyone else [request.user.pk]
    page = page_ahead(
        request, queries.with_people(queries.between(queries.appointments(), asked, asked, ids))
    )
    context = {
        "day": asked,
        "holiday": holidays(asked, asked).get(asked, ""),
        "before": asked - timedelta(days=1),
        "after": asked + timedelta(days=1),
        "everyone": everyone,
        "own": request.user.may(Permission.WORK_WITH_FAMILIES),
        "page": page,
        "rows": [_row(one) for one in page.items],
    }
    return render(request, "agenda/day.html", context)


def _row(one: Appointment) -> dict[str, Any]:
    label, state = standing_of(one)
    return {"one": one, "where": where_in_words(one), "label": label, "state": state}


def _week(monday: date) -> dict[str, Any]:
    return {
        "monday": monday,
        "before": monday - WEEK,
        "after": monday + WEEK,
        "week_title": f"Semaine du {french.long_date(monday)}",
    }


def _manages(person: StaffMember) -> bool:
    return person.may(Permission.MANAGE_TERRITORY) or person.may(Permission.MANAGE_DEPARTMENT)
