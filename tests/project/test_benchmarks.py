"""The floor, pandas and the loop that the engine is measured against give the same rows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jalon.register.synthetic import generate
from jalon.rules.calendar import Month
from jalon.rules.profile import built_in_profiles

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_what_the_engine_is_measured_against_gives_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    import equality  # noqa: PLC0415 -- a script's module, found once its folder is on the path

    month = Month.parse("2026-10")
    population = built_in_profiles() / "val-de-marne" / "population.toml"
    generate(tmp_path / "extract", population=population, month=month, households=3000)

    assert equality.differences(tmp_path / "extract", month) == {
        "by_hand": 0,
        "in_pandas": 0,
        "in_a_loop": 0,
    }
