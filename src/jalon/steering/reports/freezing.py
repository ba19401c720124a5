"""Tables and charts as a column keeps them, and as they are read again: the same values.

Those kept before sheets had names of their own have none, nor columns of differences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from jalon.steering.pictures.charts import Bar, Bars, Chart, Gap, Line, Lines, Unit, Value
from jalon.steering.pictures.tables import Table

_UNITS: Final = {one.name: one for one in Unit}
_GAPS: Final = {one.name: one for one in Gap}


def kept_table(table: Table) -> dict[str, Any]:
    """Return a table as JSON holds it."""
    return {
        "title": table.title,
        "head": list(table.head),
        "rows": [[_plain(cell) for cell in row] for row in table.rows],
        "note": table.note,
        "share_columns": sorted(table.share_columns),
        "signed_columns": sorted(table.signed_columns),
        "short": table.short,
    }


def read_table(kept: Mapping[str, Any]) -> Table:
    """Read what `kept_table` wrote."""
    return Table(
        kept["title"],
        tuple(kept["head"]),
        tuple(tuple(row) for row in kept["rows"]),
        kept["note"],
        frozenset(kept["share_columns"]),
        frozenset(kept.get("signed_columns", ())),
        kept.get("short", ""),
    )


def kept_chart(chart: Chart) -> dict[str, Any]:
    """Return a chart as JSON holds it; a band is of forecasts, which no report has."""
    told: dict[str, Any] = _plain(asdict(chart))
    return {**told, "of_bars": isinstance(chart, Bars)}


def read_chart(kept: Mapping[str, Any]) -> Chart:
    """Read what `kept_chart` wrote."""
    title, says, unit = kept["title"], kept["says"], _UNITS[kept["unit"]]
    if kept["of_bars"]:
        bars = tuple(
            Bar(one["label"], _value(one["value"]), one["target"]) for one in kept["bars"]
        )
        return Bars(
            title, says, kept["of"], unit, bars, kept["target_label"], kept.get("short", "")
        )
    return Lines(
        title,
        says,
        unit,
        tuple(date.fromisoformat(one) for one in kept["months"]),
        tuple(
            Line(one["label"], tuple(_value(value) for value in one["values"]))
            for one in kept["lines"]
        ),
        kept["target"],
        kept["target_label"],
        short=kept.get("short", ""),
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a chart or a cell holds
    match value:
        case Enum():
            return value.name
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value


def _value(kept: str | float) -> Value:
    return _GAPS[kept] if isinstance(kept, str) else kept
