"""An unpaid right as an offer: found by the scan, kept beside the extract, listed by a run."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from cli.running import jalon
from extracts import write_extract
from jalon.register.scanned import SCANNED_FILE
from rules.small_profiles import FILES, write_profile

_OFFER: Final = """code = "unclaimed"
label = "Allocation de soutien familial"
base = "local"
services = ["social_work"]
valid_from = 2024-01-01
source = "Projet d'essai, § 3"
stock = true
purpose = "Faire connaître un droit."

[[criteria]]
fact = "unclaimed_asf"
is = true
"""
_OCTOBER: Final = ("--month", "2026-10")


def _home(number: str, **child: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    parent = {"person_id": f"P{number}", "household_id": number}
    born = {"role": "child", "birth_date": date(2018, 3, 1), **child}
    return (
        {
            "household_id": number,
            "responsible_person_id": f"P{number}",
            "protected_address": False,
        },
        [parent, {"person_id": f"C{number}", "household_id": number, **born}],
    )


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return write_profile(
        tmp_path / "profile",
        {
            "profile.toml": FILES["profile.toml"].replace("0.01", "0.5"),
            "offers/unclaimed.toml": _OFFER,
        },
    )


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """A lone parent to whom nothing is paid; one to whom it is; one dead; one partly lost."""
    homes = [_home("DUE"), _home("PAID"), _home("DEAD"), _home("LOST", birth_date="hier")]
    homes[2][1][0]["death_date"] = date(2026, 9, 1)
    return write_extract(
        tmp_path / "extract",
        households=[household for household, _ in homes],
        persons=[{"death_date": None, **one} for _, persons in homes for one in persons],
        benefits=[{"household_id": "PAID", "code": "ASF", "amount": "200"}],
    )


def outcomes(extract: Path, profile: Path, out: Path) -> Iterator[tuple[str, str]]:
    jalon("target", extract, "--profile", profile, *_OCTOBER, "--out", out)
    with (out / "cohort.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            yield row["household_id"], row["outcome"]


def scan(extract: Path, profile: Path) -> Any:
    return jalon("rights", "scan", extract, *_OCTOBER, "--profile", profile, "--keep")


def test_an_unpaid_right_becomes_a_list_with_its_reason(
    extract: Path, profile: Path, tmp_path: Path
) -> None:
    answer = scan(extract, profile)

    assert "Gardé pour les offres" in answer.out
    assert dict(outcomes(extract, profile, tmp_path / "out")) == {
        "DUE": "selected",
        "LOST": "to_verify",
    }
    told = jalon("explain", extract, "--profile", profile, *_OCTOBER, "--household", "DUE")
    assert "Un droit à l'ASF semble exister sans être versé" in " ".join(told.out.split())


def test_without_a_scan_nobody_is_selected_and_it_is_said(
    extract: Path, profile: Path, tmp_path: Path
) -> None:
    found = dict(outcomes(extract, profile, tmp_path / "out"))

    assert set(found.values()) == {"to_verify"}
    answer = jalon("target", extract, "--profile", profile, *_OCTOBER, "--out", tmp_path / "o")
    assert "rien ne les a cherchés" in " ".join(answer.out.split())


def test_a_scan_of_another_month_or_extract_is_refused_until_it_is_done_again(
    extract: Path, profile: Path
) -> None:
    scan(extract, profile)
    kept = (extract / SCANNED_FILE).read_bytes()

    other_month = jalon("register", "check", extract, "--month", "2026-11")
    assert "d'un autre mois" in other_month.sentence
    write_extract(extract, benefits=[{"code": "AF", "amount": "150"}])
    other_extract = jalon("register", "check", extract, *_OCTOBER)
    assert "est d'un autre extrait" in other_extract.sentence

    scan(extract, profile)
    assert (extract / SCANNED_FILE).read_bytes() != kept
    assert jalon("register", "check", extract, *_OCTOBER).status == 0


def test_what_cannot_be_read_is_refused(extract: Path) -> None:
    (extract / SCANNED_FILE).write_bytes(b"PAR1, or nearly")

    assert "ne se lit pas" in jalon("register", "check", extract, *_OCTOBER).sentence
