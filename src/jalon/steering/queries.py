"""What was counted: months, their facts, and what changed from one count to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from jalon.agenda.queries import team_of
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.rules.calendar import Month
from jalon.steering.models import Comment, Fact, Reckoning, Report

# How many of the last frozen months are put right.
_RECOUNTED: Final = 12


def told(months: Iterable[Month]) -> QuerySet[Reckoning]:
    """Return the count of each month that figures rest on, in order of months."""
    return Reckoning.objects.filter(told=True, month__in=[str(one) for one in months]).order_by(
        "month"
    )


def told_over(year: int) -> QuerySet[Reckoning]:
    """Return the count of each month of a year that is over, in order of months."""
    over = str(Month.of(timezone.localdate()))
    return told([Month(year, one) for one in range(1, 13)]).filter(month__lt=over)


def facts_of(months: Iterable[Month], measures: Iterable[str]) -> QuerySet[Fact]:
    """Return what was counted of some measures in some months."""
    return Fact.objects.filter(
        reckoning__in=told(months).order_by().values("pk"), measure__in=list(measures)
    )


def frozen_months() -> list[Month]:
    """Return the months that are frozen, in order: nothing more is awaited of them."""
    rows = Reckoning.objects.filter(told=True, version__gt=0).order_by("month")
    return [Month.parse(one) for one in rows.values_list("month", flat=True)]


def months_to_recount() -> list[Month]:
    """Return the frozen months that were not counted since the last one was frozen, in order.

    Whole years, of the last twelve frozen months: a family received is counted in the first month
    of the year in which it was, and one month put right moves it from another.
    """
    frozen = frozen_months()
    if not frozen:
        return []
    since = Month(frozen[-_RECOUNTED:][0].year, 1)
    first = Reckoning.objects.filter(version=1)
    rows = (
        Reckoning.objects.filter(version__gt=0, month__gte=str(since), month__lt=str(frozen[-1]))
        .values("month")
        .annotate(last=Max(Coalesce("checked_at", "computed_at")))
        .filter(last__lt=first.order_by("-month").values("computed_at")[:1])
        .order_by("month")
    )
    return [Month.parse(one) for one in rows.values_list("month", flat=True)]


def counted_months() -> list[Month]:
    """Return the months that are over and were counted, in order."""
    over = str(Month.of(timezone.localdate()))
    rows = Reckoning.objects.filter(told=True, month__lt=over).order_by("month")
    return [Month.parse(one) for one in rows.values_list("month", flat=True)]


def answered_for(person: StaffMember) -> QuerySet[StaffMember]:
    """Return the workers whose load one answers for, as the wall has it.

    All of them for the department; those of one's territory else, and nobody without one: the wall
    shows no row of theirs, and what is not shown is not nought.
    """
    people = team_of(person)
    territory = person.team.territory_id if person.team else None
    if person.may(Permission.MANAGE_DEPARTMENT) or territory is not None:
        return people
    return people.none()


def reports() -> QuerySet[Report]:
    """Return every report, without what it tells: drafts first, then the latest adopted."""
    return (
        Report.objects.select_related("territory", "drafted_by", "adopted_by")
        .defer("content")
        .order_by(F("adopted_at").desc(nulls_first=True), "-year", "-quarter", "-pk")
    )


def comments_of(report: Report) -> QuerySet[Comment]:
    """Return what is said of a report, the whole first, then territory by territory."""
    return (
        report.comments.exclude(text="")
        .select_related("territory", "written_by")
        .order_by("chapter", F("territory__label").asc(nulls_first=True), "pk")
    )


def other_versions(report: Report) -> QuerySet[Report]:
    """Return the other versions of a report, the latest first."""
    return (
        reports()
        .filter(
            kind=report.kind,
            year=report.year,
            quarter=report.quarter,
            territory=report.territory_id,
        )
        .exclude(pk=report.pk)
        .order_by("-version")
    )
