"""What leaves for the national tool: its columns by month and place, of what one answers for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from factories.directory import StaffFactory, TeamFactory
from jalon.directory.models import Territory
from jalon.directory.roles import Role
from jalon.steering.indicators import COLUMNS, INDICATORS
from steering.counted import count
from steering.test_figure_pages import JULY, JUNE, advices, territory

pytestmark = pytest.mark.django_db
_PAGE = reverse("steering:national")
BEGUN = "Informations-conseils commencées"
RUNNING = "Informations-conseils en cours (le dernier jour)"


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def head(client: Client) -> Client:
    client.force_login(StaffFactory.create(role=Role.DEPARTMENT_HEAD))
    return client


def manager_of(where: Territory | None) -> Client:
    client = Client()
    team = TeamFactory.create(territory=where)
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    return client


@pytest.fixture
def two_places() -> tuple[Territory, Territory]:
    north, south = territory("nord"), territory("sud")
    advices(north, july=12, june=7)
    advices(south, july=30)
    count(JUNE)
    count(JULY)
    return north, south


def table(client: Client, part: str, **asked: str) -> list[dict[str, str]]:
    answer = client.get(reverse("steering:national_csv", args=[part]), asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def cells(rows: list[dict[str, str]], column: str) -> dict[tuple[str, ...], str]:
    """A column by what names its rows: a month and a place, or one thing.

    Without the territories that the teams of those who work come with.
    """
    names = [name for name in rows[0] if name in {"Mois", "Territoire", "Offre", "Équipe"}]
    return {
        tuple(one[name] for name in names): one[column]
        for one in rows
        if not one.get("Territoire", "").startswith("Territoire ")
    }


@pytest.mark.usefixtures("two_places")
def test_each_month_and_place_has_its_row_and_each_column_its_figure(head: Client) -> None:
    rows = table(head, "mois")

    assert list(rows[0]) == ["Mois", "Territoire", *(INDICATORS[one].column for one in COLUMNS)]
    assert cells(rows, BEGUN) == {
        ("Juin 2026", "Tout le département"): "7",
        ("Juin 2026", "Nord"): "7",
        ("Juin 2026", "Sud"): "0",
        ("Juin 2026", "Hors des territoires"): "0",
        ("Juillet 2026", "Tout le département"): "42",
        ("Juillet 2026", "Nord"): "12",
        ("Juillet 2026", "Sud"): "30",
        ("Juillet 2026", "Hors des territoires"): "0",
    }
    assert cells(rows, RUNNING)["Juillet 2026", "Nord"] == "19"
    assert set(cells(rows, "Actions de groupe").values()) == {"non mesuré"}
    assert cells(table(head, "annee"), BEGUN) == {
        ("Tout le département",): "49",
        ("Nord",): "19",
        ("Sud",): "30",
        ("Hors des territoires",): "0",
    }
    assert sum(map(int, cells(table(head, "equipes"), BEGUN).values())) == 49
    assert cells(table(head, "offres"), BEGUN) == {("Non connu",): "49"}


def test_what_leaves_hides_small_counts_as_pages_do(head: Client) -> None:
    advices(territory("nord"), july=3)
    advices(territory("sud"), july=30)
    count(JULY)

    told = cells(table(head, "mois"), BEGUN)

    assert told["Juillet 2026", "Tout le département"] == "33"
    assert told["Juillet 2026", "Nord"] == told["Juillet 2026", "Sud"] == "masqué"


def test_a_manager_takes_away_their_own_territory_alone(
    two_places: tuple[Territory, Territory],
) -> None:
    north, _ = two_places
    client = manager_of(north)

    for asked in ({}, {"territoire": "sud"}):
        assert cells(table(client, "mois", **asked), BEGUN) == {
            ("Juin 2026", "Nord"): "7",
            ("Juillet 2026", "Nord"): "12",
        }
    page = client.get(_PAGE).content.decode()
    assert "Sud" not in page
    assert "Informations collectives" in page


@pytest.mark.usefixtures("two_places")
def test_who_answers_for_no_territory_is_told_so_and_takes_nothing() -> None:
    client = manager_of(None)

    assert "Aucun territoire" in client.get(_PAGE).content.decode()
    for part in ("mois", "annee"):
        assert client.get(reverse("steering:national_csv", args=[part])).status_code == 404
    assert client.get(reverse("steering:national_workbook")).status_code == 404


@pytest.mark.usefixtures("two_places")
def test_the_workbook_holds_every_table_and_what_each_column_is(head: Client) -> None:
    answer = head.get(reverse("steering:national_workbook"), {"territoire": "sud"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    assert [one.partition(",")[0] for one in book.sheetnames] == [
        *("Sommaire", "Par mois", "Depuis janvier", "Par offre", "Par équipe", "Définitions")
    ]
    sheet = book[book.sheetnames[1]]
    assert [one.value for one in sheet[4]][:3] == ["Juin 2026", "Sud", 0]
    assert {one.value for one in book["Définitions"]["A"]} >= {
        INDICATORS[one].label for one in COLUMNS
    }


def test_before_any_month_is_counted_there_is_nothing_to_take(head: Client) -> None:
    assert "Aucun mois compté" in head.get(_PAGE).content.decode()
    assert head.get(reverse("steering:national_csv", args=["mois"])).status_code == 404


def test_the_page_says_what_cannot_be_given_and_why(head: Client) -> None:
    advices(territory("nord"), july=12)
    count(JULY)
    page = head.get(_PAGE)

    assert "le travail collectif n&#x27;est pas encore enregistré" in page.content.decode()
    lines = {one.label: one for one in page.context["lines"]}
    assert lines[BEGUN].last.startswith("12")
    assert lines[RUNNING].since == "—"
