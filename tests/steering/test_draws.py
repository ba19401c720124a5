"""What became of those that lots placed, half a year after, against rows counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from factories.interventions import InformationAdviceFactory
from factories.outreach import DrawFactory, ProposalFactory, TurnFactory
from jalon.outreach.models import Proposal
from jalon.steering.enums import Breakdown
from steering.counted import count
from steering.counted import number_listed as number

pytestmark = pytest.mark.django_db
# Half a year, to the day, before a day of July.
_DRAWN = date(2026, 7, 10) - timedelta(days=182)


def placed(wave: int, drawn_on: date = _DRAWN, waves: int = 2, **given: object) -> Proposal:
    made: Proposal = ProposalFactory.create(**given)
    TurnFactory.create(
        proposal=made,
        draw=DrawFactory.create(waves=waves),
        drawn_on=drawn_on,
        wave=wave,
        from_on=drawn_on + timedelta(days=14 * (wave - 1)),
    )
    return made


def began(made: Proposal, day: date) -> None:
    InformationAdviceFactory.create(family=made.family, opened_on=day)


def test_groups_are_counted_half_a_year_after_the_draw_where_lots_placed_them() -> None:
    began(placed(1), _DRAWN)
    placed(1)
    began(placed(2, offer="rent_arrears"), _DRAWN + timedelta(days=181))
    began(placed(3, waves=3), _DRAWN + timedelta(days=182))
    placed(2, doubled=True)
    placed(1, drawn_on=date(2026, 8, 1) - timedelta(days=182))
    count()

    assert number("drawn_first") == {"": 2}
    assert number("drawn_first_begun") == {"": 1}
    assert number("drawn_later") == {"": 2}
    assert number("drawn_later", by=Breakdown.OFFER) == {"rent_arrears": 1, "separation": 1}
    assert number("drawn_later_begun", by=Breakdown.OFFER) == {"rent_arrears": 1}


def test_what_was_begun_before_the_draw_is_no_effect_of_it() -> None:
    began(placed(1), _DRAWN - timedelta(days=1))
    count()
    assert number("drawn_first") == {"": 1}
    assert number("drawn_first_begun") == {"": 0}


def test_draws_of_two_and_of_four_waves_weigh_the_same_in_both_groups() -> None:
    """Else who had four waves would be rare among the first, and many among the others."""
    for wave in (1, 2):
        placed(wave, offer="separation")
    for wave in (1, 2, 3, 4):
        placed(wave, waves=4, offer="rent_arrears")
    count()
    by_offer = {"rent_arrears": 1, "separation": 1}
    assert number("drawn_first", by=Breakdown.OFFER) == by_offer
    assert number("drawn_later", by=Breakdown.OFFER) == by_offer
