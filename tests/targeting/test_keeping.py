"""What a run keeps of each household explains it as the extract does, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from cli.running import generated
from extracts import write_extract
from jalon.register.extract import Extract, open_extract
from jalon.rules.calendar import Month
from jalon.rules.offers import Catalogue
from jalon.rules.profile import load_profile
from jalon.targeting.engine.errors import TargetingError
from jalon.targeting.engine.explaining import as_json, explain, read_household
from jalon.targeting.engine.keeping import KEPT_FILES, read_kept
from jalon.targeting.engine.target import RunOrder, layout_of, target
from outreach.registers import child, household, responsible, separation

OCTOBER = Month(2026, 10)
_EACH = 4


@dataclass
class Both:
    """An extract, and what a run kept of it."""

    extract: Extract
    kept: Path
    catalogue: Catalogue

    def from_extract(self, number: str) -> object:
        return as_json(explain(self.extract, self.catalogue, number))

    def from_kept(self, *numbers: str, others: bool = True) -> object:
        with duckdb.connect() as connection:
            kept = read_kept(connection, self.kept, numbers, others=others)
            return as_json(explain(kept, self.catalogue, kept.household_id))


def _both(folder: Path, out: Path, profile: str) -> Iterator[Both]:
    rules = replace(load_profile(profile), tolerance=Decimal(1))
    order = RunOrder(rules, rules.catalogue(OCTOBER), layout_of(rules), explained=True)
    target(folder, out, order, lambda _step: None)
    with open_extract(folder, layout=order.layout, month=OCTOBER) as extract:
        yield Both(extract, out, order.catalogue)


@pytest.fixture(params=["val-de-marne", "isere", "herault"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Both]:
    profile: str = request.param
    yield from _both(generated(profile), tmp_path / "run", profile)


def test_each_kind_of_household_is_explained_alike(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each offer and outcome, of each kind of event, and of those in no list."""
    # Trying each day to come reads nothing more of the household, and takes most of the time.
    monkeypatch.setattr("jalon.targeting.engine.explaining._year_after", lambda _day: iter(()))
    kinds = both.extract.connection.execute(
        f"SELECT list(household_id ORDER BY hash(household_id))[:{_EACH}] FROM ("
        "SELECT household_id, offer || outcome AS kind "
        f"FROM read_parquet('{both.kept / 'cohort.parquet'}') "
        "UNION ALL SELECT household_id, kind FROM events "
        "UNION ALL SELECT household_id, 'alone' FROM households) GROUP BY kind"
    ).fetchall()
    numbers = sorted({number for (some,) in kinds for number in some})
    assert len(numbers) > 3 * _EACH

    for number in numbers:
        assert both.from_kept(number) == both.from_extract(number), number


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Both]:
    """A person concerned by another household's event, lost rows, a rejected household."""
    folder = write_extract(
        tmp_path / "extract",
        households=[
            *(household(number) for number in ("H1", "H2", "H3")),
            household("H4", family_status="unheard of", commune="nowhere"),
        ],
        persons=[
            *(responsible(number) for number in ("H1", "H2", "H3", "H4")),
            *(child(number) for number in ("H1", "H2")),
            child("H3", role="nobody"),
        ],
        events=[
            separation("H1"),
            separation("H2", kind="child_death", person_id="CH1"),
            separation("H3", reported_on=date(2026, 9, 1)),
        ],
        format="parquet",
    )
    yield from _both(folder, tmp_path / "run", "val-de-marne")


@pytest.mark.parametrize("number", ["H1", "H2", "H3"])
def test_what_other_rows_tell_is_kept_too(odd: Both, number: str) -> None:
    assert odd.from_kept(number) == odd.from_extract(number)


@pytest.mark.parametrize("number", ["H1", "H2", "H3"])
def test_the_rows_are_those_of_the_extract(odd: Both, number: str) -> None:
    with duckdb.connect() as connection:
        kept = read_household(read_kept(connection, odd.kept, [number], others=True), number)
    whole = read_household(odd.extract, number)

    for own, of_extract in (
        ([kept.row], [whole.row]),
        (kept.persons, whole.persons),
        (kept.events, whole.events),
        (
            [one["concerned"] for one in kept.events if one["concerned"]],
            [one["concerned"] for one in whole.events if one["concerned"]],
        ),
    ):
        assert len(own) == len(of_extract)
        for row, expected in zip(own, of_extract, strict=True):
            shared = row.keys() - {"concerned"}
            assert len(shared) > 5
            assert {name: row[name] for name in shared} == {
                name: expected[name] for name in shared
            }
    assert bool([one for one in kept.events if one["concerned"]]) == (number == "H2")
    assert (kept.lost_persons, kept.lost_events) == (whole.lost_persons, whole.lost_events)
    assert kept.benefits == whole.benefits


@pytest.mark.parametrize("number", ["H4", "H5"])
def test_a_household_that_is_not_there_is_said_alike(odd: Both, number: str) -> None:
    with pytest.raises(TargetingError) as from_extract:
        odd.from_extract(number)
    with pytest.raises(TargetingError) as from_kept:
        odd.from_kept(number)

    assert str(from_kept.value) == str(from_extract.value)
    assert number in str(from_kept.value)


def test_the_first_number_that_is_known_is_explained(odd: Both) -> None:
    assert odd.from_kept("H9", "H2", "H1") == odd.from_extract("H2")


def test_what_only_tells_who_someone_is_is_not_kept(odd: Both) -> None:
    for name in KEPT_FILES:
        if name.endswith(".parquet"):
            table = pq.read_table(odd.kept / name)
            told = "".join(str(column.to_pylist()) for column in table.columns)
            for secret in ("Nom", "Camille", "Lilas", "06 12", "@", "94000"):
                assert secret not in told, name


def test_without_the_others_only_the_lists_are_read(odd: Both) -> None:
    for table in ("households", "persons", "events", "benefits"):
        (odd.kept / f"others-{table}.parquet").unlink()

    assert odd.from_kept("H1", others=False) == odd.from_extract("H1")
    with pytest.raises(duckdb.Error):
        odd.from_kept("H9")
