"""Check that the hand-written ways of finding a cohort give the engine's rows."""

from __future__ import annotations

from pathlib import Path

import in_a_loop
import in_pandas
import pyarrow as pa
from cohorts import (
    COLUMNS,
    bounds_of,
    catalogue_of,
    count_differences,
    engine_sql,
    fill,
    floor_sql,
    opened,
)

from jalon.rules.calendar import Month

_DATES = frozenset({"reported_on", "window_ends_on"})
_SCHEMA = pa.schema([(name, pa.date32() if name in _DATES else pa.string()) for name in COLUMNS])


def differences(folder: Path, month: Month) -> dict[str, int]:
    """Count, for each hand-written way, the rows that it has not in common with the engine."""
    catalogue = catalogue_of(month)
    bounds = bounds_of(catalogue)
    with opened(folder, month) as extract:
        fill(extract, "by_engine", engine_sql(extract, catalogue), None)
        fill(extract, "by_hand", floor_sql(), bounds.as_sql())
        framed = in_pandas.cohort(in_pandas.frames(extract), bounds)
        looped = in_a_loop.cohort(in_a_loop.households(extract), bounds)
        others = {
            "in_pandas": pa.Table.from_pandas(framed, schema=_SCHEMA, preserve_index=False),
            "in_a_loop": pa.table(
                [list(cells) for cells in zip(*looped, strict=True)], schema=_SCHEMA
            ),
        }
        for name, rows in others.items():
            extract.connection.register(f"{name}_rows", rows)
            fill(extract, name, f"SELECT * FROM {name}_rows", None)
        return {
            name: count_differences(extract, "by_engine", name) for name in ("by_hand", *others)
        }
