"""The manifest tells the machine's work, in files that a spreadsheet opens and never runs."""

from __future__ import annotations

import csv
import io
from datetime import date

from factories import letters as samples
from jalon.letters.layout import Placed
from jalon.letters.manifest import ManifestRow, manifest_csv, manifest_rows
from jalon.letters.rendering import render_batch

LETTERS = [
    samples.letter(code="AAAA AAAA 1"),
    samples.longest(large_type=True, code="BBBB BBBB 2"),
    samples.shortest(code="CCCC CCCC 3", recipient=("Mme A", "BRUXELLES")),
]


def test_a_row_a_letter_says_where_it_is() -> None:
    part = render_batch(LETTERS, on=date(2026, 11, 3))

    rows = list(manifest_rows([(LETTERS[:1], [Placed(1, 2)]), (LETTERS, part.placed)]))

    assert [one.position for one in rows] == [1, 2, 3, 4]
    assert [one.file for one in rows] == [1, 2, 2, 2]
    assert rows[0] == ManifestRow(1, 1, 1, 2, 1, "AAAA AAAA 1", "94000")
    assert rows[2] == ManifestRow(3, 2, 3, 6, 2, "BBBB BBBB 2", "94000")
    assert rows[3] == ManifestRow(4, 2, 7, 8, 1, "CCCC CCCC 3", "")
    assert sum(one.sheets for one in rows[1:]) == part.sheets


def test_the_file_names_nobody_and_runs_nothing() -> None:
    odd = samples.letter(code="=1+1")

    written = manifest_csv(manifest_rows([([odd], [Placed(1, 2)])])).decode("utf-8-sig")

    head, row = csv.reader(io.StringIO(written), delimiter=";")
    assert head[0] == "position"
    assert row == ["1", "1", "1", "2", "1", "'=1+1", "94000"]
    assert "DURAND" not in written
    assert "Lilas" not in written
