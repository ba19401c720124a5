"""Figures on screen and in files: their words, small counts hidden, their pictures, their list."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from factories.directory import (
    AreaFactory,
    CommuneFactory,
    StaffFactory,
    TerritoryFactory,
)
from factories.families import FamilyFactory
from factories.interventions import InformationAdviceFactory
from jalon.audit.identity import acting
from jalon.directory.models import Territory
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown
from jalon.steering.indicators import CHAPTERS, INDICATORS
from jalon.steering.publishing import publication as publishing
from steering.counted import count, worker_of_a_team
from steering.frozen import freeze, told_by, whole

pytestmark = pytest.mark.django_db
JUNE, JULY = Month(2026, 6), Month(2026, 7)
ADVICE = "advice_begun"


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def head(client: Client) -> Client:
    """The browser of the head of the department."""
    client.force_login(StaffFactory.create(role=Role.DEPARTMENT_HEAD))
    return client


def territory(code: str) -> Territory:
    made: Territory = TerritoryFactory.create(code=code, label=code.capitalize())
    return made


def advices(where: Territory, july: int, june: int = 0) -> None:
    """As many information-advices begun in a territory, by a worker of a team of four."""
    commune = CommuneFactory.create(area=AreaFactory.create(territory=where))
    worker = worker_of_a_team()
    for month, many in ((6, june), (7, july)):
        for _ in range(many):
            InformationAdviceFactory.create(
                family=FamilyFactory.create(commune=commune),
                worker=worker,
                opened_on=date(2026, month, 3),
            )


def chart_of(page: Any, name: str) -> dict[str, Any]:
    """The rows of a part of a figure's page, by what names them."""
    (part,) = [one for one in page.context["parts"] if one.name == name]
    return {row[0]: row[1] for row in part.table.rows}


def test_before_any_month_is_counted_pages_say_so(head: Client) -> None:
    for address in (reverse("steering:department"), reverse("steering:indicator", args=[ADVICE])):
        assert "Aucun mois compté" in head.get(address).content.decode()


def test_a_figure_opens_onto_its_words_its_months_and_its_parts(head: Client) -> None:
    north, south = territory("nord"), territory("sud")
    advices(north, july=12, june=7)
    advices(south, july=30)
    count(JUNE)
    count(JULY)
    page = head.get(reverse("steering:indicator", args=[ADVICE]))
    shown = page.context["shown"]

    assert shown.said.startswith("49")
    assert INDICATORS[ADVICE].definition in page.content.decode().replace("&#x27;", "'")
    assert chart_of(page, "mois") == {"Juin 2026": 7.0, "Juillet 2026": 42.0}
    places = chart_of(page, "territoires")
    assert (places["Nord"], places["Sud"]) == (19, 30)
    assert "Hors des territoires" not in places
    assert sum(places.values()) == 49
    assert "juin 2026 à juillet 2026" in shown.figure.basis.in_words


def test_a_share_told_by_nothing_else_is_still_told_by_territory(head: Client) -> None:
    territory("nord")
    face = told_by(Breakdown.MODE, "meetings", "nord", face=30, phone=10)
    freeze(JULY, whole("meetings", nord=40) | face)
    page = head.get(reverse("steering:indicator", args=["face_to_face_share"]))
    assert chart_of(page, "territoires") == {"Nord": 0.75}
    # Nothing to draw: no empty axis.
    page = head.get(reverse("steering:indicator", args=["national_base_share"]))
    assert [one.name for one in page.context["parts"]] == ["mois"]


def test_small_counts_are_hidden_with_what_gives_them_away(head: Client) -> None:
    north, south = territory("nord"), territory("sud")
    advices(north, july=3)
    advices(south, july=30)
    count(JULY)
    address = reverse("steering:indicator", args=[ADVICE])
    page = head.get(address)

    assert page.context["shown"].said.startswith("33")
    assert chart_of(page, "territoires")["Nord"] == "masqué"
    assert chart_of(page, "territoires")["Sud"] == "masqué"
    own = head.get(address, {"territoire": "nord"})
    assert own.context["shown"].said == "masqué"
    assert chart_of(own, "mois") == {"Juillet 2026": "masqué"}


def test_what_the_night_worked_out_is_not_worked_out_again(
    head: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    advices(territory("nord"), july=3)
    advices(territory("sud"), july=30)
    count(JULY)
    with acting(0):
        publishing.publish_all()
    publishing._hidden.cache_clear()  # noqa: SLF001 - as another process would begin
    monkeypatch.setattr(publishing, "publish_tables", None)
    page = head.get(reverse("steering:indicator", args=[ADVICE]))
    assert chart_of(page, "territoires")["Nord"] == "masqué"


def test_the_page_of_a_territory_says_which_figures_mix_two_places(head: Client) -> None:
    territory("nord")
    count(JULY)
    where: dict[str, Any] = {
        "chapitre": list(CHAPTERS).index("Charge, équilibre, plusieurs services")
    }
    said = "Familles reçues par temps plein, Part du temps individuel."
    for asked, is_said in (({**where, "territoire": "nord"}, True), (where, False)):
        text = " ".join(head.get(reverse("steering:department"), asked).content.decode().split())
        assert (said in text) is is_said


def test_files_hold_what_the_page_shows_and_what_it_means(head: Client) -> None:
    advices(territory("nord"), july=3)
    advices(territory("sud"), july=30)
    count(JULY)
    sent: Any = head.get(reverse("steering:figure_csv", args=[ADVICE, "territoires"]))
    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    assert "Nord;masqué" in text
    assert ";3\r" not in text

    book = openpyxl.load_workbook(
        io.BytesIO(head.get(reverse("steering:figure_workbook", args=[ADVICE])).content)
    )
    assert book["Définitions"]["A4"].value == INDICATORS[ADVICE].label
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "masqué" in cells
    assert 3 not in cells


def test_a_picture_is_an_address_of_its_own(head: Client) -> None:
    advices(territory("nord"), july=9)
    count(JULY)
    drawn = head.get(reverse("steering:figure_drawing", args=[ADVICE, "mois", "etroit"]))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<svg")
    file = head.get(reverse("steering:figure_svg", args=[ADVICE, "mois"]))
    assert file["Content-Disposition"].endswith('.svg"')
    for part, width in (("mois", "immense"), ("ailleurs", "large")):
        assert (
            head.get(reverse("steering:figure_drawing", args=[ADVICE, part, width])).status_code
            == 404
        )


def test_every_chapter_is_shown_and_leads_to_every_indicator(head: Client) -> None:
    advices(territory("nord"), july=9)
    count(JULY)
    for number, indicators in enumerate(CHAPTERS.values()):
        page = head.get(reverse("steering:department"), {"chapitre": number})
        told = {one.figure.indicator.code for one in page.context["shown"]}
        assert told == {one.code for one in indicators}
    for code in (one.code for chapter in CHAPTERS.values() for one in chapter):
        assert head.get(reverse("steering:indicator", args=[code])).status_code == 200


def test_an_unknown_indicator_or_year_is_not_found_or_left_aside(head: Client) -> None:
    advices(territory("nord"), july=9)
    count(JULY)
    assert head.get(reverse("steering:indicator", args=["ailleurs"])).status_code == 404
    page = head.get(reverse("steering:department"), {"annee": "1789", "territoire": "nulle-part"})
    assert page.context["form"].year == 2026


def test_pages_ask_as_many_queries_for_one_month_as_for_two(
    head: Client, django_assert_max_num_queries: Any
) -> None:
    where = territory("nord")
    advices(where, july=9, june=8)
    count(JULY)
    pages = (reverse("steering:department"), reverse("steering:indicator", args=[ADVICE]))
    many = []
    for _ in range(2):
        for page in pages:
            head.get(page)
            with django_assert_max_num_queries(40) as asked:
                head.get(page)
            many.append(len(asked))
        count(JUNE)
    assert many[:2] == many[2:]
