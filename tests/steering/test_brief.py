"""The first sentences of a report: figures beside their target and the same months before."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from factories.directory import StaffFactory, TerritoryFactory
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.models import Report
from jalon.steering.reports.content import read_content
from steering.counted import count
from steering.reported import advices, counted

pytestmark = pytest.mark.django_db
_LABEL = "Informations-conseils commencées"
_NOT_COMPARED = "Les mêmes mois de 2025 ne sont pas tous comptés : rien ne leur est comparé."


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def head() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return made


def written(numbers: dict[Month, int]) -> None:
    """Months with as many information-advices, counted."""
    north = TerritoryFactory.create(code="nord", label="Nord")
    for month, many in numbers.items():
        advices(north, month, many)
        count(month)


def brief(report: Report) -> list[str]:
    """What it says first."""
    return list(read_content(report.content or {}).brief)


def of_advice(report: Report) -> list[str]:
    return [one for one in brief(report) if one.startswith(_LABEL)]


def test_a_quarter_is_beside_the_same_one_a_year_before(head: StaffMember) -> None:
    now = {Month(2026, one): 10 for one in (3, 4, 5, 6)}
    written(now | {Month(2025, one): 7 for one in (3, 4, 5, 6)})
    report = counted(head)
    (said,) = of_advice(report)
    assert said == f"{_LABEL} : 30\N{NO-BREAK SPACE}interventions ; 21 un an plus tôt."
    assert _NOT_COMPARED not in brief(report)


@pytest.mark.parametrize("before", [(), (4, 5), (1, 2)])
def test_other_months_are_not_compared(head: StaffMember, before: tuple[int, ...]) -> None:
    now = {Month(2026, one): 10 for one in (4, 5, 6)}
    written(now | {Month(2025, one): 7 for one in before})
    report = counted(head)
    assert of_advice(report) == [f"{_LABEL} : 30\N{NO-BREAK SPACE}interventions."]
    assert brief(report)[-1] == _NOT_COMPARED


def test_what_is_hidden_is_not_told(head: StaffMember) -> None:
    written({Month(2026, 4): 3, Month(2025, 4): 30})
    assert of_advice(counted(head)) == []


def test_what_is_hidden_of_the_year_before_is_not_compared(head: StaffMember) -> None:
    written({Month(2026, 4): 30, Month(2025, 4): 3})
    assert of_advice(counted(head)) == [f"{_LABEL} : 30\N{NO-BREAK SPACE}interventions."]
