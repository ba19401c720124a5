"""Reads, from a run's files, whom it proposes what, and what of each household decides it."""

from __future__ import annotations

import glob
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

from jalon.register import sql
from jalon.register.extract import Extract
from jalon.rules.calendar import Month, one_year_after
from jalon.rules.engines.reference import (
    ExtractKnowledge,
    HouseholdRecord,
    Row,
    Situation,
    apply_offer,
)
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.outcome import Outcome
from jalon.targeting.engine.knowledge import missing_columns
from jalon.targeting.engine.outputs import COHORT_PARQUET, EVENTS_PARQUET

_SELECTED: Final = "SELECT offer, household_id, coalesce(event_id, ''), reported_on, channel, "


@dataclass(frozen=True)
class Selected:
    """A household that an offer selects, for an event or none; `month` dates the rules."""

    offer: str
    number: str
    event: str
    reported_on: date | None
    channel: str
    window_ends_on: date | None
    commune: str
    month: Month

    @property
    def key(self) -> tuple[str, str, str]:
        """What is proposed once: household, offer, event."""
        return self.number, self.offer, self.event


def selected_by(run: Path, offers: Collection[str], month: Month) -> list[Selected]:
    """Return the rows of a run's cohort that these offers select."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"{_SELECTED} window_ends_on, commune FROM read_parquet($cohort) "
            "WHERE outcome = $selected AND list_contains($offers, offer)",
            {
                "cohort": str(run / COHORT_PARQUET),
                "selected": Outcome.SELECTED.value,
                "offers": sorted(offers),
            },
        ).fetchall()
    return [
        Selected(offer, number, event, reported_on, channel, window_ends_on, commune, month)
        for offer, number, event, reported_on, channel, window_ends_on, commune in rows
    ]


def read_records(extract: Extract, numbers: Collection[str]) -> dict[str, HouseholdRecord]:
    """Return the accepted rows of these households, by number, each table read once."""
    connection = extract.connection
    connection.execute("CREATE OR REPLACE TEMP TABLE wanted (household_id VARCHAR)")
    connection.execute("INSERT INTO wanted SELECT unnest($numbers)", {"numbers": sorted(numbers)})
    households = _rows(extract, "SELECT * FROM households SEMI JOIN wanted USING (household_id)")
    persons = _by_household(
        _rows(extract, "SELECT * FROM persons SEMI JOIN wanted USING (household_id)")
    )
    events = _rows(
        extract,
        "SELECT * FROM events SEMI JOIN wanted USING (household_id) "
        "ORDER BY reported_on, event_id",
    )
    concerned = {
        row["person_id"]: row
        for row in _rows(
            extract,
            "SELECT * FROM persons WHERE person_id IN (SELECT person_id FROM events "
            "SEMI JOIN wanted USING (household_id) WHERE person_id IS NOT NULL)",
        )
    }
    found = _by_household(
        {**event, "concerned": concerned.get(event["person_id"])} for event in events
    )
    benefits = _by_household(
        _rows(
            extract,
            "SELECT household_id, month, code FROM benefits SEMI JOIN wanted USING (household_id)",
        )
    )
    return {
        row["household_id"]: HouseholdRecord(
            row=row,
            persons=persons.get(row["household_id"], []),
            events=found.get(row["household_id"], []),
            benefits=frozenset(
                (one["month"], one["code"]) for one in benefits.get(row["household_id"], [])
            ),
            lost_persons=row["lost_persons"],
            lost_events=row["lost_events"],
            lost_benefits=row["lost_benefits"],
        )
        for row in households
    }


def _rows(extract: Extract, query: str) -> list[dict[str, Any]]:
    cursor = extract.connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _by_household(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["household_id"], []).append(row)
    return found


def knowledge_of(extract: Extract) -> ExtractKnowledge:
    """Return what holds for the whole extract."""
    months = extract.connection.execute("SELECT DISTINCT month FROM benefits").fetchall()
    return ExtractKnowledge(missing_columns(extract), frozenset(month for (month,) in months))


def changed_flags(
    extract: Extract, known: Iterable[tuple[str, bool, bool]]
) -> list[dict[str, Any]]:
    """Return the rows of known households whose safety flags the extract tells otherwise."""
    rows = list(known)
    extract.connection.execute(
        "CREATE OR REPLACE TEMP TABLE told (household_id VARCHAR, protected BOOLEAN, "
        "silent BOOLEAN)"
    )
    if not rows:
        return []
    numbers, protected, silent = (list(column) for column in zip(*rows, strict=True))
    extract.connection.execute(
        "INSERT INTO told SELECT unnest($numbers), unnest($protected), unnest($silent)",
        {"numbers": numbers, "protected": protected, "silent": silent},
    )
    return _rows(
        extract,
        "SELECT households.* FROM households JOIN told USING (household_id) "
        "WHERE coalesce(protected_address, told.protected) <> told.protected "
        "OR coalesce(do_not_contact, told.silent) <> told.silent",
    )


@dataclass(frozen=True)
class EarlierRun:
    """A released run of an earlier month: its rules, and the folder of its files."""

    catalogue: Catalogue
    folder: Path


@dataclass
class LateEvents:
    """Finds in an extract the events of earlier months that their own runs could not see.

    The months of `skipped` are left out: nobody can tell what their runs saw and did not select,
    which must not be proposed as new.
    """

    extract: Extract
    knowledge: ExtractKnowledge
    today: date
    records: dict[str, HouseholdRecord] = field(default_factory=dict)
    skipped: Collection[Month] = ()

    def selected(self, earlier: Iterable[EarlierRun]) -> list[Selected]:
        """Return what the rules of those months select for events new to them, still in time."""
        by_month: dict[Month, list[EarlierRun]] = {}
        for run in earlier:
            by_month.setdefault(run.catalogue.month, []).append(run)
        events: dict[Month, list[Row]] = {}
        for month, runs in by_month.items():
            if month not in self.skipped:
                events[month] = self._unseen(month, runs)
        numbers = {row["household_id"] for rows in events.values() for row in rows}
        self.records |= read_records(self.extract, numbers)
        found = []
        for month, rows in events.items():
            wanted = {row["event_id"] for row in rows}
            found += self._judged(by_month[month][-1].catalogue, wanted, rows)
        return found

    def _unseen(self, month: Month, runs: list[EarlierRun]) -> list[Row]:
        """Return the month's events that none of its runs saw, of kinds that count."""
        kinds = {kind for run in runs for offer in run.catalogue.targeted for kind in offer.events}
        seen = ", ".join(sql.text(glob.escape(str(run.folder / EVENTS_PARQUET))) for run in runs)
        return list(
            _rows(
                self.extract,
                "SELECT event_id, household_id FROM events "
                f"WHERE reported_on BETWEEN DATE '{month.first_day}' AND DATE '{month.last_day}' "
                f"AND kind IN {sql.texts(sorted(kinds) or [''])} AND event_id NOT IN "
                f"(SELECT event_id FROM read_parquet([{seen}]))",
            )
        )

    def _judged(
        self, catalogue: Catalogue, wanted: set[str], rows: Iterable[Row]
    ) -> list[Selected]:
        found = []
        for number in sorted({row["household_id"] for row in rows}):
            household = self.records[number]
            at = Situation(household, catalogue.day, catalogue.values, self.knowledge)
            for event in household.events:
                if event["event_id"] in wanted:
                    found += self._of_event(catalogue, replace(at, event=event), event)
        return found

    def _of_event(self, catalogue: Catalogue, at: Situation, event: Row) -> list[Selected]:
        if one_year_after(event["reported_on"]) < self.today:
            return []
        found = []
        for offer in catalogue.targeted:
            if event["kind"] not in offer.events:
                continue
            result = apply_offer(offer, at, catalogue.window)
            if result.outcome is Outcome.SELECTED and result.channel is not None:
                found.append(
                    Selected(
                        offer=offer.code,
                        number=at.household.row["household_id"],
                        event=event["event_id"],
                        reported_on=event["reported_on"],
                        channel=result.channel.value,
                        window_ends_on=result.window_ends_on,
                        commune=at.household.row["commune"],
                        month=catalogue.month,
                    )
                )
        return found


def offers_by_code(catalogue: Catalogue) -> Mapping[str, Offer]:
    """Return the offers that a run proposes to families, by code."""
    return {offer.code: offer for offer in catalogue.targeted if not offer.granted_from_list}
