"""What a report keeps of tables and charts is read again as it was."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from jalon.steering.pictures.charts import Bar, Bars, Chart, Gap, Line, Lines, Unit
from jalon.steering.pictures.tables import Table
from jalon.steering.reports.freezing import kept_chart, kept_table, read_chart, read_table

_MONTHS = (date(2026, 4, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    "chart",
    [
        Lines(
            "Rencontres",
            "avril 2026 : 12",
            Unit.COUNT,
            _MONTHS,
            (Line("Nord", (12.0, Gap.HIDDEN)), Line("Sud", (Gap.MISSING, 3))),
        ),
        Lines("Part", "", Unit.SHARE, _MONTHS, (Line("Nord", (0.5, 0.25)),), target=0.7),
        Bars(
            "Par territoire",
            "Nord : 12",
            "Territoire",
            Unit.EUROS,
            (Bar("Nord", 12.5, target=10.0), Bar("Sud", Gap.HIDDEN)),
            target_label="objectif",
        ),
    ],
    ids=["lines", "target", "bars"],
)
def test_a_chart_is_read_as_it_was(chart: Chart) -> None:
    assert read_chart(json.loads(json.dumps(kept_chart(chart)))) == chart


def test_a_table_is_read_as_it_was() -> None:
    rows = (("Nord", 12, None), ("Sud", "masqué", 3.5))
    table = Table("Par territoire", ("Territoire", "Nombre", "Part"), rows, "Note", frozenset({2}))

    assert read_table(json.loads(json.dumps(kept_table(table)))) == table


def test_amounts_are_kept_as_numbers() -> None:
    table = Table("Euros", ("Droit", "Euros"), (("Aide au logement", Decimal("12.50")),))

    assert read_table(kept_table(table)).rows == (("Aide au logement", 12.5),)
