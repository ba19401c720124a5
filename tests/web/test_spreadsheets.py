"""What leaves as a file opens in a French spreadsheet, and runs nothing there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pytest

from jalon.web.spreadsheets import csv_answer


def sent(rows: Iterable[Sequence[object]]) -> bytes:
    answer: Any = csv_answer("liste", ["Un", "Deux"], rows)
    return b"".join(answer.streaming_content)


def read(rows: Iterable[Sequence[object]]) -> list[list[str]]:
    text = sent(rows).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]


def test_it_is_what_a_french_spreadsheet_opens() -> None:
    assert sent([["Créteil", None], [date(2026, 10, 3), 12]]) == (
        "\ufeffUn;Deux\r\nCréteil;\r\n03/10/2026;12\r\n".encode()
    )


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1"),
        *('=HYPERLINK("http://example.org";"x")', "\N{NO-BREAK SPACE}=1", "＠x"),
    ],
)
def test_no_cell_begins_a_formula(cell: str) -> None:
    assert read([[cell, "a=b"]]) == [[f"'{cell}", "a=b"]]


def test_numbers_below_zero_stay_numbers() -> None:
    assert read([[-3, "x"]]) == [["-3", "x"]]


@pytest.mark.parametrize("cell", ['a;b"c', "two\nlines", "d'Étienne", "00001234", "é" * 300])
def test_what_a_cell_holds_comes_back(cell: str) -> None:
    assert read([[cell, "end"]]) == [[cell, "end"]]


def test_a_long_list_is_whole_and_sent_in_parts() -> None:
    rows = [[number, "x"] for number in range(1234)]
    answer: Any = csv_answer("liste", ["Un", "Deux"], rows)

    parts = list(answer.streaming_content)

    assert len(parts) > 1
    assert read(rows) == [[str(number), "x"] for number in range(1234)]


def test_no_cache_keeps_it() -> None:
    answer = csv_answer("liste-2026-10", ["Un"], [])

    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="liste-2026-10.csv"'
