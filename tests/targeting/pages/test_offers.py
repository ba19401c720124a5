"""The offers in force, as whoever works here reads them: the rules' own words."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cli.running import done, jalon
from factories.directory import StaffFactory
from factories.targeting import PROFILE
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.rules.outcome import SET_ASIDE_IN_FRENCH, set_aside_reasons
from jalon.rules.profile import load_profile
from jalon.rules.sentences import capitalised

OCTOBER = date(2026, 10, 31)
_CODE = "lone_parent"
SignIn = Callable[[StaffMember], Client]


def written(on: str) -> list[dict[str, Any]]:
    """Return what the command writes of the offers in force on a day."""
    command = ("offers", "list", "--profile", PROFILE, "--on", on, "--format", "json")
    found: list[dict[str, Any]] = done(jalon(*command)).json
    return found


@pytest.fixture
def client(db: None, as_person: SignIn) -> Client:  # noqa: ARG001
    return as_person(StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER))


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    page = html.unescape(answer.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("role", list(Role))
def test_whoever_works_here_finds_them_from_the_navigation(
    db: None,  # noqa: ARG001
    as_person: SignIn,
    role: Role,
) -> None:
    client = as_person(StaffFactory.create(role=role))

    assert 'href="/offres/"' in client.get("/").content.decode()
    assert "Offres en vigueur" in read(client, "/offres/")


@pytest.mark.parametrize("day", ["2026-10-31", "2021-03-01", "2020-12-31"])
def test_the_list_is_that_of_the_command(client: Client, day: str) -> None:
    listed = client.get(f"/offres/?jour={day}").content.decode()

    codes = re.findall(rf"/offres/([a-z_]+)/\?jour={day}", listed)
    assert sorted(codes) == sorted(one["code"] for one in written(day))
    assert bool(codes) == ("Aucune offre ce jour-là" not in listed)


def test_each_sheet_says_what_the_rule_says(client: Client) -> None:
    offers = written("2026-10-31")
    assert offers
    for one in offers:
        page = read(client, f"/offres/{one['code']}/?jour=2026-10-31")
        said = [one["label"], one["purpose"], one["source"], *one["who"], *one["assumptions"]]
        said += [one["label"] for one in one["parameters"].values()]
        said += [*one["objectives"], *one["actions"]]
        if one["trigger"] != "request":
            said += [criterion["text"] for criterion in one["criteria"]]
        for words in said:
            assert " ".join(words.split()) in page, (one["code"], words)


def test_a_sheet_says_what_is_read_and_who_is_left_aside(client: Client) -> None:
    page = read(client, f"/offres/{_CODE}/?jour=2026-10-31")

    for column in ("birth_date", "gross_income_n2", "income_adjustment", "protected_address"):
        assert column in page
    assert "arrears_amount" not in page
    for reason in set_aside_reasons(load_profile(PROFILE).catalogue_on(OCTOBER).offer(_CODE)):
        assert capitalised(SET_ASIDE_IN_FRENCH[reason]) in page
    assert "une personne la joint" in page


def test_an_offer_that_is_not_in_force_says_when_it_is(client: Client) -> None:
    page = read(client, "/offres/lone_parent/?jour=2021-03-01")

    assert "n'est pas en vigueur le 1er mars 2021" in page
    assert "1er juillet 2021" in page
    assert client.get("/offres/lone_parent/?jour=2021-07-01").context["sheet"]


@pytest.mark.parametrize("day", ["hier", "2026-02-30", "0000-00-00", "1", "%00", ""])
def test_a_day_that_is_none_shows_today_s(client: Client, day: str) -> None:
    page = read(client, f"/offres/?jour={day}")

    assert "Parents seuls" in page
    assert ("Écrivez un jour du calendrier" in page) == bool(day)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_last_days_of_time_have_a_page(client: Client, day: str) -> None:
    assert client.get(f"/offres/?jour={day}").status_code == 200
    assert client.get(f"/offres/separation/?jour={day}").status_code == 200


def test_an_unknown_offer_is_no_page(client: Client) -> None:
    assert client.get("/offres/unheard_of/").status_code == 404


def test_no_page_asks_the_database_of_offers(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/offres/")
    with django_assert_num_queries(3) as asked:
        client.get("/offres/")
    assert not [one for one in asked if "targeting" in one["sql"]]
