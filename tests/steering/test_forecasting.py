"""What comes is told with how wrong the same computing has been, or is not told."""

from __future__ import annotations

import random

import pytest

from jalon.rules.calendar import Month
from jalon.steering.forecast.forecasting import (
    LEAST,
    SEASONAL_LEAST,
    Forecast,
    PastError,
    Refusal,
    Series,
    forecast,
)

FIRST = Month(2024, 1)


def told(*values: float | None) -> Forecast:
    found = forecast(Series(FIRST, values))
    assert isinstance(found, Forecast)
    return found


def refused(*values: float | None) -> str:
    found = forecast(Series(FIRST, values))
    assert isinstance(found, Refusal)
    return found.why


def test_what_never_moved_goes_on() -> None:
    found = told(*[40] * LEAST)
    assert found.months[0] == Month(2024, LEAST + 1)
    assert found.values == (40, 40, 40)
    assert (found.total, found.total_low, found.total_high) == (120, 120, 120)
    assert found.error == PastError(quarters=4, mean=0, naive=0, share=0, as_last=120)
    assert not found.seasonal


def test_a_rise_goes_on_by_less_each_month() -> None:
    """Worked by hand: 55.5 over the last half year, 49.5 before: one more a month, then halves."""
    found = told(*range(47, 59))
    assert found.values == pytest.approx((55.5 + 0.5, 55.5 + 0.75, 55.5 + 0.875))


def test_the_error_is_that_of_the_quarters_already_known() -> None:
    """Worked by hand: 11 months; from each of months 5 to 8, the mean of up to six before."""
    values = (10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 13.0, 10.0, 10.0)
    found = told(*values)
    # 30 told and 30 found once, then 30 told and 33 found three times; naive likewise.
    assert found.error.quarters == 4
    assert found.error.mean == pytest.approx((0 + 3 + 3 + 3) / 4)
    assert found.error.naive == pytest.approx((0 + 3 + 3 + 3) / 4)
    assert found.error.share == pytest.approx((3 / 33) * 3 / 4)
    assert found.total_high - found.total == pytest.approx(3)
    assert "soit 33, s'est trompé de 2,3 : fiez-vous plutôt à ce nombre." in found.error.said


def test_a_season_seen_twice_is_trusted_by_two_thirds() -> None:
    """July is nought and the other months 12: a mean of 11, so July 1 − 2/3."""
    year = [12.0] * 6 + [0.0] + [12.0] * 5
    found = told(*year, *year, *year[:6])
    assert found.seasonal
    assert found.months[0] == Month(2026, 7)
    assert found.values[0] < found.values[1] / 2


def test_a_season_waits_for_errors_of_its_own() -> None:
    """With two years and five months, no more than three past forecasts could know of it."""
    year = [160.0, 140, 100, 100, 100, 80, 40, 30, 120, 120, 110, 100]
    before, after = told(*year, *year, *year[:5]), told(*year, *year, *year[:6])
    assert not before.seasonal
    assert after.seasonal
    assert (before.error.quarters, after.error.quarters) == (12, 4)
    assert after.error.mean < after.error.naive / 2
    assert "4\N{NO-BREAK SPACE}périodes de trois mois" in after.error.said
    assert "qui se recouvrent" in after.error.said


def test_months_without_data_are_left_out_or_refused() -> None:
    assert told(*[40] * 5, None, *[40] * 8).values == (40, 40, 40)
    assert "novembre 2024" in refused(*[40] * 10, None)
    assert "4 mois sur 12" in refused(*[None] * 4, *[40] * 8)
    assert "Trop de mois" in refused(*[40] * 6, None, 40, 40, None, 40, 40)


def test_too_few_months_are_refused_with_how_many_are_needed() -> None:
    assert refused(*[40] * (LEAST - 1)).startswith("Il y a 10 mois de données : il en faut 11")
    assert refused().startswith("Il y a 0 mois")


def test_nothing_is_ever_expected_below_nought() -> None:
    found = told(*[50] * 8, 0, 0, 0, 0, 0, 0)
    assert min(found.values) >= 0
    assert min(*found.low, found.total_low) >= 0


def test_a_quarter_of_nobody_has_no_share_of_error() -> None:
    assert told(*[0] * LEAST).error.share is None


@pytest.mark.parametrize("months", [LEAST, 24, 26, SEASONAL_LEAST, 36])
def test_four_times_in_five_what_comes_is_within_the_interval(months: int) -> None:
    """Of drawn series, with a season and noise: what comes falls within, more or less as said."""
    drawn = random.Random(6)  # noqa: S311 - drawn to test, not to hide
    inside = 0
    for _ in range(200):
        level, begins = drawn.uniform(20, 100), drawn.randrange(12)
        values = [
            max(
                0.0,
                level * (0.7 if (begins + place) % 12 in {6, 7} else 1.06)
                + drawn.gauss(0, 0.12 * level),
            )
            for place in range(months + 3)
        ]
        found = told(*values[:months])
        inside += found.total_low <= sum(values[months:]) <= found.total_high
    assert 0.7 <= inside / 200 <= 0.92
