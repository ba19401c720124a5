"""Writes numbers, money, shares and dates as a French reader expects them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.timezone import is_aware, localtime

UNKNOWN: Final = "non connu"
_NBSP: Final = "\u00a0"
_MINUS: Final = "\u2212"
_MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_PLURAL_FROM: Final = 2

Number = int | float | Decimal


def number(value: Number | None, decimals: int | None = None) -> str:
    """Write 257 504 or 3,5; `decimals` fixes how many digits follow the comma."""
    if value is None:
        return UNKNOWN
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    written = f"{abs(exact):,f}".replace(",", _NBSP).replace(".", ",")
    return f"{_MINUS}{written}" if exact < 0 else written


def euros(value: Number | None, decimals: int = 2) -> str:
    """Write an amount: 1 234,50 €."""
    return UNKNOWN if value is None else f"{number(value, decimals)}{_NBSP}€"


def percentage(share: Number | None, decimals: int = 0) -> str:
    """Write a share of one as a percentage: 0.35 is 35 %."""
    if share is None:
        return UNKNOWN
    return f"{number(Decimal(str(share)) * 100, decimals)}{_NBSP}%"


def counted(value: Number | None, noun: str) -> str:
    """Write a number with its noun: 0 famille, 1 famille, 2 familles; `noun` may be "œil,yeux"."""
    singular, _, plural = noun.partition(",")
    several = value is not None and not -_PLURAL_FROM < value < _PLURAL_FROM
    return f"{number(value)}{_NBSP}{(plural or f'{singular}s') if several else singular}"


def long_date(day: date | None) -> str:
    """Write 3 novembre 2026, and 1er for the first; a moment is taken in the fund's time zone."""
    if day is None:
        return UNKNOWN
    day = _local(day)
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def day_of_week(day: date | None) -> str:
    """Write lundi 23 novembre, for a day near enough that its year is known."""
    if day is None:
        return UNKNOWN
    day = _local(day)
    return f"{_DAYS[day.weekday()]} {'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]}"


def clock(moment: time | datetime | None) -> str:
    """Write 9 h 00; a moment is taken in the fund's time zone."""
    if moment is None:
        return UNKNOWN
    if isinstance(moment, datetime) and is_aware(moment):
        moment = localtime(moment)
    return f"{moment.hour}{_NBSP}h{_NBSP}{moment.minute:02d}"


def month_of(day: date | None) -> str:
    """Write the month of a day: novembre 2026."""
    if day is None:
        return UNKNOWN
    day = _local(day)
    return f"{_MONTHS[day.month - 1]} {day.year}"


def long_moment(moment: datetime | None) -> str:
    """Write 3 novembre 2026 à 14 h 05."""
    if moment is None:
        return UNKNOWN
    return f"{long_date(moment)} à {clock(moment)}"


def _local(day: date) -> date:
    return localtime(day) if isinstance(day, datetime) and is_aware(day) else day
