"""Counting months in tests, as the application's own job does, and reading what was found."""

from __future__ import annotations

from datetime import date
from typing import Any

from conftest import as_owner
from factories.directory import RoleGrantFactory, StaffFactory, TeamFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.actions import reckon_month
from jalon.steering.enums import Breakdown
from jalon.steering.measures import MEASURES
from jalon.steering.models import Fact, Reckoning
from jalon.steering.rows.finding import Asked, find

JULY = Month(2026, 7)


def worker_of_a_team(many: int = 4, **team: Any) -> StaffMember:
    """Make a team of so many workers, in post for long, and return one of them."""
    made = TeamFactory.create(**team)
    workers = StaffFactory.create_batch(many, team=made)
    for one in workers:
        RoleGrantFactory.create(member=one, since=date(2025, 1, 1))
    found: StaffMember = workers[0]
    return found


def count(month: Month = JULY) -> Reckoning:
    """Count a month that is over, as the application itself."""
    with acting(0):
        return reckon_month(month=month, freeze=True)


def number(
    measure: str,
    month: Month = JULY,
    *,
    by: Breakdown = Breakdown.ALL,
    territory: str = "",
) -> dict[str, int]:
    """Return how many were told of a measure, by each value."""
    rows = _told(measure, month, by, territory)
    return {one.value: one.number for one in rows}


def number_listed(
    measure: str,
    month: Month = JULY,
    *,
    by: Breakdown = Breakdown.ALL,
    territory: str = "",
) -> dict[str, int]:
    """Return the same, once whoever reads every row is listed as many.

    Where nothing was written since the month was counted.
    """
    told = number(measure, month, by=by, territory=territory)
    if MEASURES[measure].has_families:
        assert listed(measure, month, by, list(told), territory) == told
    return told


def listed(
    measure: str, month: Month, by: Breakdown, values: list[str], territory: str = ""
) -> dict[str, int]:
    """Return how many rows of a measure are found by who may read all of them, by each value."""
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    with acting(head.pk), as_owner():
        return {
            value: find(
                Asked(MEASURES[measure], (month,), territory, by, (value,) if by else ())
            ).number
            for value in values
        }


def total(measure: str, month: Month = JULY, *, by: Breakdown = Breakdown.ALL) -> dict[str, float]:
    """Return what a measure adds up, by each value."""
    return {one.value: float(one.total) for one in _told(measure, month, by, "")}


def _told(measure: str, month: Month, by: Breakdown, territory: str) -> list[Fact]:
    with as_owner():
        return list(
            Fact.objects.filter(
                reckoning__month=str(month),
                reckoning__told=True,
                measure=measure,
                breakdown=by,
                territory=territory,
            )
        )
