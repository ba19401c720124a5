"""When workers are there: in post, and not away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from jalon.agenda.queries import absences
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.roles import Role
from jalon.steering.workload import Worker, days_between


def away(keys: Collection[int], first: date, last: date) -> dict[int, frozenset[date]]:
    """Return the days of a period on which each worker is noted as away."""
    found: dict[int, frozenset[date]] = defaultdict(frozenset)
    for one in absences(keys, first, last):
        found[one.member_id] |= days_between(max(one.first_day, first), min(one.last_day, last))
    return found


def there(workers: Sequence[StaffMember], first: date, last: date) -> list[Worker]:
    """Return workers as the days that they give a period, in their order.

    They are those in post today: days before they came, or after they leave, are days away.
    """
    keys = [one.pk for one in workers]
    out = away(keys, first, last)
    held = RoleGrant.objects.in_force().filter(member__in=keys, role=Role.SOCIAL_WORKER)
    for member, since, until in held.values_list("member", "since", "until"):
        if since > first:
            out[member] |= days_between(first, last) - days_between(since, last)
        if until is not None and until < last:
            out[member] |= days_between(first, last) - days_between(first, until)
    return [Worker(float(one.working_time), out[one.pk]) for one in workers]
