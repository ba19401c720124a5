"""The same rules as a plain loop over objects, written by hand; the objects are made before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from cohorts import Bounds, CohortRow

from jalon.register.extract import Extract
from jalon.rules.calendar import add_months, age_on, one_year_after
from jalon.rules.logic import Truth, all_of, any_of, negation

_BLOCK: Final = 50_000
_ADULT, _YOUNG = 18, 34
_CHILD_BELOW, _DEAD_CHILD_BELOW = 20, 25
_PUPIL_FROM, _PUPIL_TO = 6, 17
_PREGNANCY_MONTHS: Final = 10
# Each offer with the kinds of event that set it off, and whether only social work proposes it.
_EVENT_OFFERS: Final = (
    ("aid_child_death", ("child_death", "stillbirth"), False),
    ("aid_multiple_birth", ("multiple_birth",), False),
    ("aid_parent_death", ("adult_death",), False),
    ("child_death", ("child_death", "stillbirth"), False),
    ("child_illness", ("ajpp_opened",), True),
    ("mediation", ("separation", "divorce"), False),
    ("parent_death", ("adult_death",), False),
    ("rent_arrears", ("rent_arrears",), True),
    ("separation", ("separation", "divorce"), True),
)


@dataclass(slots=True)
class Person:
    """A person, with what the rules read."""

    role: str
    birth_date: date
    death_date: date | None
    custody: str


@dataclass(slots=True)
class Event:
    """An event with the dates of the person it concerns; all unknown for a lost one."""

    event_id: str | None = None
    kind: str | None = None
    reported_on: date | None = None
    occurred_on: date | None = None
    concerned_born_on: date | None = None
    concerned_died_on: date | None = None


@dataclass(slots=True)
class Household:
    """A household, with what the rules read."""

    household_id: str
    commune: str
    family_status: str
    pregnancy_declared_on: date | None
    family_quotient: Decimal | None
    gross_income_n2: Decimal | None
    income_adjustment: str | None
    rsa: str | None
    rsa_sanction: bool | None
    housing_benefit: str | None
    do_not_contact: bool
    protected_address: bool
    in_support: bool
    lost_persons: int
    lost_events: int
    persons: list[Person] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


HOUSEHOLD_CELLS: Final = tuple(Household.__slots__)[:-2]
_PERSONS: Final = "SELECT household_id, role, birth_date, death_date, custody FROM persons"
_EVENTS: Final = """
    SELECT event.household_id, event.event_id, event.kind, event.reported_on, event.occurred_on,
        person.birth_date, person.death_date
    FROM events AS event LEFT JOIN persons AS person USING (person_id)
"""


def households(extract: Extract) -> list[Household]:
    """Build the objects of a whole accepted extract."""
    cells = ", ".join(HOUSEHOLD_CELLS)
    found = {row[0]: Household(*row) for row in _rows(extract, f"SELECT {cells} FROM households")}
    for household_id, *rest in _rows(extract, _PERSONS):
        found[household_id].persons.append(Person(*rest))
    for household_id, *rest in _rows(extract, _EVENTS):
        found[household_id].events.append(Event(*rest))
    return list(found.values())


def _rows(extract: Extract, query: str) -> Iterator[tuple[Any, ...]]:
    result = extract.connection.execute(query)
    while block := result.fetchmany(_BLOCK):
        yield from block


def cohort(everyone: Iterable[Household], bounds: Bounds) -> list[CohortRow]:
    """Apply the rules to each household in turn."""
    rows: list[CohortRow] = []
    for household in everyone:
        rows.extend(_Reading(household, bounds).rows())
    return rows


class _Reading:
    """One household, read once for all the offers."""

    def __init__(self, household: Household, bounds: Bounds) -> None:
        self.household = household
        self.bounds = bounds
        # A person who has died, or is not born yet, counts for nothing.
        self.present = [
            one
            for one in household.persons
            if one.death_date is None and one.birth_date <= bounds.day
        ]
        ages = [
            age_on(one.birth_date, bounds.day)
            for one in self.present
            if one.role == "child" and one.custody != "visiting"
        ]
        self.parent = self._some(age < _CHILD_BELOW for age in ages)
        self.parent_of_pupil = self._some(_PUPIL_FROM <= age <= _PUPIL_TO for age in ages)
        self.addressee = self._some(one.role in {"responsible", "spouse"} for one in self.present)

    def _some(self, truths: Iterable[bool]) -> Truth:
        if any(truths):
            return True
        return None if self.household.lost_persons else False

    def rows(self) -> Iterator[CohortRow]:
        """Yield the rows of every offer."""
        quotient = self.household.family_quotient
        modest = None if quotient is None else quotient <= self.bounds.quotient
        yield from self._row(
            "aid_holidays",
            all_of((modest, self.parent)),
            {"dependent_children_under_20": self.parent, "family_quotient": modest},
        )
        yield from self._row(
            "aid_leisure",
            all_of((modest, self.parent_of_pupil)),
            {"dependent_children_6_to_17": self.parent_of_pupil, "family_quotient": modest},
        )
        # Most households are refused here at once, as anyone would write it.
        if self.household.family_status == "single":
            yield from self._lone_parent()
        yield from self._after_events()

    def _lone_parent(self) -> Iterator[CohortRow]:
        household, day = self.household, self.bounds.day
        born = self._birth("responsible") or self._birth("spouse")
        of_age = None if born is None else _ADULT <= age_on(born, day) <= _YOUNG
        in_couple = all_of(
            self._some(one.role == role for one in self.present)
            for role in ("responsible", "spouse")
        )
        declared = household.pregnancy_declared_on
        pregnant = bool(declared and declared <= day <= add_months(declared, _PREGNANCY_MONTHS))
        income, adjustment = household.gross_income_n2, household.income_adjustment
        poor = None if income is None else income < self.bounds.wage
        adjusted = None if adjustment is None else adjustment in {"abatement", "neutralisation"}
        without = None if household.rsa is None else household.rsa == "none"
        groups: tuple[dict[str, Truth], ...] = (
            {"responsible_age": of_age},
            {"has_spouse": negation(in_couple)},
            {"dependent_children_under_20": self.parent, "declared_pregnancy": pregnant},
            {"gross_income_n2": poor, "income_adjustment": adjusted},
            {"rsa": without, "rsa_sanction": household.rsa_sanction},
        )
        verdicts = [any_of(group.values()) for group in groups]
        open_groups = (
            group for group, verdict in zip(groups, verdicts, strict=True) if verdict is None
        )
        facts = {name: truth for group in open_groups for name, truth in group.items()}
        yield from self._row("lone_parent", all_of(verdicts), facts, social_work=True)

    def _birth(self, role: str) -> date | None:
        return next((one.birth_date for one in self.present if one.role == role), None)

    def _after_events(self) -> Iterator[CohortRow]:
        day = self.bounds.day
        first = day.replace(day=1)
        for event in self.household.events:
            if event.reported_on and first <= event.reported_on <= day:
                yield from self._after(event)
        if self.household.lost_events:
            yield from self._after(Event())

    def _after(self, event: Event) -> Iterator[CohortRow]:
        for offer, kinds, social_work in _EVENT_OFFERS:
            of_kind = None if event.kind is None else event.kind in kinds
            if of_kind is False:
                continue
            facts = {"event_kind": of_kind, **_CONDITIONS[offer](self, event)}
            verdict = all_of(facts.values())
            yield from self._row(offer, verdict, facts, event=event, social_work=social_work)

    def _row(
        self,
        offer: str,
        verdict: Truth,
        facts: dict[str, Truth],
        *,
        event: Event | None = None,
        social_work: bool = False,
    ) -> Iterator[CohortRow]:
        if verdict is False:
            return
        household = self.household
        aside = {
            "do_not_contact": household.do_not_contact,
            "no_addressee": self.addressee is False,
            "in_support": social_work and household.in_support,
        }
        held = [reason for reason, holds in aside.items() if holds]
        unknown = [] if verdict else [name for name, truth in facts.items() if truth is None]
        if not held and self.addressee is None:
            unknown.append("has_addressee")
        if verdict and held:
            outcome, reasons = "set_aside", held
        else:
            outcome, reasons = ("to_verify", sorted(unknown)) if unknown else ("selected", [])
        channel = "in_person" if household.protected_address else "letter"
        reported_on = event.reported_on if event else None
        yield (
            offer,
            household.household_id,
            event.event_id if event else None,
            reported_on,
            outcome,
            ",".join(reasons) or None,
            channel if outcome == "selected" else None,
            one_year_after(reported_on) if reported_on else None,
            household.commune,
        )

    def with_children(self, _event: Event) -> dict[str, Truth]:
        """Return the conditions of an offer to parents."""
        return {"dependent_children_under_20": self.parent}

    def housed_with_children(self, event: Event) -> dict[str, Truth]:
        """Return the conditions of the offer on rent arrears."""
        benefit = self.household.housing_benefit
        housed = None if benefit is None else benefit in {"alf", "als", "apl"}
        return {"housing_benefit": housed, **self.with_children(event)}

    def of_young_child(self, event: Event) -> dict[str, Truth]:
        """Return the conditions of an offer after a child's death."""
        if event.kind == "stillbirth":
            return {}
        died_on = event.concerned_died_on or event.occurred_on
        if died_on is None or event.concerned_born_on is None:
            return {"age_at_death": None}
        return {"age_at_death": age_on(event.concerned_born_on, died_on) < _DEAD_CHILD_BELOW}

    def without_violence(self, _event: Event) -> dict[str, Truth]:
        """Return the condition of mediation."""
        return {"protected_address": not self.household.protected_address}

    def always(self, _event: Event) -> dict[str, Truth]:
        """Return no condition but the event."""
        return {}


_Conditions = Callable[[_Reading, Event], dict[str, Truth]]
_CONDITIONS: Final[dict[str, _Conditions]] = {
    "aid_child_death": _Reading.of_young_child,
    "aid_multiple_birth": _Reading.always,
    "aid_parent_death": _Reading.with_children,
    "child_death": _Reading.of_young_child,
    "child_illness": _Reading.always,
    "mediation": _Reading.without_violence,
    "parent_death": _Reading.with_children,
    "rent_arrears": _Reading.housed_with_children,
    "separation": _Reading.with_children,
}
