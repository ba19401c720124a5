"""What is read of runs in more than one place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from jalon.directory.models import Area, Commune, StaffMember
from jalon.rules.calendar import Month
from jalon.rules.outcome import Outcome
from jalon.targeting.enums import RunState
from jalon.targeting.models import TRIAL_LASTS, Draw, Release, RuleTrial, RunCount, TargetingRun

LONG_MEMORY = 12
# As `counts_by_outcome` has them.
Counts = Mapping[str, Mapping[str, int]]
_BEGUN: Final = Exists(Release.objects.filter(run=OuterRef("pk")))


def runs() -> QuerySet[TargetingRun]:
    """Return the runs and who made them, without what only their own pages need.

    `begun` tells whether some of the run is released.
    """
    rows = TargetingRun.objects.annotate(begun=_BEGUN).select_related("made_by")
    return rows.defer("record", "summary")


def run_of(public_id: uuid.UUID) -> QuerySet[TargetingRun]:
    """Return the run of a reference, with who acted on it; its record is read when asked.

    `begun` as in `runs`.
    """
    return (
        TargetingRun.objects.filter(public_id=public_id)
        .annotate(begun=_BEGUN)
        .select_related("made_by", "withdrawn_by", "again_of")
        .defer("record", "again_of__record", "again_of__summary")
    )


def released_before(run: TargetingRun) -> list[int]:
    """Return the last released run of each month before a run's, the latest month first."""
    return list(
        TargetingRun.objects.filter(state=RunState.RELEASED, month__lt=run.month)
        .order_by("-month", "-made_at")
        .distinct("month")
        .values_list("pk", flat=True)[:LONG_MEMORY]
    )


def released_until(run: TargetingRun) -> QuerySet[TargetingRun]:
    """Return the released runs of the month of a run and of those before."""
    return runs().filter(state=RunState.RELEASED, month__lte=run.month)


def released_besides(run: TargetingRun) -> TargetingRun | None:
    """Return another run of the same month that is released, the last made."""
    others = TargetingRun.objects.filter(~Q(pk=run.pk), state=RunState.RELEASED, month=run.month)
    return others.only("public_id", "month").first()


def previous_run(run: TargetingRun) -> TargetingRun | None:
    """Return the run to compare with: the one made again, or the last of an earlier month."""
    if run.again_of is not None:
        return run.again_of
    computed = (RunState.RELEASED, RunState.REVIEW)
    return runs().filter(state__in=computed, month__lt=run.month).first()


def comparable_runs(run: TargetingRun) -> QuerySet[TargetingRun]:
    """Return the runs that a run may be compared with, the latest month first."""
    return runs().filter(~Q(pk=run.pk), computed_at__isnull=False)


def selected_by_offer_and_area(run_ids: list[int]) -> list[tuple[int, str, int | None, int]]:
    """Return how many rows runs select, as run, offer, area (None for no area) and number."""
    selected = RunCount.objects.filter(run__in=run_ids, outcome=Outcome.SELECTED)
    area = Commune.objects.filter(code=OuterRef("commune")).values("area_id")[:1]
    rows = selected.annotate(area=Subquery(area)).values_list("run_id", "offer", "area")
    return list(rows.annotate(families=Sum("number")).order_by("offer", "area"))


def selected_by_commune(run_ids: list[int], offers: list[str]) -> list[tuple[int, str, int]]:
    """Return how many rows of some offers runs select, as run, commune and number."""
    selected = RunCount.objects.filter(run__in=run_ids, outcome=Outcome.SELECTED, offer__in=offers)
    rows = selected.values_list("run_id", "commune").annotate(families=Sum("number"))
    return list(rows.order_by("commune"))


def counts_by_outcome(run: TargetingRun) -> Counts:
    """Return how many rows a run has, by offer and outcome."""
    found: dict[str, dict[str, int]] = {}
    rows = run.counts.values_list("offer", "outcome").annotate(families=Sum("number"))
    for offer, outcome, number in rows.order_by("offer", "outcome"):
        found.setdefault(offer, {})[outcome] = number
    return found


def count_lines(
    run: TargetingRun,
    counts: Counts,
    outcome: str,
    *,
    offer: str = "",
    reason: str = "",
) -> int:
    """Return how many rows of a run have an outcome, of an offer or all, for a reason or any.

    `counts` are those of `counts_by_outcome`.
    """
    if reason:
        return sum(
            number
            for kind, of_offer, why, number in run.summary["reasons"]
            if (kind, why) == (outcome, reason) and offer in {"", of_offer}
        )
    return sum(found.get(outcome, 0) for code, found in counts.items() if offer in {"", code})


def parts_of_run(run: TargetingRun) -> dict[tuple[str, int | None], int]:
    """Return how many rows each offer and area of a run selects; those with none are left out."""
    rows = selected_by_offer_and_area([run.pk])
    return {(offer, area): number for _, offer, area, number in rows if number}


@dataclass(frozen=True)
class WentWrong:
    """What a run's releases say that somebody must know.

    `stopped` says why families released are tried no more, each reason once; `skipped` of which
    months events registered late were not looked for.
    """

    stopped: list[str]
    skipped: list[Month]


def went_wrong(run: TargetingRun) -> WentWrong:
    """Return what the releases of a run say that somebody must know."""
    told = run.releases.exclude(problem="", skipped=[])
    rows = list(told.values_list("taken_up_at", "problem", "skipped"))
    stopped = {problem for taken_up_at, problem, _ in rows if problem and taken_up_at is None}
    skipped = {month for _, _, months in rows for month in months}
    return WentWrong(sorted(stopped), [Month.parse(one) for one in sorted(skipped)])


@dataclass(frozen=True)
class WaveTold:
    """A wave of a run: which of how many, its day, how many families, and letters posted."""

    number: int
    of: int
    begins: date
    families: int
    posted: int

    @property
    def left(self) -> int:
        """How many of its families have no letter posted yet."""
        return self.families - self.posted

    @property
    def is_to_come(self) -> bool:
        """Whether its day is still to come."""
        return self.begins > timezone.localdate()


def waves_of(run: TargetingRun) -> list[WaveTold]:
    """Return the waves in which families of a run are contacted, the first first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.waves_of(%s)", [run.pk])
        return [WaveTold(*row) for row in cursor.fetchall()]


def draws_to_place(run: TargetingRun) -> bool:
    """Tell whether lots were drawn of a run for families that are not taken up yet."""
    return Draw.objects.filter(release__run=run, release__taken_up_at=None).exists()


def communes() -> dict[str, Commune]:
    """Return the department's communes by code, each with its area."""
    return {one.code: one for one in Commune.objects.select_related("area")}


def areas_of_communes() -> dict[str, int]:
    """Return the area of each of the department's communes, by its code."""
    return dict(Commune.objects.order_by().values_list("code", "area_id"))


def names_of_communes() -> dict[str, str]:
    """Return the names of the department's communes, by code."""
    return dict(Commune.objects.order_by().values_list("code", "label"))


def areas() -> dict[int, str]:
    """Return the areas' labels, by area, in the order of their names."""
    return dict(Area.objects.order_by("label").values_list("pk", "label"))


def trials() -> QuerySet[RuleTrial]:
    """Return the rules tried that are not to be forgotten, the last first, with their runs."""
    lasts = Q(kept_at__isnull=False) | Q(at__gt=timezone.now() - TRIAL_LASTS)
    found = RuleTrial.objects.filter(lasts).select_related("author", "run__made_by")
    return found.defer("run__record")


def drafts(by: StaffMember) -> QuerySet[RuleTrial]:
    """Return the trials that anyone keeps, and all those of one's own."""
    return trials().filter(Q(kept_at__isnull=False) | Q(author=by))
