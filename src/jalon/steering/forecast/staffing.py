"""When workers are there: in post, and not away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from jalon.agenda.queries import absences
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.models.grants import RoleGrantQuerySet
from jalon.directory.roles import Role
from jalon.steering.forecast.workload import Worker, days_between


def away(keys: Collection[int], first: date, last: date) -> dict[int, frozenset[date]]:
    """Return the days of a period on which each worker is noted as away."""
    found: dict[int, frozenset[date]] = defaultdict(frozenset)
    rows = absences(keys, first, last).values_list("member", "first_day", "last_day")
    for member, begins, ends in rows:
        found[member] |= days_between(max(begins, first), min(ends, last))
    return found


def in_post(keys: Collection[int], first: date, last: date) -> dict[int, frozenset[date]]:
    """Return the days of a period on which each worker holds the role of social worker.

    Of all that were confirmed, past and to come: a contract that is renewed is two of them. On the
    day that one is taken back, it counts no more, as in what months count.
    """
    found: dict[int, frozenset[date]] = defaultdict(frozenset)
    held = _held().overlapping(first, last).filter(member__in=keys)
    rows = held.values_list("member", "since", "until", "ended_at")
    for member, since, until, ended in rows:
        ends = [until or last, last]
        if ended is not None:
            ends.append(timezone.localdate(ended) - timedelta(days=1))
        days = days_between(max(since, first), min(ends))
        # Nearly everyone was in post all along: they share the same days.
        found[member] = found[member] | days if member in found else days
    return found


def of_period(first: date, last: date) -> QuerySet[StaffMember]:
    """Return who is a social worker on some day of a period: who left or is to come, too."""
    held = _held().overlapping(first, last).filter(member=OuterRef("pk"))
    return StaffMember.objects.filter(Exists(held))


def _held() -> RoleGrantQuerySet:
    return RoleGrant.objects.filter(role=Role.SOCIAL_WORKER, confirmed_at__isnull=False)


def there(workers: Sequence[StaffMember], first: date, last: date) -> list[Worker]:
    """Return workers as the days that they give a period, in their order.

    A day on which they are not in post is a day away, as one that is noted so.
    """
    keys = [one.pk for one in workers]
    every_day = days_between(first, last)
    held, out = in_post(keys, first, last), away(keys, first, last)
    return [
        Worker(float(one.working_time), (every_day - held[one.pk]) | out[one.pk])
        for one in workers
    ]
