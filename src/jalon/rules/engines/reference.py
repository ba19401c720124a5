"""The reference engine: one household in plain Python, slow and easy to check by reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from jalon.rules.calendar import Month, add_months, age_on, one_year_after
from jalon.rules.criteria import AllOf, AnyOf, Criterion, EventCriterion, Leaf, Not, Rule
from jalon.rules.expressions import (
    Age,
    AnyPerson,
    BenefitPaid,
    Column,
    Comparison,
    Every,
    Expression,
    FirstKnown,
    IsFilled,
    MonthsLater,
    MonthStart,
    No,
    OfPerson,
    OnlyIf,
    Parameter,
    PersonCount,
    Plus,
    Ratio,
    RunDate,
    Some,
    Unknown,
    Value,
)
from jalon.rules.logic import (
    COMPARISONS,
    Interval,
    Truth,
    all_of,
    any_of,
    compare_interval,
    negation,
)
from jalon.rules.offers import Catalogue, Offer, Window
from jalon.rules.outcome import PROTECTED_ADDRESS, Channel, Outcome, set_aside_reasons

Row: TypeAlias = Mapping[str, Any]
_TABLES = {
    "household": "households",
    "person": "persons",
    "event": "events",
    "concerned": "persons",
}
_NO_ROW: Row = {}


@dataclass(frozen=True)
class HouseholdRecord:
    """A household as the accepted extract has it; `lost_*` count its rejected rows.

    Rows map the extract's columns to values, None where unknown. An event's `concerned` key
    holds the row of the person it concerns, None where there is none.
    """

    row: Row
    persons: Sequence[Row]
    events: Sequence[Row] = ()
    benefits: frozenset[tuple[str, str]] = frozenset()
    lost_persons: int = 0
    lost_events: int = 0
    lost_benefits: int = 0


@dataclass(frozen=True)
class ExtractKnowledge:
    """What holds for the whole extract: its missing columns, and the months of benefits."""

    missing: frozenset[tuple[str, str]] = frozenset()
    benefit_months: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Situation:
    """All that an expression may speak of: a household, on a day, looked at for an event.

    `event` is None in offers without one, and empty for an event lost to the rejects.
    """

    household: HouseholdRecord
    day: date
    parameters: Mapping[str, Decimal]
    extract: ExtractKnowledge = field(default_factory=ExtractKnowledge)
    event: Row | None = None
    person: Row | None = None

    def row(self, scope: str) -> Row:
        """Return the row that a scope names, an empty one where all of it is unknown."""
        if scope == "household":
            return self.household.row
        if scope == "person":
            return self.person or _NO_ROW
        event = self.event or _NO_ROW
        return event if scope == "event" else event.get("concerned") or _NO_ROW

    def looking_at(self, person: Row) -> Situation:
        """Return the same situation, where the person that is spoken of is this one."""
        return Situation(
            self.household, self.day, self.parameters, self.extract, self.event, person
        )


def evaluate(node: Expression, at: Situation) -> Any:  # noqa: ANN401, C901, PLR0911, PLR0912 -- one arm a node
    """Return an expression's value, None where it is unknown, an Interval for a count."""
    match node:
        case Value(value):
            return value
        case Column(scope, name):
            return at.row(scope).get(name)
        case Comparison():
            return _compare(node, at)
        case Every(conditions):
            return all_of(evaluate(condition, at) for condition in conditions)
        case Some(conditions):
            return any_of(evaluate(condition, at) for condition in conditions)
        case Unknown():
            return None
        case RunDate():
            return at.day
        case MonthStart():
            return at.day.replace(day=1)
        case Parameter(name):
            return at.parameters[name]
        case IsFilled(Column(scope, name)):
            missing = (_TABLES[scope], name) in at.extract.missing
            return None if missing else at.row(scope).get(name) is not None
        case Age(born, on):
            return _known(age_on, evaluate(born, at), evaluate(on, at))
        case MonthsLater(day, months):
            return _known(add_months, evaluate(day, at), months)
        case FirstKnown(options):
            values = (evaluate(option, at) for option in options)
            return next((value for value in values if value is not None), None)
        case Plus(left, right):
            return _known(lambda a, b: a + b, evaluate(left, at), evaluate(right, at))
        case Ratio(amount, unit):
            divisor = evaluate(unit, at) or None
            return _known(lambda a, b: a / b, evaluate(amount, at), divisor)
        case No(condition):
            return negation(evaluate(condition, at))
        case OnlyIf(condition, value):
            return evaluate(value, at) if evaluate(condition, at) is True else None
        case PersonCount(where):
            truths = list(_over_persons(where, at))
            lost = at.household.lost_persons
            return Interval(truths.count(True), len(truths) - truths.count(False) + lost)
        case AnyPerson(where):
            lost_truths: list[Truth] = [None] if at.household.lost_persons else []
            return any_of([*_over_persons(where, at), *lost_truths])
        case OfPerson(where, value):
            for person in at.household.persons:
                looking = at.looking_at(person)
                if evaluate(where, looking) is True:
                    return evaluate(value, looking)
            return None
        case BenefitPaid(code):
            return _benefit_paid(code, at)
        case _:
            raise TypeError(f"unknown expression {type(node).__name__}")


def _known(compute: Any, *values: Any) -> Any:  # noqa: ANN401
    return None if None in values else compute(*values)


def _over_persons(where: Expression, at: Situation) -> Iterator[Truth]:
    for person in at.household.persons:
        yield evaluate(where, at.looking_at(person))


def _compare(node: Comparison, at: Situation) -> Truth:
    right = evaluate(node.right, at)
    if isinstance(node.left, Ratio):
        # Multiplied rather than divided, so that the boundary itself is exact.
        amount, unit = evaluate(node.left.amount, at), evaluate(node.left.unit, at)
        if amount is None or not unit:
            return None
        return COMPARISONS[node.comparison](amount, right * unit)
    left = evaluate(node.left, at)
    if left is None or right is None:
        return None
    if isinstance(left, Interval):
        return compare_interval(left, node.comparison, right)
    return COMPARISONS[node.comparison](left, right)


def _benefit_paid(code: str, at: Situation) -> Truth:
    month = str(Month.of(at.day))
    if month not in at.extract.benefit_months:
        return None
    if (month, code) in at.household.benefits:
        return True
    return None if at.household.lost_benefits else False


@dataclass(frozen=True)
class LeafResult:
    """A criterion applied: its path, the value found, and the verdict."""

    path: str
    leaf: Leaf
    value: Any
    verdict: Truth


@dataclass(frozen=True)
class OfferResult:
    """An offer applied to a household and, for an offer set off by one, an event."""

    offer: Offer
    event: Row | None
    outcome: Outcome
    reasons: tuple[str, ...]
    channel: Channel | None
    window_ends_on: date | None
    leaves: tuple[LeafResult, ...]


def apply_offer(offer: Offer, at: Situation, window: Window) -> OfferResult:
    """Apply an offer in a situation: verdict by criterion, outcome, reasons and channel."""
    verdict = verdict_of(offer.rule, at)
    outcome, reasons = _outcome(offer, verdict, at)
    channel = None
    if outcome is Outcome.SELECTED:
        protected = evaluate(PROTECTED_ADDRESS.expression, at)
        channel = Channel.IN_PERSON if protected else Channel.LETTER
    reported_on = (at.event or _NO_ROW).get("reported_on")
    if window is Window.LETTER:
        reported_on = None
    return OfferResult(
        offer=offer,
        event=at.event,
        outcome=outcome,
        reasons=reasons,
        channel=channel,
        window_ends_on=one_year_after(reported_on) if reported_on else None,
        leaves=apply_leaves(offer, at),
    )


def apply_leaves(offer: Offer, at: Situation) -> tuple[LeafResult, ...]:
    """Apply each criterion of an offer in a situation, whatever they amount to together."""
    return tuple(
        LeafResult(path, leaf, evaluate(leaf.fact.expression, at), verdict_of(leaf, at))
        for path, leaf in offer.leaves()
    )


def verdict_of(rule: Rule, at: Situation) -> Truth:
    """Return whether a rule holds in a situation, None where that is unknown."""
    match rule:
        case AllOf(members=members):
            return all_of(verdict_of(member, at) for member in members)
        case AnyOf(members=members):
            return any_of(verdict_of(member, at) for member in members)
        case Not(member=member):
            return negation(verdict_of(member, at))
        case _:
            truth: Truth = evaluate(rule.condition(at.parameters), at)
            return truth


def deciding_facts(rule: Rule, at: Situation) -> set[str]:
    """Return the names of the facts whose being unknown leaves this rule unknown."""
    if verdict_of(rule, at) is not None:
        return set()
    match rule:
        case Criterion() | EventCriterion():
            return {rule.fact.name}
        case Not(member=member):
            return deciding_facts(member, at)
        case AllOf(members=members) | AnyOf(members=members):
            return set().union(*(deciding_facts(member, at) for member in members))


def _outcome(offer: Offer, verdict: Truth, at: Situation) -> tuple[Outcome, tuple[str, ...]]:
    if verdict is False:
        return Outcome.NOT_CONCERNED, ()
    aside = {
        reason: (fact, evaluate(condition, at))
        for reason, (fact, condition) in set_aside_reasons(offer).items()
    }
    holding = tuple(reason for reason, (_, truth) in aside.items() if truth is True)
    if verdict is True and holding:
        return Outcome.SET_ASIDE, holding
    unknown = deciding_facts(offer.rule, at)
    if not holding:
        unknown |= {fact for fact, truth in aside.values() if truth is None}
        if evaluate(PROTECTED_ADDRESS.expression, at) is None:
            unknown.add(PROTECTED_ADDRESS.name)
    if unknown:
        return Outcome.TO_VERIFY, tuple(sorted(unknown))
    return Outcome.SELECTED, ()


def cohort_rows(
    household: HouseholdRecord, catalogue: Catalogue, extract: ExtractKnowledge
) -> Iterator[OfferResult]:
    """Yield what a run writes of a household: every outcome that is not a plain no."""
    at = Situation(household, catalogue.day, catalogue.values, extract)
    for offer in catalogue.targeted:
        for event in _events_for(offer, household):
            result = apply_offer(offer, replace(at, event=event), catalogue.window)
            if result.outcome is not Outcome.NOT_CONCERNED:
                yield result


def _events_for(offer: Offer, household: HouseholdRecord) -> list[Row | None]:
    if not offer.events:
        return [None]
    lost: list[Row | None] = [_NO_ROW] if household.lost_events else []
    return [*household.events, *lost]
