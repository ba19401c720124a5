"""Numbers, money, shares and dates are written as a French reader expects them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import engines

from jalon.web import french

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, None, "0"),
        (95, None, "95"),
        (257504, None, "257 504"),
        (13_500_000, None, "13 500 000"),
        (-1204, None, "−1 204"),
        (3.5, None, "3,5"),
        (Decimal("1234.50"), None, "1 234,50"),
        (3.456, 1, "3,5"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.4, 0, "0"),
        (95, 1, "95,0"),
        (None, None, "non connu"),
    ],
)
def test_numbers(value: french.Number | None, decimals: int | None, written: str) -> None:
    assert french.number(value, decimals) == (written.replace(" ", NBSP) if value else written)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1234.5, f"1{NBSP}234,50{NBSP}€"),
        (Decimal("918.35"), f"918,35{NBSP}€"),
        (0, f"0,00{NBSP}€"),
        (-12, f"−12,00{NBSP}€"),
        (0.005, f"0,01{NBSP}€"),
        (None, "non connu"),
    ],
)
def test_amounts(value: french.Number | None, written: str) -> None:
    assert french.euros(value) == written


@pytest.mark.parametrize(
    ("share", "decimals", "written"),
    [
        (0.35, 0, f"35{NBSP}%"),
        (0.6473, 1, f"64,7{NBSP}%"),
        (1, 0, f"100{NBSP}%"),
        (0.145, 0, f"15{NBSP}%"),
        (0, 0, f"0{NBSP}%"),
        (None, 0, "non connu"),
    ],
)
def test_shares(share: french.Number | None, decimals: int, written: str) -> None:
    assert french.percentage(share, decimals) == written


@pytest.mark.parametrize(
    ("value", "noun", "written"),
    [
        (0, "famille", f"0{NBSP}famille"),
        (1, "famille", f"1{NBSP}famille"),
        (2, "famille", f"2{NBSP}familles"),
        (1204, "lieu d'accueil,lieux d'accueil", f"1{NBSP}204{NBSP}lieux d'accueil"),
    ],
)
def test_counted_nouns(value: int, noun: str, written: str) -> None:
    assert french.counted(value, noun) == written


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 3), "3 novembre 2026"),
        (date(2026, 8, 1), "1er août 2026"),
        (date(2025, 12, 31), "31 décembre 2025"),
        # 23:30 in London on new year's eve is already the next year in Paris.
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1er janvier 2027"),
        (None, "non connu"),
    ],
)
def test_days(day: date | None, written: str) -> None:
    assert french.long_date(day) == written


def test_months_and_moments() -> None:
    assert french.month_of(date(2026, 2, 28)) == "février 2026"
    assert french.month_of(None) == "non connu"
    moment = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)
    assert french.long_moment(moment) == f"14 juillet 2026 à 14{NBSP}h{NBSP}05"
    assert french.long_moment(None) == "non connu"


def test_templates_know_these_by_french_names() -> None:
    template = engines["django"].from_string(
        "{% load jalon %}{{ n|nombre }} {{ n|euros }} {{ r|pourcentage:1 }} "
        "{{ n|compte:'dossier' }} {{ d|date_longue }} {{ d|mois }} {{ m|date_heure }}"
    )
    moment = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
    shown = template.render({"n": 1500, "r": 0.5, "d": date(2026, 11, 3), "m": moment})
    assert shown.replace(NBSP, " ") == (
        "1 500 1 500,00 € 50,0 % 1 500 dossiers 3 novembre 2026 novembre 2026 "
        "3 novembre 2026 à 9 h 00"
    )


def test_days_of_the_week_and_hours() -> None:
    assert french.day_of_week(date(2026, 11, 23)) == "lundi 23 novembre"
    assert french.day_of_week(date(2026, 11, 1)) == "dimanche 1er novembre"
    assert french.clock(time(9)) == f"9{NBSP}h{NBSP}00"
    assert french.clock(datetime(2026, 7, 1, 7, 5, tzinfo=UTC)) == f"9{NBSP}h{NBSP}05"
    assert french.day_of_week(None) == french.clock(None) == "non connu"
