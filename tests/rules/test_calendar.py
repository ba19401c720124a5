"""Months, ages and windows, 29 February included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jalon.rules.calendar import (
    Month,
    add_months,
    age_on,
    french_date,
    latest_birth_of_age,
    one_year_after,
)

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
EVERY_DAY = settings(max_examples=500, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_goes_from_its_first_day_to_its_last(text: str, first: date, last: date) -> None:
    month = Month.parse(text)

    assert (month.first_day, month.last_day, str(month)) == (first, last, text)


@pytest.mark.parametrize(
    "text",
    ["2026-13", "2026-00", "2026-1", "26-10", "2026/10", "octobre", "", "2026-10-01", " 2026-10"],
)
def test_what_is_not_a_month_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="comme 2026-10"):
        Month.parse(text)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 10, 31), date(2026, 10, 31), 18),
        (date(2008, 11, 1), date(2026, 10, 31), 17),
        (date(2008, 10, 30), date(2026, 10, 31), 18),
        (date(2026, 10, 31), date(2026, 10, 31), 0),
        # Born on 29 February: the birthday is 1 March in other years, 29 February in leap years.
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_age_counts_completed_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@EVERY_DAY
@given(born=DAYS, day=DAYS, age=st.integers(0, 120))
def test_being_of_an_age_is_being_born_by_a_day(born: date, day: date, age: int) -> None:
    if day.year - age < 1800:
        return

    assert (born <= latest_birth_of_age(age, day)) == (age_on(born, day) >= age)


@EVERY_DAY
@given(day=DAYS, age=st.integers(0, 90), near=st.integers(-2, 2))
def test_the_latest_birth_is_exact_to_the_day(day: date, age: int, near: int) -> None:
    born = latest_birth_of_age(age, day) + timedelta(days=near)

    assert (age_on(born, day) >= age) == (near <= 0)


@EVERY_DAY
@given(born=DAYS, day=DAYS)
def test_a_day_later_nobody_is_younger(born: date, day: date) -> None:
    assert 0 <= age_on(born, day + timedelta(days=1)) - age_on(born, day) <= 1


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 10, 15), date(2027, 10, 15)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_window_lasts_a_year_and_includes_its_last_day(day: date, last: date) -> None:
    assert one_year_after(day) == last


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2025, 12, 31), 10, date(2026, 10, 31)),
        (date(2025, 4, 30), 10, date(2026, 2, 28)),
        (date(2026, 3, 15), -3, date(2025, 12, 15)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(
    day: date, months: int, later: date
) -> None:
    assert add_months(day, months) == later


def test_dates_are_said_in_french() -> None:
    assert french_date(date(2026, 10, 1)) == "1er octobre 2026"
    assert french_date(date(2026, 8, 11)) == "11 août 2026"
    assert Month(2026, 2).in_french == "février 2026"


def test_months_come_in_order() -> None:
    assert sorted([Month(2026, 2), Month(2025, 12), Month(2026, 1)]) == [
        Month(2025, 12),
        Month(2026, 1),
        Month(2026, 2),
    ]
