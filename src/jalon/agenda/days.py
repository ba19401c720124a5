"""Days on which nobody receives, and days, weeks and half-days by the clock of Paris."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from django.utils import timezone
from holidays import country_holidays

from jalon.agenda.enums import Half
from jalon.agenda.models.places import NOON

WEEK: Final = timedelta(days=7)


@lru_cache(maxsize=32)
def _of_year(year: int) -> Mapping[date, str]:
    return dict(country_holidays("FR", years=year, language="fr"))


def holidays(first: date, last: date) -> dict[date, str]:
    """Return the public holidays of France from a day to another, both included, by name."""
    years = range(first.year, last.year + 1)
    return {
        day: name
        for year in years
        for day, name in sorted(_of_year(year).items())
        if first <= day <= last
    }


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def midnight(day: date) -> datetime:
    """Return the moment when a day begins in Paris."""
    return timezone.make_aware(datetime.combine(day, time()))


def half_of(moment: datetime) -> Half:
    """Return the half-day of a moment."""
    return Half.MORNING if timezone.localtime(moment).time() < NOON else Half.AFTERNOON
