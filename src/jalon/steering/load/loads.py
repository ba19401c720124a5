"""What workers carry today and what they did this year, from the rows themselves.

The wall decides which rows: a worker's own, those of the people that a manager answers for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from django.db.models import Count, QuerySet

from jalon.agenda.days import holidays
from jalon.directory.models import StaffMember
from jalon.interventions.enums import GOES_ON, AdviceState
from jalon.interventions.models import InformationAdvice, Support
from jalon.rules.calendar import add_months
from jalon.steering.forecast.staffing import there
from jalon.steering.forecast.workload import Costs, open_days
from jalon.steering.load.balancing import Carried
from jalon.steering.load.worked import Aim, expected, met_since_january
from jalon.steering.practice import Model, Practice, Target

AHEAD_MONTHS: Final = 3
_DAYS_A_MONTH: Final = 30.44
_NEEDED: Final = (
    Model.HOURS_A_MEETING,
    Model.HOURS_A_DAY,
    Model.MEETINGS_AN_ADVICE,
    Model.MEETINGS_A_SUPPORT_MONTH,
)


def costs_of(practice: Practice) -> Costs | None:
    """Return what meetings take by the profile's model; None where it does not say all of it."""
    share = practice.targets.get(Target.INDIVIDUAL_TIME_SHARE)
    if share is None or any(one not in practice.model for one in _NEEDED):
        return None
    meeting, day, advice, month = (float(practice.model[one]) for one in _NEEDED)
    return Costs(meeting, advice, month, day, float(share) / 100)


def aim_of(practice: Practice) -> Aim | None:
    """Return what a full time receives in a year by the profile; None where it does not say."""
    families = practice.targets.get(Target.FAMILIES_A_FULL_TIME)
    if families is None:
        return None
    hours, day = (practice.model.get(one) for one in (Model.HOURS_A_FULL_TIME, Model.HOURS_A_DAY))
    return Aim(float(families), float(hours / day) if hours and day else None)


@dataclass(frozen=True)
class Load:
    """One worker: what runs today, what was done since January, what comes in three months."""

    worker: StaffMember
    running: int
    advices: int
    families: int
    meetings: int
    months_to_come: float
    expected: float | None
    days_ahead: float
    costs: Costs

    @property
    def hours_spent(self) -> float:
        """Hours that the model counts for the meetings held since January."""
        return self.meetings * self.costs.hours_a_meeting

    @property
    def hours_to_come(self) -> float:
        """Hours that what runs will ask for in three months, by the model."""
        return self.months_to_come * self.costs.month + self.advices * self.costs.advice

    @cached_property
    def carried(self) -> Carried:
        """The same, as days, to be evened out with the team's."""
        months = self.months_to_come / self.running if self.running else AHEAD_MONTHS
        return Carried(
            str(self.worker),
            self.costs.days(self.hours_to_come),
            self.days_ahead,
            self.running,
            self.costs.days(months * self.costs.month),
        )


def loads(
    workers: Sequence[StaffMember], today: date, costs: Costs, aim: Aim | None
) -> list[Load]:
    """Return what workers carry, in their order; what is expected of them where a target is set.

    The number of queries does not grow with the workers.
    """
    keys = [worker.pk for worker in workers]
    january, end = date(today.year, 1, 1), add_months(today, AHEAD_MONTHS)
    running, months = _running(keys, today, end)
    advices = _counted(InformationAdvice.objects.filter(state=AdviceState.OPEN), keys)
    yesterday = today - timedelta(days=1)
    met = met_since_january(keys, today)
    asked = expected(workers, january, yesterday, aim) if aim else {}
    ahead = open_days(today, end, holidays(today, end))
    found = []
    for worker, days in zip(workers, there(workers, today, end), strict=True):
        families, meetings = met.get(worker.pk, (0, 0))
        found.append(
            Load(
                worker,
                running[worker.pk],
                advices.get(worker.pk, 0),
                families,
                meetings,
                months[worker.pk],
                asked.get(worker.pk),
                days.days(ahead),
                costs,
            )
        )
    return found


def _running(
    keys: Collection[int], today: date, end: date
) -> tuple[Mapping[int, int], Mapping[int, float]]:
    """Return how many supports each carries, and the months these have until `end`, all told."""
    many: dict[int, int] = defaultdict(int)
    months: dict[int, float] = defaultdict(float)
    rows = Support.objects.filter(worker__in=keys, state__in=GOES_ON)
    for worker, ends_on in rows.values_list("worker_id", "ends_on"):
        many[worker] += 1
        # One past its term goes on until it is closed.
        last = end if ends_on is None or ends_on < today else min(ends_on, end)
        months[worker] += (last - today).days / _DAYS_A_MONTH
    return many, months


def _counted(rows: QuerySet[InformationAdvice], keys: Collection[int]) -> dict[int, int]:
    found = rows.filter(worker__in=keys).order_by().values("worker")
    return dict(found.annotate(many=Count("pk")).values_list("worker", "many"))
