"""A difference is told with how sure one may be, and with what it does not prove; or is not."""

from __future__ import annotations

import random
from collections import Counter
from statistics import NormalDist

import pytest

from jalon.steering.effects.comparison import LEAST_GROUP, Comparison, Group, Share, compare, share
from jalon.steering.forecast.forecasting import Refusal

BASE = "Séparation"


def group(reached: int, known: int, silent: int = 0, **offers: int) -> Group:
    """A group of one offer, unless `offers` says of which."""
    return Group(reached, known, {"Offre": offers or {BASE: known + silent}}, silent)


def compared(contacted: tuple[int, int], deferred: tuple[int, int]) -> Comparison:
    found = compare(group(*contacted), group(*deferred))
    assert isinstance(found, Comparison)
    return found


def refused(contacted: Group, deferred: Group) -> str:
    found = compare(contacted, deferred)
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
    found = compare(group(40, 60, silent=7), group(20, 60))
    assert isinstance(found, Comparison)
    assert "ne dit pas ce que change un accompagnement" in found.does_not_prove
    assert "Rien n'est connu de 7 familles" in found.does_not_prove
    assert found.contacted.unknown == 7


def test_few_families_are_not_counted_in_any_sentence() -> None:
    some = group(42, 64, silent=2, Séparation=62, Deuil=4)
    found = compare(some, group(20, 60))
    assert isinstance(found, Comparison)
    assert "Rien n'est connu de moins de 5 familles" in found.does_not_prove
    assert "moins de 5 sans réponse" in found.contacted.said
    told = {one.what: one.said for one in found.imbalances}
    assert "trop peu de familles" in told["Offre « Deuil »"]


def test_without_a_drawing_nothing_is_compared() -> None:
    assert refused(Group(0, 0, {}), Group(0, 0, {})).startswith("Aucun tirage au sort")


def test_groups_too_small_are_refused_and_never_counted_to_the_family() -> None:
    large = group(40, 60)
    few = group(10, LEAST_GROUP - 1, silent=30)
    assert "49\N{NO-BREAK SPACE}familles reportées" in refused(large, few)
    assert refused(large, group(1, 3)).startswith("Moins de 5 familles reportées")
    assert "n'est pas montré" in refused(large, group(3, 60))


def test_groups_that_differed_before_are_refused() -> None:
    said = refused(group(40, 60), group(40, 60, Séparation=40, Impayés=20))
    assert "Offre « Impayés » : 0\N{NO-BREAK SPACE}% des contactées" in said
    assert "33\N{NO-BREAK SPACE}% des reportées" in said


def test_a_difference_before_that_may_be_chance_is_shown_beside() -> None:
    found = compare(group(30, 60, trois=15, deux=45), group(30, 60, trois=7, deux=53))
    assert isinstance(found, Comparison)
    assert {one.what for one in found.imbalances} == {"Offre « trois »", "Offre « deux »"}


def test_groups_drawn_by_lot_are_seldom_refused() -> None:
    """Of four hundred drawings among families alike, about one in a hundred would be."""
    drawn = random.Random(1)  # noqa: S311 - drawn to test, not to hide
    refusals = 0
    for _ in range(400):
        sides = [], []  # type: tuple[list[str], list[str]]
        for _ in range(240):
            sides[drawn.random() < 0.5].append(drawn.choice("abcd"))
        refusals += isinstance(
            compare(*(Group(20, len(one), {"Offre": Counter(one)}) for one in sides)), Refusal
        )
    assert refusals <= 6


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
