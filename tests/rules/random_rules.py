"""Draw any rule that a profile could hold, and registers where every cell may be unknown."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import strategies as st

from jalon.register.schema import EVENTS, HOUSEHOLDS, PERSONS, TABLES, Table
from jalon.rules.calendar import Month, add_months
from jalon.rules.criteria import (
    OPERATORS_BY_TYPE,
    AllOf,
    AnyOf,
    Criterion,
    EventCriterion,
    Not,
    Operand,
    Operator,
    Rule,
)
from jalon.rules.fact import Fact, FactType, Unit
from jalon.rules.facts import EVENT_KINDS, FACTS, UNCLAIMED, unclaimed_column
from jalon.rules.offers import Base, Catalogue, Offer, Service, Window
from jalon.rules.parameters import ResolvedParameter
from registers import Register, Row, event, household, person

MONTHS = (Month(2026, 10), Month(2024, 2), Month(2025, 2))
KINDS = [kind for kind, _ in EVENT_KINDS]
CODES = [name.removeprefix("paid_").upper() for name in FACTS if name.startswith("paid_")]
PARAMETERS = {
    "family_benefits.child_pay_ceiling": (Unit.EUROS_PER_MONTH, "1144.21"),
    "monthly": (Unit.EUROS_PER_MONTH, "800"),
    "yearly": (Unit.EUROS_PER_YEAR, "21273.2342"),
}
NUMBERS: dict[Unit, Sequence[str]] = {
    Unit.YEARS: ("0", "6", "17", "18", "20", "24.5", "25", "34", "65"),
    Unit.MONTHS: ("0", "1", "2", "2.5", "3"),
    Unit.PERSONS: ("0", "1", "2", "3"),
}


@st.composite
def criteria(draw: st.DrawFn, *, of_event: bool) -> Criterion:
    """Draw a criterion on any fact, with any operator that it admits."""
    fact = draw(
        st.sampled_from([fact for fact in FACTS.values() if of_event or not fact.of_event])
    )
    operator = draw(st.sampled_from(OPERATORS_BY_TYPE[fact.type]))
    number = {Operator.BETWEEN: 2, Operator.ONE_OF: draw(st.integers(1, 3))}.get(operator, 1)
    operands = [draw(_operand(fact)) for _ in range(number)]
    if operator is Operator.BETWEEN and all(one.parameter is None for one in operands):
        operands.sort(key=lambda one: Decimal(str(one.value)))
    return Criterion("?", fact, operator, tuple(operands), "une source")


def _operand(fact: Fact) -> st.SearchStrategy[Operand]:
    if fact.type is FactType.BOOLEAN:
        return st.builds(Operand, value=st.booleans())
    if fact.type is FactType.CODE:
        return st.builds(Operand, value=st.sampled_from([code for code, _ in fact.codes]))
    assert fact.unit is not None
    if fact.unit.is_money:
        names = [name for name, (unit, _) in PARAMETERS.items() if unit is fact.unit]
        return st.builds(Operand, parameter=st.sampled_from(names))
    return st.builds(Operand, value=st.sampled_from([Decimal(n) for n in NUMBERS[fact.unit]]))


def rules(*, of_event: bool) -> st.SearchStrategy[Rule]:
    """Draw a rule: a criterion, or groups of groups of them."""

    def groups(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
        members = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            st.builds(AllOf, st.just("?"), members),
            st.builds(AnyOf, st.just("?"), members),
            st.builds(Not, st.just("?"), inner),
        )

    return st.recursive(criteria(of_event=of_event), groups, max_leaves=4)


def _numbered(rule: Rule, ids: Iterator[int]) -> Rule:
    match rule:
        case AllOf(members=members):
            return AllOf(f"all{next(ids)}", tuple(_numbered(one, ids) for one in members))
        case AnyOf(members=members):
            return AnyOf(f"any{next(ids)}", tuple(_numbered(one, ids) for one in members))
        case Not(member=member):
            return Not(f"not{next(ids)}", _numbered(member, ids))
        case Criterion():
            return Criterion(f"c{next(ids)}", rule.fact, rule.operator, rule.operands, rule.source)
        case _:
            return rule


@st.composite
def offers(draw: st.DrawFn, code: str, *, of_event: bool) -> Offer:
    """Draw an offer, set off by events or looked for in the whole file."""
    ids = count(1)
    members = draw(st.lists(rules(of_event=of_event), min_size=1, max_size=2))
    kinds = draw(st.sets(st.sampled_from(KINDS), min_size=3, max_size=8)) if of_event else set()
    numbered: list[Rule] = [_numbered(rule, ids) for rule in members]
    if of_event:
        numbered.insert(0, EventCriterion(tuple(sorted(kinds)), "une source"))
    services = (Service.SOCIAL_WORK, Service.MEDIATION)[: draw(st.integers(1, 2))]
    return offer_of(code, *numbered, services=services, events=tuple(sorted(kinds)))


def offer_of(
    code: str,
    *members: Rule,
    services: tuple[Service, ...] = (Service.SOCIAL_WORK,),
    events: tuple[str, ...] = (),
) -> Offer:
    """Return an offer of those rules, of stock where no event sets it off."""
    return Offer(
        code=code,
        label=code,
        base=Base.LOCAL,
        field=None,
        services=services,
        valid_from=date(2020, 1, 1),
        valid_until=None,
        source="une source",
        assumptions=(),
        events=events,
        stock=not events,
        request=None,
        purpose="",
        objectives=(),
        actions=(),
        rule=AllOf("", members),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Draw a month, two offers of stock and two set off by events."""
    month = draw(st.sampled_from(MONTHS))
    drawn = (
        draw(offers(f"{'event' if of_event else 'stock'}-{rank}", of_event=of_event))
        for of_event in (False, True)
        for rank in (1, 2)
    )
    return catalogue_of(*drawn, month=month, window=draw(st.sampled_from(Window)))


def catalogue_of(
    *offers: Offer, month: Month = MONTHS[0], window: Window = Window.LETTER
) -> Catalogue:
    """Return the catalogue of a month with those offers, and every parameter drawn rules use."""
    return Catalogue(
        "essai",
        month.last_day,
        window,
        offers,
        {
            name: ResolvedParameter(name, name, unit, Decimal(value), "une source", None)
            for name, (unit, value) in PARAMETERS.items()
        },
    )


OPTIONAL = [
    (table.name, column.name)
    for table in (HOUSEHOLDS, PERSONS, EVENTS)
    for column in table.columns
    if not column.required
]
ALWAYS_FILLED = frozenset(
    (table.name, column.name)
    for table in TABLES
    for column in table.columns
    if column.required or column.default is not None
)


class Drawer:
    """Draws registers as an extract's checks leave them, boundaries more often than not."""

    def __init__(self, chance: random.Random, month: Month) -> None:
        self.chance = chance
        self.day = month.last_day
        self.month = month
        known = chance.random() < 0.5
        self.missing = (
            frozenset[tuple[str, str]]()
            if known
            else frozenset(chance.sample(OPTIONAL, chance.randint(1, 6)))
        )

    def register(self, households: int) -> Register:
        """Draw a register of so many households."""
        drawn = [self.household(f"H{number}") for number in range(households)]
        benefits = [row for _, _, _, rows in drawn for row in rows]
        if self.chance.random() < 0.3:
            benefits = [row for row in benefits if row["month"] != str(self.month)]
        return Register(
            households=[own for own, _, _, _ in drawn],
            persons=[row for _, rows, _, _ in drawn for row in rows],
            events=[row for _, _, rows, _ in drawn for row in rows],
            benefits=benefits,
            missing=self.missing,
            filled=ALWAYS_FILLED - self.missing,
        )

    def household(self, household_id: str) -> tuple[Row, list[Row], list[Row], list[Row]]:
        """Draw a household's own row, its persons', its events' and its benefits'."""
        cells = {
            column.name: self._cell(HOUSEHOLDS, column.name)
            for column in HOUSEHOLDS.columns
            if column.name not in {"household_id", "responsible_person_id", "commune"}
        }
        cells |= {
            unclaimed_column(code): self.chance.choice((True, False, None)) for code in UNCLAIMED
        }
        lost = {
            f"lost_{name}": self.chance.choice((0, 0, 0, 0, 1, 2))
            for name in ("persons", "events", "benefits")
        }
        own = household(household_id, commune="94028", **{**cells, **lost})
        roles = ["responsible"]
        roles += ["spouse"] * (self.chance.random() < 0.4)
        roles += ["child"] * self.chance.choice((0, 1, 1, 2, 3))
        roles += ["other"] * (self.chance.random() < 0.2)
        persons = [
            self._person(f"{household_id}-{rank}", household_id, role)
            for rank, role in enumerate(roles)
        ]
        own["responsible_person_id"] = persons[0]["person_id"]
        events = [
            self._event(f"{household_id}-E{rank}", household_id, persons)
            for rank in range(self.chance.choice((0, 1, 1, 2)))
        ]
        benefits = [
            {"household_id": household_id, "month": month, "code": code, "amount": Decimal(10)}
            for month in (str(self.month), "2023-01")
            for code in self.chance.sample(CODES, self.chance.choice((0, 2, 6)))
        ]
        return own, persons, events, benefits

    def _person(self, person_id: str, household_id: str, role: str) -> Row:
        cells = {
            name: self._cell(PERSONS, name)
            for name in ("death_date", "in_school", "monthly_net_pay", "custody")
        }
        born = self._birth(role)
        return person(person_id, role, born, household_id=household_id, **cells)

    def _birth(self, role: str) -> date:
        ages = (-1, 0, 5, 6, 15, 16, 17, 18, 19, 20, 21) if role == "child" else (17, 18, 25, 34)
        around = add_months(self.day, -12 * self.chance.choice(ages))
        if self.chance.random() < 0.15:
            return date(around.year - around.year % 4, 2, 29)
        return around + timedelta(days=self.chance.choice((-40, -1, 0, 1, 200)))

    def _event(self, event_id: str, household_id: str, persons: list[Row]) -> Row:
        concerned = self.chance.choice([None, *persons])
        cells = {
            "occurred_on": self._cell(EVENTS, "occurred_on"),
            "person_id": None
            if ("events", "person_id") in self.missing or concerned is None
            else concerned["person_id"],
        }
        first = self.day.replace(day=1)
        days = (first - timedelta(1), first, self.day, self.day, self.day + timedelta(1))
        reported_on = self.chance.choice(days)
        kind = self.chance.choice(KINDS)
        return event(event_id, kind, reported_on, household_id=household_id, **cells)

    def _cell(self, table: Table, name: str) -> Any:  # noqa: PLR0911 -- one each
        column = table.column(name)
        if (table.name, name) in self.missing:
            return None
        rarely = self.chance.random()
        if not column.required and rarely < (0.85 if name == "death_date" else 0.25):
            return column.default
        if column.codes:
            return self.chance.choice(column.codes)
        if name == "pregnancy_declared_on":
            return add_months(self.day, -self.chance.choice((0, 9, 10, 11))) + timedelta(
                days=self.chance.choice((-1, 0, 1))
            )
        if name.endswith(("_on", "_since", "_date")):
            return self.day - timedelta(days=self.chance.choice((-30, 0, 1, 400, 7000)))
        if name.startswith(("rent", "arrears")):
            return Decimal(self.chance.choice(("0", "100", "200", "250", "300.5", "600")))
        if name in {"family_quotient", "monthly_net_pay"}:
            return Decimal(self.chance.choice(("0", "800", "800.01", "799.99", "1144.21")))
        if name == "gross_income_n2":
            return Decimal(self.chance.choice(("0", "21273.2342", "21273.23", "21273.24")))
        if column.kind.name == "BOOLEAN":
            return self.chance.random() < 0.4
        return None
