"""Freezes what a decision rests on: the clauses applied, and the cells that the rules read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder

from jalon.outreach.selection import Selected
from jalon.rules.calendar import Month
from jalon.rules.criteria import condition_of
from jalon.rules.engines.reference import ExtractKnowledge, HouseholdRecord, Row, Situation
from jalon.rules.expressions import BenefitPaid, Column, Expression
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.outcome import PROTECTED_ADDRESS, set_aside_reasons
from jalon.rules.sentences import capitalised, sentence, to_the_cent
from jalon.targeting.engine.explaining import OfferCriteria

# Facts read these without naming them, or a reader needs them to make sense of the rest.
_OF_HOUSEHOLD: Final = frozenset({"commune", "lost_persons", "lost_events", "lost_benefits"})
_OF_PERSON: Final = frozenset({"role", "birth_date"})
_OF_EVENT: Final = frozenset({"event_id", "kind", "occurred_on", "reported_on"})
# Whatever a rule might read one day, these are never kept.
_NEVER: Final = frozenset(
    {
        *("last_name", "first_name", "person_id", "responsible_person_id", "household_id"),
        *("address_line1", "address_line2", "postal_code", "city", "phone", "email"),
    }
)


@dataclass(frozen=True)
class Frozen:
    """A household's situation as JSON: its own cells, its persons', its events'."""

    household: str
    persons: str
    events: str


@dataclass
class Freezer:
    """Applies the rules of a run, and of the months it catches up with, to one household."""

    catalogues: dict[Month, Catalogue]
    knowledge: ExtractKnowledge
    _criteria: dict[tuple[Month, str], OfferCriteria] = field(default_factory=dict)
    _columns: dict[frozenset[tuple[Month, str]], dict[str, frozenset[str]]] = field(
        default_factory=dict
    )

    def offer_of(self, row: Selected) -> Offer:
        """Return the offer that selects, as it was in force then."""
        return self.catalogues[row.month].offer(row.offer)

    def kind_of(self, row: Selected, household: HouseholdRecord) -> str:
        """Return the kind of the event that sets the offer off; nothing for an offer of stock."""
        event = _event_of(row, household)
        return event["kind"] if event else ""

    def clauses(self, row: Selected, household: HouseholdRecord) -> str:
        """Return the offer's criteria applied to the household, as JSON."""
        catalogue = self.catalogues[row.month]
        event = _event_of(row, household)
        at = Situation(household, catalogue.day, catalogue.values, self.knowledge, event=event)
        return _json(self._criteria_of(row).as_json(at))

    def rule_of(self, row: Selected) -> str:
        """Say the offer's rule as it was applied."""
        catalogue = self.catalogues[row.month]
        return f"{capitalised(sentence(self.offer_of(row).rule, to_the_cent(catalogue)))}."

    def _criteria_of(self, row: Selected) -> OfferCriteria:
        key = row.month, row.offer
        if key not in self._criteria:
            self._criteria[key] = OfferCriteria(self.offer_of(row), self.catalogues[row.month])
        return self._criteria[key]

    def situation(self, rows: Iterable[Selected], household: HouseholdRecord) -> Frozen:
        """Return what the offers that select the household read of it, and no more."""
        told = list(rows)
        read = self._read(frozenset((row.month, row.offer) for row in told))
        known = {row.event for row in told}
        own = {name: household.row.get(name) for name in sorted(read["household"])}
        if "benefits" in read:
            months = {str(row.month) for row in told}
            own["benefits"] = sorted(code for month, code in household.benefits if month in months)
        return Frozen(
            household=_json(own),
            persons=_json(
                [
                    {name: one.get(name) for name in sorted(read["person"])}
                    for one in household.persons
                ]
            ),
            events=_json(
                [
                    {
                        **{name: event.get(name) for name in sorted(read["event"])},
                        **_concerned(event, read["concerned"]),
                    }
                    for event in household.events
                    if event["event_id"] in known
                ]
            ),
        )

    def _read(self, offers: frozenset[tuple[Month, str]]) -> dict[str, frozenset[str]]:
        if offers not in self._columns:
            read = {
                "household": set(_OF_HOUSEHOLD),
                "person": set(_OF_PERSON),
                "event": set(_OF_EVENT),
                "concerned": set[str](),
            }
            for month, code in offers:
                for node in _nodes(self.catalogues[month].offer(code), self.catalogues[month]):
                    if isinstance(node, Column):
                        read[node.scope].add(node.name)
                    elif isinstance(node, BenefitPaid):
                        read["benefits"] = set()
            self._columns[offers] = {
                scope: frozenset(names) - _NEVER for scope, names in read.items()
            }
        return self._columns[offers]


def _event_of(row: Selected, household: HouseholdRecord) -> Row | None:
    return next((one for one in household.events if one["event_id"] == row.event), None)


def _nodes(offer: Offer, catalogue: Catalogue) -> Iterator[Expression]:
    """Yield every expression that decides of an offer, or is shown of its decision."""
    yield from condition_of(offer.rule, catalogue.values).walk()
    yield from PROTECTED_ADDRESS.expression.walk()
    for _, condition in set_aside_reasons(offer).values():
        yield from condition.walk()
    for _, leaf in offer.leaves():
        yield from leaf.fact.expression.walk()


def _concerned(event: Row, columns: frozenset[str]) -> dict[str, Any]:
    person = event.get("concerned")
    if not columns or person is None:
        return {}
    return {"concerned": {name: person.get(name) for name in sorted(columns)}}


def _json(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
