"""No criterion without its examples: false, true, unknown, and around every boundary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

import pytest

from jalon.register.schema import HOUSEHOLDS
from jalon.rules.criteria import Criterion, EventCriterion, Leaf, Operator
from jalon.rules.expressions import Column
from jalon.rules.fact import FactType, Unit
from jalon.rules.logic import Interval
from jalon.rules.offers import Offer
from jalon.rules.outcome import Outcome
from jalon.rules.profile import profile_names
from spec.examples import CRITERIA, SHEETS, Numbered
from spec.months import catalogue_of, profile_of
from spec.running import leaf_of

A_DAY = timedelta(days=1)
A_CENT = Decimal("0.01")
Place: TypeAlias = tuple[str, str, date, str]  # profile, offer, since when, path of the criterion

OFFERS: Mapping[tuple[str, str, date], Offer] = {
    (name, offer.code, offer.valid_from): offer
    for name in profile_names()
    for offer in profile_of(name).offers
}
LEAVES: Mapping[Place, Leaf] = {
    (*key, path): leaf for key, offer in OFFERS.items() for path, leaf in offer.leaves()
}


def _named(place: Place) -> str:
    profile, offer, _, path = place
    return f"{profile} {offer} {path}"


def _on(*types: FactType) -> Sequence[Place]:
    """Return the criteria on facts of some types."""
    return [
        place
        for place, leaf in LEAVES.items()
        if isinstance(leaf, Criterion) and leaf.fact.type in types
    ]


@cache
def examples() -> Mapping[Place, list[Numbered]]:
    found: dict[Place, list[Numbered]] = defaultdict(list)
    for one in CRITERIA:
        table, month = one.table, one.case.home.month
        offer = catalogue_of(table.profile, month).offer(table.offer)
        found[table.profile, offer.code, offer.valid_from, table.about].append(one)
    return found


def values_of(place: Place) -> Iterator[Any]:
    """Yield what the examples of a criterion give to its fact; a sure count as its number."""
    for one in examples()[place]:
        leaf = leaf_of(one)
        value = leaf.value if leaf else None
        if isinstance(value, Interval):
            value = value.low if value.low == value.high else None
        if value is not None:
            yield value


every_leaf = pytest.mark.parametrize("place", LEAVES, ids=_named)


@every_leaf
def test_examples_make_it_true_and_false(place: Place) -> None:
    found = {one.case.expected.outcome for one in examples().get(place, [])}
    assert {Outcome.SELECTED, Outcome.NOT_CONCERNED} <= found


@every_leaf
def test_examples_make_it_unknown_or_say_why_it_never_is(place: Place) -> None:
    found = {one.case.expected.outcome for one in examples().get(place, [])}
    said = {one.table.never_unknown for one in examples().get(place, [])} - {""}
    assert (Outcome.TO_VERIFY in found) is not bool(said)


@every_leaf
def test_what_is_never_unknown_is_a_required_cell(place: Place) -> None:
    if any(one.table.never_unknown for one in examples().get(place, [])):
        cell = LEAVES[place].fact.expression
        assert isinstance(cell, Column)
        assert cell.scope == "household"
        assert HOUSEHOLDS.column(cell.name).required


@pytest.mark.parametrize("place", _on(FactType.NUMBER, FactType.COUNT), ids=_named)
def test_numbers_stand_on_each_boundary_and_around_it(place: Place) -> None:
    leaf = LEAVES[place]
    assert isinstance(leaf, Criterion)
    values = set(values_of(place))
    month = examples()[place][0].case.home.month
    bounds = [operand.resolve(catalogue_of(place[0], month).values) for operand in leaf.operands]
    for rank, bound in enumerate(bounds):
        assert isinstance(bound, Decimal)
        assert bound in values
        inside_only = leaf.operator is Operator.BETWEEN
        if not inside_only or rank == 0:
            assert _neighbour(leaf.fact.unit, bound, -1, values)
        if not inside_only or rank == 1:
            assert _neighbour(leaf.fact.unit, bound, 1, values)


def _neighbour(unit: Unit | None, bound: Decimal, side: int, values: set[Any]) -> bool:
    """Whether the next value on that side is among those tried."""
    if unit is Unit.MONTHS:  # a debt in months of rent: a cent is less than a hundredth of one
        return any(0 < (value - bound) * side <= A_CENT for value in values)
    step = A_CENT if unit is not None and unit.is_money else 1
    return bound + side * step in values


@pytest.mark.parametrize("place", _on(FactType.BOOLEAN), ids=_named)
def test_booleans_are_tried_both_ways(place: Place) -> None:
    assert set(values_of(place)) == {True, False}


@pytest.mark.parametrize("place", _on(FactType.CODE), ids=_named)
def test_codes_are_tried_one_by_one(place: Place) -> None:
    leaf = LEAVES[place]
    assert isinstance(leaf, Criterion)
    tried = set(values_of(place))
    if leaf.fact.of_event:  # the other kinds are for the event's own criterion
        assert {operand.value for operand in leaf.operands} < tried
    else:
        assert tried == {code for code, _ in leaf.fact.codes}


@pytest.mark.parametrize(
    "place",
    [place for place, leaf in LEAVES.items() if isinstance(leaf, EventCriterion)],
    ids=_named,
)
def test_events_are_tried_by_kind_and_around_the_month(place: Place) -> None:
    leaf = LEAVES[place]
    assert isinstance(leaf, EventCriterion)
    homes = [one.case.home for one in examples()[place]]
    month = homes[0].month
    days = {event["reported_on"] for home in homes for event in home.events}
    kinds = {event["kind"] for home in homes for event in home.events}
    first, last = month.first_day, month.last_day
    assert {first - A_DAY, first, last, last + A_DAY} <= days
    assert set(leaf.kinds) < kinds
    assert any(not home.events for home in homes)


def test_every_offer_has_a_sheet_unless_made_on_request() -> None:
    sheets = {(one.profile, one.offer) for one in SHEETS}
    offers = {key[:2]: offer for key, offer in OFFERS.items()}
    assert sheets == {key for key, offer in offers.items() if offer.request is None}
