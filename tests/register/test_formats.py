"""Files as funds really write them read alike: encodings, separators, numbers, dates, Parquet."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extracts import Format, Opened, open_and_close, write_extract
from jalon.register import sql
from jalon.register.layout import Layout

HOUSEHOLD = {
    "household_id": "0001",
    "responsible_person_id": "P1",
    "city": "Créteil, 1er étage",
    "commune": "2A004",
    "rent_gross": "1234.5",
    "rsa_sanction": True,
    "family_status_since": "2026-10-31",
}
LATE = datetime(2026, 10, 31, 21, 59, tzinfo=UTC)
PERSON = {"household_id": "0001"}


def write(folder: Path, form: Format = "csv") -> Path:
    return write_extract(folder, households=[HOUSEHOLD], persons=[PERSON], format=form)


def read(folder: Path) -> dict[str, Any]:
    opened = open_and_close(folder)
    assert opened.rejects == []
    [household] = opened.rows["households"]
    return household


def rewrite(path: Path, change: Callable[[str], str], encoding: str = "utf-8") -> None:
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, line_end: str) -> None:
    write(tmp_path)
    rewrite(tmp_path / "households.csv", lambda text: text.replace("\n", line_end), encoding)

    household = read(tmp_path)

    assert household["city"] == "Créteil, 1er étage"
    assert household["household_id"] == "0001"
    assert household["in_support"] is False


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_separators_and_quotes(tmp_path: Path, delimiter: str) -> None:
    write(tmp_path)
    rewrite(
        tmp_path / "households.csv",
        lambda text: text.replace("Créteil, 1er étage", '"Créteil, 1er étage"').replace(
            ";", delimiter
        ),
    )

    assert read(tmp_path)["city"] == "Créteil, 1er étage"


def test_compressed_csv(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain")
    packed = write(tmp_path / "packed")
    for path in packed.glob("*.csv"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()

    assert open_and_close(packed).fingerprint == open_and_close(plain).fingerprint


def read_each(folder: Path, column: str, written: Iterable[str]) -> list[object]:
    """Return what is read of a column of the households, one for each way to write it."""
    cells = list(enumerate(written))
    opened = open_and_close(
        write_extract(
            folder,
            households=[
                {"household_id": f"H{n}", "responsible_person_id": f"P{n}", column: cell}
                for n, cell in cells
            ],
            persons=[{"household_id": f"H{n}", "person_id": f"P{n}"} for n, _ in cells],
        )
    )
    assert opened.rejects == []
    found = {row["household_id"]: row[column] for row in opened.rows["households"]}
    return [found[f"H{n}"] for n, _ in cells]


def test_amounts(tmp_path: Path) -> None:
    amounts = {
        "1234.5": "1234.5",
        "1234,5": "1234.5",
        "1 234,50": "1234.5",
        "1\u00a0234,50": "1234.5",
        "1\u202f234\u202f567": "1234567",
        "0": "0",
        " 12 ": "12",
    }

    assert read_each(tmp_path, "rent_gross", amounts) == [*map(Decimal, amounts.values())]


def test_booleans_with_a_default(tmp_path: Path) -> None:
    booleans = {
        **dict.fromkeys(("true", "TRUE", "1", "oui", "Oui", "O", "o"), True),
        **dict.fromkeys(("false", "0", "non", "NON", "N", "n", ""), False),
    }

    assert read_each(tmp_path, "do_not_contact", booleans) == [*booleans.values()]


def test_dates(tmp_path: Path) -> None:
    dates = ["2026-10-31", "31/10/2026"]

    assert read_each(tmp_path, "family_status_since", dates) == [date(2026, 10, 31)] * 2


def test_a_cell_may_span_lines_and_lines_stay_exact(tmp_path: Path) -> None:
    spanning = {"address_line1": "12 rue des Lilas\nBâtiment B", "rent_gross": "12 €"}
    households = [spanning, {"household_id": "H2", "responsible_person_id": "P2", "rsa": "?"}]
    folder = write_extract(tmp_path, households=households)

    rejects = open_and_close(folder).rejects

    assert [r.line for r in rejects if r.kind == "fault"] == [2, 4, 4]


def test_blanks_may_come_before_the_header(tmp_path: Path) -> None:
    folder = write_extract(tmp_path, events=[{"kind": "?"}])
    for path in folder.glob("*.csv"):
        rewrite(path, lambda text: "  \n\u00a0\n" + text)

    opened = open_and_close(folder)

    assert [(r.table, r.line) for r in opened.rejects] == [("events", 4)]
    assert {name: counts.read for name, counts in opened.counts.items()} == {
        "households": 1,
        "persons": 1,
        "events": 1,
        "benefits": 0,
    }


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("asked", [None, ["H3"]], ids=["whole", "one"])
def test_no_space_around_a_cell_belongs_to_it(
    tmp_path: Path, form: Format, asked: Sequence[str] | None
) -> None:
    spaces = sorted(set(sql.WHITESPACE) - set("\r\n"))
    assert len(spaces) > 20

    def written(shape: str) -> Opened:
        def cell(space: str, text: str) -> str:
            return shape.format(space=space, text=text)

        households = [
            {
                "household_id": cell(space, f"H{number}"),
                "responsible_person_id": cell(space, f"P{number}"),
                "commune": cell(space, "94028"),
                "city": cell(space, "Créteil"),
                "rsa": cell(space, "none"),
                "family_status_since": cell(space, "2026-10-31"),
                "rent_gross": cell(space, "12,5"),
                "rsa_sanction": cell(space, "oui"),
            }
            for number, space in enumerate(spaces)
        ]
        persons = [
            {"household_id": f"H{number}", "person_id": f"P{number}"}
            for number in range(len(spaces))
        ]
        write_extract(tmp_path, households=households, persons=persons, format=form)
        return open_and_close(tmp_path, households=asked)

    plain = written("{text}")
    assert len(plain.rows["households"]) == (len(spaces) if asked is None else 1)
    for shape in ("{space}{text}", "{text}{space}"):
        opened = written(shape)
        assert opened.rejects == []
        assert opened.rows == plain.rows
        assert opened.fingerprint == plain.fingerprint
    assert bool(plain.fingerprint) is (asked is None)


def test_a_parquet_column_may_have_the_name_of_the_row_number(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path, events=[{}, {"event_id": "E2", "kind": "?"}], format="parquet"
    )
    before = open_and_close(folder)
    path = folder / "events.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.add_column(0, "File_Row_Number", pa.array([7, 7])), path)

    opened = open_and_close(folder)

    assert opened.unknown_columns["events"] == ("File_Row_Number",)
    assert opened.rejects == before.rejects
    assert opened.rows == before.rows
    assert opened.fingerprint == before.fingerprint


def test_blank_lines_are_not_rows(tmp_path: Path) -> None:
    folder = write_extract(tmp_path, events=[{}, {"event_id": "E2", "kind": "?"}])
    rewrite(folder / "events.csv", lambda text: text.replace("\n", "\n\n   \n"))

    opened = open_and_close(folder)

    assert opened.counts["events"].read == 2
    assert [r.line for r in opened.rejects] == [7]


def test_a_quote_inside_a_cell_is_only_a_character(tmp_path: Path) -> None:
    folder = write_extract(tmp_path, households=[{"address_line1": "Villa 7"}])
    rewrite(folder / "households.csv", lambda text: text.replace("Villa 7", 'Villa 7" bis'))

    assert read(folder)["address_line1"] == 'Villa 7" bis'


def put(folder: Path, table: str, column: str, values: pa.Array) -> None:
    """Put another array in place of a Parquet column."""
    path = folder / f"{table}.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.set_column(rows.column_names.index(column), column, values), path)


@pytest.mark.parametrize(
    ("column", "values", "value"),
    [
        ("rent_gross", pa.array([1234.5]), Decimal("1234.5")),
        ("rent_gross", pa.array([1234]), Decimal(1234)),
        ("rent_gross", pa.array([0.1 + 0.2]), Decimal("0.3")),
        ("rent_gross", pa.array([1e9 / 3 * 3 + 0.1]), Decimal("1000000000.1")),
        ("rent_gross", pa.array([12345.67], pa.float32()), Decimal("12345.67")),
        ("rent_gross", pa.array([Decimal("1.500000")], pa.decimal128(18, 6)), Decimal("1.5")),
        ("rent_gross", pa.array(["1,50000000"]), Decimal("1.5")),
        ("rent_gross", pa.array(["1 234,50"]), Decimal("1234.5")),
        ("rent_gross", pa.array([None], pa.int32()), None),
        ("family_status_since", pa.array(["31/10/2026"]), date(2026, 10, 31)),
        ("family_status_since", pa.array([LATE]), date(2026, 10, 31)),
        ("family_status_since", pa.array([LATE], pa.timestamp("ms")), date(2026, 10, 31)),
        ("rsa_sanction", pa.array(["Oui"]), True),
        ("rsa_sanction", pa.array([1]), True),
        ("city", pa.array(["Créteil"]).dictionary_encode(), "Créteil"),
        ("city", pa.array(["  Créteil "], pa.large_string()), "Créteil"),
        ("city", pa.array([""]), None),
        ("city", pa.array([None], pa.int32()), None),
        ("household_id", pa.array(["0001 "]), "0001"),
        ("rsa", pa.array([" none"]), "none"),
    ],
)
def test_parquet_types(tmp_path: Path, column: str, values: pa.Array, value: object) -> None:
    folder = write(tmp_path, "parquet")

    put(folder, "households", column, values)

    assert read(folder)[column] == value


MANY = [
    {"household_id": f"H{n}", "responsible_person_id": f"P{n}", "rent_gross": n * 10}
    for n in range(20)
]
FAMILIES = [{"person_id": f"P{n}", "household_id": f"H{n}"} for n in range(20)]
BAD = [{"event_id": "E1", "occurred_on": "31/02/2026"}, {"event_id": "E2", "kind": "?"}]


def open_many(
    folder: Path, form: Format, order: Callable[[Sequence[Any]], Sequence[Any]]
) -> Opened:
    return open_and_close(
        write_extract(
            folder,
            households=order(MANY),
            persons=order(FAMILIES),
            events=order(BAD),
            benefits=order([{"household_id": f"H{n}"} for n in range(30)]),
            format=form,
        )
    )


def test_neither_order_nor_format_matters(tmp_path: Path) -> None:
    def shuffled(rows: Sequence[Any]) -> Sequence[Any]:
        return random.Random(4).sample(rows, len(rows))  # noqa: S311 - no secret

    first = open_many(tmp_path / "1", "csv", list)
    others = [
        open_many(tmp_path / "2", "csv", shuffled),
        open_many(tmp_path / "3", "parquet", list),
        open_many(tmp_path / "4", "parquet", shuffled),
    ]

    for other in others:
        assert other.fingerprint == first.fingerprint
        assert other.counts == first.counts
        for table, rows in first.rows.items():
            assert sorted(map(str, rows)) == sorted(map(str, other.rows[table]))


@pytest.mark.parametrize(
    "change",
    [
        {"households": [{"rent_gross": "1"}]},
        {"households": [{"rent_gross": "?"}]},
        {"benefits": [{}]},
        {"omit": {"households": ["rent_gross"]}},
    ],
)
def test_the_fingerprint_tells_contents_apart(tmp_path: Path, change: dict[str, Any]) -> None:
    before = open_and_close(write_extract(tmp_path / "before")).fingerprint

    after = open_and_close(write_extract(tmp_path / "after", **change)).fingerprint

    version = ".".join(duckdb.__version__.split(".")[:2])
    assert before.startswith(f"duckdb-{version}-hash:")
    assert after != before


def test_the_hash_that_fingerprints_rest_on_has_not_changed() -> None:
    """A new DuckDB that hashes otherwise must come with a new name, which its version gives."""
    with duckdb.connect() as connection:
        [[hashed]] = connection.execute(
            "SELECT hash('H1', NULL, DATE '2026-10-31', 12.5::DECIMAL(18,4), true)"
        ).fetchall()

    assert hashed == 11885233421268607162


def test_a_missing_column_is_unknown_everywhere(tmp_path: Path) -> None:
    omit = {"households": ["rsa", "in_support"], "persons": ["death_date", "custody"]}
    folder = write_extract(
        tmp_path,
        persons=[{}, *({"person_id": f"P{n}", "role": "spouse"} for n in (2, 3))],
        omit=omit,
    )

    opened = open_and_close(folder)

    assert opened.missing_columns["households"] == ("rsa", "in_support")
    household, person = opened.rows["households"][0], opened.rows["persons"][0]
    assert household["rsa"] is household["in_support"] is None
    assert person["custody"] is None
    assert household["do_not_contact"] is False


def test_an_empty_cell_takes_its_default(tmp_path: Path) -> None:
    [person] = open_and_close(write_extract(tmp_path)).rows["persons"]

    assert person["custody"] == "full"
    assert person["disabled"] is None


def test_an_unknown_column_is_named_and_ignored(tmp_path: Path) -> None:
    folder = write_extract(tmp_path)
    rewrite(folder / "persons.csv", lambda text: text.replace("\n", ";nickname\n", 1))
    rewrite(folder / "persons.csv", lambda text: text.rstrip("\n") + ";Zoé\n")

    opened = open_and_close(folder)

    assert opened.rejects == []
    assert opened.unknown_columns["persons"] == ("nickname",)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_fund_may_name_things_its_own_way(tmp_path: Path, form: Format) -> None:
    write_extract(tmp_path, format=form, omit={"households": ["rsa"]})
    layout = Layout(
        files={"households": "dossiers"},
        columns={"households": {"commune": "insee", "family_status": "sitfam"}},
        values={"households": {"family_status": {"7": "widowed"}}},
    )
    path = tmp_path / f"households.{form}"
    if form == "csv":
        rewrite(
            path,
            lambda text: (
                text.replace("commune", "insee", 1)
                .replace("family_status;", "sitfam;", 1)
                .replace("single", "7")
            ),
        )
    else:
        rows = pq.read_table(path)
        names = {"commune": "insee", "family_status": "sitfam"}
        put(tmp_path, "households", "family_status", pa.array([7]))
        rows = pq.read_table(path)
        pq.write_table(rows.rename_columns([names.get(n, n) for n in rows.column_names]), path)
    path.rename(tmp_path / f"dossiers.{form}")

    opened = open_and_close(tmp_path, layout=layout)

    assert opened.rejects == []
    assert opened.rows["households"][0]["family_status"] == "widowed"
    assert opened.rows["households"][0]["commune"] == "94028"
