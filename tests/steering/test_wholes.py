"""A part is published with its whole, and what is left of it is a count as well."""

from __future__ import annotations

import pytest

from jalon.steering.enums import Breakdown
from jalon.steering.hiding.suppression import publish_tables
from jalon.steering.measures import MEASURES
from jalon.steering.publishing.tabling import Row, filled
from jalon.steering.publishing.wholes import (
    BY,
    PLACES,
    STOCKS,
    TERRITORY,
    TIME,
    Whole,
    cell_of,
    whole_of,
)

_PROFILE = "val-de-marne"
WHOLES = sorted({one.part_of for one in MEASURES.values() if one.part_of})


def _row(measure: str, many: int, territory: str = "nord", by: str = "", value: str = "") -> Row:
    return Row(measure, "2026-07", territory, Breakdown(by), value, many)


def _hidden(whole: Whole, rows: list[Row], measure: str) -> bool:
    """Whether a measure is hidden in the north."""
    places = {TERRITORY: ("nord",), **whole.places_of(measure)}
    return cell_of(places) in publish_tables(filled(whole, rows)).hidden


@pytest.mark.parametrize("several", [2, 5])
def test_what_a_part_leaves_is_a_count_as_well(several: int) -> None:
    """« 18 sur 20 » tells of two."""
    whole = whole_of("families_of_several", _PROFILE)
    assert whole.is_stock
    rows = [
        *(_row("families_known", 20, place) for place in ("nord", "sud")),
        _row("families_of_several", 20 - several),
        _row("families_of_several", 9, "sud"),
        _row("families_of_several", 20 - several, by="outcome", value="caf+town"),
        _row("families_of_several", 9, "sud", by="outcome", value="caf+town"),
    ]
    both = ("families_known", "families_of_several")
    assert any(_hidden(whole, rows, one) for one in both) is (several < 5)


def test_parts_are_never_more_than_their_whole() -> None:
    whole = whole_of("families_known", _PROFILE)
    rows = [_row("families_known", 2), _row("families_of_several", 3)]
    with pytest.raises(ValueError, match="more than their whole"):
        filled(whole, rows)


@pytest.mark.parametrize("code", WHOLES)
def test_the_parts_of_a_split_are_told_by_the_same(code: str) -> None:
    whole = whole_of(code, _PROFILE)
    assert not whole.of.part_of
    for place, parts in whole.splits.items():
        told = {one.breakdowns for one in parts}
        assert len(told) == 1, place
        # The values in no part are one group: what is left.
        if place in PLACES.values():
            sums = whole.sums[BY[place - TIME - 1]]
            assert set(sums) == {one.code for one in parts}
        assert {one.code in STOCKS for one in parts} == {whole.is_stock}


def test_sums_of_values_are_of_wholes() -> None:
    for code, one in MEASURES.items():
        if one.part_of:
            assert whole_of(code, _PROFILE) == whole_of(one.part_of, _PROFILE)
