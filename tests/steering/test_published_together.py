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
from jalon.steering.enums import Breakdown
from jalon.steering.indicators import INDICATORS
from jalon.steering.measures import MEASURES
from steering.readers import Key, Reader, happened, in_post, told, write

pytestmark = pytest.mark.django_db
_TRIES = int(os.environ.get("JALON_TABLES", "60")) // 60
_PLACES = ("est", "nord", "sud")
_MONTHS = [Month(2026, one) for one in (3, 4, 5)]
WHOLES = sorted(
    {one.part_of for one in MEASURES.values() if one.part_of and one.tells_of_families},
)
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
    alone = random.random() < 0.5
    posts = in_post({"t": 1 if alone else 5, "u": 5}, _PLACES, _MONTHS)
    write(found + posts, _MONTHS, timezone.now())
    measures = {whole, *(one.code for one in MEASURES.values() if one.part_of == whole)}
    codes = [code for code, one in INDICATORS.items() if one.measures & measures]
    figures = told(codes, _PLACES, _MONTHS)
    reader = Reader(figures, found, _PLACES)
    assert any(not one.shown.hidden and one.shown.figure.value for one in figures)
    for of, number in reader.few(figures, {"t"} if alone else ()):
        least, most = reader.range_of(of)
        assert least - 1e-6 <= number <= most + 1e-6
        assert most - least > 5 - 1e-6, (of, number, least, most)


def test_the_absences_of_a_team_of_one_cannot_be_worked_out() -> None:
    """Neither of the year nor of a month, by territory or by team: nor those of who is alone."""
    teams = {"t": 1, "u": 5, "v": 4}
    found = in_post(teams, _PLACES, _MONTHS)
    for place, team in zip(_PLACES, teams, strict=True):
        for month, many in zip(_MONTHS, (7, 2, 12), strict=True):
            found["workers_away", place, month, Breakdown.ALL, ""] = many
            found["workers_away", place, month, Breakdown.TEAM, team] = many
    write(found, _MONTHS, timezone.now())
    figures = told(["full_times", "full_times_away"], _PLACES, _MONTHS)
    reader = Reader(figures, found, _PLACES)

    shown = {one.territory for one in figures if not one.shown.hidden}
    assert shown in ({"", "nord"}, {"", "sud"})
    for code in ("workers_in_post", "workers_away"):
        of_place: list[Key] = [(code, "est", one, Breakdown.ALL, "") for one in _MONTHS]
        of_team: list[Key] = [(code, "est", one, Breakdown.TEAM, "t") for one in _MONTHS]
        for keys in (of_place, of_team, *([one] for one in of_place)):
            least, most = reader.range_of(dict.fromkeys(keys, 1.0))
            assert most - least > 5 - 1e-6, (keys, least, most)
