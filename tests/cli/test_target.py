"""`jalon target`: what a run writes, what it leaves alone, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.running import (
    COLUMNS,
    OUTPUTS,
    cohort,
    contents,
    digest,
    done,
    generated,
    jalon,
    ran,
    record,
    small_extract,
    small_profile,
    target,
)

EXPECTED = [
    "separation;H10;E8;2026-10-10;to_verify;family_quotient;;2027-10-10;94028",
    "separation;H2;E9;2026-10-31;set_aside;in_support;;2027-10-31;94028",
    "separation;H3;E10;2026-10-31;selected;;letter;2027-10-31;94028",
    "separation;H3;E2;2026-10-01;selected;;letter;2027-10-01;94028",
    "separation;H5;E5;2026-10-02;selected;;letter;2027-10-02;2A004",
    "young;H5;;;selected;;letter;;2A004",
    "young;a4;;;selected;;in_person;;94028",
]


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return small_extract(tmp_path / "extract")


@pytest.fixture
def out(extract: Path, tmp_path: Path) -> Path:
    done(target(extract, small_profile(), tmp_path / "out"))
    return tmp_path / "out"


def test_the_cohort_is_written_row_by_row_in_byte_order(out: Path) -> None:
    text = (out / "cohort.csv").read_bytes().decode("utf-8")

    assert text == "\n".join([";".join(COLUMNS), *EXPECTED, ""])


def test_parquet_has_the_same_rows_with_dates_and_nulls(out: Path) -> None:
    table = pq.read_table(out / "cohort.parquet")

    assert tuple(table.column_names) == COLUMNS
    for name in COLUMNS:
        dated = name in {"reported_on", "window_ends_on"}
        assert table.schema.field(name).type == (pa.date32() if dated else pa.string())
    rows = table.to_pylist()
    assert rows[-1] == {
        "offer": "young",
        "household_id": "a4",
        "event_id": None,
        "reported_on": None,
        "outcome": "selected",
        "reason": None,
        "channel": "in_person",
        "window_ends_on": None,
        "commune": "94028",
    }
    assert rows[0]["reported_on"] == date(2026, 10, 10)
    assert [
        ";".join("" if value is None else str(value) for value in row.values()) for row in rows
    ] == EXPECTED


def test_the_record_says_what_was_run_and_what_was_found(out: Path) -> None:
    run = record(out)

    assert {"profile": "essai", "month": "2026-10", "engine": "duckdb"}.items() <= run.items()
    assert run["rows"] == {
        "households": {"read": 6, "accepted": 6, "rejected": 0},
        "persons": {"read": 7, "accepted": 7, "rejected": 0},
        "events": {"read": 7, "accepted": 7, "rejected": 0},
        "benefits": {"read": 1, "accepted": 1, "rejected": 0},
    }
    assert run["counts"] == {
        "separation": {"selected": 3, "set_aside": 1, "to_verify": 1},
        "young": {"selected": 2, "set_aside": 0, "to_verify": 0},
    }
    (name, parameter), *others = run["parameters"].items()
    assert (name, parameter["value"], others) == ("quotient.ceiling", "800.5", [])
    assert parameter["source"] == "Délibération de 2025"
    assert parameter["assumption"] == "Le montant n'est pas publié."
    assert run["extract_fingerprint"]
    assert run["catalogue_fingerprint"]


@pytest.mark.parametrize("profile", ["val-de-marne", "isere", "herault"])
def test_the_digest_is_that_of_the_rows_of_either_file(profile: str) -> None:
    out = ran(profile)
    rows = cohort(out)

    assert rows
    assert record(out)["cohort_digest"] == digest(rows)
    assert record(out)["cohort_digest"] == digest(
        pq.read_table(out / "cohort.parquet").to_pylist()
    )


@pytest.mark.parametrize("profile", ["val-de-marne", "isere", "herault"])
def test_a_generated_extract_is_sorted_balanced_and_counted(profile: str) -> None:
    out = ran(profile)
    rows, run = cohort(out), record(out)

    keys = [
        tuple(row[name].encode() for name in ("offer", "household_id", "event_id")) for row in rows
    ]
    assert keys == sorted(keys)
    for table in run["rows"].values():
        assert table["read"] == table["accepted"] + table["rejected"]
    assert run["rows"]["households"]["read"] == 400
    for offer, counts in run["counts"].items():
        for outcome, number in counts.items():
            found = sum(row["offer"] == offer and row["outcome"] == outcome for row in rows)
            assert found == number
    assert sum(sum(counts.values()) for counts in run["counts"].values()) == len(rows)


@pytest.mark.parametrize("profile", ["val-de-marne", "isere", "herault"])
def test_each_row_has_the_cells_that_its_outcome_calls_for(profile: str) -> None:
    aside = ("do_not_contact", "no_addressee", "in_support")
    for row in cohort(ran(profile)):
        reasons = row["reason"].split(",") if row["reason"] else []
        assert bool(row["channel"]) == (row["outcome"] == "selected")
        assert bool(row["event_id"]) == bool(row["reported_on"])
        assert bool(row["window_ends_on"]) == bool(row["event_id"] and profile != "herault")
        if row["outcome"] == "selected":
            assert reasons == []
        elif row["outcome"] == "set_aside":
            assert reasons == [one for one in aside if one in reasons]
        else:
            assert reasons == sorted(reasons)
            assert reasons


def test_only_the_files_of_the_run_are_left_in_out(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == OUTPUTS


def test_other_files_of_out_are_left_alone(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("à garder")

    done(target(extract, small_profile(), out))

    assert {path.name for path in out.iterdir()} == {*OUTPUTS, "notes.txt"}
    assert (out / "notes.txt").read_text() == "à garder"


def test_a_run_made_twice_writes_the_same_bytes(extract: Path, out: Path) -> None:
    before = contents(out)

    done(target(extract, small_profile(), out))

    assert contents(out) == before


def many_households(folder: Path, faulty: int) -> Path:
    """Write two hundred households, of which so many have an unreadable quotient."""
    households: list[dict[str, object]] = [
        {
            "household_id": f"H{number:03}",
            "responsible_person_id": f"P{number:03}",
            "family_quotient": "beaucoup" if number < faulty else "100",
        }
        for number in range(200)
    ]
    persons: list[dict[str, object]] = [
        {"person_id": f"P{number:03}", "household_id": f"H{number:03}"} for number in range(200)
    ]
    return small_extract(folder, households=households, persons=persons, events=(), benefits=())


def test_exactly_at_tolerance_a_run_goes_through(tmp_path: Path) -> None:
    extract = many_households(tmp_path / "extract", faulty=2)

    answer = target(extract, small_profile(), tmp_path / "out")

    assert answer.status == 0
    assert record(tmp_path / "out")["rows"]["households"]["rejected"] == 2
    # Its persons follow: they count in the balance, not against the tolerance.
    assert record(tmp_path / "out")["rows"]["persons"]["rejected"] == 2


def test_above_tolerance_no_cohort_is_left(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done(target(small_extract(tmp_path / "before"), small_profile(), out))
    extract = many_households(tmp_path / "extract", faulty=3)

    answer = target(extract, small_profile(), out)

    assert answer.status == 1
    assert {path.name for path in out.iterdir()} == {"run.json", "rejects.csv"}
    rejects = (out / "rejects.csv").read_text(encoding="utf-8").splitlines()
    assert sum("beaucoup" in line for line in rejects) == 3
    rows = record(out)["rows"]
    assert rows["households"] == {"read": 200, "accepted": 197, "rejected": 3}
    assert rows["persons"] == {"read": 200, "accepted": 197, "rejected": 3}


def unreadable(folder: Path) -> None:
    (folder / "persons.csv").unlink()


def doubled(folder: Path) -> None:
    (folder / "persons.parquet").write_bytes(b"PAR1")


def headless(folder: Path) -> None:
    (folder / "households.csv").write_text("")


def empty(folder: Path) -> None:
    text = (folder / "households.csv").read_text(encoding="utf-8")
    (folder / "households.csv").write_text(text.splitlines()[0] + "\n", encoding="utf-8")


def columnless(folder: Path) -> None:
    text = (folder / "events.csv").read_text(encoding="utf-8")
    (folder / "events.csv").write_text(text.replace("reported_on", "reported"), encoding="utf-8")


@pytest.mark.parametrize("damage", [unreadable, doubled, headless, empty, columnless])
def test_an_extract_that_cannot_be_read_leaves_the_earlier_run_intact(
    extract: Path, out: Path, damage: Callable[[Path], None]
) -> None:
    before = contents(out)
    damage(extract)

    assert target(extract, small_profile(), out).sentence
    assert contents(out) == before
    assert target(extract, small_profile(), out.parent / "new").sentence
    assert not (out.parent / "new").exists()


def test_an_out_that_is_a_file_is_refused_and_kept(extract: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("à garder")

    assert str(file) in target(extract, small_profile(), file).sentence
    assert str(file) in target(extract, small_profile(), file / "below").sentence
    assert file.read_text() == "à garder"


def test_an_out_that_cannot_be_written_is_refused(extract: Path) -> None:
    assert "/proc/jalon" in target(extract, small_profile(), Path("/proc/jalon")).sentence


@pytest.mark.parametrize("name", sorted(OUTPUTS))
def test_an_output_that_cannot_be_replaced_leaves_the_others_as_they_were(
    extract: Path, out: Path, name: str
) -> None:
    (out / name).unlink()
    (out / name / "kept").mkdir(parents=True)
    others = {key: value for key, value in contents(out).items() if not key.startswith(name)}
    (extract / "households.csv").write_text(
        (extract / "households.csv").read_text(encoding="utf-8").replace("800.5;", "900;"),
        encoding="utf-8",
    )

    assert str(out) in target(extract, small_profile(), out).sentence
    found = {key: value for key, value in contents(out).items() if not key.startswith(name)}
    assert found == others


def test_the_extract_is_left_as_it_was(extract: Path, tmp_path: Path) -> None:
    before = contents(extract)

    done(target(extract, small_profile(), tmp_path / "out"))

    assert contents(extract) == before


def test_a_built_in_profile_and_its_folder_give_the_same_run(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "profiles/herault"

    done(target(generated("herault"), folder, tmp_path / "out"))

    assert record(tmp_path / "out") == record(ran("herault"))


def test_the_last_month_of_the_calendar_is_answered_in_a_sentence(
    extract: Path, tmp_path: Path
) -> None:
    for month in ("9999-12", "1900-01"):
        answer = jalon(
            *("target", extract, "--profile", small_profile()),
            *("--month", month, "--out", tmp_path / month),
        )
        assert "erreur imprévue" not in answer.err
        assert answer.status in {0, 1, 2}
