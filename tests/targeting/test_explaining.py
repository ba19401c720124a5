"""An explanation says of every household what the run decided, and when it would change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cli.running import cohort, done, generated, jalon, ran, small_extract, small_profile
from jalon.register.extract import Extract, open_extract
from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile
from jalon.targeting.engine.explaining import as_json, explain
from rules.small_profiles import FILES, SEPARATION, write_profile

OCTOBER = Month(2026, 10)
ENTRY = {"code", "label", "outcome", "reason", "event_id", "criteria"}
CRITERION = {"id", "text", "value", "expected", "verdict", "source", "would_hold_on"}


@pytest.fixture(params=["val-de-marne", "isere", "herault"])
def opened(request: pytest.FixtureRequest) -> Iterator[tuple[str, Extract]]:
    profile: str = request.param
    # Rows of CSV are held in memory; a Parquet file is read again for each household.
    with open_extract(generated(profile, form="csv"), month=OCTOBER) as extract:
        yield profile, extract


def test_every_household_is_explained_as_the_run_decided(
    opened: tuple[str, Extract], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Trying each day to come takes most of an explanation's time: it is tested on its own below.
    monkeypatch.setattr("jalon.targeting.engine.explaining._year_after", lambda _day: iter(()))
    profile, extract = opened
    catalogue = load_profile(profile).catalogue(OCTOBER)
    decided = defaultdict(list)
    for row in cohort(ran(profile)):
        decision = (row["offer"], row["event_id"] or None, row["outcome"], row["reason"] or None)
        decided[row["household_id"]].append(decision)
    ids = [
        id_ for (id_,) in extract.connection.sql("SELECT household_id FROM households").fetchall()
    ]
    assert len(ids) == 400

    for household_id in ids:
        entries = as_json(explain(extract, catalogue, household_id))["offers"]
        found = [
            (one["code"], one["event_id"], one["outcome"], one["reason"])
            for one in entries
            if one["outcome"] != "not_concerned"
        ]
        assert sorted(found, key=str) == sorted(decided[household_id], key=str), household_id
        assert {one["code"] for one in entries} == {offer.code for offer in catalogue.offers}
        others = [one for one in entries if one["outcome"] == "not_concerned"]
        assert all(one["reason"] is None for one in others)
        assert all(any(c["verdict"] == "false" for c in one["criteria"]) for one in others)


@pytest.mark.parametrize("profile", ["val-de-marne", "isere", "herault"])
def test_the_command_answers_in_the_contract_s_form(profile: str) -> None:
    row = cohort(ran(profile))[0]

    answer = jalon(
        *("explain", generated(profile), "--profile", profile, "--month", "2026-10"),
        *("--household", row["household_id"], "--format", "json"),
    )

    assert (answer.status, answer.err) == (0, "")
    plain = answer.json
    assert set(plain) == {"household_id", "month", "offers"}
    assert (plain["household_id"], plain["month"]) == (row["household_id"], "2026-10")
    for entry in plain["offers"]:
        assert set(entry) == ENTRY
        assert entry["criteria"]
        for criterion in entry["criteria"]:
            assert set(criterion) == CRITERION
            assert criterion["verdict"] in {"true", "false", "unknown"}
            assert criterion["text"]
            assert criterion["source"]
            when = criterion["would_hold_on"]
            if when is not None:
                assert criterion["verdict"] == "false"
                assert date(2026, 10, 31) < date.fromisoformat(when) <= date(2027, 10, 31)
    decisions = {(one["code"], one["event_id"], one["outcome"]) for one in plain["offers"]}
    assert (row["offer"], row["event_id"] or None, row["outcome"]) in decisions


AGES = """
[[criteria]]
id = "adult"
fact = "responsible_age"
at_least = 18
[[criteria]]
id = "not_old"
fact = "responsible_age"
below = 25
[[criteria]]
id = "big_children"
fact = "dependent_children_6_to_17"
at_least = 1
[[criteria]]
id = "any_child"
fact = "dependent_children_under_20"
at_least = 1
[[criteria]]
id = "no_child"
fact = "dependent_children_under_20"
is = 0
[[criteria]]
fact = "declared_pregnancy"
is = true
[[criteria]]
id = "no_pregnancy"
fact = "declared_pregnancy"
is = false
[[criteria]]
fact = "family_quotient"
at_most = "quotient.ceiling"
[[criteria]]
fact = "tenure"
is = "owner"
[[criteria]]
fact = "has_spouse"
is = true
[[criteria]]
id = "couple_or_not"
not = { id = "wed", fact = "has_spouse", is = true }
"""


@cache
def ageing_profile() -> str:
    folder = small_profile().parent / "ages"
    rule = SEPARATION[: SEPARATION.index("[[criteria]]")] + AGES
    return str(write_profile(folder, {**FILES, "offers/separation.toml": rule}))


def holding(  # noqa: PLR0913 -- what a criterion may look at
    tmp_path: Path,
    *,
    born: date,
    child: date | None = None,
    month: str = "2026-10",
    reported_on: date = date(2026, 10, 15),
    persons: tuple[dict[str, Any], ...] = (),
    **cells: object,
) -> dict[str, str | None]:
    """Return, by criterion, when each that is false would hold."""
    people: list[dict[str, Any]] = [{"birth_date": born}, *persons]
    if child is not None:
        people.append({"person_id": "C1", "role": "child", "birth_date": child})
    small_extract(
        tmp_path,
        households=[cells],
        persons=people,
        events=[{"reported_on": reported_on}],
        benefits=(),
    )
    answer = jalon(
        *("explain", tmp_path, "--profile", ageing_profile(), "--month", month),
        *("--household", "H1", "--offer", "separation", "--format", "json"),
    )
    (entry,) = done(answer).json["offers"]
    return {
        one["id"]: one["would_hold_on"] for one in entry["criteria"] if one["verdict"] == "false"
    }


def test_an_age_holds_on_the_birthday(tmp_path: Path) -> None:
    found = holding(tmp_path, born=date(2009, 3, 7), child=date(2021, 1, 31))

    assert found["adult"] == "2027-03-07"
    assert found["big_children"] == "2027-01-31"


def test_who_is_born_on_29_february_has_a_birthday_on_1_march(tmp_path: Path) -> None:
    assert holding(tmp_path, born=date(2008, 2, 29), month="2025-10")["adult"] == "2026-03-01"


def test_in_a_leap_year_that_birthday_is_29_february(tmp_path: Path) -> None:
    found = holding(tmp_path, born=date(1990, 1, 1), child=date(2008, 2, 29), month="2027-10")

    # Not yet 20 on 31 October 2027, 20 on 29 February 2028: then no child is left in charge.
    assert found["no_child"] == "2028-02-29"


def test_what_age_takes_away_does_not_come_back(tmp_path: Path) -> None:
    found = holding(tmp_path, born=date(1990, 1, 1))

    assert found["not_old"] is None


def test_a_birthday_more_than_a_year_away_is_not_told(tmp_path: Path) -> None:
    found = holding(tmp_path, born=date(2009, 11, 1), child=date(2021, 11, 1))

    assert found["adult"] is None
    assert found["big_children"] is None


def test_the_last_day_of_the_year_is_told(tmp_path: Path) -> None:
    assert holding(tmp_path, born=date(2009, 10, 31))["adult"] == "2027-10-31"


def test_a_child_to_be_born_counts_from_birth(tmp_path: Path) -> None:
    found = holding(tmp_path, born=date(1990, 1, 1), child=date(2026, 12, 24))

    assert found["any_child"] == "2026-12-24"


def test_a_pregnancy_counts_for_ten_months_from_its_declaration(tmp_path: Path) -> None:
    later = holding(tmp_path, born=date(1990, 1, 1), pregnancy_declared_on=date(2026, 11, 20))
    over = holding(tmp_path, born=date(1990, 1, 1), pregnancy_declared_on=date(2026, 4, 30))

    assert later["declared_pregnancy"] == "2026-11-20"
    # Ten months after 30 April is 28 February, the last day it counts.
    assert over["no_pregnancy"] == "2027-03-01"


def test_an_event_registered_next_month_is_awaited(tmp_path: Path) -> None:
    found = holding(tmp_path, born=date(1990, 1, 1), reported_on=date(2026, 11, 15))

    assert found["event"] == "2026-11-15"


def test_an_event_of_the_past_does_not_come_back(tmp_path: Path) -> None:
    found = holding(tmp_path, born=date(1990, 1, 1), reported_on=date(2026, 9, 30))

    assert found["event"] is None


def test_what_no_date_changes_has_no_date(tmp_path: Path) -> None:
    found = holding(tmp_path, born=date(1990, 1, 1), family_quotient=900, tenure="hosted")

    assert found["family_quotient"] is None
    assert found["tenure"] is None
    assert found["has_spouse"] is None


def test_explaining_in_words_says_each_clause(tmp_path: Path) -> None:
    small_extract(tmp_path)
    command = ("explain", tmp_path, "--profile", small_profile(), "--month", "2026-10")

    out = " ".join(done(jalon(*command, "--household", "H10")).out.split())

    assert "Dossier H10, octobre 2026" in out
    assert "Séparation — à vérifier" in out
    assert "À vérifier : le quotient familial." in out
    assert "trouvé : inconnu" in out
    assert "Jeunes parents — non concerné" in out


def test_a_rejected_household_is_said_to_be_rejected_and_why(tmp_path: Path) -> None:
    small_extract(tmp_path)
    text = (tmp_path / "households.csv").read_text(encoding="utf-8").replace("800.5;", "trop;")
    (tmp_path / "households.csv").write_text(text, encoding="utf-8")
    command = ("explain", tmp_path, "--profile", small_profile(), "--month", "2026-10")

    assert "rejets" in jalon(*command, "--household", "H3").sentence
