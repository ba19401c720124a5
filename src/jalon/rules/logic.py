"""Three-valued logic: true, false, and unknown, which stays unknown until a fact decides."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

# None is "unknown", as NULL is in SQL.
Truth: TypeAlias = bool | None


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return false as soon as one is false, else unknown as soon as one is, else true."""
    found: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            found = None
    return found


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return true as soon as one is true, else unknown as soon as one is, else false."""
    found: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            found = None
    return found


def negation(truth: Truth) -> Truth:
    """Return the contrary; unknown stays unknown."""
    return None if truth is None else not truth


@dataclass(frozen=True)
class Interval:
    """A count of which some members are unknown: at least `low`, at most `high`."""

    low: int
    high: int


COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare_interval(interval: Interval, comparison: str, bound: int) -> Truth:
    """Compare a count with a number: certain only where its whole interval is."""
    if comparison == "==":
        if interval.low == interval.high:
            return interval.low == bound
        return None if interval.low <= bound <= interval.high else False
    holds = COMPARISONS[comparison]
    verdicts = {holds(interval.low, bound), holds(interval.high, bound)}
    return verdicts.pop() if len(verdicts) == 1 else None
