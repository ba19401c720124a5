"""On a demonstration, every fact of every month is what plain Python counts from the rows."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from e2e.conftest import another, told
from installations import JALON
from jalon.config.embedded import running
from jalon.rules.calendar import Month
from steering.recount import Key, Recount, Row

Told = dict[Key, tuple[int, Any]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration that nobody has touched."""
    return another(tmp_path_factory)


@pytest.fixture(scope="module")
def owner(data: Path) -> Iterator[psycopg.Connection[Row]]:
    """Its database, as the owner sees it."""
    with (
        running(data / "postgresql") as server,
        psycopg.connect(server.owner_url, autocommit=True, row_factory=dict_row) as connection,
    ):
        yield connection


@pytest.fixture(scope="module")
def months(owner: psycopg.Connection[Row]) -> dict[str, Told]:
    """Every fact told of each month."""
    found: dict[str, Told] = defaultdict(dict)
    rows = owner.execute(
        "SELECT month, measure, territory, breakdown, value, number, total FROM steering_fact "
        "JOIN steering_reckoning AS counted ON counted.id = reckoning_id AND counted.told"
    )
    for one in rows:
        key = (one["measure"], one["territory"], one["breakdown"], one["value"])
        found[one["month"]][key] = (one["number"], one["total"])
    return found


def test_every_fact_is_what_plain_python_counts(
    owner: psycopg.Connection[Row], months: dict[str, Told]
) -> None:
    counted = owner.execute("SELECT max(computed_at) AS at FROM steering_reckoning").fetchone()
    assert counted
    moment: datetime = counted["at"]

    def read(table: str) -> list[Row]:
        return owner.execute(f"SELECT * FROM {table}".encode()).fetchall()

    recount = Recount(read, moment)
    wrong: dict[tuple[str, ...], object] = {}
    for month, facts in sorted(months.items()):
        # What never happened is told as nought for the whole department.
        happened = {key: found for key, found in facts.items() if found != (0, 0)}
        again = recount.facts(Month.parse(month))
        wrong |= {
            (month, *key): (happened.get(key), again.get(key))
            for key in happened.keys() | again.keys()
            if happened.get(key) != again.get(key)
        }
    assert wrong == {}
    assert len(months) > 3
    measures = {
        key[0] for facts in months.values() for key, (number, _) in facts.items() if number
    }
    assert len(measures) > 40


def test_every_breakdown_adds_up_to_the_unit(months: dict[str, Told]) -> None:
    """The values of each, and the territories, make the whole; so do the totals, to a rounding."""
    for month, facts in months.items():
        sums: dict[tuple[str, str, str], list[Any]] = defaultdict(lambda: [0, 0])
        for (measure, territory, breakdown, _), (number, total) in facts.items():
            names = [(measure, territory, breakdown)]
            if territory and not breakdown:
                names.append((measure, "", "territory"))
            for name in names:
                sums[name][0] += number
                sums[name][1] += total
        for (measure, territory, by), (number, total) in sums.items():
            whole, of_all = facts[measure, territory, "", ""]
            assert number == whole, (month, measure, territory, by)
            assert abs(total - of_all) < 1, (month, measure, territory, by)


def test_the_command_counts_a_frozen_month_again_and_finds_the_same(
    data: Path, months: dict[str, Told]
) -> None:
    frozen = min(months)
    done = subprocess.run(  # noqa: S603 - our own command
        [*JALON, "steering", "facts", "--month", frozen],
        env=told(data),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip().endswith(": le même décompte que le premier jour."), done.stderr
