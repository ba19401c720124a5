"""What became of families on screen: shares with their interval, and what is not compared."""

from __future__ import annotations

import html
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from factories.directory import StaffFactory, TerritoryFactory
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.effects.comparison import Comparison, Share, share
from jalon.steering.enums import Breakdown
from steering.frozen import Key, freeze, told_by, whole

pytestmark = pytest.mark.django_db
PAGE = reverse("steering:effects")
JULY = Month(2026, 7)
SETTLED, REACHED = "objectives_settled", "objectives_reached"
ASKED = ("listened", "helped", "better", "returns")


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def head(client: Client) -> Client:
    """The browser of the head of the department."""
    TerritoryFactory.create(code="nord", label="Nord")
    client.force_login(StaffFactory.create(role=Role.DEPARTMENT_HEAD))
    return client


def facts(reached: dict[str, int], settled: dict[str, int]) -> dict[Key, int]:
    """A month: objectives by offer, three endings, and forty opinions of each question."""
    found = {
        **whole(SETTLED, nord=sum(settled.values())),
        **whole(REACHED, nord=sum(reached.values())),
        **told_by(Breakdown.OFFER, SETTLED, "nord", **settled),
        **told_by(Breakdown.OFFER, REACHED, "nord", **reached),
        **whole("support_ended", nord=30),
        **told_by(Breakdown.OUTCOME, "support_ended", "nord", reached=20, term=10),
        **whole("reviews_held", nord=12),
        **told_by(Breakdown.OUTCOME, "reviews_held", "nord", later=12),
    }
    said = {"yes": 20, "rather": 10, "rather_not": 5, "no": 5}
    for one in ASKED:
        found |= whole(f"opinion_{one}", nord=40)
        found |= told_by(Breakdown.OUTCOME, f"opinion_{one}", "nord", **said)
    found |= told_by(Breakdown.OFFER, "opinion_better", "nord", separation=40)
    found |= whole("opinion_better_yes", nord=30)
    found |= told_by(Breakdown.OFFER, "opinion_better_yes", "nord", separation=30)
    return found | drawn(first=(0, 0), later=(0, 0))


def drawn(**groups: tuple[int, int]) -> dict[Key, int]:
    """How many lots put in each group, and how many of them began something."""
    found: dict[Key, int] = {}
    for name, (many, begun) in groups.items():
        for measure, number in ((f"drawn_{name}", many), (f"drawn_{name}_begun", begun)):
            found |= whole(measure, nord=number)
            if number:
                found |= told_by(Breakdown.OFFER, measure, "nord", separation=number)
    return found


def lines(page: Any) -> dict[str, Any]:
    found = page.context["found"]
    return {one.label: one for one in (found.reached, *found.by_offer, *found.opinions)}


def test_before_any_month_is_counted_the_page_says_so(head: Client) -> None:
    assert "Aucun mois compté" in head.get(PAGE).content.decode()


def test_a_share_comes_with_its_interval_and_what_it_rests_on(head: Client) -> None:
    freeze(
        JULY, facts({"separation": 30, "lone_parent": 10}, {"separation": 50, "lone_parent": 20})
    )
    told = lines(head.get(PAGE))

    assert told["Toutes les offres"].found == share(40, 70)
    assert told["Séparation"].of == "30 sur 50"
    assert told["Séparation"].between == "entre 46\N{NO-BREAK SPACE}% et 72\N{NO-BREAK SPACE}%"
    assert told["Quelques mois après : cela va mieux"].found == share(30, 40)


def test_small_parts_and_small_rests_are_hidden(head: Client) -> None:
    """Two that did not reach are as few as two that did."""
    freeze(
        JULY,
        facts({"separation": 48, "lone_parent": 3}, {"separation": 50, "lone_parent": 20}),
    )
    page = head.get(PAGE)
    told = lines(page)
    for offer in ("Séparation", "Parents seuls"):
        assert (told[offer].said, told[offer].of) == ("masqué", "")
    chart = page.context["parts"]["objectifs"].table
    assert dict(chart.rows)["Séparation"] == "masqué"
    sent: Any = head.get(reverse("steering:effects_csv", args=["objectifs"]))
    assert b"S\xc3\xa9paration;masqu\xc3\xa9" in b"".join(sent.streaming_content)


def test_what_nobody_said_is_told_as_such(head: Client) -> None:
    freeze(
        JULY,
        {
            **whole(SETTLED, nord=0),
            **whole(REACHED, nord=0),
            **whole("support_ended", nord=0),
            **whole("reviews_held", nord=0),
            **{key: 0 for one in ASKED for key in whole(f"opinion_{one}", nord=0)},
            **whole("opinion_better_yes", nord=0),
        },
    )
    page = head.get(PAGE)
    assert all(one.found is None for one in lines(page).values())
    assert "Il n'y a rien à quoi le rapporter" in html.unescape(page.content.decode())
    assert not page.context["parts"]


def test_no_comparison_is_shown_without_lots_and_the_page_says_why(head: Client) -> None:
    freeze(JULY, facts({"separation": 30}, {"separation": 50}))
    text = html.unescape(head.get(PAGE).content.decode())
    assert "Aucun tirage au sort n'est arrivé à son terme" in text
    assert "ne peut pas être montrée" in text


def test_what_lots_had_contacted_first_is_beside_what_waited(head: Client) -> None:
    known = facts({"separation": 30}, {"separation": 50})
    freeze(JULY, known | drawn(first=(120, 60), later=(130, 30)))
    page = head.get(PAGE)
    text = html.unescape(page.content.decode())
    assert "y arrivent plus souvent" in text
    assert "120 contactées, 130 reportées" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Ce que cet écart ne prouve pas" in text
    assert [one.found for one in page.context["found"].groups] == [share(60, 120), share(30, 130)]


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        ({"first": (49, 20), "later": (130, 30)}, "il en faut 50"),
        ({"first": (120, 3), "later": (130, 30)}, "Trop peu de familles"),
    ],
)
def test_groups_that_say_nothing_or_too_much_are_not_compared(
    head: Client, groups: dict[str, tuple[int, int]], why: str
) -> None:
    freeze(JULY, facts({"separation": 30}, {"separation": 50}) | drawn(**groups))
    page = head.get(PAGE)
    assert why in html.unescape(page.content.decode())
    assert page.context["found"].groups == []


def test_no_page_tells_one_of_two_groups_alone(head: Client) -> None:
    """Read without the other, or without what refuses it, it would say what it does not know."""
    freeze(JULY, facts({"separation": 30}, {"separation": 50}))
    assert head.get(reverse("steering:indicator", args=["drawn_first_share"])).status_code == 404


def test_some_months_after_is_told_by_offer(head: Client) -> None:
    freeze(JULY, facts({"separation": 30}, {"separation": 50}))
    found = head.get(PAGE).context["found"]
    assert found.better.found == share(30, 40)
    assert {one.label: one.of for one in found.better_by_offer} == {"Séparation": "30 sur 40"}


def test_a_territory_has_its_own(head: Client) -> None:
    freeze(JULY, facts({"separation": 30}, {"separation": 50}))
    page = head.get(PAGE, {"territoire": "nord"})
    assert isinstance(lines(page)["Toutes les offres"].found, Share)
    assert page.context["where"] == "Nord"


@pytest.mark.parametrize("role", [Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER])
def test_figures_lead_to_the_lists_that_their_reader_may_open(client: Client, role: Role) -> None:
    """Who works with no family reads no objective, and is led to none."""
    TerritoryFactory.create(code="nord", label="Nord")
    client.force_login(StaffFactory.create(role=role))
    known = facts({"separation": 30}, {"separation": 50})
    freeze(JULY, known | drawn(first=(120, 60), later=(130, 30)))
    page = client.get(PAGE)
    found, text = page.context["found"], html.unescape(page.content.decode())
    endings = found.links["fins"]

    assert len(endings) == 2
    for url in (found.ended.url, *endings):
        assert f'href="{url}"' in text
        assert client.get(url).status_code == 200
    confided = (*lines(page).values(), found.better, *found.better_by_offer, found.followed)
    # Neither group that lots made is told without the other.
    assert not [one.url for one in (*confided, *found.groups) if one.url]


def test_files_hold_the_intervals_and_what_figures_mean(head: Client) -> None:
    freeze(JULY, facts({"separation": 30}, {"separation": 50}))
    drawn = head.get(reverse("steering:effects_drawing", args=["avis", "large"]))
    assert drawn.content.startswith(b"<svg")
    assert head.get(reverse("steering:effects_svg", args=["ailleurs"])).status_code == 404
    book = openpyxl.load_workbook(
        io.BytesIO(head.get(reverse("steering:effects_workbook")).content)
    )
    first = book["Objectifs atteints par offre"]
    assert [cell.value for cell in first[4]][4:] == [30, 50]
    assert book["Définitions"]["A4"].value == "Part des objectifs atteints"


def test_as_many_queries_for_one_month_as_for_two(
    head: Client, django_assert_max_num_queries: Any
) -> None:
    freeze(JULY, facts({"separation": 30}, {"separation": 50}))
    head.get(PAGE)
    with django_assert_max_num_queries(40) as one:
        head.get(PAGE)
    freeze(Month(2026, 6), facts({"separation": 30}, {"separation": 50}))
    head.get(PAGE)
    with django_assert_max_num_queries(40) as two:
        head.get(PAGE)
    assert len(one) == len(two)


def test_what_is_hidden_in_one_group_is_no_difference_between_them(head: Client) -> None:
    """An offer of which few began is hidden on one side: lots are not said to have been broken."""
    known = facts({"separation": 30}, {"separation": 50}) | drawn(first=(200, 63), later=(200, 70))
    for name, begun in (("first", 3), ("later", 10)):
        known |= told_by(Breakdown.OFFER, f"drawn_{name}", "nord", separation=140, lone_parent=60)
        known |= told_by(
            Breakdown.OFFER, f"drawn_{name}_begun", "nord", separation=60, lone_parent=begun
        )
    freeze(JULY, known)
    found = head.get(PAGE).context["found"].compared
    assert isinstance(found, Comparison)
    assert found.imbalances == ()


def test_a_territory_is_compared_within_itself(head: Client) -> None:
    """Families of the others are in neither of its groups: they are no difference between them."""
    TerritoryFactory.create(code="sud", label="Sud")
    known = facts({"separation": 30}, {"separation": 50})
    for measure, north, south in (
        ("drawn_first", 120, 400),
        ("drawn_first_begun", 60, 200),
        ("drawn_later", 130, 500),
        ("drawn_later_begun", 30, 250),
    ):
        known |= whole(measure, nord=north, sud=south)
        known |= told_by(Breakdown.OFFER, measure, "nord", separation=north)
        known |= told_by(Breakdown.OFFER, measure, "sud", separation=south)
    freeze(JULY, known)
    found = head.get(PAGE, {"territoire": "nord"}).context["found"]
    assert isinstance(found.compared, Comparison)
    assert (found.compared.contacted.known, found.compared.deferred.known) == (120, 130)
    assert found.compared.imbalances == ()
