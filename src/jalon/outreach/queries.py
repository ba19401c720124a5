"""What is read of proposals in more than one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection
from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.directory.queries import holders
from jalon.directory.roles import Permission
from jalon.families.models import Family, Person
from jalon.outreach.models import Proposal
from jalon.targeting.models import Release, TargetingRun
from jalon.targeting.queries import runs

# A family is proposed a few things a year.
_MOST_OF_A_FAMILY = 200
RECENT_DAYS = 7
GONE = "Qui l'a libéré ne le peut plus : rôle terminé, ou compte fermé."


def proposals_of(family: Family, *, with_reasons: bool) -> QuerySet[Proposal]:
    """Return what was proposed to a family, the latest first; why, for those who may see it."""
    found = family.proposals.select_related("commune", "turn").order_by("-made_at", "-pk")
    if with_reasons:
        found = found.select_related("decision", "snapshot").defer(
            "snapshot__household", "snapshot__persons"
        )
    return found[:_MOST_OF_A_FAMILY]


def proposals() -> QuerySet[Proposal]:
    """Return proposals, the latest first, with what a list shows of each family."""
    return (
        Proposal.objects.select_related("family", "commune")
        .prefetch_related(Prefetch("family__people", Person.objects.order_by("pk")))
        .order_by("-pk")
    )


def recent(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Keep the proposals of the last days."""
    return rows.filter(made_at__gte=Now() - timedelta(days=RECENT_DAYS))


def having_proposals(column: Literal["offer", "month"], values: list[str]) -> set[str]:
    """Return those of these offers, or months, of which there is a proposal: a probe for each."""
    if not values:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT given FROM unnest(%s::text[]) AS given WHERE EXISTS "
            f"(SELECT FROM outreach_proposal WHERE {column} = given)",
            [values],
        )
        return {value for (value,) in cursor.fetchall()}


def still_open(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Keep the proposals that a family may still answer."""
    today = timezone.localdate()
    return rows.filter(Q(window_ends_on=None) | Q(window_ends_on__gte=today))


def awaited() -> QuerySet[Release]:
    """Return what was released and not taken up yet."""
    return Release.objects.filter(taken_up_at=None)


def left_behind() -> QuerySet[Release]:
    """Return what waits to be taken up and whose releaser may not any more: role lost, or gone."""
    return awaited().exclude(by__in=holders(Permission.RELEASE_RUNS))


def stopped() -> QuerySet[Release]:
    """Return what waits until someone asks for it again: it failed, or its releaser left."""
    return awaited().filter(~Q(problem="") | Q(pk__in=left_behind().values("pk")))


def to_take_over(by: StaffMember) -> QuerySet[Release]:
    """Return what is left behind that a person may take over: of runs that another made."""
    return left_behind().exclude(run__made_by=by)


@dataclass(frozen=True)
class Stopped:
    """A run of which something stopped: why, who released it, how many offers and areas, when."""

    run: TargetingRun
    why: list[str]
    releasers: list[str]
    parts: int
    last: datetime
    mine: bool


def stopped_of(person: StaffMember) -> list[Stopped]:
    """Return the runs of which something stopped, the latest first; `mine` those one made."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    rows = stopped().values("run_id", "by__first_name", "by__last_name", "problem")
    for row in rows.annotate(parts=Count("pk"), last=Max("at")).order_by("by__last_name"):
        found.setdefault(row["run_id"], []).append(row)
    return [
        Stopped(
            run,
            list(dict.fromkeys(row["problem"] or GONE for row in found[run.pk])),
            list(
                dict.fromkeys(
                    f"{row['by__first_name']} {row['by__last_name']}" for row in found[run.pk]
                )
            ),
            sum(row["parts"] for row in found[run.pk]),
            max(row["last"] for row in found[run.pk]),
            run.made_by_id == person.pk,
        )
        for run in runs().filter(pk__in=found)
    ]
