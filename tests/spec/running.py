"""Runs each engine once over all the examples of a profile, a month and the same columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias

from jalon.rules.calendar import Month
from jalon.rules.engines.reference import LeafResult, Situation, apply_offer
from jalon.rules.offers import Catalogue
from jalon.rules.outcome import Outcome
from registers import Register, by_ibis, by_reference
from spec.examples import ALL, Numbered
from spec.months import HERAULT, catalogue_of

Line: TypeAlias = tuple[Any, ...]
Extract: TypeAlias = tuple[str, Month, frozenset[tuple[str, str]]]
ENGINES: Mapping[str, Callable[[Register, Catalogue], list[Line]]] = {
    "reference": by_reference,
    "duckdb": by_ibis,
}
COUNTS_FROM_THE_LETTER = {HERAULT}


def extract_of(one: Numbered) -> Extract:
    """Return what tells extracts apart: fund, month, missing columns."""
    return one.table.profile, one.case.home.month, one.case.home.missing


@cache
def extracts() -> Mapping[Extract, Register]:
    """Return the register of each extract, with all its households."""
    grouped: dict[Extract, list[Numbered]] = defaultdict(list)
    for one in ALL:
        grouped[extract_of(one)].append(one)
    return {extract: _register(ones, extract[2]) for extract, ones in grouped.items()}


def _register(ones: list[Numbered], missing: frozenset[tuple[str, str]]) -> Register:
    rows = [one.case.home.rows(one.household_id) for one in ones]
    return Register(
        households=[own for own, _, _ in rows],
        persons=[row for _, persons, _ in rows for row in persons],
        events=[row for _, _, events in rows for row in events],
        missing=missing,
    )


@cache
def lines(engine: str, extract: Extract) -> list[Line]:
    """Return the cohort of an extract, for the offers that its examples speak of."""
    profile, month, _ = extract
    asked = {one.table.offer for one in ALL if extract_of(one) == extract}
    catalogue = catalogue_of(profile, month)
    offers = tuple(offer for offer in catalogue.offers if offer.code in asked)
    return ENGINES[engine](extracts()[extract], replace(catalogue, offers=offers))


def found(engine: str, one: Numbered) -> list[Line]:
    """Return the cohort's lines of an example's household, for its offer."""
    asked = (one.table.offer, one.household_id)
    return [line for line in lines(engine, extract_of(one)) if line[:2] == asked]


def expected(one: Numbered) -> list[Line]:
    """Return the lines that the cohort must hold for an example's household and its offer."""
    result, home = one.case.expected, one.case.home
    if result.outcome is Outcome.NOT_CONCERNED:
        return []
    own, _, events = home.rows(one.household_id)
    offer = catalogue_of(one.table.profile, home.month).offer(one.table.offer)
    event = events[0] if events and offer.events else {}
    reported_on, window = event.get("reported_on"), result.window_ends_on
    if window is None and reported_on and one.table.profile not in COUNTS_FROM_THE_LETTER:
        window = reported_on.replace(year=reported_on.year + 1)
    return [
        (
            *(offer.code, one.household_id, event.get("event_id"), reported_on),
            *(result.outcome.value, result.reason, result.channel and result.channel.value),
            *(window, own["commune"]),
        )
    ]


@cache
def _situations(extract: Extract) -> Mapping[str, Situation]:
    profile, month, _ = extract
    register, catalogue = extracts()[extract], catalogue_of(profile, month)
    return {
        record.row["household_id"]: Situation(
            record,
            catalogue.day,
            catalogue.values,
            register.knowledge,
            event=next(iter(record.events), {} if record.lost_events else None),
        )
        for record in register.records()
    }


def leaf_of(one: Numbered) -> LeafResult | None:
    """Apply the criterion that an example looks at; None where there is no event to judge."""
    catalogue = catalogue_of(one.table.profile, one.case.home.month)
    offer = catalogue.offer(one.table.offer)
    situation = _situations(extract_of(one))[one.household_id]
    if offer.events and situation.event is None:
        return None
    result = apply_offer(offer, situation, catalogue.window)
    return next(leaf for leaf in result.leaves if leaf.path == one.table.about)
