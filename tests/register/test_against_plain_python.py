"""The set-based checks reject the same rows, for the same kind of reason, as a plain reading."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extracts import open_and_close, write_extract

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Kinds = dict[tuple[str, int], str]

HOUSEHOLDS, PERSONS = ("H1", "H2", "H3", "H9", ""), ("P1", "P2", "P3", "S1", "C1", "P9", "")
CELLS = {
    "households": {"household_id": HOUSEHOLDS, "responsible_person_id": PERSONS},
    "persons": {
        "person_id": PERSONS,
        "household_id": HOUSEHOLDS,
        "role": ("responsible", "spouse", "child", "?"),
        "death_date": ("", "2026-01-01", "1950-01-01"),
    },
    "events": {"event_id": ("E1", "E2"), "household_id": HOUSEHOLDS, "person_id": PERSONS},
    "benefits": {"household_id": HOUSEHOLDS, "code": ("AF", "RSA", "")},
}
KEYS = {
    "households": ("household_id",),
    "persons": ("person_id",),
    "events": ("event_id",),
    "benefits": ("household_id", "code"),
}


@st.composite
def extracts(draw: st.DrawFn) -> Tables:
    """Three households, then a few cells changed and a few rows repeated."""
    family = (("P", "responsible"), ("S", "spouse"), ("C", "child"))
    tables = {
        "households": [
            {"household_id": f"H{n}", "responsible_person_id": f"P{n}"} for n in (1, 2, 3)
        ],
        "persons": [
            {
                "person_id": f"{letter}{n}",
                "household_id": f"H{n}",
                "role": role,
                "death_date": "",
            }
            for n in (1, 2, 3)
            for letter, role in family
        ],
        "events": [
            {"event_id": f"E{n}", "household_id": f"H{n}", "person_id": f"{letter}{n}"}
            for n, letter in ((1, "C"), (2, "P"), (3, "S"))
        ],
        "benefits": [{"household_id": f"H{n}", "code": "AF"} for n in (1, 2, 3)],
    }
    for _ in range(draw(st.integers(1, 5))):
        table = draw(st.sampled_from(sorted(CELLS)))
        column = draw(st.sampled_from(sorted(CELLS[table])))
        draw(st.sampled_from(tables[table]))[column] = draw(st.sampled_from(CELLS[table][column]))
    for _ in range(draw(st.integers(0, 1))):
        rows = tables[draw(st.sampled_from(sorted(CELLS)))]
        rows.append(dict(draw(st.sampled_from(rows))))
    return tables


def own_faults(table: str, rows: Rows, tables: Tables) -> set[int]:
    """Rows at fault by themselves, as copies, or by a reference to nothing."""
    required = set(CELLS[table]) - {"death_date"} - ({"person_id"} if table == "events" else set())
    keys = Counter(tuple(row[key] for key in KEYS[table]) for row in rows)
    known = {row["household_id"] for row in tables["households"]}
    people = {row["person_id"] for row in tables["persons"]}
    return {
        number
        for number, row in enumerate(rows)
        if any(not row[column] for column in required)
        or row.get("role") == "?"
        or (row.get("death_date") or "2000") < "1990-05-01"
        or keys[tuple(row[key] for key in KEYS[table])] > 1
        or row["household_id"] not in known
        or (row.get("person_id") and row["person_id"] not in people)
        or (table == "households" and row["responsible_person_id"] not in people)
    }


def misfit(household: dict[str, str], sound: Rows) -> bool:
    """Tell whether a household's persons do not fit, over the persons without a fault."""
    members = [one for one in sound if one["household_id"] == household["household_id"]]
    spouses = [one for one in members if one["role"] == "spouse" and not one["death_date"]]
    named = [one for one in sound if one["person_id"] == household["responsible_person_id"]]
    return (
        sum(one["role"] == "responsible" for one in members) > 1
        or len(spouses) > 1
        or any(one not in members or one["role"] != "responsible" for one in named)
    )


def expected(tables: Tables) -> Kinds:
    """Return the rejected rows, by table and number, as faults or followers."""
    kinds: Kinds = {}
    for table, rows in tables.items():
        kinds |= {(table, number): "fault" for number in own_faults(table, rows, tables)}
    sound = [row for n, row in enumerate(tables["persons"]) if ("persons", n) not in kinds]
    for number, household in enumerate(tables["households"]):
        if household["household_id"] and misfit(household, sound):
            kinds["households", number] = "fault"
    while True:
        fallen = {t: {tables[t][n][KEYS[t][0]] for u, n in kinds if u == t} for t in tables}
        new = {
            (table, number): "follower"
            for table, rows in tables.items()
            for number, row in enumerate(rows)
            if (table, number) not in kinds
            and (
                (table != "households" and row["household_id"] in fallen["households"])
                or row.get("responsible_person_id") in fallen["persons"]
                or (table == "events" and row["person_id"] in fallen["persons"] - {""})
            )
        }
        if not new:
            return kinds
        kinds |= new


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(extracts())
def test_the_same_rows_are_rejected(tables: dict[str, list[dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_extract(Path(folder), **tables)  # type: ignore[arg-type]
        rejects = open_and_close(Path(folder)).rejects

    assert {(r.table, r.line - 2): r.kind for r in rejects} == expected(tables)
