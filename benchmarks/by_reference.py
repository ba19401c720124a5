"""The profile's own rules applied to one object at a time, by the plain-Python engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from in_a_loop import HOUSEHOLD_CELLS, Event, Household

from jalon.rules.engines.reference import (
    ExtractKnowledge,
    HouseholdRecord,
    OfferResult,
    Row,
    cohort_rows,
)
from jalon.rules.offers import Catalogue

_PERSON_CELLS = ("role", "birth_date", "death_date", "custody")
_EVENT_CELLS = ("event_id", "kind", "reported_on", "occurred_on")


def records(households: Sequence[Household]) -> list[HouseholdRecord]:
    """Turn the objects into what the engine reads."""
    return [
        HouseholdRecord(
            row=_cells(household, HOUSEHOLD_CELLS),
            persons=[_cells(one, _PERSON_CELLS) for one in household.persons],
            events=[_event(one) for one in household.events],
            lost_persons=household.lost_persons,
            lost_events=household.lost_events,
        )
        for household in households
    ]


def cohort(everyone: Sequence[HouseholdRecord], catalogue: Catalogue) -> list[OfferResult]:
    """Apply the rules to each household in turn."""
    # No offer of the profile looks at benefits.
    knowledge = ExtractKnowledge()
    return [result for one in everyone for result in cohort_rows(one, catalogue, knowledge)]


def _cells(thing: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _event(event: Event) -> Row:
    concerned = {
        "birth_date": event.concerned_born_on,
        "death_date": event.concerned_died_on,
    }
    return {**_cells(event, _EVENT_CELLS), "concerned": concerned}
