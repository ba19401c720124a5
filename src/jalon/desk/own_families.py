"""The families where one is involved, and until when they may answer what they were proposed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.families.queries import families_followed
from jalon.outreach import queries as outreach
from jalon.outreach.models import Proposal

SOON: Final = "bientot"  # as the list's address asks for those of `soon_late`
_DAYS: Final = timedelta(days=30)


def soon_late(by: StaffMember) -> QuerySet[Family]:
    """Return those of one's silent families that have thirty days at most, soonest first."""
    silent = Proposal.objects.filter(
        family=OuterRef("pk"), approach__answered_at=None, approach__ended_on=None
    )
    open_to_them = outreach.still_open(silent)
    first = open_to_them.order_by("window_ends_on").values("window_ends_on")[:1]
    rows = families_followed(by).annotate(ends_on=Subquery(first))
    return rows.filter(ends_on__lte=timezone.localdate() + _DAYS).order_by("ends_on", "-pk")


def ends_of(among: list[int]) -> dict[int, date]:
    """Return until when each of these families may answer first, where there is such a day."""
    made = Proposal.objects.filter(family__in=among, window_ends_on__isnull=False)
    rows = outreach.still_open(made).order_by().values_list("family")
    return dict(rows.annotate(Min("window_ends_on")))
