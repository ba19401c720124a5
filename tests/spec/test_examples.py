"""Each worked example, on each engine; and enough of them for every criterion."""

from __future__ import annotations

import pytest

from jalon.rules.outcome import Outcome
from spec.examples import ALL, CRITERIA, Numbered
from spec.running import ENGINES, expected, extracts, found, leaf_of, lines

# Ibis 12 still calls a method that DuckDB 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

TRUTHS = {Outcome.SELECTED: True, Outcome.NOT_CONCERNED: False, Outcome.TO_VERIFY: None}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("one", ALL, ids=lambda one: one.readable)
def test_a_run_finds_what_the_example_says(engine: str, one: Numbered) -> None:
    assert found(engine, one) == expected(one)


@pytest.mark.parametrize("one", CRITERIA, ids=lambda one: one.readable)
def test_the_criterion_looked_at_is_the_one_that_decides(one: Numbered) -> None:
    leaf = leaf_of(one)
    if leaf is not None:
        assert leaf.verdict is TRUTHS[one.case.expected.outcome]


def test_both_engines_agree_on_every_other_offer_of_these_households() -> None:
    for extract in extracts():
        assert lines("duckdb", extract) == lines("reference", extract)
