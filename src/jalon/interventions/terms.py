"""How long supports last and when one looks back, as a fund's profile has it: `support.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from django.conf import settings

from jalon.rules.calendar import add_months
from jalon.rules.layers import nearest, number, said
from jalon.rules.profile import load_profile
from jalon.rules.toml_source import Node

FILE: Final = "support.toml"
# The most of each: past a year, a manager agrees, which the database holds too.
_NUMBERS: Final = {
    "usual_months": 12,
    "limit_months": 12,
    "news_after_months": 24,
}
_WEEKS: Final = "review_weeks"
_MOST_WEEKS: Final = 156


@dataclass(frozen=True)
class Terms:
    """The months that a support lasts, its limit without an agreement, and when to look back.

    `review_weeks` count from its beginning, in order; `news_after_months` from its end.
    """

    usual_months: int
    limit_months: int
    news_after_months: int
    review_weeks: tuple[int, ...]

    def usual_end(self, start: date) -> date:
        """Return when a support that begins on a day usually ends."""
        return add_months(start, self.usual_months)

    def limit(self, start: date) -> date:
        """Return the last day that a support lasts without a manager's agreement."""
        return add_months(start, self.limit_months)

    def news_day(self, end: date) -> date:
        """Return when to ask a family for its news."""
        return add_months(end, self.news_after_months)

    def next_review(self, start: date, after: date) -> date | None:
        """Return the first review due after a day; None once the last one has passed."""
        days = (start + timedelta(weeks=weeks) for weeks in self.review_weeks)
        return next((day for day in days if day > after), None)


def terms() -> Terms:
    """Return the terms of the fund's own profile."""
    return read_terms(settings.PROFILE)


@lru_cache(maxsize=8)
def read_terms(name: str) -> Terms:
    """Return the terms of a profile, by name or folder; ProfileError if refused."""
    folder = load_profile(name).folder
    told = nearest(folder, FILE, *_NUMBERS, _WEEKS)
    numbers = {
        key: number(said(told, key, folder / FILE), 1, most) for key, most in _NUMBERS.items()
    }
    if numbers["limit_months"] < numbers["usual_months"]:
        raise told["limit_months"].refusal(
            "la limite vient avant la durée habituelle.", "Corrigez l'une des deux."
        )
    return Terms(**numbers, review_weeks=_weeks(said(told, _WEEKS, folder / FILE)))


def _weeks(node: Node) -> tuple[int, ...]:
    weeks = tuple(number(one, 1, _MOST_WEEKS) for one in node.entries())
    if list(weeks) != sorted(set(weeks)):
        raise node.refusal("les semaines des bilans ne se suivent pas.", "Rangez-les, une fois.")
    return weeks
