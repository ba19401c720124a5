"""The households of worked examples, each written as a change to another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from jalon.rules.calendar import Month
from registers import Row, event, household, person

Cell: TypeAlias = str | int | bool | Decimal | date | None

MIDDLE_OF_MONTH = 15


def turning(years: int, day: date) -> date:
    """Return the birth date of someone who turns that age on that day."""
    return day.replace(year=day.year - years)


@dataclass(frozen=True)
class Home:
    """A household as a month's extract describes it: nothing is known that is not said.

    Persons are named by their place: `R` responsible, `S` spouse, `C1`, `C2`... children.
    `missing` names columns, with their table, that the whole extract lacks.
    """

    month: Month
    cells: Mapping[str, Any] = field(default_factory=dict)
    persons: Mapping[str, Row] = field(default_factory=dict)
    events: tuple[Row, ...] = ()
    missing: frozenset[tuple[str, str]] = frozenset()

    @property
    def day(self) -> date:
        """The month's last day, on which ages are taken."""
        return self.month.last_day

    def having(self, **cells: Cell) -> Home:
        """Return this household with other cells."""
        return replace(self, cells={**self.cells, **cells})

    def _with(self, place: str, role: str, birth_date: date, cells: Mapping[str, Cell]) -> Home:
        described = {"role": role, "birth_date": birth_date, **cells}
        return replace(self, persons={**self.persons, place: described})

    def responsible(self, birth_date: date, **cells: Cell) -> Home:
        """Return this household with another responsible person."""
        return self._with("R", "responsible", birth_date, cells)

    def spouse(self, birth_date: date, **cells: Cell) -> Home:
        """Return this household with a spouse."""
        return self._with("S", "spouse", birth_date, cells)

    def other(self, birth_date: date, **cells: Cell) -> Home:
        """Return this household with a person who is neither spouse nor child."""
        return self._with("O", "other", birth_date, cells)

    def children(self, *births: date, **cells: Cell) -> Home:
        """Return this household with these children for those it had, all described alike."""
        home = replace(
            self, persons={place: row for place, row in self.persons.items() if place[0] != "C"}
        )
        for birth_date in births:
            home = home.child(birth_date, **cells)
        return home

    def child(self, birth_date: date, **cells: Cell) -> Home:
        """Return this household with one child more."""
        rank = sum(place[0] == "C" for place in self.persons) + 1
        return self._with(f"C{rank}", "child", birth_date, cells)

    def event(self, kind: str, **cells: Cell) -> Home:
        """Return this household with one event more, registered in the middle of the month.

        `of` names the place of the person concerned.
        """
        middle = self.day.replace(day=MIDDLE_OF_MONTH)
        return replace(self, events=(*self.events, {"kind": kind, "reported_on": middle, **cells}))

    def with_event(self, **cells: Cell) -> Home:
        """Return this household with its last event described otherwise."""
        *before, last = self.events
        return replace(self, events=(*before, {**last, **cells}))

    def without_event(self) -> Home:
        """Return this household with no event."""
        return replace(self, events=())

    def lost(self, *, persons: int = 0, events: int = 0) -> Home:
        """Return this household with rows that the extract's checks rejected."""
        return self.having(lost_persons=persons, lost_events=events)

    def without_column(self, table: str, column: str) -> Home:
        """Return this household in an extract that lacks a column."""
        return replace(self, missing=self.missing | {(table, column)})

    def rows(self, household_id: str) -> tuple[Row, list[Row], list[Row]]:
        """Return its rows: its own, its persons', its events'."""
        own = household(household_id, **self.cells)
        persons = [
            person(f"{household_id}-{place}", household_id=household_id, **row)
            for place, row in self.persons.items()
        ]
        events = [
            _event(household_id, rank, **row) for rank, row in enumerate(self.events, start=1)
        ]
        tables = {"households": [own], "persons": persons, "events": events}
        for table, column in self.missing:
            for row in tables[table]:
                row[column] = None
        return own, persons, events


def _event(household_id: str, rank: int, kind: str, reported_on: date, **cells: Cell) -> Row:
    if "of" in cells:
        cells["person_id"] = f"{household_id}-{cells.pop('of')}"
    return event(f"{household_id}-E{rank}", kind, reported_on, household_id=household_id, **cells)
