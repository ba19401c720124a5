"""What one or two workers do is shown nowhere but to who answers for them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from factories.directory import (
    AbsenceFactory,
    AreaFactory,
    CommuneFactory,
    StaffFactory,
    TerritoryFactory,
)
from factories.families import FamilyFactory
from factories.interventions import InformationAdviceFactory
from jalon.directory.models import StaffMember, Territory
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.forecast.foreseeing import FORESEEN
from jalon.steering.publishing.staffed import places_hidden
from steering.counted import JULY, count, worker_of_a_team
from steering.frozen import freeze, whole

pytestmark = pytest.mark.django_db
HIDDEN = "masqué"


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


def team(label: str, many: int, advices: int = 20) -> StaffMember:
    """A territory of one team, whose workers begin advice there; one of them."""
    where = TerritoryFactory.create(code=label.lower(), label=label)
    worker = worker_of_a_team(many, label=label, territory=where)
    commune = CommuneFactory.create(area=AreaFactory.create(territory=where))
    for _ in range(advices):
        family = FamilyFactory.create(commune=commune)
        InformationAdviceFactory.create(family=family, worker=worker, opened_on=date(2026, 7, 3))
    return worker


def away(worker: StaffMember, days: int) -> None:
    last = date(2026, 7, days)
    AbsenceFactory.create(member=worker, first_day=date(2026, 7, 1), last_day=last)


def chart_of(client: Client, code: str, part: str) -> dict[str, Any]:
    """The rows of a part of a figure's page, as the head of the department reads it."""
    client.force_login(StaffFactory.create(role=Role.DEPARTMENT_HEAD))
    page = client.get(reverse("steering:indicator", args=[code]))
    (found,) = [one for one in page.context["parts"] if one.name == part]
    return {row[0]: row[1] for row in found.table.rows}


@pytest.mark.parametrize("code", ["full_times", "full_times_away"])
@pytest.mark.parametrize("part", ["team", "territoires"])
def test_a_team_of_one_is_hidden_and_total_less_others_does_not_give_it(
    client: Client, code: str, part: str
) -> None:
    for label, many in (("Est", 1), ("Nord", 4), ("Sud", 5)):
        away(team(label, many, advices=0), 10)
    count(JULY)
    found = chart_of(client, code, part)

    assert found["Est"] == HIDDEN
    assert [found["Nord"], found["Sud"]].count(HIDDEN) == 1
    assert HIDDEN not in chart_of(client, code, "mois").values()


def test_teams_of_three_are_shown(client: Client) -> None:
    for label in ("Est", "Nord"):
        away(team(label, 3, advices=0), 10)
    count(JULY)
    assert HIDDEN not in chart_of(client, "full_times_away", "team").values()


def test_what_one_worker_does_with_families_is_hidden_as_well(client: Client) -> None:
    """Forty information-advices by team are no small count of families; by one they are theirs."""
    for label, many in (("Est", 2), ("Nord", 4), ("Sud", 5)):
        team(label, many)
    count(JULY)
    found = chart_of(client, "advice_begun", "team")

    assert found["Est"] == HIDDEN
    assert [found["Nord"], found["Sud"]].count(HIDDEN) == 1


@pytest.mark.parametrize(
    ("workers", "own", "hidden"),
    [
        ({"est": 1, "nord": 4, "sud": 5}, [], {"est", "nord"}),
        ({"est": 1, "nord": 4, "sud": 5}, ["est"], set()),
        # Less what is shown and one's own, the total leaves Est alone: another goes with it.
        ({"est": 1, "nord": 1, "sud": 5}, ["nord"], {"est", "sud"}),
        ({"est": 1, "nord": 2, "sud": 5}, [], {"est", "nord"}),
        ({"est": 3, "nord": 4, "-": 1}, [], {"-", "est"}),
        ({"est": 2, "nord": 4, "-": 0}, ["nord"], {"est", ""}),
        ({"est": 3, "nord": 4}, [], set()),
    ],
)
def test_which_territories_do_not_tell_who_is_there(
    workers: dict[str, int], own: list[str], hidden: set[str]
) -> None:
    assert places_hidden(workers, own) == hidden


def test_days_to_come_of_one_worker_are_told_to_who_answers_for_them(client: Client) -> None:
    for label, many in (("Est", 1), ("Nord", 4), ("Sud", 5)):
        team(label, many, advices=0)
    for month in [Month(2025, 12), *(Month(2026, one) for one in range(1, 11))]:
        told = [whole(measure, est=10, nord=40, sud=50) for measure in FORESEEN]
        freeze(month, {key: many for one in told for key, many in one.items()})
    heads = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    north = Territory.objects.get(code="nord").teams.get()
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=north)
    address = reverse("steering:forecast")

    def days(who: StaffMember) -> dict[str, str]:
        client.force_login(who)
        return {one.label: one.available for one in client.get(address).context["rows"]}

    assert HIDDEN not in days(heads).values()
    found = days(manager)
    assert (found["Est"], found["Sud"]) == (HIDDEN, HIDDEN)
    assert found["Nord"] != HIDDEN
    page = client.get(address, {"territoire": "est", "recrue": "100", "arrivee": "2026-11-01"})
    assert "ceux d'une ou deux personnes" in page.context["refused"]
    assert "Ce que cela change" not in page.content.decode()
    files: Any = client.get(reverse("steering:forecast_csv", args=["territoires"]))
    text = b"".join(files.streaming_content).decode("utf-8-sig")
    assert "Est;pas de donnée" in text
