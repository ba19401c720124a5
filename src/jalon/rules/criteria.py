"""Criteria and the tree they form: what an offer asks of a household, written once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from jalon.rules.expressions import (
    Column,
    Comparison,
    Every,
    Expression,
    MonthStart,
    No,
    RunDate,
    Some,
    Value,
)
from jalon.rules.fact import Fact, FactType
from jalon.rules.facts import FACTS

Bound: TypeAlias = str | bool | Decimal
EVENT_CRITERION = "event"


class Operator(StrEnum):
    """How a criterion compares its fact, as written in a profile."""

    IS = "is"
    ONE_OF = "one_of"
    BELOW = "below"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    ABOVE = "above"
    BETWEEN = "between"


NUMERIC_OPERATORS = {
    Operator.IS: "==",
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
    Operator.AT_LEAST: ">=",
    Operator.ABOVE: ">",
}

OPERATORS_BY_TYPE: Mapping[FactType, tuple[Operator, ...]] = {
    FactType.BOOLEAN: (Operator.IS,),
    FactType.CODE: (Operator.IS, Operator.ONE_OF),
    FactType.NUMBER: (*NUMERIC_OPERATORS, Operator.BETWEEN),
    FactType.COUNT: (*NUMERIC_OPERATORS, Operator.BETWEEN),
}


@dataclass(frozen=True)
class Operand:
    """What a fact is compared with: a value, or a dated parameter that gives it."""

    value: Bound | None = None
    parameter: str | None = None

    def resolve(self, parameters: Mapping[str, Decimal]) -> Bound:
        """Return the value; a parameter's is the one of the run's date."""
        if self.parameter is not None:
            return parameters[self.parameter]
        if self.value is None:
            raise ValueError("an operand has a value or a parameter")
        return self.value


@dataclass(frozen=True)
class Criterion:
    """One readable condition: a fact, an operator, and what it is compared with."""

    id: str
    fact: Fact
    operator: Operator
    operands: tuple[Operand, ...]
    source: str
    assumption: str | None = None

    def condition(self, parameters: Mapping[str, Decimal]) -> Expression:
        """Return the condition as engines evaluate it."""
        values = [Value(operand.resolve(parameters)) for operand in self.operands]
        fact = self.fact.expression
        match self.operator:
            case Operator.ONE_OF:
                return Some(tuple(Comparison(fact, "==", value) for value in values))
            case Operator.BETWEEN:
                low, high = values
                return Every((Comparison(fact, ">=", low), Comparison(fact, "<=", high)))
            case _:
                return Comparison(fact, NUMERIC_OPERATORS[self.operator], values[0])


@dataclass(frozen=True)
class EventCriterion:
    """An event of one of these kinds, registered in the run's month: what sets an offer off."""

    kinds: tuple[str, ...]
    source: str
    id: str = EVENT_CRITERION
    assumption: None = None

    @property
    def fact(self) -> Fact:
        """The fact looked at: the event itself."""
        return FACTS["event_kind"]

    def condition(self, _parameters: Mapping[str, Decimal]) -> Expression:
        """Return the condition as engines evaluate it."""
        kind, reported_on = Column("event", "kind"), Column("event", "reported_on")
        return Every(
            (
                Some(tuple(Comparison(kind, "==", Value(value)) for value in self.kinds)),
                Comparison(reported_on, ">=", MonthStart()),
                Comparison(reported_on, "<=", RunDate()),
            )
        )


Leaf: TypeAlias = Criterion | EventCriterion


@dataclass(frozen=True)
class AllOf:
    """Every one of several rules must hold."""

    id: str
    members: tuple[Rule, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of several rules must hold."""

    id: str
    members: tuple[Rule, ...]


@dataclass(frozen=True)
class Not:
    """A rule must not hold."""

    id: str
    member: Rule


Rule: TypeAlias = Criterion | EventCriterion | AllOf | AnyOf | Not


def members_of(rule: Rule) -> tuple[Rule, ...]:
    """Return the rules directly below a group, nothing below a criterion."""
    match rule:
        case AllOf() | AnyOf():
            return rule.members
        case Not():
            return (rule.member,)
        case _:
            return ()


def leaves(rule: Rule, above: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield each criterion with its path: the ids from the offer down to it, joined by `/`."""
    if isinstance(rule, Criterion | EventCriterion):
        yield above + rule.id, rule
        return
    below = f"{above}{rule.id}/" if rule.id else above
    for member in members_of(rule):
        yield from leaves(member, below)


def parameters_of(rule: Rule) -> frozenset[str]:
    """Return the dated parameters that the criteria of a rule, and their facts, rest on."""
    compared = [leaf for _, leaf in leaves(rule) if isinstance(leaf, Criterion)]
    named = {one.parameter for leaf in compared for one in leaf.operands if one.parameter}
    return frozenset(named).union(*(leaf.fact.parameters for leaf in compared))


def condition_of(rule: Rule, parameters: Mapping[str, Decimal]) -> Expression:
    """Return a whole rule as one condition, parameters resolved."""
    match rule:
        case AllOf(members=members):
            return Every(tuple(condition_of(member, parameters) for member in members))
        case AnyOf(members=members):
            return Some(tuple(condition_of(member, parameters) for member in members))
        case Not(member=member):
            return No(condition_of(member, parameters))
        case _:
            return rule.condition(parameters)


def with_operands(rule: Rule, path: str, operands: tuple[Operand, ...]) -> Rule:
    """Return the rule with another operand for the criterion at that path."""
    if isinstance(rule, Criterion):
        return replace(rule, operands=operands) if rule.id == path else rule
    if isinstance(rule, EventCriterion):
        return rule
    below = path.removeprefix(f"{rule.id}/") if rule.id else path
    if rule.id and below == path:
        return rule
    if isinstance(rule, Not):
        return replace(rule, member=with_operands(rule.member, below, operands))
    return replace(
        rule, members=tuple(with_operands(member, below, operands) for member in rule.members)
    )
