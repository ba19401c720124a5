"""Whoever has every page, file and report of a year cannot work out a count below five."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from factories.directory import StaffFactory, TerritoryFactory
from jalon.audit.identity import acting
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.indicators import INDICATORS
from jalon.steering.measures import MEASURES
from steering.readers import Reader, happened, told, write

pytestmark = pytest.mark.django_db
_TRIES = int(os.environ.get("JALON_TABLES", "60")) // 60
_PLACES = ("est", "nord", "sud")
_MONTHS = [Month(2026, one) for one in (3, 4, 5)]
WHOLES = sorted({one.part_of for one in MEASURES.values() if one.part_of})
ALONE = ["opinion_helped", "support_begun"]


@pytest.fixture(autouse=True)
def _steering(settings: Settings, tmp_path: Path) -> Any:
    """Look as whoever steers does."""
    settings.DATA_FOLDER = tmp_path
    for code in _PLACES:
        TerritoryFactory.create(code=code, label=code.capitalize())
    with acting(StaffFactory.create(role=Role.DEPARTMENT_HEAD).pk):
        yield


@pytest.mark.parametrize("seed", range(_TRIES))
@pytest.mark.parametrize("whole", [*WHOLES, *ALONE])
def test_nothing_below_five_can_be_worked_out(whole: str, seed: int) -> None:
    random = Random(f"{whole} {seed}")  # noqa: S311 - made up, and the same each time
    found = happened(whole, _PLACES, _MONTHS, random)
    write(found, _MONTHS, timezone.now())
    measures = {whole, *(one.code for one in MEASURES.values() if one.part_of == whole)}
    codes = [code for code, one in INDICATORS.items() if one.measures & measures]
    figures = told(codes, _PLACES, _MONTHS)
    reader = Reader(figures, found, _PLACES)
    assert any(not one.shown.hidden and one.shown.figure.value for one in figures)
    for of, number in reader.few(figures):
        least, most = reader.range_of(of)
        assert least - 1e-6 <= number <= most + 1e-6
        assert most - least > 5 - 1e-6, (of, number, least, most)
