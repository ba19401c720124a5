"""True, false and unknown, and counts of which some members are unknown."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jalon.rules.logic import (
    COMPARISONS,
    Interval,
    Truth,
    all_of,
    any_of,
    compare_interval,
    negation,
)

TRUTHS: tuple[Truth, ...] = (True, False, None)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, None, None, None),
    ],
)
def test_one_certain_member_may_decide(
    left: Truth, right: Truth, both: Truth, either: Truth
) -> None:
    for pair in ((left, right), (right, left)):
        assert all_of(pair) is both
        assert any_of(pair) is either


def test_the_contrary_of_unknown_is_unknown() -> None:
    assert [negation(truth) for truth in TRUTHS] == [False, True, None]


def test_all_is_the_contrary_of_any_contrary() -> None:
    for truths in product(TRUTHS, repeat=3):
        assert all_of(truths) is negation(any_of(map(negation, truths)))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    low=st.integers(0, 5),
    more=st.integers(0, 3),
    bound=st.integers(-1, 9),
    comparison=st.sampled_from(sorted(COMPARISONS)),
)
def test_an_interval_is_certain_when_all_its_counts_agree(
    low: int, more: int, bound: int, comparison: str
) -> None:
    possible = {COMPARISONS[comparison](count, bound) for count in range(low, low + more + 1)}

    verdict = compare_interval(Interval(low, low + more), comparison, bound)

    assert verdict is (possible.pop() if len(possible) == 1 else None)


def test_at_least_one_is_true_as_soon_as_one_is_certain() -> None:
    assert compare_interval(Interval(1, 3), ">=", 1) is True
    assert compare_interval(Interval(0, 3), ">=", 1) is None
    assert compare_interval(Interval(0, 0), ">=", 1) is False
