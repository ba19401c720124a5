"""The quarter to come on screen: what it rests on, what it refuses, what a change would do."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from factories.directory import (
    AbsenceFactory,
    RoleGrantFactory,
    StaffFactory,
    TeamFactory,
    TerritoryFactory,
)
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember, Territory
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown
from jalon.steering.forecast.foreseeing import ADVICES, ANSWERS, PROPOSALS, RUNNING
from jalon.steering.forecast.staffing import there
from jalon.steering.forecast.workload import Verdict
from jalon.steering.publishing import publication as publishing
from jalon.steering.tasks import count_months
from steering.frozen import Key, freeze, told_by, whole

pytestmark = pytest.mark.django_db
PAGE = reverse("steering:forecast")
# November 2026 to January 2027: 20, 22 and 20 days that are no week-end and no holiday.
OPEN_DAYS = 62
YEAR = [Month(2025, 12), *(Month(2026, one) for one in range(1, 11))]
EACH = {PROPOSALS: 40, ANSWERS: 20, ADVICES: 10, RUNNING: 20}


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def north() -> Territory:
    made: Territory = TerritoryFactory.create(code="nord", label="Nord")
    return made


@pytest.fixture
def head(client: Client) -> Client:
    """The browser of the head of the department."""
    client.force_login(StaffFactory.create(role=Role.DEPARTMENT_HEAD))
    return client


def worker(
    where: Territory, since: date = date(2025, 1, 1), until: date | None = None, **columns: Any
) -> StaffMember:
    made: StaffMember = StaffFactory.create(team=TeamFactory.create(territory=where), **columns)
    RoleGrantFactory.create(member=made, role=Role.SOCIAL_WORKER.value, since=since, until=until)
    return made


def month_of(**places: int) -> dict[Key, int]:
    """A month like the others, so many times in each territory."""
    return {
        key: many
        for measure, each in EACH.items()
        for key, many in whole(
            measure, **{place: each * times for place, times in places.items()}
        ).items()
    }


def year_of(**places: int) -> None:
    for month in YEAR:
        freeze(month, month_of(**places))


def told(page: Any) -> dict[str, str]:
    return {one.label: one.said for one in page.context["told"]}


def test_before_any_month_is_frozen_the_page_says_so(head: Client) -> None:
    freeze(Month(2026, 10), month_of(nord=1), going_on=True)
    assert "Aucun mois figé" in head.get(PAGE).content.decode()


def test_what_never_moved_goes_on_and_asks_for_its_days(head: Client, north: Territory) -> None:
    """30 information-advices and 60 months of support, four hours each: 79 days of 4.55 hours."""
    worker(north)
    year_of(nord=1)
    page = head.get(PAGE)

    assert told(page) == {
        "Propositions faites": "120",
        "Familles qui répondent": "60",
        "Informations-conseils commencées": "30",
        "Mois d'accompagnement": "60",
    }
    found = page.context["balance"]
    assert found.needed == pytest.approx(360 / 4.55)
    assert (found.available, found.verdict) == (OPEN_DAYS, Verdict.LACKS)
    (row,) = page.context["rows"]
    assert row.available == str(OPEN_DAYS)
    text = page.content.decode()
    assert "comme les trois derniers mois" in text
    assert "Repose sur 11 mois" in text


def test_with_fewer_months_it_is_refused_with_how_many_are_needed(head: Client) -> None:
    for month in YEAR[1:]:
        freeze(month, month_of(nord=1))
    page = head.get(PAGE)
    assert page.context["balance"] is None
    assert "Il y a 10 mois de données" in page.context["refused"]


def test_noughts_before_the_first_count_are_of_nobody_at_work(head: Client) -> None:
    for month in YEAR[:6]:
        freeze(month, month_of(nord=0))
    for month in YEAR[6:]:
        freeze(month, month_of(nord=1))
    assert "Il y a 5 mois de données" in head.get(PAGE).context["refused"]


def test_a_month_that_goes_on_is_left_out(head: Client) -> None:
    year_of(nord=1)
    freeze(Month(2026, 11), month_of(nord=0), going_on=True)
    assert told(head.get(PAGE))["Propositions faites"] == "120"


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("small", [1, 4])
def test_nothing_is_foreseen_from_what_is_hidden(head: Client, small: int) -> None:
    """A month of one to four, and the month of another place that protects it, say nothing."""
    TerritoryFactory.create(code="sud", label="Sud")
    for month in YEAR[:-1]:
        freeze(month, month_of(nord=1, sud=1))
    last = {
        **month_of(nord=1, sud=1),
        **whole(PROPOSALS, nord=small, sud=60 - small),
    }
    freeze(YEAR[-1], last)
    page = head.get(PAGE)

    said = {one.label: one.proposals for one in page.context["rows"]}
    assert said == {"Nord": "ne peut être dit", "Sud": "ne peut être dit"}
    own = head.get(PAGE, {"territoire": "nord"})
    (why,) = [one.why_not for one in own.context["told"] if one.label == "Propositions faites"]
    assert "masqués, octobre 2026 le dernier" in why
    assert PROPOSALS not in {one.name for one in own.context["parts"]}
    # The same whatever was hidden: what is shown follows from what pages show.
    assert told(page)["Propositions faites"] == "230"


def test_a_recruit_and_an_absence_change_the_days(head: Client, north: Territory) -> None:
    one = worker(north)
    AbsenceFactory.create(member=one, first_day=date(2026, 12, 1), last_day=date(2026, 12, 4))
    year_of(nord=1)
    asked = {"recrue": "50", "arrivee": "2027-01-04"}
    page = head.get(PAGE, asked)
    assert page.context["balance"].available == OPEN_DAYS - 4
    words, after = page.context["outcome"]
    assert after.available == OPEN_DAYS - 4 + 0.5 * 20
    assert words.startswith("10,0 jours de plus")

    asked = {"qui": str(one.public_id), "du": "2026-12-01", "au": "2026-12-08"}
    words, after = head.get(PAGE, asked).context["outcome"]
    # Four of these six days were known already.
    assert after.available == OPEN_DAYS - 6
    assert words.startswith("2,0 jours de moins")


@pytest.mark.parametrize(
    "asked",
    [
        {"recrue": "50"},
        {"arrivee": "2026-12-01"},
        {"du": "2026-12-01", "au": "2026-12-02"},
        {"qui": "somebody"},
        {"recrue": "50", "arrivee": "hier"},
    ],
)
def test_what_is_half_said_is_refused(
    head: Client, north: Territory, asked: dict[str, str]
) -> None:
    worker(north)
    year_of(nord=1)
    page = head.get(PAGE, asked)
    assert page.context["change"].errors
    assert page.context["outcome"] is None


def test_dates_the_wrong_way_round_are_refused(head: Client, north: Territory) -> None:
    one = worker(north)
    year_of(nord=1)
    asked = {"qui": str(one.public_id), "du": "2026-12-02", "au": "2026-12-01"}
    assert "au" in head.get(PAGE, asked).context["change"].errors


def test_a_manager_names_nobody_of_another_territory(client: Client, north: Territory) -> None:
    south = TerritoryFactory.create(code="sud", label="Sud")
    mine, other = worker(north), worker(south)
    year_of(nord=1, sud=1)
    manager = StaffFactory.create(
        role=Role.TERRITORY_MANAGER, team=TeamFactory.create(territory=north)
    )
    client.force_login(manager)
    choices = client.get(PAGE).context["change"].fields["qui"].choices
    assert [value for value, _ in choices] == ["", str(mine.public_id)]
    asked = {"qui": str(other.public_id), "du": "2026-12-01", "au": "2026-12-02"}
    assert "qui" in client.get(PAGE, asked).context["change"].errors


def test_a_manager_without_a_territory_names_nobody(client: Client, north: Territory) -> None:
    worker(north)
    year_of(nord=1)
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=None))
    choices = client.get(PAGE).context["change"].fields["qui"].choices
    assert [value for value, _ in choices] == [""]


def test_who_comes_or_leaves_counts_from_or_until_then(north: Territory) -> None:
    """Whatever the day that this is run on."""
    today = timezone.localdate()
    first, last = today - timedelta(days=20), today + timedelta(days=20)
    comes = worker(north, since=today - timedelta(days=3))
    leaves = worker(north, until=today + timedelta(days=5), working_time="0.50")
    every_day = [first + timedelta(days=number) for number in range(41)]
    with acting(comes.pk):
        found = there([leaves, comes], first, last)
    assert [one.days(every_day) for one in found] == [0.5 * (20 + 1 + 5), 3 + 1 + 20]


def test_a_contract_renewed_in_the_quarter_keeps_its_days(head: Client, north: Territory) -> None:
    one = worker(north, until=date(2026, 12, 31))
    RoleGrantFactory.create(member=one, role=Role.SOCIAL_WORKER.value, since=date(2027, 1, 1))
    year_of(nord=1)
    assert head.get(PAGE).context["balance"].available == OPEN_DAYS


def test_who_left_since_or_is_to_come_counts_for_their_days(
    head: Client, north: Territory
) -> None:
    """Eight working days until 12 November, holiday apart; from 4 January, twenty."""
    worker(north, until=date(2026, 11, 12))
    worker(north, since=date(2027, 1, 4))
    year_of(nord=1)
    assert head.get(PAGE).context["balance"].available == 8 + 20


def test_a_quarter_that_has_begun_says_so(head: Client, north: Territory) -> None:
    worker(north)
    year_of(nord=1)
    page = head.get(PAGE)
    assert page.context["quarter"] == "novembre 2026 à janvier 2027"
    assert "leurs jours passés comptent des deux côtés" in page.content.decode()


def test_what_lacks_is_asked_of_local_offers_never_of_the_national_base(
    head: Client, north: Territory
) -> None:
    worker(north)
    for month in YEAR:
        facts = month_of(nord=1)
        for measure in (ADVICES, RUNNING):
            half = EACH[measure] // 2
            facts |= told_by(Breakdown.OFFER, measure, "nord", separation=half, child_illness=half)
        freeze(month, facts)
    offers = head.get(PAGE).context["offers"]

    (move,) = offers.moves
    assert (move.offer.label, move.move.value) == ("Enfant gravement malade", "à suspendre")
    assert move.offer.hours == pytest.approx(180)
    assert "Surpeuplement du logement" in offers.weighed.unknown
    own = head.get(PAGE, {"territoire": "nord"})
    assert own.context["offers"] is None


def test_files_hold_what_the_page_shows(head: Client, north: Territory) -> None:
    worker(north)
    year_of(nord=1)
    sent: Any = head.get(reverse("steering:forecast_csv", args=[PROPOSALS]))
    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    assert "Octobre 2026;40;" in text
    assert "Janvier 2027;;40;40;40" in text
    drawn = head.get(reverse("steering:forecast_drawing", args=["territoires", "etroit"]))
    assert drawn.content.startswith(b"<svg")
    assert head.get(reverse("steering:forecast_svg", args=["ailleurs"])).status_code == 404
    content = head.get(reverse("steering:forecast_workbook")).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell.value for cell in next(book["Le trimestre"].iter_rows(min_row=4, max_row=4))]
    assert cells[:5] == ["Propositions faites", 120, 120, 120, 11]
    (days,) = [one for one in book.worksheets if one.title.startswith("Les territoires")]
    assert days["A4"].value == "Nord"


def test_what_the_night_worked_out_is_not_worked_out_again(
    head: Client, north: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker(north)
    year_of(nord=1)
    count_months(timestamp=0)
    publishing.forget_hidden()
    monkeypatch.setattr(publishing, "publish_tables", None)
    assert told(head.get(PAGE))["Propositions faites"] == "120"


def test_the_night_works_out_every_year_that_pages_show(
    head: Client, north: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker(north)
    freeze(Month(2024, 5), whole("families_targeted", nord=40))
    year_of(nord=1)
    count_months(timestamp=0)
    publishing.forget_hidden()
    monkeypatch.setattr(publishing, "publish_tables", None)
    page = head.get(reverse("steering:indicator", args=["families_targeted"]), {"annee": "2024"})
    assert page.context["shown"].said.startswith("40")


def test_as_many_queries_for_one_territory_as_for_three(
    head: Client, north: Territory, django_assert_max_num_queries: Any
) -> None:
    worker(north)
    year_of(nord=1)
    head.get(PAGE)
    with django_assert_max_num_queries(60) as first:
        head.get(PAGE)
    for code in ("est", "ouest"):
        worker(TerritoryFactory.create(code=code, label=code))
    with django_assert_max_num_queries(60) as third:
        assert len(head.get(PAGE).context["rows"]) == 3
    assert len(third) == len(first)
