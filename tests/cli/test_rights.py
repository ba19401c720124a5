"""`jalon rights scan`: what it shows, writes and refuses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cli.running import jalon
from extracts import write_extract

_CHILD = {"person_id": "C1", "role": "child", "birth_date": date(2018, 3, 1)}


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    paid = {"household_id": "H1", "code": "AF", "amount": "150"}
    return write_extract(tmp_path / "extract", persons=[{}, _CHILD], benefits=[paid])


def test_a_lone_parent_without_its_support_is_counted_and_written(
    extract: Path, tmp_path: Path
) -> None:
    out = tmp_path / "rights.csv"

    answer = jalon("rights", "scan", extract, "--month", "2026-10", "--out", out)

    assert answer.status == 0
    (line,) = [one for one in answer.out.splitlines() if "soutien" in one]
    assert [cell.strip() for cell in line.split("│")[2:5]] == ["1", "201", "0"]
    assert "Foyers regardés : 1. Laissés de côté : 0." in answer.out
    assert out.read_text("utf-8").splitlines()[1:] == ["H1;ASF;200.77"]


def test_a_month_without_benefits_cannot_be_scanned(extract: Path) -> None:
    answer = jalon("rights", "scan", extract, "--month", "2026-11")

    assert "aucune prestation de novembre 2026" in answer.sentence


def test_too_many_rejects_stop_it(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "extract", persons=[{}, {**_CHILD, "birth_date": "hier"}])

    answer = jalon("rights", "scan", folder, "--month", "2026-10")

    assert answer.status == 1
    assert "tolérance" in answer.out


def test_an_extract_that_is_not_there_is_said(tmp_path: Path) -> None:
    answer = jalon("rights", "scan", tmp_path / "nowhere", "--month", "2026-10")

    assert "n'existe pas" in answer.sentence
