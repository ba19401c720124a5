"""Figures leave as files that a French spreadsheet opens, with what they mean."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from jalon.steering.pictures.tables import Meaning, Table, as_csv, as_xlsx

TABLE = Table(
    "Familles : par offre / mois",
    ("Offre", "Familles", "Part"),
    (("Séparation", 1234, 0.355), ("=1+1", "masqué", Decimal("-0.5")), ("-2", None, 0.0)),
    note="« masqué » : moins de 5.",
    share_columns=frozenset({2}),
)
MEANING = Meaning("Familles", "Familles à qui…", "=SOMME", "familles", "projet", date(2026, 11, 1))


def read(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_csv_is_what_a_french_spreadsheet_opens_and_runs_nothing() -> None:
    assert "".join(as_csv(TABLE)) == (
        "\ufeffOffre;Familles;Part\r\nSéparation;1234;0,355\r\n'=1+1;masqué;-0,5\r\n'-2;;0\r\n"
    )


def test_a_workbook_has_a_sheet_a_table_and_what_figures_mean() -> None:
    book = read(as_xlsx([TABLE, TABLE], [MEANING]))
    assert book.sheetnames == [
        "Sommaire",
        "Familles par offre mois",
        "Familles par offre mois (2)",
        "Définitions",
    ]
    contents = [[cell.value for cell in row] for row in book["Sommaire"].iter_rows(min_row=4)]
    assert contents == [
        ["Familles par offre mois", TABLE.title],
        ["Familles par offre mois (2)", TABLE.title],
    ]
    sheet = book.worksheets[1]
    rows = [
        [cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=6, max_col=3)
    ]
    assert rows == [
        list(TABLE.head),
        *(
            [*row]
            for row in (
                ("Séparation", 1234, 0.355),
                ("=1+1", "masqué", -0.5),
                ("-2", None, 0),
            )
        ),
    ]
    assert sheet["A5"].data_type == "s"
    assert sheet["C4"].number_format == "0.0%"
    assert sheet["B4"].number_format == "#,##0"
    assert book["Définitions"]["C4"].value == "=SOMME"
    assert book["Définitions"]["C4"].data_type == "s"


def test_long_titles_make_sheets_of_their_own() -> None:
    tables = [
        Table(f"Propositions faites aux familles du territoire {n}", ("a",), ()) for n in "12"
    ]
    names = read(as_xlsx(tables, [])).sheetnames
    assert names == [
        "Sommaire",
        "Propositions faites aux",
        "Propositions faites aux (2)",
        "Définitions",
    ]


def test_a_sheet_is_called_by_the_short_name_of_its_table() -> None:
    table = Table(
        "Propositions faites, tout le département, par territoire",
        ("a",),
        (),
        short="Par territoire",
    )
    assert read(as_xlsx([table], [])).sheetnames == ["Par territoire", "Définitions"]


def test_what_hidden_means_is_said_under_tables_that_hide() -> None:
    assert TABLE.note_on_page.startswith("« masqué »")
    assert not Table("x", ("a", "b"), (("c", 1),)).note_on_page


def test_the_same_figures_make_the_same_file() -> None:
    assert as_xlsx([TABLE], [MEANING]) == as_xlsx([TABLE], [MEANING])


def test_a_row_has_one_cell_a_column() -> None:
    with pytest.raises(ValueError, match="one cell a column"):
        Table("x", ("a", "b"), ((1,),))


def test_a_difference_has_its_sign() -> None:
    table = Table(
        "Écarts",
        ("Quoi", "Écart"),
        (("a", 3), ("b", -2.5), ("c", 0)),
        signed_columns=frozenset({1}),
    )
    assert [row[1] for row in table.written] == ["+3", "\N{MINUS SIGN}2,5", "0"]
    book = read(as_xlsx([table], []))
    cells = [row[1] for row in book["Écarts"].iter_rows(min_row=4, max_row=6)]
    assert [(one.value, one.number_format) for one in cells] == [
        (value, "+#,##0.0#;-#,##0.0#;0") for value in (3, -2.5, 0)
    ]
