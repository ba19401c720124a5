"""The same extract gives the same digest and fingerprint, however its files are written."""

from __future__ import annotations

import csv
import os
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.running import done, generated, ran, record, small_profile, target

TABLES = ("households", "persons", "events", "benefits")


@cache
def rows_of(table: str) -> pa.Table:
    return pq.read_table(generated("val-de-marne") / f"{table}.parquet")


def shuffled(table: pa.Table, seed: int) -> pa.Table:
    order = list(range(table.num_rows))
    random.Random(seed).shuffle(order)  # noqa: S311
    return table.take(order)


@dataclass(frozen=True)
class Style:
    """How a fund writes its CSV files."""

    delimiter: str = ";"
    encoding: str = "utf-8"
    day: str = "%Y-%m-%d"
    point: str = "."
    thousands: str = ""
    booleans: tuple[str, str] = ("true", "false")
    ending: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL

    def cell(self, value: object) -> str:
        match value:
            case None:
                return ""
            case bool():
                return self.booleans[not value]
            case date():
                return value.strftime(self.day)
            case Decimal():
                text = f"{value:,.4f}" if value % 1 else f"{value:,.0f}"
                return (
                    text.replace(",", "\0").replace(".", self.point).replace("\0", self.thousands)
                )
            case _:
                return str(value)

    def write(self, path: Path, table: pa.Table) -> None:
        with path.open("w", encoding=self.encoding, newline="") as stream:
            writer = csv.writer(
                stream,
                delimiter=self.delimiter,
                lineterminator=self.ending,
                quoting=self.quoting,  # type: ignore[arg-type]
            )
            writer.writerow(table.column_names)
            for row in table.to_pylist():
                writer.writerow([self.cell(value) for value in row.values()])


STYLES = {
    "French, with a comma": Style(day="%d/%m/%Y", point=",", booleans=("oui", "non")),
    "thousands apart": Style(thousands=" ", point=",", booleans=("O", "N")),
    "no-break thousands": Style(thousands="\u00a0", point=",", booleans=("1", "0")),
    "narrow thousands": Style(thousands="\u202f", point=","),
    "commas between cells": Style(delimiter=",", day="%d/%m/%Y"),
    "tabs, Windows": Style(delimiter="\t", ending="\r\n", encoding="utf-8-sig"),
    "Windows-1252": Style(encoding="cp1252", ending="\r\n", point=",", thousands="\u00a0"),
    "all quoted": Style(delimiter=",", point=",", quoting=csv.QUOTE_ALL, encoding="utf-8-sig"),
}


def written(folder: Path, write: Callable[[Path, str, pa.Table], None]) -> Path:
    folder.mkdir()
    for seed, table in enumerate(TABLES):
        write(folder, table, shuffled(rows_of(table), seed))
    return folder


def as_parquet(folder: Path, name: str, table: pa.Table) -> None:
    reordered: Sequence[str] = list(reversed(table.column_names))
    pq.write_table(table.select(reordered), folder / f"{name}.parquet", row_group_size=37)


def assert_same(run: dict[str, object]) -> None:
    """Hold a run of the small profile against that of the generated files."""
    first = reference()
    assert run["extract_fingerprint"] == first["extract_fingerprint"]
    assert run["cohort_digest"] == first["cohort_digest"]
    assert run["counts"] == first["counts"]


@cache
def reference() -> dict[str, Any]:
    out = ran("val-de-marne").parent / "small"
    done(target(generated("val-de-marne"), small_profile(), out))
    found: dict[str, Any] = record(out)
    return found


def test_the_order_of_rows_and_columns_does_not_matter(tmp_path: Path) -> None:
    done(target(written(tmp_path / "in", as_parquet), small_profile(), tmp_path / "out"))

    assert_same(record(tmp_path / "out"))
    assert reference()["counts"]["separation"]["selected"] > 0


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_every_way_of_writing_csv_says_the_same(tmp_path: Path, style: Style) -> None:
    def write(folder: Path, name: str, table: pa.Table) -> None:
        style.write(folder / f"{name}.csv", table)

    done(target(written(tmp_path / "in", write), small_profile(), tmp_path / "out"))

    assert_same(record(tmp_path / "out"))


def test_csv_and_parquet_generated_alike_say_the_same(tmp_path: Path) -> None:
    done(target(generated("val-de-marne", form="csv"), small_profile(), tmp_path / "out"))

    assert_same(record(tmp_path / "out"))


def test_another_extract_has_another_fingerprint(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(generated("val-de-marne"), folder)
    events = rows_of("events").to_pylist()
    events[0]["source"] = "landlord" if events[0]["source"] != "landlord" else "fund"
    pq.write_table(
        pa.Table.from_pylist(events, rows_of("events").schema), folder / "events.parquet"
    )

    done(target(folder, small_profile(), tmp_path / "out"))

    assert record(tmp_path / "out")["extract_fingerprint"] != reference()["extract_fingerprint"]


def spark_is_missing() -> str:
    """Say what Spark lacks here; nothing where it can run, nor on the integration server."""
    if os.environ.get("CI", "").casefold() in {"true", "1"}:
        return ""
    if find_spec("pyspark") is None:
        return "PySpark is not installed: install jalon[spark]"
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "Java is not installed: Spark needs Java 17 or later"
    return ""


@pytest.fixture
def light_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Java compile little and Spark share out little: a test ends before that pays."""
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    monkeypatch.setenv("SPARK_PARTITIONS", "2")


@pytest.mark.skipif(bool(spark_is_missing()), reason=spark_is_missing())
@pytest.mark.usefixtures("light_spark")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
# Between them these two have every kind of fact, stock offers and events: a third takes a minute.
@pytest.mark.parametrize("profile", ["isere", "herault"])
def test_spark_gives_the_same_digest(tmp_path: Path, profile: str) -> None:
    done(target(generated(profile), profile, tmp_path / "out", "--engine", "spark"))

    mine, first = record(tmp_path / "out"), record(ran(profile))
    assert (mine["engine"], first["engine"]) == ("spark", "duckdb")
    assert mine["cohort_digest"] == first["cohort_digest"]
    assert mine["counts"] == first["counts"]
    assert (tmp_path / "out/cohort.csv").read_bytes() == (ran(profile) / "cohort.csv").read_bytes()
    assert pq.read_table(tmp_path / "out/cohort.parquet") == pq.read_table(
        ran(profile) / "cohort.parquet"
    )
