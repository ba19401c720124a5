"""`jalon register`: an extract that is made, and one that is checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.running import (
    Answer,
    contents,
    done,
    generated,
    jalon,
    record,
    small_extract,
    small_profile,
    target,
)
from rules.small_profiles import FILES, PROFILE, write_profile

FUND_NAMES = """
[extract.files]
households = "DOSSIERS"
events = "FAITS"

[extract.columns.households]
household_id = "MATRICULE"
family_quotient = "QF"

[extract.columns.persons]
household_id = "MATRICULE"

[extract.values.households.tenure]
PRO = "owner"
AUT = "other"
"""


def counts(answer: Answer) -> list[list[int]]:
    """Return the figures of the table on screen: a row each, read, accepted, rejected, faulty."""
    rows = [
        re.findall(r"[│┃]\s*([\d\u202f]+)\s*(?=[│┃])", line) for line in answer.out.splitlines()
    ]
    return [[int(cell.replace("\u202f", "")) for cell in row] for row in rows if len(row) == 4]


def test_the_counts_of_each_table_are_shown(tmp_path: Path) -> None:
    answer = done(jalon("register", "check", small_extract(tmp_path)))

    assert counts(answer) == [[6, 6, 0, 0], [7, 7, 0, 0], [7, 7, 0, 0], [1, 1, 0, 0]]
    for name in ("dossiers", "personnes", "événements", "prestations"):
        assert name in answer.out


def test_rejects_go_to_the_file_and_their_balance_on_screen(tmp_path: Path) -> None:
    extract = small_extract(tmp_path / "extract")
    text = (extract / "households.csv").read_text(encoding="utf-8").replace("800.5;", "trop;")
    (extract / "households.csv").write_text(text, encoding="utf-8")

    answer = jalon("register", "check", extract, "--rejects", tmp_path / "r.csv")

    assert answer.status == 1
    assert counts(answer) == [[6, 5, 1, 1], [7, 6, 1, 0], [7, 5, 2, 0], [1, 0, 1, 0]]
    rejects = (tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()
    assert len(rejects) == 6
    assert rejects[1].startswith("households.csv;2;households;family_quotient;trop;")


def test_without_a_month_no_date_is_too_late(tmp_path: Path) -> None:
    extract = small_extract(tmp_path)
    text = (extract / "events.csv").read_text(encoding="utf-8").replace("2026-10-31", "2029-10-31")
    (extract / "events.csv").write_text(text, encoding="utf-8")

    assert jalon("register", "check", extract).status == 0
    assert jalon("register", "check", extract, "--month", "2026-10").status == 1
    assert jalon("register", "check", extract, "--month", "2028-10").status == 0
    assert jalon("register", "check", extract, "--month", "2028-09").status == 1


def test_the_profile_s_tolerance_is_the_one_that_counts(tmp_path: Path) -> None:
    extract = small_extract(tmp_path / "extract")
    text = (extract / "households.csv").read_text(encoding="utf-8").replace("800.5;", "trop;")
    (extract / "households.csv").write_text(text, encoding="utf-8")
    lenient = PROFILE.replace("0.01", "0.17")
    strict = PROFILE.replace("0.01", "0.16")
    for name, text, status in (("lenient", lenient, 0), ("strict", strict, 1)):
        profile = write_profile(tmp_path / name, {**FILES, "profile.toml": text})
        assert jalon("register", "check", extract, "--profile", profile).status == status


def test_missing_and_unknown_columns_are_named(tmp_path: Path) -> None:
    extract = small_extract(tmp_path, omit={"households": ["rsa"]})
    persons = (extract / "persons.csv").read_text(encoding="utf-8")
    (extract / "persons.csv").write_text(persons.replace("disabled", "invalide"), encoding="utf-8")

    out = done(jalon("register", "check", extract)).out

    assert re.search(r"ignorées \(personnes\) : invalide", out)
    assert re.search(r"absentes.*\(dossiers\) : rsa", out.replace("\n", " "))


def with_the_fund_s_names(folder: Path) -> Path:
    small_extract(folder)
    households = (folder / "households.csv").read_text(encoding="utf-8")
    households = households.replace("household_id;", "MATRICULE;", 1)
    households = households.replace("family_quotient", "QF").replace(";owner;", ";PRO;")
    (folder / "DOSSIERS.csv").write_text(households.replace(";other;", ";AUT;"), encoding="utf-8")
    (folder / "households.csv").unlink()
    persons = (folder / "persons.csv").read_text(encoding="utf-8")
    persons = persons.replace("household_id", "MATRICULE")
    (folder / "persons.csv").write_text(persons, encoding="utf-8")
    (folder / "events.csv").rename(folder / "FAITS.csv")
    return folder


def test_a_fund_s_own_names_give_the_same_cohort(tmp_path: Path) -> None:
    extract = with_the_fund_s_names(tmp_path / "own")
    own = write_profile(tmp_path / "profile", {**FILES, "profile.toml": PROFILE + FUND_NAMES})

    done(target(extract, own, tmp_path / "out"))
    done(target(small_extract(tmp_path / "plain"), small_profile(), tmp_path / "plain-out"))

    assert done(jalon("register", "check", extract, "--profile", own))
    assert jalon("register", "check", extract).sentence
    mine, plain = record(tmp_path / "out"), record(tmp_path / "plain-out")
    assert mine["cohort_digest"] == plain["cohort_digest"]
    assert mine["extract_fingerprint"] == plain["extract_fingerprint"]


def test_rejects_name_the_fund_s_own_file(tmp_path: Path) -> None:
    extract = with_the_fund_s_names(tmp_path / "own")
    own = write_profile(tmp_path / "profile", {**FILES, "profile.toml": PROFILE + FUND_NAMES})
    text = (extract / "DOSSIERS.csv").read_text(encoding="utf-8").replace(";PRO;", ";owner;", 1)
    (extract / "DOSSIERS.csv").write_text(text.replace("800.51", "?"), encoding="utf-8")

    jalon("register", "check", extract, "--profile", own, "--rejects", tmp_path / "r.csv")

    lines = (tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("DOSSIERS.csv;3;") for line in lines)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_same_seed_makes_the_same_extract(tmp_path: Path, form: str) -> None:
    command = ("register", "generate", "--profile", "herault", "--month", "2026-10")
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        sized = (*command, "--households", 350, "--format", form, "--seed", seed)
        done(jalon(*sized, "--out", tmp_path / name))

    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert contents(tmp_path / "a") != contents(tmp_path / "c")


@pytest.mark.parametrize("profile", ["val-de-marne", "isere", "herault"])
def test_a_generated_extract_has_no_fault(profile: str) -> None:
    folder = generated(profile)

    answer = done(jalon("register", "check", folder, "--profile", profile, "--month", "2026-10"))

    assert counts(answer)[0] == [400, 400, 0, 0]
    assert all(read == accepted for read, accepted, _, _ in counts(answer))
