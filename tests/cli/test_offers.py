"""`jalon offers`: the catalogue of a day, and the public sheet of an offer."""

from __future__ import annotations

import pytest

from cli.running import done, jalon, small_profile

PROFILE = ("--profile", "val-de-marne")


def codes(day: str, profile: str = "val-de-marne") -> set[str]:
    command = ("offers", "list", "--profile", profile, "--on", day, "--format", "json")
    return {offer["code"] for offer in done(jalon(*command)).json}


def test_the_catalogue_of_december_2020_is_not_that_of_october_2026() -> None:
    old, new = codes("2020-12-31"), codes("2026-10-31")

    assert {"indecent_housing", "overcrowding", "increased_rsa"} <= old - new
    assert {"lone_parent", "mediation", "aid_holidays", "aid_leisure"} <= new - old


@pytest.mark.parametrize(
    ("day", "code", "in_force"),
    [
        ("2020-12-31", "overcrowding", True),
        ("2021-01-01", "overcrowding", False),
        ("2014-12-31", "overcrowding", False),
        ("2015-01-01", "overcrowding", True),
        ("2021-06-30", "lone_parent", False),
        ("2021-07-01", "lone_parent", True),
    ],
)
def test_an_offer_is_in_force_from_its_first_day_to_its_last(
    day: str, code: str, *, in_force: bool
) -> None:
    assert (code in codes(day)) == in_force


def test_before_any_offer_the_catalogue_is_empty() -> None:
    assert codes("2013-12-31", "isere") == set()
    answer = done(jalon("offers", "list", "--profile", "isere", "--on", "2013-12-31"))
    assert "aucune offre en vigueur" in answer.out


def test_today_is_the_day_unless_told() -> None:
    answer = done(jalon("offers", "list", *PROFILE, "--format", "json"))

    assert "separation" in {offer["code"] for offer in answer.json}


def test_the_sheet_says_criteria_sources_and_parameters() -> None:
    command = ("offers", "show", "separation", "--profile", small_profile(), "--on", "2026-10-31")

    plain = done(jalon(*command, "--format", "json")).json

    assert plain["code"] == "separation"
    assert [(one["id"], one["operator"]) for one in plain["criteria"]] == [
        ("event", "one_of"),
        ("family_quotient", "at_most"),
        ("home/dependent_children_under_20", "at_least"),
        ("home/tenure", "one_of"),
    ]
    assert plain["parameters"]["quotient.ceiling"]["value"] == "800.5"
    assert any("Le montant n'est pas publié." in one for one in plain["assumptions"])


def test_the_sheet_of_a_past_day_has_its_own_values() -> None:
    command = ("offers", "show", "separation", "--profile", small_profile(), "--on", "2024-12-31")

    assert "700,00" in done(jalon(*command, "--format", "markdown")).out


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
@pytest.mark.parametrize("profile", ["val-de-marne", "isere", "herault"])
def test_every_sheet_can_be_shown(profile: str, form: str) -> None:
    for day in ("2020-12-31", "2026-10-31"):
        answer = jalon("offers", "show", "--profile", profile, "--on", day, "--format", form)
        assert (answer.status, answer.err) == (0, "")
        assert "None" not in answer.out


def test_an_offer_of_another_time_is_not_shown() -> None:
    sentence = jalon("offers", "show", "overcrowding", *PROFILE, "--on", "2026-10-31").sentence

    assert "overcrowding" in sentence
