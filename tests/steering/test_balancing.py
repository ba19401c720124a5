"""What could be evened out in a team, worked by hand."""

from __future__ import annotations

from jalon.steering.load.balancing import Carried, Evening, evenings, mean_load


def one(name: str, needed: float, available: float, supports: int = 10) -> Carried:
    return Carried(name, needed, available, supports, days_a_support=2)


def told(*team: Carried) -> list[tuple[str, str, int]]:
    return [(each.giver, each.taker, each.supports) for each in evenings(team)]


def test_a_team_alike_has_nothing_to_even_out() -> None:
    assert mean_load([one("A", 30, 60), one("B", 33, 60)]) == 63 / 120
    assert told(one("A", 30, 60), one("B", 33, 60)) == []
    assert told() == []
    assert told(one("A", 0, 60), one("B", 0, 60)) == []


def test_who_carries_more_hands_as_many_as_bring_both_near_the_mean() -> None:
    """The mean is 40 of 60 days: 20 too many, 20 too few, two days a support."""
    found = evenings([one("A", 60, 60), one("B", 20, 60)])
    assert found == [
        Evening(
            "A",
            "B",
            10,
            "A : 100\N{NO-BREAK SPACE}% de son temps pris (60 jours sur 60) ; "
            "B : 33\N{NO-BREAK SPACE}% de son temps pris (20 jours sur 60) ; "
            "l'équipe : 67\N{NO-BREAK SPACE}%.",
        )
    ]


def test_part_time_counts_as_the_days_that_it_has() -> None:
    """The mean is half: 15 days of a half-time's 30 are as many as 30 of 60."""
    assert told(one("A", 30, 60), one("B", 15, 30)) == []
    assert told(one("A", 20, 60), one("B", 25, 30)) == [("B", "A", 5)]


def test_one_hands_over_no_more_than_one_has_and_to_the_freest_first() -> None:
    team = (one("A", 70, 60, supports=4), one("B", 20, 60), one("C", 30, 60))
    assert told(*team) == [("A", "B", 4)]
    team = (one("A", 80, 60, supports=30), one("B", 20, 60), one("C", 24, 60))
    assert told(*team) == [("A", "B", 10), ("A", "C", 8)]


def test_who_is_away_all_along_hands_over_what_they_carry() -> None:
    team = (one("A", 12, 0, supports=6), one("B", 20, 60), one("C", 60, 80))
    found = evenings(team)
    assert [(each.giver, each.taker) for each in found] == [("A", "B")]
    assert "A : aucun jour de présence" in found[0].why


def test_two_of_the_same_name_are_two() -> None:
    assert told(one("A", 60, 60), one("A", 20, 60)) == [("A", "A", 10)]


def test_supports_that_ask_for_nothing_any_more_are_not_handed_over() -> None:
    """Their term is today: what takes the giver's days is information-advice, which stays."""
    full = Carried("A", 60, 60, supports=2, days_a_support=0)
    assert evenings([full, one("B", 20, 60)]) == []
