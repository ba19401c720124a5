"""What is read of proposals in more than one place."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from jalon.families.models import Family, Person
from jalon.outreach.enums import Channel
from jalon.outreach.models import Proposal

# A family is proposed a few things a year.
_MOST_OF_A_FAMILY = 200
RECENT_DAYS = 7


def proposals_of(family: Family, *, with_reasons: bool) -> QuerySet[Proposal]:
    """Return what was proposed to a family, the latest first; why, for those who may see it."""
    found = family.proposals.select_related("commune").order_by("-made_at", "-pk")
    if with_reasons:
        found = found.select_related("decision")
    return found[:_MOST_OF_A_FAMILY]


def proposals() -> QuerySet[Proposal]:
    """Return proposals, the latest first, with what a list shows of each family."""
    return (
        Proposal.objects.select_related("family", "commune")
        .prefetch_related(Prefetch("family__people", Person.objects.order_by("pk")))
        .order_by("-pk")
    )


def in_communes(rows: QuerySet[Proposal], communes: list[str] | None) -> QuerySet[Proposal]:
    """Keep the proposals of communes, all of them for None."""
    return rows if communes is None else rows.filter(commune__in=communes)


def recent(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Keep the proposals of the last days."""
    return rows.filter(made_at__gte=timezone.now() - timedelta(days=RECENT_DAYS))


def in_person(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Keep the proposals that no letter may carry."""
    return rows.filter(channel=Channel.IN_PERSON)


def offers_of(families: list[int]) -> dict[int, list[str]]:
    """Return the labels of what each family was proposed, the latest first."""
    found: dict[int, list[str]] = {}
    rows = Proposal.objects.filter(family__in=families).order_by("-pk")
    for family, label in rows.values_list("family_id", "label"):
        found.setdefault(family, []).append(label)
    return found


def still_open(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Keep the proposals that a family may still answer."""
    today = timezone.localdate()
    return rows.filter(Q(window_ends_on=None) | Q(window_ends_on__gte=today))
