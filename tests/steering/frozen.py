"""Months counted and frozen, made up: what pages read, without the work that gives it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from conftest import as_owner
from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown, Cause
from jalon.steering.models import Fact, Reckoning

# A measure, a territory, a breakdown and its value.
Key = tuple[str, str, Breakdown, str]
_COUNTED = datetime(2026, 11, 12, tzinfo=UTC)


def whole(measure: str, **places: int) -> dict[Key, int]:
    """Return how often a measure was in each territory, and in all of them."""
    by_place = {(measure, place, Breakdown.ALL, ""): many for place, many in places.items()}
    return {**by_place, (measure, "", Breakdown.ALL, ""): sum(places.values())}


def told_by(by: Breakdown, measure: str, place: str, **values: int) -> dict[Key, int]:
    """Return how often a measure was by each value, in a territory and in the department."""
    return {
        (measure, where, by, value): many
        for where in (place, "")
        for value, many in values.items()
    }


def freeze(month: Month, facts: Mapping[Key, int], *, going_on: bool = False) -> None:
    """Tell a month's facts; frozen, unless it still goes on."""
    with as_owner():
        told = Reckoning.objects.create(
            month=str(month),
            version=0 if going_on else 1,
            cause=Cause.GOING_ON if going_on else Cause.FIRST,
            told=True,
            computed_at=_COUNTED,
        )
        Fact.objects.bulk_create(
            Fact(
                reckoning=told,
                measure=measure,
                territory=place,
                breakdown=by,
                value=value,
                number=many,
                total=0,
            )
            for (measure, place, by, value), many in facts.items()
        )
