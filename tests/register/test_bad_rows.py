"""Each fault of the contract: the row is rejected, with its line, column, value and reason."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extracts import Format, Row, open_and_close, write_extract
from jalon.register.extract import open_extract
from jalon.register.schema import TABLES

CHILD = {"role": "child"}
IDENTIFIER = "n'est pas un identifiant"
REQUIRED = "obligatoire"

# table, the cells of a row, then the column, the value and part of the reason
BAD_CELLS: list[tuple[str, dict[str, object], str, str, str]] = [
    ("households", {"commune": ""}, "commune", "", REQUIRED),
    ("households", {"commune": "9402"}, "commune", "9402", "n'est pas un code commune"),
    ("households", {"commune": "2C004"}, "commune", "2C004", "n'est pas un code commune"),
    ("households", {"family_status": None}, "family_status", "", REQUIRED),
    ("households", {"family_status": "Single"}, "family_status", "Single", "est inconnu"),
    ("households", {"rsa": "major"}, "rsa", "major", "none, standard, increased"),
    ("households", {"family_quotient": "-1"}, "family_quotient", "-1", "est négatif"),
    ("households", {"rent_gross": "-450,00"}, "rent_gross", "-450,00", "est négatif"),
    ("households", {"rent_gross": "1.234,56 €"}, "rent_gross", "1.234,56 €", "pas un montant"),
    ("households", {"rent_gross": "1e5"}, "rent_gross", "1e5", "pas un montant"),
    ("households", {"rent_gross": "NaN"}, "rent_gross", "NaN", "pas un montant"),
    ("households", {"rent_gross": "inf"}, "rent_gross", "inf", "pas un montant"),
    ("households", {"rent_gross": "12 34"}, "rent_gross", "12 34", "pas un montant"),
    ("households", {"rsa_sanction": "peut-être"}, "rsa_sanction", "peut-être", "ni oui ni non"),
    (
        "households",
        {"family_status_since": "31/02/2026"},
        "family_status_since",
        "31/02/2026",
        "La date 31/02/2026 n'existe pas.",
    ),
    (
        "households",
        {"pregnancy_declared_on": "octobre"},
        "pregnancy_declared_on",
        "octobre",
        "n'est pas une date",
    ),
    (
        "households",
        {"family_status_since": "0001-01-01"},
        "family_status_since",
        "0001-01-01",
        "antérieure à 1900",
    ),
    (
        "households",
        {"family_status_since": "1899-12-31"},
        "family_status_since",
        "1899-12-31",
        "antérieure à 1900",
    ),
    (
        "households",
        {"family_status_since": "2027-11-01"},
        "family_status_since",
        "2027-11-01",
        "le dernier jour admis est le 31 octobre 2027",
    ),
    ("persons", {**CHILD, "birth_date": ""}, "birth_date", "", REQUIRED),
    ("persons", {**CHILD, "role": "cousin"}, "role", "cousin", "est inconnu"),
    ("persons", {**CHILD, "person_id": "P 2"}, "person_id", "P 2", IDENTIFIER),
    ("persons", {**CHILD, "person_id": "P\u00e9"}, "person_id", "P\u00e9", IDENTIFIER),
    ("persons", {**CHILD, "household_id": "H9"}, "household_id", "H9", "n'existe pas"),
    (
        "persons",
        {**CHILD, "birth_date": "2020-01-02", "death_date": "2020-01-01"},
        "death_date",
        "2020-01-01",
        "antérieure à la date de naissance",
    ),
    ("events", {"kind": "wedding"}, "kind", "wedding", "est inconnu"),
    ("events", {"reported_on": None}, "reported_on", "", REQUIRED),
    ("events", {"household_id": "H9"}, "household_id", "H9", "n'existe pas"),
    ("events", {"person_id": "P9"}, "person_id", "P9", "n'existe pas"),
    ("events", {"event_id": "E;1"}, "event_id", "E;1", IDENTIFIER),
    ("benefits", {"month": "2026-13"}, "month", "2026-13", "n'est pas un mois"),
    ("benefits", {"month": "10/2026"}, "month", "10/2026", "n'est pas un mois"),
    ("benefits", {"amount": "-0.01"}, "amount", "-0.01", "est négatif"),
    ("benefits", {"household_id": "H9"}, "household_id", "H9", "n'existe pas"),
    ("benefits", {"code": ""}, "code", "", REQUIRED),
]

Formats = pytest.mark.parametrize("format", ["csv", "parquet"])


# What a Parquet column may hold as a number or a date, not as a text.
NATIVE = re.compile(r"-?\d+(\.\d+)?|\d{4}-\d\d-\d\d")


def own(table: str, number: int) -> Row:
    """The cells by which a row is nobody else's."""
    return {
        "households": {"household_id": f"H{number}", "responsible_person_id": f"P{number}"},
        "persons": {"person_id": f"C{number}"},
        "events": {"event_id": f"E{number}"},
        "benefits": {"code": f"B{number}"},
    }[table]


@pytest.mark.parametrize("native", [True, False])
@Formats
def test_a_bad_cell_rejects_its_row(
    tmp_path: Path,
    native: bool,  # noqa: FBT001
    format: Format,  # noqa: A002
) -> None:
    tables: dict[str, Any] = {table.name: [{}] for table in TABLES}
    expected = {}
    cases = [case for case in BAD_CELLS if bool(NATIVE.fullmatch(case[3])) is native]
    for number, (table, row, column, value, reason) in enumerate(cases, start=10):
        tables[table].append({**own(table, number), **row})
        line = len(tables[table]) + (format == "csv")
        expected[f"{table}.{format}", line, table, column, value] = reason
        if table == "households":
            tables["persons"].append({"person_id": f"P{number}", "household_id": f"H{number}"})

    opened = open_and_close(write_extract(tmp_path, format=format, **tables))

    faults = [reject for reject in opened.rejects if reject.kind == "fault"]
    found = {(r.file, r.line, r.table, r.column, r.value): r.reason for r in faults}
    assert len(faults) == len(cases)
    assert found.keys() == expected.keys()
    assert [key for key in expected if expected[key] not in found[key]] == []
    for table, rows in tables.items():
        counts, faulty = opened.counts[table], sum(case[0] == table for case in cases)
        assert (counts.read, counts.faulty, counts.accepted) == (len(rows), faulty, 1)


def test_each_fault_of_a_row_has_its_line_and_the_row_counts_once(tmp_path: Path) -> None:
    bad = {"commune": "x", "rsa": "y", "rent_gross": "-3"}

    opened = open_and_close(write_extract(tmp_path, households=[bad]))

    faults = [r.column for r in opened.rejects if r.kind == "fault"]
    assert faults == ["commune", "rsa", "rent_gross"]
    assert opened.counts["households"].rejected == opened.counts["households"].faulty == 1


@pytest.mark.parametrize(
    ("table", "copies"),
    [
        ("households", [{"commune": "94001"}, {"commune": "94002"}]),
        ("persons", [{}, {}]),
        ("events", [{}, {"kind": "birth"}]),
        ("benefits", [{"amount": "1"}, {"amount": "2"}]),
    ],
)
@Formats
def test_every_copy_of_a_duplicate_is_rejected(
    tmp_path: Path,
    table: str,
    copies: list[dict[str, object]],
    format: Format,  # noqa: A002
) -> None:
    tables: dict[str, Any] = {table: copies}

    opened = open_and_close(write_extract(tmp_path, format=format, **tables))

    faults = [r for r in opened.rejects if r.table == table and r.kind == "fault"]
    first = 2 if format == "csv" else 1
    assert [r.line for r in faults] == [first, first + 1]
    assert opened.counts[table].accepted == 0


@pytest.mark.parametrize(
    ("persons", "reason"),
    [
        ([{}, {"person_id": "P2"}], "Le dossier a 2 responsables"),
        (
            [{}, *({"person_id": f"P{n}", "role": "spouse"} for n in (2, 3))],
            "2 conjoints vivants",
        ),
        ([{"role": "spouse"}], "n'a pas le rôle de responsable"),
        ([{"person_id": "P2"}], "Cette personne n'existe pas"),
        (
            [{"household_id": "H2"}, {"person_id": "P2", "household_id": "H2", "role": "child"}],
            "n'est pas du dossier",
        ),
    ],
)
def test_a_household_whose_persons_do_not_fit_is_rejected(
    tmp_path: Path, persons: list[dict[str, object]], reason: str
) -> None:
    households = [{}, {"household_id": "H2", "responsible_person_id": "P1"}]
    if not any(person.get("household_id") == "H2" for person in persons):
        households.pop()
    opened = open_and_close(write_extract(tmp_path, households=households, persons=persons))

    assert [r.line for r in opened.rejects if r.kind == "fault"] == [2]
    assert reason in opened.rejects[0].reason
    assert "H1" not in opened.ids("households")


def test_a_dead_spouse_leaves_room_for_another(tmp_path: Path) -> None:
    spouses = [
        {"person_id": "P2", "role": "spouse", "death_date": "2020-01-01"},
        {"person_id": "P3", "role": "spouse"},
    ]

    opened = open_and_close(write_extract(tmp_path, persons=[{}, *spouses]))

    assert opened.rejects == []


def test_a_person_with_a_fault_counts_for_nothing_in_the_household(tmp_path: Path) -> None:
    persons = [{}, {"person_id": "P2", "birth_date": "31/02/1980"}]

    opened = open_and_close(write_extract(tmp_path, persons=persons))

    assert [(r.table, r.line) for r in opened.rejects] == [("persons", 3)]
    assert opened.rows["households"][0]["lost_persons"] == 1


def test_a_line_with_too_many_or_too_few_cells_is_rejected(tmp_path: Path) -> None:
    folder = write_extract(tmp_path, events=[{}])
    events = folder / "events.csv"
    events.write_text(events.read_text() + "E2;H1;;birth\n\n" + "E3;H1;;birth;;2026-10-01;;;\n")

    opened = open_and_close(folder)

    assert [(r.line, r.reason) for r in opened.rejects] == [
        (3, "La ligne a 4 cellules au lieu de 7."),
        (5, "La ligne a 9 cellules au lieu de 7."),
    ]
    assert opened.counts["events"].read == 3
    assert opened.counts["events"].faulty == 2


@pytest.mark.parametrize(
    "values",
    [
        pa.array(["800,00004"]),
        pa.array(["800.00004"]),
        pa.array([800.00004]),
        pa.array([Decimal("800.00004")]),
        pa.array([Decimal("800.00004")], pa.decimal128(18, 6)),
    ],
)
def test_an_amount_is_never_rounded_in_silence(tmp_path: Path, values: pa.Array) -> None:
    folder = write_extract(tmp_path, format="parquet")
    path = folder / "households.parquet"
    rows = pq.read_table(path)
    position = rows.column_names.index("family_quotient")
    pq.write_table(rows.set_column(position, "family_quotient", values), path)

    [fault] = [r for r in open_and_close(folder).rejects if r.kind == "fault"]

    assert fault.value.replace(",", ".") == "800.00004"
    assert "a trop de décimales" in fault.reason


def test_a_nul_byte_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    opened = open_and_close(write_extract(tmp_path, households=[{"city": "Cré\0teil"}]))

    assert [(r.column, r.value, r.reason) for r in opened.rejects if r.kind == "fault"] == [
        ("city", "Cré␀teil", "La cellule contient un caractère illisible.")
    ]


def test_without_a_month_no_date_is_too_late(tmp_path: Path) -> None:
    folder = write_extract(tmp_path, events=[{"reported_on": "2099-01-01"}])

    assert open_and_close(folder).counts["events"].faulty == 1
    assert open_and_close(folder, month=None).counts["events"].faulty == 0


def test_an_event_reported_after_the_month_is_no_fault(tmp_path: Path) -> None:
    folder = write_extract(tmp_path, events=[{"reported_on": "2027-10-31"}])

    assert open_and_close(folder).rejects == []


def test_rejects_are_sorted_by_table_then_line(tmp_path: Path) -> None:
    bad = [{"person_id": f"P{n}", "role": "child", "birth_date": "?"} for n in range(2, 14)]
    folder = write_extract(tmp_path, persons=[{}, *bad], events=[{"kind": "x"}])

    lines = [(r.table, r.line) for r in open_and_close(folder).rejects]

    assert lines == [*(("persons", line) for line in range(3, 15)), ("events", 2)]


def test_the_tolerance_is_passed_only_strictly_above(tmp_path: Path) -> None:
    children = [{"person_id": f"C{n}", "role": "child"} for n in range(98)]
    bad = {"person_id": "C99", "role": "child", "birth_date": "?"}
    folder = write_extract(tmp_path, persons=[{}, *children, bad])

    with open_extract(folder) as extract:
        assert extract.counts["persons"].read == 100
        assert extract.over_tolerance(Decimal("0.01")) == ()
        assert extract.over_tolerance(Decimal("0.0099")) == ("persons",)
