"""A past run is done again from its record, whatever became of the profile since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.running import Answer, done, generated, jalon, ran, record, small_extract, target
from rules.small_profiles import FILES, PROFILE, SEPARATION, write_profile


def again(extract: Path, profile: object, run: Path, out: Path) -> Answer:
    return jalon("target", extract, "--profile", profile, "--again", run, "--out", out)


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return small_extract(tmp_path / "extract")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return write_profile(tmp_path / "profile")


@pytest.fixture
def first(extract: Path, profile: Path, tmp_path: Path) -> Path:
    done(target(extract, profile, tmp_path / "first"))
    return tmp_path / "first"


@pytest.mark.parametrize("named", ["run.json", ""])
def test_a_past_run_is_rebuilt_after_its_profile_changed(
    extract: Path, profile: Path, first: Path, tmp_path: Path, named: str
) -> None:
    (profile / "offers/young.toml").unlink()
    rule = SEPARATION.replace("at_least = 1", "at_least = 3").replace("one_of", "is")
    rule = rule.replace('["owner", "other"]', '"hosted"')
    parameters = FILES["parameters.toml"].replace("800.5", "1")
    changed = {"offers/separation.toml": rule, "parameters.toml": parameters}
    write_profile(profile, {**changed, "profile.toml": PROFILE.replace("registration", "letter")})
    done(target(extract, profile, tmp_path / "today"))
    assert record(tmp_path / "today")["cohort_digest"] != record(first)["cohort_digest"]

    answer = done(again(extract, profile, first / named, tmp_path / "again"))

    assert "La liste est la même" in answer.out
    for key in ("cohort_digest", "catalogue_fingerprint", "month", "counts", "parameters"):
        assert record(tmp_path / "again")[key] == record(first)[key]
    for file in ("cohort.csv", "cohort.parquet"):
        assert (tmp_path / "again" / file).read_bytes() == (first / file).read_bytes()


def test_a_run_done_again_can_itself_be_done_again(
    extract: Path, profile: Path, first: Path, tmp_path: Path
) -> None:
    done(again(extract, profile, first, tmp_path / "second"))
    done(again(extract, profile, tmp_path / "second", tmp_path / "third"))

    assert record(tmp_path / "third") == record(first)


def test_another_extract_is_said_to_give_another_list(
    extract: Path, profile: Path, first: Path, tmp_path: Path
) -> None:
    text = (extract / "households.csv").read_text(encoding="utf-8").replace("800.5;", "900;")
    (extract / "households.csv").write_text(text, encoding="utf-8")

    answer = again(extract, profile, first, tmp_path / "again")

    assert "diffère" in answer.out
    assert record(tmp_path / "again")["cohort_digest"] != record(first)["cohort_digest"]


@pytest.mark.parametrize("profile", ["val-de-marne", "isere", "herault"])
def test_the_record_of_a_built_in_profile_is_enough(profile: str, tmp_path: Path) -> None:
    done(again(generated(profile), profile, ran(profile), tmp_path / "out"))

    assert record(tmp_path / "out") == record(ran(profile))


def altered(run: Path, change: str) -> None:
    plain: dict[str, Any] = record(run)
    catalogue = plain["catalogue"]
    if change == "fingerprint":
        plain["catalogue_fingerprint"] = "0" * 64
    elif change == "value":
        catalogue["parameters"]["quotient.ceiling"]["value"] = "900"
    elif change == "operator":
        catalogue["offers"][1]["rule"]["all"][0]["operator"] = "at_least"
    elif change == "fact":
        catalogue["offers"][1]["rule"]["all"][0]["fact"] = "a_fact_of_another_version"
    else:
        del plain["catalogue"]
    (run / "run.json").write_text(json.dumps(plain), encoding="utf-8")


@pytest.mark.parametrize("change", ["fingerprint", "value", "operator", "fact", "catalogue"])
def test_a_record_that_would_be_read_otherwise_is_refused(
    extract: Path, profile: Path, first: Path, tmp_path: Path, change: str
) -> None:
    altered(first, change)

    answer = again(extract, profile, first, tmp_path / "again")

    assert "run.json" in answer.sentence
    assert not (tmp_path / "again").exists()


def test_the_record_of_another_fund_is_refused(extract: Path, first: Path, tmp_path: Path) -> None:
    answer = again(extract, "herault", first, tmp_path / "again")

    assert "essai" in answer.sentence


def test_a_month_beside_the_record_s_own_is_refused(
    extract: Path, profile: Path, first: Path, tmp_path: Path
) -> None:
    answer = target(extract, profile, tmp_path / "again", "--again", first, "--month", "2026-09")

    assert "--month" in answer.sentence
