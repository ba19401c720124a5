"""A difference is told with how sure one may be, and with what it does not prove; or is not."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from statistics import NormalDist

import pytest

from jalon.steering.effects import (
    LEAST_GROUP,
    Comparison,
    Draw,
    Family,
    Share,
    compare,
    share,
)
from jalon.steering.forecasting import Refusal

DRAW = Draw(date(2026, 3, 2), "0" * 64)
BASE = {"Offre": "Séparation"}


def group(
    *, contacted: bool, reached: int, known: int, silent: int = 0, base: Mapping[str, str] = BASE
) -> list[Family]:
    outcomes = [True] * reached + [False] * (known - reached) + [None] * silent
    return [Family(contacted, one, base) for one in outcomes]


def compared(contacted: tuple[int, int], deferred: tuple[int, int]) -> Comparison:
    found = compare(
        [
            *group(contacted=True, reached=contacted[0], known=contacted[1]),
            *group(contacted=False, reached=deferred[0], known=deferred[1]),
        ],
        DRAW,
    )
    assert isinstance(found, Comparison)
    return found


def refused(families: list[Family], draw: Draw | None = DRAW) -> str:
    found = compare(families, draw)
    assert isinstance(found, Refusal)
    return found.why


def test_the_interval_is_the_one_newcombe_published() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table II, example (a): 56/70 and 48/80."""
    found = compared((56, 70), (48, 80))
    assert found.difference == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert "plus souvent : écart de +20 points, entre +5 points et +33 points" in found.said
    assert "70 contactées, 80 reportées" in found.said


def test_a_difference_that_chance_explains_is_not_told_as_one() -> None:
    assert compared((30, 60), (28, 60)).said.startswith("On ne peut pas dire")
    assert "moins souvent" in compared((20, 80), (60, 80)).said


def test_what_it_does_not_prove_is_always_said() -> None:
    found = compare(
        [
            *group(contacted=True, reached=40, known=60, silent=7),
            *group(contacted=False, reached=20, known=60),
        ],
        DRAW,
    )
    assert isinstance(found, Comparison)
    assert "ne dit pas ce que change un accompagnement" in found.does_not_prove
    assert "Rien n'est connu de 7 familles" in found.does_not_prove
    assert found.contacted.unknown == 7


def test_few_families_are_not_counted_in_any_sentence() -> None:
    rare = {"Offre": "Décès d'un enfant"}
    found = compare(
        [
            *group(contacted=True, reached=40, known=60, silent=2),
            *group(contacted=True, reached=2, known=4, base=rare),
            *group(contacted=False, reached=20, known=60),
        ],
        DRAW,
    )
    assert isinstance(found, Comparison)
    assert "Rien n'est connu de moins de 5 familles" in found.does_not_prove
    assert "moins de 5 sans réponse" in found.contacted.said
    told = {one.what: one.said for one in found.imbalances}
    assert "trop peu de familles" in told["Offre « Décès d'un enfant »"]


def test_without_a_recorded_draw_nothing_is_compared() -> None:
    families = [
        *group(contacted=True, reached=40, known=60),
        *group(contacted=False, reached=20, known=60),
    ]
    assert refused(families, None).startswith("Aucun tirage au sort")


def test_groups_too_small_are_refused_and_never_counted_to_the_family() -> None:
    large = group(contacted=True, reached=40, known=60)
    few = group(contacted=False, reached=10, known=LEAST_GROUP - 1, silent=30)
    assert "49\N{NO-BREAK SPACE}familles reportées" in refused([*large, *few])
    assert refused([*large, *few[:3]]).startswith("Moins de 5 familles reportées")
    rare = group(contacted=False, reached=3, known=60)
    assert "n'est pas montré" in refused([*large, *rare])


def test_groups_that_differed_before_are_refused() -> None:
    other = {"Offre": "Impayés"}
    families = [
        *group(contacted=True, reached=40, known=60),
        *group(contacted=False, reached=20, known=40),
        *group(contacted=False, reached=20, known=20, base=other),
    ]
    said = refused(families)
    assert "Offre « Impayés » : 0\N{NO-BREAK SPACE}% des contactées" in said
    assert "33\N{NO-BREAK SPACE}% des reportées" in said


def test_a_difference_before_that_may_be_chance_is_shown_beside() -> None:
    known = group(contacted=True, reached=30, known=60)
    mixed = [
        *[replace(one, base={"Enfants": "3 ou plus"}) for one in known[::4]],
        *[replace(one, base={"Enfants": "1 ou 2"}) for one in set_apart(known)],
    ]
    others = [
        replace(one, base={"Enfants": "3 ou plus" if place % 9 == 0 else "1 ou 2"})
        for place, one in enumerate(group(contacted=False, reached=30, known=60))
    ]
    found = compare([*mixed, *others], DRAW)
    assert isinstance(found, Comparison)
    assert {one.what for one in found.imbalances} == {
        "Enfants « 3 ou plus »",
        "Enfants « 1 ou 2 »",
    }


def set_apart(families: list[Family]) -> list[Family]:
    return [one for place, one in enumerate(families) if place % 4]


def test_groups_drawn_by_lot_are_seldom_refused() -> None:
    """Of two hundred drawings among families alike, about one in a hundred would be."""
    drawn = random.Random(4)  # noqa: S311 - drawn to test, not to hide
    refusals = 0
    for _ in range(200):
        families = [
            Family(
                drawn.random() < 0.5,
                drawn.random() < 0.4,
                {"Offre": drawn.choice("abcd"), "Secteur": drawn.choice("xyz")},
            )
            for _ in range(240)
        ]
        refusals += isinstance(compare(families, DRAW), Refusal)
    assert refusals <= 5


def test_a_share_says_between_what_and_what_and_who_did_not_answer() -> None:
    """Wilson (1927), worked by hand for 81 of 263: 25.5 % to 36.6 %."""
    found = share(81, 263, unknown=12)
    assert isinstance(found, Share)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert "81 sur 263 ; 12 sans réponse" in found.said
    z = NormalDist().inv_cdf(0.975)
    for bound in (found.low, found.high):
        assert abs(found.value - bound) == pytest.approx(z * (bound * (1 - bound) / 263) ** 0.5)


def test_a_share_of_nobody_or_of_too_few_is_refused() -> None:
    assert isinstance(share(0, 0), Refusal)
    assert isinstance(share(3, 90), Refusal)
    assert isinstance(share(88, 90), Refusal)
    assert isinstance(share(0, 90), Share)
    with pytest.raises(ValueError, match="more than its whole"):
        share(4, 3)
