"""Small counts are hidden, and stay unknown to whoever has all the tables."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jalon.steering.hiding.guards import THRESHOLD
from jalon.steering.hiding.layouts import Cell, Coordinate, Layout
from jalon.steering.hiding.suppression import publish, publish_tables
from steering.feasible import Sum, cells_of, possible, reader_knows

_TRIES = int(os.environ.get("JALON_TABLES", "60"))


def counts(**told: int) -> dict[Cell, int]:
    """One dimension: its categories and what each counts."""
    return {((name,),): count for name, count in told.items()}


def row(cells: Mapping[Cell, int], tables: Sequence[Layout], *asked: Cell) -> list[int | None]:
    published = publish(cells, tables)
    return [published.shown(cell) for cell in asked]


def line(**told: int) -> list[int | None]:
    """What is shown of a line, its total last."""
    return row(counts(**told), [(1,)], *counts(**told), ((),))


def square(*rows: Sequence[int]) -> dict[Cell, int]:
    """Two dimensions: rows and columns by number."""
    return {
        ((f"r{number}",), (f"c{place}",)): count
        for number, one in enumerate(rows)
        for place, count in enumerate(one)
    }


def shown(*rows: Sequence[int]) -> list[list[int | None]]:
    """What is shown of a square with its margins, these last in each row and as the last row."""
    published = publish(square(*rows), [(1, 1)])
    ups: list[Coordinate] = [*((f"r{number}",) for number in range(len(rows))), ()]
    ats: list[Coordinate] = [*((f"c{place}",) for place in range(len(rows[0]))), ()]
    return [[published.shown((up, at)) for at in ats] for up in ups]


def test_what_is_not_small_is_shown_and_nobody_is_nobody() -> None:
    assert line(a=5, b=0, c=120) == [5, 0, 120, 125]


def test_a_small_count_is_never_hidden_alone() -> None:
    assert line(a=3, b=40, c=12) == [None, 40, None, 55]


def test_two_small_counts_of_a_small_sum_take_a_third_along() -> None:
    assert line(a=1, b=2, c=50, d=9) == [None, None, 50, None, 62]


def test_a_total_is_hidden_where_nothing_else_protects() -> None:
    assert line(a=3, b=0) == [None, 0, None]
    assert line(a=2, b=4) == [None, None, None]


def test_a_table_loses_two_cells_of_each_line_and_column() -> None:
    assert shown([2, 30, 40], [20, 11, 60], [50, 80, 90]) == [
        [None, None, 40, 72],
        [None, None, 60, 91],
        [50, 80, 90, 220],
        [72, 121, 190, 383],
    ]


def test_tables_that_share_a_margin_are_protected_together() -> None:
    """By territory and offer, and by territory and month: one margin, hidden in both or none."""
    cells: dict[Cell, int] = {
        (("north",), ("offer",), ("may",)): 3,
        (("south",), ("offer",), ("may",)): 40,
        (("south",), ("other",), ("june",)): 20,
    }
    margin: Cell = (("north",), (), ())
    published = publish(cells, [(1, 1, 0), (1, 0, 1)])
    assert published.shown(margin) is None
    assert published.shown((("north",), ("offer",), ())) is None
    assert published.shown((("north",), (), ("may",))) is None


def test_a_total_stays_where_one_family_less_elsewhere_protects() -> None:
    """Each territory has a team of its own: no square joins them."""
    cells: dict[Cell, int] = {
        (("north",), ("one",), ("x",)): 3,
        (("south",), ("two",), ("y",)): 30,
        (("east",), ("three",), ("x",)): 50,
    }
    published = publish(cells, [(1, 1, 0), (1, 0, 1)])
    assert published.shown(((), (), ())) == 83
    assert published.shown((("north",), (), ())) is None
    hidden = {place for place in ("south", "east") if published.shown(((place,), (), ())) is None}
    assert len(hidden) == 1


def test_communes_are_protected_within_their_territory_where_they_can_be() -> None:
    cells: dict[Cell, int] = {
        (("west", "orly"),): 2,
        (("west", "thiais"),): 30,
        (("west", "choisy"),): 60,
        (("east", "champigny"),): 25,
    }
    published = publish(cells, [(2,)])
    assert published.hidden == {(("west", "orly"),), (("west", "thiais"),)}


def test_tables_counted_apart_hide_what_they_would_if_counted_at_once() -> None:
    cells: dict[Cell, int] = {
        ((up,), (at,), (when,)): (7 * place + 3) % 9
        for place, (up, at, when) in enumerate(product("nse", "abc", "xy"))
    }
    tables: list[Layout] = [(1, 1, 0), (1, 0, 1)]
    apart: dict[Layout, dict[Cell, int]] = {
        table: {
            cell: value
            for cell, value in publish(cells, [table]).values.items()
            if tuple(map(len, cell)) == table
        }
        for table in tables
    }
    assert publish_tables(apart) == publish(cells, tables)


def test_tables_that_do_not_agree_are_refused() -> None:
    one: dict[Cell, int] = {(("n",), ("a",), ()): 7}
    with pytest.raises(ValueError, match="otherwise"):
        publish_tables({(1, 1, 0): one, (1, 0, 1): {(("n",), (), ("x",)): 8}})


@pytest.mark.parametrize(
    ("cells", "table"),
    [({(("a",),): -1}, (1,)), ({(("a",),): 1}, (2,)), ({(("a",),): 1}, (1, 1))],
)
def test_what_is_no_count_is_refused(cells: dict[Cell, int], table: Layout) -> None:
    with pytest.raises(ValueError, match="count"):
        publish(cells, [table])


SMALL = st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 14))
# Lines, squares, cubes; communes within territories; in each, the sets of tables worth a search.
FLAT2, FLAT3 = (("a",), ("b",)), (("a",), ("b",), ("c",))
NESTED = (("w", "1"), ("w", "2"), ("e", "3"))
SPACES: list[tuple[tuple[tuple[Coordinate, ...], ...], list[list[Layout]]]] = [
    ((tuple((name,) for name in "abcdef"),), [[(1,)]]),
    ((FLAT3, FLAT3), [[(1, 1)], [(1, 0), (0, 1)]]),
    ((NESTED, FLAT2), [[(2, 1)], [(1, 1), (2, 0)]]),
    (
        (FLAT2, FLAT2, FLAT2),
        [
            [(1, 1, 1)],
            [(1, 1, 0), (1, 0, 1)],
            # A circle: one by two, two by three, three by one.
            [(1, 1, 0), (0, 1, 1), (1, 0, 1)],
        ],
    ),
]


@st.composite
def publications(draw: st.DrawFn) -> tuple[dict[Cell, int], list[Layout]]:
    places, choices = draw(st.sampled_from(SPACES))
    leaves = list(product(*places))
    values = draw(st.lists(SMALL, min_size=len(leaves), max_size=len(leaves)))
    return dict(zip(leaves, values, strict=True)), draw(st.sampled_from(choices))


# Without the table of all three, that two are of b is known from the three tables that make a
# circle: no other families give them.
_CIRCLE = dict(zip(product(FLAT2, FLAT2, FLAT2), (5, 3, 8, 12, 0, 2, 0, 0), strict=True))


@example((_CIRCLE, SPACES[-1][1][-1]))
@settings(max_examples=_TRIES, deadline=None)
@given(publications())
def test_no_hidden_cell_can_be_known_from_all_the_tables(
    told: tuple[dict[Cell, int], list[Layout]],
) -> None:
    """Two other countings, `THRESHOLD` apart, give whoever reads the tables the same figures."""
    counted, tables = told
    leaves = list(counted)
    cells = cells_of(leaves, tables)
    published = publish(counted, tables)
    known = dict(reader_knows(published, cells))
    truth = {cell: sum(counted[leaves[one]] for one in members) for cell, members in cells.items()}
    assert {cell for cell, value in truth.items() if 0 < value < THRESHOLD} <= published.hidden
    assert all(truth[cell] for cell in published.hidden)
    assert all(published.shown(cell) in {None, value} for cell, value in truth.items())

    def may_be(cell: Cell, least: int, most: int) -> bool:
        asked = Sum(known[cell].of, least, most)
        return possible([*known.values(), asked], len(leaves))

    for cell in published.hidden:
        value = truth[cell]
        below = next(
            down
            for down in range(min(THRESHOLD, value - 1), -1, -1)
            if may_be(cell, value - down, value - down)
        )
        assert any(
            may_be(cell, value + up, value + up) for up in range(THRESHOLD - below, 4 * THRESHOLD)
        )
