"""A query that a process remembers is the one that the rules and the extract ask for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import ibis
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.running import generated
from jalon.register.extract import open_extract
from jalon.rules.calendar import Month
from jalon.rules.engines.ibis_cohort import cohort
from jalon.rules.offers import Catalogue
from jalon.rules.profile import load_profile
from jalon.targeting.engine import run
from jalon.targeting.engine.run import COHORT_COLUMNS, accepted_tables, compute_cohort
from jalon.targeting.engine.simulating import changed_offer
from rules.random_rules import Drawer, catalogues
from rules.test_engines_agree import slow

OCTOBER = Month(2026, 10)
OFFER = "lone_parent"
Rows = list[tuple[object, ...]]


def computed(extract: Any, catalogue: Catalogue) -> Rows:
    compute_cohort(extract, catalogue)
    found: Rows = extract.connection.execute("FROM cohort").fetchall()
    return found


def written_anew(extract: Any, catalogue: Catalogue) -> Rows:
    """Return the rows of a query written for these very rules, without memory or record."""
    backend = ibis.duckdb.from_connection(extract.connection)
    query = ibis.duckdb.compile(cohort(accepted_tables(extract, backend), catalogue))
    found: Rows = extract.connection.execute(
        f"SELECT {', '.join(COHORT_COLUMNS)} "
        # A date to which months are added comes as a moment.
        f"FROM (SELECT * REPLACE (window_ends_on::DATE AS window_ends_on) FROM ({query})) "
        "ORDER BY offer, household_id, event_id NULLS FIRST"
    ).fetchall()
    return found


@pytest.fixture
def poorer(tmp_path: Path) -> Path:
    """The same extract, without a column that a fund may leave out."""
    for file in generated("val-de-marne").glob("*.parquet"):
        table = pq.read_table(file)
        if file.stem == "households":
            table = table.drop_columns(["gross_income_n2"])
        pq.write_table(table, tmp_path / file.name)
    return tmp_path


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    run._written.cache_clear()  # noqa: SLF001 - what the tests are about
    yield
    run._written.cache_clear()  # noqa: SLF001


def test_one_process_tells_apart_all_that_changes_a_query(poorer: Path) -> None:
    profile = load_profile("val-de-marne")
    rules = profile.catalogue(OCTOBER).only(OFFER)
    changed, _ = changed_offer(rules, OFFER, ["responsible_age=18..30"])
    whole = generated("val-de-marne")
    asked = [
        (whole, rules),
        (whole, rules.with_offer(changed)),
        (poorer, rules),
        (whole, profile.catalogue(Month(2026, 9)).only(OFFER)),
        (whole, rules),
    ]

    found = []
    for folder, catalogue in asked:
        with open_extract(folder, month=catalogue.month) as extract:
            found.append(computed(extract, catalogue))
            assert found[-1] == written_anew(extract, catalogue)

    assert found[0] == found[-1], "asked again, the same"
    different = {repr(rows) for rows in found}
    assert len(different) == len(asked) - 1, "each change is one that the rows show"
    assert run._written.cache_info().hits == 1  # noqa: SLF001


@slow(4)
@given(catalogue=catalogues(), seed=st.integers(0, 1_000_000))
def test_any_rule_is_computed_as_it_is_written(catalogue: Catalogue, seed: int) -> None:
    register = Drawer(random.Random(seed), catalogue.month).register(60)  # noqa: S311
    connection = duckdb.connect()
    register.tables(ibis.duckdb.from_connection(connection))
    missing: dict[str, list[str]] = {}
    for table, column in register.missing:
        missing.setdefault(table, []).append(column)
    extract = SimpleNamespace(connection=connection, missing_columns=missing)

    assert computed(extract, catalogue) == written_anew(extract, catalogue)
