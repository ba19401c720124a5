"""Small synthetic extracts: files, formats, seeds, refusals, and the households on boundaries."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jalon.register.extract import open_extract
from jalon.register.schema import EVENTS, TABLES
from jalon.register.synthetic import SyntheticError, generate
from jalon.register.synthetic.boundaries import boundary_cases
from jalon.register.synthetic.chunk import SCHEMAS
from jalon.register.synthetic.writer import Format
from jalon.rules.calendar import Month, age_on

PROFILES = Path(__file__).parents[2] / "profiles"
POPULATION = PROFILES / "val-de-marne" / "population.toml"
MONTH = Month(2026, 10)
SMALL = 1200


def small(folder: Path, *, seed: int = 1, format_: Format = "parquet") -> Path:
    generate(
        folder, population=POPULATION, month=MONTH, households=SMALL, seed=seed, format=format_
    )
    return folder


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    found = next(folder.glob(f"{table}.*"))
    source = (
        f"read_csv('{found}', delim=';', all_varchar=true, header=true)"
        if found.suffix == ".csv"
        else f"(SELECT COLUMNS(*)::VARCHAR FROM '{found}')"
    )
    return duckdb.execute(f"SELECT * FROM {source}").fetchall()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one = small(tmp_path / "one")
    # Several times: bytes left in memory would differ once in a while only.
    for _ in range(8):
        two = small(tmp_path / "two")
        for table in TABLES:
            name = f"{table.name}.parquet"
            assert (one / name).read_bytes() == (two / name).read_bytes()


@pytest.mark.parametrize("table", ["households", "persons", "events", "benefits"])
def test_what_repeats_is_written_once(tmp_path: Path, table: str) -> None:
    schema = SCHEMAS[table]
    group = pq.ParquetFile(small(tmp_path / "out") / f"{table}.parquet").metadata.row_group(0)
    for position, field in enumerate(schema):
        if pa.types.is_dictionary(field.type):
            assert "RLE_DICTIONARY" in group.column(position).encodings, field.name


def test_another_seed_gives_other_families(tmp_path: Path) -> None:
    one, two = small(tmp_path / "one"), small(tmp_path / "two", seed=2)
    assert rows(one, "households")[:900] != rows(two, "households")[:900]


def test_csv_and_parquet_say_the_same(tmp_path: Path) -> None:
    parquet = small(tmp_path / "parquet")
    csv = small(tmp_path / "csv", format_="csv")
    for table in TABLES:
        assert rows(csv, table.name) == rows(parquet, table.name)


def test_csv_is_plain(tmp_path: Path) -> None:
    lines = (
        (small(tmp_path / "csv", format_="csv") / "households.csv").read_text("utf-8").split("\n")
    )
    assert lines[0].startswith("household_id;responsible_person_id;commune;")
    assert lines[1].startswith("00000001;000000001;94")
    assert '"' not in "".join(lines)
    assert re.search(r";\d+\.\d\d;", lines[1])


@pytest.mark.parametrize(("profile", "department"), [("isere", "38"), ("herault", "34")])
def test_each_profile_has_its_communes(tmp_path: Path, profile: str, department: str) -> None:
    population = PROFILES / profile / "population.toml"
    generate(tmp_path / "out", population=population, month=Month(2024, 2), households=SMALL)
    communes = {str(row[2]) for row in rows(tmp_path / "out", "households")}
    assert len(communes) > 50
    assert {commune[:2] for commune in communes} == {department}


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    generate(
        tmp_path / "out",
        population=POPULATION,
        month=MONTH,
        households=300,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1] == (300, 300)
    assert told == sorted(told)


def test_an_extract_may_be_made_again_in_the_same_folder(tmp_path: Path) -> None:
    small(tmp_path / "out", seed=2)
    (tmp_path / "out" / "notes.txt").write_text("à garder", "utf-8")
    assert rows(small(tmp_path / "out"), "events") == rows(small(tmp_path / "new"), "events")
    assert (tmp_path / "out" / "notes.txt").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "out"]


def refusal(folder: Path, *, population: Path = POPULATION, households: int = 300) -> str:
    with pytest.raises(SyntheticError) as refused:
        generate(folder, population=population, month=MONTH, households=households)
    return str(refused.value)


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    assert "est un fichier" in refusal(tmp_path / "out")
    (tmp_path / "out").unlink()
    (tmp_path / "parent").write_text("")
    assert "ne peut pas être écrite" in refusal(tmp_path / "parent" / "out")


def test_two_formats_do_not_share_a_folder(tmp_path: Path) -> None:
    small(tmp_path / "out", format_="csv")
    assert "autre format" in refusal(tmp_path / "out")


def test_too_few_or_too_many_households(tmp_path: Path) -> None:
    assert len(boundary_cases(MONTH)) < 250
    assert str(len(boundary_cases(MONTH))) in refusal(tmp_path / "out", households=10)
    assert "30000000" in refusal(tmp_path / "out", households=50_000_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("value = 257504", 'value = "beaucoup"'), "« households » manque"),
        (("[figures.rsa]", "[figures.rmi]"), "« rsa » manque"),
        (("value = 0.14", "value = 14"), "hors limites"),
        (("value = 46500", "value = 246500"), "dépassent"),
        (('department = "94"', 'department = "2A"'), "communes"),
        (("weights = [1.1, 1.0", "weights = [1.0"), "douze poids"),
        (('source = "[003 §2.2] foyers monoparentaux"', 'source = ""'), "pas de source"),
        (("[territory]", "[territory"), "TOML"),
    ],
)
def test_a_population_that_cannot_be_right(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    text = POPULATION.read_text("utf-8")
    assert change[0] in text
    wrong = tmp_path / "population.toml"
    wrong.write_text(text.replace(*change), "utf-8")
    assert said in refusal(tmp_path / "out", population=wrong)
    assert not (tmp_path / "out").exists()


def test_a_population_that_is_not_there(tmp_path: Path) -> None:
    assert "ne peut pas être lu" in refusal(tmp_path / "out", population=tmp_path / "none.toml")


def test_what_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(
            tmp_path / "out",
            population=POPULATION,
            month=MONTH,
            households=300,
            on_progress=interrupt,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_fund_may_bring_its_own_communes(tmp_path: Path) -> None:
    text = POPULATION.read_text("utf-8").replace('department = "94"', 'communes = "ici.csv"')
    (tmp_path / "population.toml").write_text(text, "utf-8")
    (tmp_path / "ici.csv").write_text("code;name;postal_codes;population\n2A004;Ajaccio;20000;9\n")
    generate(
        tmp_path / "out",
        population=tmp_path / "population.toml",
        month=MONTH,
        households=300,
    )
    assert {row[2] for row in rows(tmp_path / "out", "households")} == {"2A004"}


MONTHS = [Month(2026, 10), Month(2020, 12), Month(2024, 2), Month(2023, 2), Month(2026, 4)]


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_the_boundaries_close_every_extract(tmp_path: Path, month: Month) -> None:
    generate(tmp_path / "out", population=POPULATION, month=month, households=300)
    cases = boundary_cases(month)
    households = [str(row[0]) for row in rows(tmp_path / "out", "households")]
    assert households == [f"{number:08d}" for number in range(1, 301)]
    last = households[-len(cases) :]
    births: dict[str, list[str]] = {}
    for row in rows(tmp_path / "out", "persons"):
        births.setdefault(str(row[1]), []).append(str(row[6]))
    reported: dict[str, list[tuple[str, str]]] = {}
    for row in rows(tmp_path / "out", "events"):
        reported.setdefault(str(row[1]), []).append((str(row[3]), str(row[5])))
    for household, case in zip(last, cases, strict=True):
        assert births[household] == [str(someone.birth) for someone in case.people], case.label
        expected = [(event.kind, str(event.reported)) for event in case.events]
        assert reported.get(household, []) == expected, case.label


@pytest.mark.parametrize("profile", ["val-de-marne", "isere", "herault"])
@pytest.mark.parametrize("month", [*MONTHS, Month(2000, 1), Month(2100, 12)], ids=str)
def test_the_register_accepts_every_row(tmp_path: Path, month: Month, profile: str) -> None:
    format_: Format = "csv" if month.month == 2 else "parquet"
    made = generate(
        tmp_path / "out",
        population=PROFILES / profile / "population.toml",
        month=month,
        households=3000,
        format=format_,
    )
    with open_extract(tmp_path / "out", month=month) as extract:
        accepted = {table: counts.accepted for table, counts in extract.counts.items()}
        assert [counts.rejected for counts in extract.counts.values()] == [0, 0, 0, 0]
        assert accepted == asdict(made)
        assert not any(extract.missing_columns.values())
        assert not any(extract.unknown_columns.values())


@pytest.mark.parametrize("month", [Month(1999, 12), Month(2101, 1)], ids=str)
def test_a_month_too_far_away(tmp_path: Path, month: Month) -> None:
    with pytest.raises(SyntheticError, match="de 2000 à 2100"):
        generate(tmp_path / "out", population=POPULATION, month=month, households=300)


def facts(prefix: str, column: str) -> list[object]:
    return [case.facts[column] for case in boundary_cases(MONTH) if case.label.startswith(prefix)]


def test_amounts_stand_below_at_and_above_each_threshold() -> None:
    quotients = facts("quotient", "family_quotient")
    assert {Decimal("799.99"), Decimal("800.00"), Decimal("800.01"), None} < set(quotients)
    owed = facts("arrears and indecent housing: three", "arrears_amount")
    assert owed == [Decimal("629.99"), Decimal("630.00"), Decimal("630.01")]
    owed = facts("arrears and indecent housing: two rents", "arrears_amount")
    assert owed == [Decimal("1299.99"), Decimal("1300.00"), Decimal("1300.01")]
    # Twelve months of 2024 at 151.67 h: ten at 11.65 euros, two at 11.88.
    assert Decimal("21273.24") in facts("gross income", "gross_income_n2")
    paid = [
        case.people[1].pay for case in boundary_cases(Month(2018, 1)) if "of 16 paid" in case.label
    ]
    assert paid == [Decimal("918.34"), Decimal("918.35"), Decimal("918.36"), None]


@pytest.mark.parametrize("age", [18, 25, 35])
def test_adults_stand_on_both_sides_of_a_birthday(age: int) -> None:
    ages = {
        case.label: age_on(case.people[0].birth, MONTH.last_day)
        for case in boundary_cases(MONTH)
        if case.label.startswith(f"responsible turns {age}")
    }
    assert sorted(ages.values()) == [age - 1, age, age]


@pytest.mark.parametrize("age", [6, 16, 18, 20, 21])
def test_children_stand_on_both_sides_of_a_birthday(age: int) -> None:
    ages = [
        age_on(case.people[1].birth, MONTH.last_day)
        for case in boundary_cases(MONTH)
        if case.label.startswith(f"child turns {age} ")
    ]
    assert sorted(ages) == [age - 1, age, age]


def test_every_kind_of_event_and_every_flag_has_its_case() -> None:
    cases = boundary_cases(MONTH)
    kinds = {event.kind for case in cases for event in case.events}
    assert kinds == set(EVENTS.column("kind").codes)
    for flag in ("do_not_contact", "protected_address", "in_support"):
        assert {True, None} <= {case.facts.get(flag) for case in cases}
    days = {event.reported for case in cases for event in case.events}
    assert {date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)} <= days
    assert date(2024, 2, 29) in days


def test_each_case_says_what_it_shows_once() -> None:
    labels = [case.label for case in boundary_cases(MONTH)]
    assert len(labels) == len(set(labels))
