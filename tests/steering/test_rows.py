"""From a figure to its rows: the same as were counted, as far as one may read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from conftest import as_owner
from factories.directory import (
    AreaFactory,
    CommuneFactory,
    StaffFactory,
    TerritoryFactory,
)
from factories.families import FamilyFactory
from factories.interventions import InformationAdviceFactory
from jalon.audit.models import Read
from jalon.directory.models import Team, Territory
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.indicators import CHAPTERS, INDICATORS
from jalon.steering.measures import MEASURES
from steering.counted import count, worker_of_a_team

pytestmark = pytest.mark.django_db
JUNE = Month(2026, 6)
ADVICE = "advice_begun"
Opens = Callable[..., Any]


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def opens(client: Client) -> Opens:
    """The page of a list, to somebody who answers for the department, or for a territory."""

    def opened(code: str = ADVICE, team: Team | None = None, **asked: str) -> Any:
        role = Role.TERRITORY_MANAGER if team else Role.DEPARTMENT_HEAD
        client.force_login(StaffFactory.create(role=role, team=team))
        return client.get(reverse("steering:rows", args=[code]), asked)

    return opened


def place(code: str) -> tuple[Territory, Team]:
    """A territory, and its team, of enough workers for what they do to be shown."""
    made: Territory = TerritoryFactory.create(code=code, label=code.capitalize())
    team = worker_of_a_team(territory=made).team
    assert team
    return made, team


def advices(team: Team, many: int, month: int = 7) -> list[Any]:
    """As many information-advices begun in the territory of a team, by one of it."""
    commune = CommuneFactory.create(area=AreaFactory.create(territory=team.territory))
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team)
    return [
        InformationAdviceFactory.create(
            family=FamilyFactory.create(commune=commune),
            worker=worker,
            opened_on=date(2026, month, 3),
        )
        for _ in range(many)
    ]


def text_of(page: Any) -> str:
    """The words of a page, its no-break spaces as any other."""
    return unescape(page.content.decode()).replace("\xa0", " ")


def test_a_figure_lists_what_it_counts_each_row_leading_to_its_page(opens: Opens) -> None:
    _, team = place("nord")
    begun = advices(team, 12)
    count()
    page = opens()

    assert {one.url for one in page.context["page"].items} == {
        one.get_absolute_url() for one in begun
    }
    assert "Comptés : 12, tous dans cette liste." in text_of(page)
    assert INDICATORS[ADVICE].definition in text_of(page)
    assert all(one.family.get_absolute_url() in text_of(page) for one in begun)


def test_it_is_of_the_months_and_of_the_place_asked_for(opens: Opens) -> None:
    (north, team), (_, other) = place("nord"), place("sud")
    advices(team, 6, month=6)
    asked = advices(team, 7)
    advices(other, 8)
    count(JUNE)
    count()

    page = opens(mois="7", territoire=north.code)
    assert {one.url for one in page.context["page"].items} == {
        one.get_absolute_url() for one in asked
    }
    assert len(opens(mois="7").context["page"].items) == 15
    assert len(opens().context["page"].items) == 21
    by_team = opens(par="team", valeur=team.label, mois="6")
    assert len(by_team.context["page"].items) == 6
    assert f"Équipe : {team.label}" in text_of(by_team)


def test_of_what_is_counted_one_lists_what_one_answers_for(opens: Opens) -> None:
    (_, team), (_, other) = place("nord"), place("sud")
    own = advices(team, 6)
    advices(other, 8)
    count()
    page = opens(team=team)

    assert {one.url for one in page.context["page"].items} == {
        one.get_absolute_url() for one in own
    }
    assert "Comptés : 14. Dans cette liste : 6." in text_of(page)
    assert "n'est pas de votre ressort" in text_of(page)


def test_a_hidden_count_stays_hidden_from_who_may_not_read_what_it_counts(opens: Opens) -> None:
    (_, team), (_, other) = place("nord"), place("sud")
    advices(team, 3)
    advices(other, 30)
    count()
    hidden = {"territoire": "nord", "mois": "7"}

    elsewhere = opens(team=other, **hidden)
    assert elsewhere.context["page"].items == []
    assert "3" not in elsewhere.context["compared"]
    assert "masqué" in elsewhere.context["compared"]
    assert elsewhere.context["shown"].hidden
    assert len(opens(team=team, **hidden).context["page"].items) == 3


def test_what_changed_since_the_month_was_frozen_is_said(opens: Opens) -> None:
    _, team = place("nord")
    begun = advices(team, 12)
    count()
    with as_owner():
        begun[0].delete()
    assert "ou purgé depuis le décompte" in text_of(opens())
    advices(team, 3)
    page = opens()
    assert "Comptés : 12. Dans cette liste : 14." in text_of(page)
    assert "noté ou corrigé depuis" in text_of(page)


def test_a_share_lists_what_it_counts_and_what_it_is_out_of(opens: Opens) -> None:
    _, team = place("nord")
    one, *_ = advices(team, 6)
    with as_owner():
        type(one).objects.filter(pk=one.pk).update(other_service="county")
    count()

    labels = [tab.label for tab in opens("followed_elsewhere_share").context["tabs"]]
    assert labels == [MEASURES[one].label for one in ("advice_elsewhere", "advice_begun")]
    assert len(opens("followed_elsewhere_share").context["page"].items) == 1
    assert len(opens("followed_elsewhere_share", compte="1").context["page"].items) == 6


@pytest.mark.parametrize("code", ["full_times", "coverage", "objectives_settled"])
def test_what_is_of_no_family_or_confided_opens_onto_no_list(
    opens: Opens, client: Client, code: str
) -> None:
    """Of the coverage, what is above has families; the register has none."""
    _, team = place("nord")
    advices(team, 6)
    count()
    page = opens(code)
    assert (page.status_code == 200) == (code == "coverage")

    if code == "objectives_settled":
        shown = client.get(reverse("steering:indicator", args=[code]))
        assert reverse("steering:rows", args=[code]) not in text_of(shown)
        assert "seul qui les suit le lit" in text_of(shown)


def test_figures_and_each_cell_of_their_tables_lead_to_their_list(
    opens: Opens, client: Client
) -> None:
    (_, team), _ = place("nord"), place("sud")
    advices(team, 12)
    count()
    opens()
    shown = client.get(reverse("steering:indicator", args=[ADVICE]))
    links = {part.name: part.table.links for part in shown.context["parts"]}

    assert len(links["mois"]) == 1
    for link in (
        links["mois"][0],
        *(one for one in links["territoires"] if "nord" in one),
        *links["team"],
        shown.context["shown"].url,
    ):
        assert link.replace("&", "&amp;") in shown.content.decode()
        assert len(client.get(link).context["page"].items) == 12, link
    chapter = next(n for n, all_ in enumerate(CHAPTERS.values()) if INDICATORS[ADVICE] in all_)
    department = client.get(reverse("steering:department"), {"chapitre": chapter})
    assert f"{reverse('steering:rows', args=[ADVICE])}?annee=2026" in text_of(department)


def test_a_longer_list_asks_no_more_queries_and_its_reading_is_written(opens: Opens) -> None:
    _, team = place("nord")
    advices(team, 2)
    count()
    opens()
    with CaptureQueriesContext(connection) as few:
        opens(mois="7")
    advices(team, 12)
    with CaptureQueriesContext(connection) as many:
        opens(mois="7")

    assert len(many) == len(few)
    with as_owner():
        read = Read.objects.latest("pk")
    said = "Informations-conseils commencées, tout le département, juillet 2026"
    assert read.page == f"liste de ce qui est compté : {said}"
    assert read.family_id is None


def test_what_nobody_counted_has_no_list(opens: Opens) -> None:
    assert "Aucun mois compté" in text_of(opens())
    _, team = place("nord")
    advices(team, 6)
    count()
    page = opens(mois="3")
    assert page.context["page"].items == []
    assert "aucun de ces mois n'est compté" in text_of(page)


@pytest.mark.parametrize("code", MEASURES)
def test_a_row_of_its_own_page_has_a_key(code: str) -> None:
    of = MEASURES[code]
    assert (of.key == "NULL") == (of.leads == "family")
    assert of.has_families or not (of.confided or of.caution)
