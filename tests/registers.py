"""Small accepted registers, the same rows for every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from jalon.register.schema import BENEFITS, EVENTS, HOUSEHOLDS, PERSONS, Kind, Table
from jalon.rules.engines.ibis_cohort import cohort
from jalon.rules.engines.ibis_expressions import Tables
from jalon.rules.engines.reference import ExtractKnowledge, HouseholdRecord, cohort_rows
from jalon.rules.facts import UNCLAIMED, unclaimed_column
from jalon.rules.offers import Catalogue

Row = dict[str, Any]
ARROW = {Kind.DATE: pa.date32(), Kind.AMOUNT: pa.decimal128(18, 4), Kind.BOOLEAN: pa.bool_()}
LOST = ("lost_persons", "lost_events", "lost_benefits")
COLUMNS = (
    *("offer", "household_id", "event_id", "reported_on", "outcome", "reason", "channel"),
    *("window_ends_on", "commune"),
)


def _exact(table: Table, row: Row) -> Row:
    """Amounts may be written as text or whole numbers: engines get them exact."""
    amounts = {one.name for one in table.columns if one.kind is Kind.AMOUNT}
    return {
        name: Decimal(value) if name in amounts and value is not None else value
        for name, value in row.items()
    }


def household(household_id: str = "H1", **cells: Any) -> Row:
    """A household that nothing sets aside; every other cell is unknown unless given."""
    defaults = {
        "responsible_person_id": f"{household_id}-R",
        "commune": "94028",
        "family_status": "single",
        "do_not_contact": False,
        "protected_address": False,
        "in_support": False,
    }
    row = {"household_id": household_id, **defaults, **dict.fromkeys(LOST, 0), **cells}
    return _exact(HOUSEHOLDS, row)


def person(person_id: str, role: str, birth_date: date, **cells: Any) -> Row:
    household_id = cells.pop("household_id", person_id.partition("-")[0])
    given = {"person_id": person_id, "household_id": household_id, "role": role}
    return _exact(PERSONS, {**given, "birth_date": birth_date, "custody": "full", **cells})


def event(event_id: str, kind: str, reported_on: date, **cells: Any) -> Row:
    household_id = cells.pop("household_id", event_id.partition("-")[0])
    given = {"event_id": event_id, "household_id": household_id, "kind": kind}
    return {**given, "reported_on": reported_on, **cells}


@dataclass
class Register:
    """An accepted extract in memory."""

    households: Sequence[Row]
    persons: Sequence[Row]
    events: Sequence[Row] = ()
    benefits: Sequence[Row] = ()
    missing: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    filled: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def tables(self, connection: Any) -> Tables:
        """Load the rows into a backend, Spark or DuckDB."""

        def load(table: Table, rows: Sequence[Row], extra: Sequence[str] = ()) -> Any:
            fields = [(one.name, ARROW.get(one.kind, pa.string())) for one in table.columns]
            if table is HOUSEHOLDS:
                fields += [(unclaimed_column(code), pa.bool_()) for code in UNCLAIMED]
            schema = pa.schema([*fields, *((name, pa.int64()) for name in extra)])
            columns = {name: [row.get(name) for row in rows] for name in schema.names}
            return connection.create_table(
                table.name, pa.table(columns, schema=schema), temp=True, overwrite=True
            )

        return Tables(
            load(HOUSEHOLDS, self.households, LOST),
            load(PERSONS, self.persons),
            load(EVENTS, self.events),
            load(BENEFITS, self.benefits),
            self.missing,
            self.filled,
        )

    def records(self) -> list[HouseholdRecord]:
        """Give each household to the reference engine."""
        people = {row["person_id"]: row for row in self.persons}

        def of(rows: Sequence[Row], household_id: str) -> list[Row]:
            return [row for row in rows if row["household_id"] == household_id]

        return [
            HouseholdRecord(
                row=row,
                persons=of(self.persons, row["household_id"]),
                events=[
                    {**one, "concerned": people.get(one.get("person_id", ""))}
                    for one in of(self.events, row["household_id"])
                ],
                benefits=frozenset(
                    (one["month"], one["code"]) for one in of(self.benefits, row["household_id"])
                ),
                **{name: row[name] for name in LOST},
            )
            for row in self.households
        ]

    @property
    def knowledge(self) -> ExtractKnowledge:
        return ExtractKnowledge(self.missing, frozenset(row["month"] for row in self.benefits))


def by_reference(register: Register, catalogue: Catalogue) -> list[tuple[Any, ...]]:
    """The cohort's rows as the reference engine finds them, sorted."""
    rows = [
        (
            result.offer.code,
            record.row["household_id"],
            (result.event or {}).get("event_id"),
            (result.event or {}).get("reported_on"),
            result.outcome.value,
            ",".join(result.reasons) or None,
            result.channel.value if result.channel else None,
            result.window_ends_on,
            record.row["commune"],
        )
        for record in register.records()
        for result in cohort_rows(record, catalogue, register.knowledge)
    ]
    return sorted(rows, key=_order)


def by_ibis(
    register: Register, catalogue: Catalogue, connection: Any = None
) -> list[tuple[Any, ...]]:
    """The cohort's rows as the set-based engine finds them, sorted."""
    connection = connection or ibis.duckdb.connect()
    found = connection.to_pyarrow(cohort(register.tables(connection), catalogue)).to_pylist()
    return sorted((tuple(row[name] for name in COLUMNS) for row in found), key=_order)


def _order(row: Sequence[Any]) -> tuple[str, str, str]:
    return row[0], row[1], row[2] or ""


def outcomes(rows: Sequence[Sequence[Any]], offer: str) -> Mapping[str, str]:
    """The outcome of each household for an offer."""
    return {row[1]: row[4] for row in rows if row[0] == offer}
