"""Turns the expressions of facts and criteria into Ibis expressions over whole tables."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from jalon.rules.calendar import latest_birth_of_age
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
from jalon.rules.logic import COMPARISONS
from jalon.rules.offers import Catalogue

MONEY: Final = "decimal(18, 4)"
UNKNOWN: Final = ibis.null("boolean")
_CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True)
class Tables:
    """An accepted extract as Ibis tables.

    `missing` names the (table, column) pairs that it does not have, `filled` those whose cells
    are never empty: what is computed from these alone is never unknown.
    """

    households: ir.Table
    persons: ir.Table
    events: ir.Table
    benefits: ir.Table
    missing: frozenset[tuple[str, str]] = frozenset()
    filled: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Compiler:
    """Compiles expressions for one run.

    What an expression asks of a household's persons or benefits is computed beforehand, once
    for the whole register, in columns that `over_persons` and `over_benefits` list.
    """

    catalogue: Catalogue
    tables: Tables
    persons: Mapping[Expression, str] = field(default_factory=dict)
    benefits: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, needed: Iterable[Expression], *, catalogue: Catalogue, tables: Tables) -> Compiler:
        """Prepare for all the expressions that a run needs."""
        nodes = [node for expression in needed for node in expression.walk()]
        whereabouts = (
            node if isinstance(node, OfPerson) else node.where
            for node in nodes
            if isinstance(node, PersonCount | AnyPerson | OfPerson)
        )
        persons = {node: f"person_{i}" for i, node in enumerate(dict.fromkeys(whereabouts))}
        codes = sorted({node.code for node in nodes if isinstance(node, BenefitPaid)})
        benefits = {code: f"benefit_{code}" for code in codes}
        return cls(catalogue, tables, persons, benefits)

    def over_persons(self, persons: ir.Table) -> dict[str, ir.Value]:
        """Return the aggregates of a household's persons: certain and possible counts, values."""
        aggregates: dict[str, ir.Value] = {}
        for node, name in self.persons.items():
            if isinstance(node, OfPerson):
                where = self.compile(node.where, persons)
                aggregates[name] = self.compile(node.value, persons).max(where=where)
            else:
                where = self.compile(node, persons)
                aggregates[f"{name}_low"] = persons.count(where=where)
                if not self._is_certain(node):
                    aggregates[f"{name}_high"] = persons.count(where=where.fill_null(True))
        return aggregates

    def _is_certain(self, where: Expression) -> bool:
        """Whether a condition on a person is never unknown."""
        asked = {node.column for node in where.walk() if isinstance(node, IsFilled)}
        read = {node for node in where.walk() if isinstance(node, Column)} - asked
        return all(("persons", column.name) in self.tables.filled for column in read) and not any(
            ("persons", column.name) in self.tables.missing for column in asked
        )

    def over_benefits(self, benefits: ir.Table) -> dict[str, ir.Value]:
        """Return, for each benefit looked at, whether the household has it in the month."""
        return {name: (benefits.code == code).any() for code, name in self.benefits.items()}

    def compile(self, node: Expression, table: ir.Table) -> Any:  # noqa: ANN401, C901, PLR0911, PLR0912 -- one arm a node
        """Return the Ibis expression of a node, over a table that has the columns it needs."""
        match node:
            case Value(value):
                return literal(value)
            case Unknown():
                return UNKNOWN
            case RunDate():
                return ibis.literal(self.catalogue.day)
            case MonthStart():
                return ibis.literal(self.catalogue.day.replace(day=1))
            case Parameter(name):
                return literal(self.catalogue.values[name])
            case Column(scope, name):
                return table[column_name(scope, name)]
            case IsFilled(column):
                return self._is_filled(column, table)
            case Age(born, on):
                return _age(self.compile(born, table), self.compile(on, table))
            case MonthsLater(day, months):
                later = self.compile(day, table) + ibis.interval(months=months)
                return later.cast("date")
            case FirstKnown(options):
                return ibis.coalesce(*(self.compile(option, table) for option in options))
            case Plus(left, right):
                return self.compile(left, table) + self.compile(right, table)
            case Comparison():
                return self._comparison(node, table)
            case Every(conditions):
                compiled = (self.compile(condition, table) for condition in conditions)
                return reduce(operator.and_, compiled)
            case Some(conditions):
                compiled = (self.compile(condition, table) for condition in conditions)
                return reduce(operator.or_, compiled)
            case No(condition):
                return _contrary(self.compile(condition, table))
            case OnlyIf(condition, value):
                kept = self.compile(value, table)
                return self.compile(condition, table).ifelse(kept, ibis.null(kept.type()))
            case AnyPerson(where):
                low, high = self._interval(where, table)
                return known_if(low > 0, high == 0)
            case OfPerson():
                return table[self.persons[node]]
            case BenefitPaid(code):
                paid = table[self.benefits[code]]
                return known_if(paid, table.benefits_known & (table.lost_benefits == 0) & ~paid)
            case _:
                raise TypeError(f"{type(node).__name__} has no value outside a comparison")

    def _is_filled(self, column: Column, table: ir.Table) -> ir.Value:
        owner = "households" if column.scope == "household" else "persons"
        if (owner, column.name) in self.tables.missing:
            return UNKNOWN
        return self.compile(column, table).notnull()

    def _interval(self, where: Expression, table: ir.Table) -> tuple[Any, Any]:
        name = self.persons[where]
        low = table[f"{name}_low"]
        high = low if self._is_certain(where) else table[f"{name}_high"]
        return low, high + table.lost_persons

    def _comparison(self, node: Comparison, table: ir.Table) -> Any:  # noqa: ANN401
        holds = COMPARISONS[node.comparison]
        match node:
            case Comparison(left=PersonCount(where), right=right):
                bounds = self._interval(where, table)
                return _compare_interval(*bounds, node.comparison, self.compile(right, table))
            case Comparison(left=Ratio(amount, unit), right=right):
                one = self.compile(unit, table)
                compared = holds(self.compile(amount, table), self.compile(right, table) * one)
                return (one != 0).ifelse(compared, UNKNOWN)
            case Comparison(left=Age(born, RunDate()), right=Value(years)):
                return self._aged(self.compile(born, table), node.comparison, years)
            case Comparison(left=left, right=right):
                return holds(self.compile(left, table), self.compile(right, table))

    def _aged(self, born: ir.Value, comparison: str, years: Any) -> Any:  # noqa: ANN401
        """Compare an age by date of birth, which a register's statistics can serve."""
        whole = int(years)
        if whole != years:
            return COMPARISONS[comparison](
                _age(born, ibis.literal(self.catalogue.day)), literal(years)
            )
        if comparison == "==":
            return self._aged(born, ">=", whole) & self._aged(born, "<=", whole)
        reached = whole + (comparison in {">", "<="})
        threshold = ibis.literal(latest_birth_of_age(reached, self.catalogue.day))
        return born <= threshold if comparison in {">", ">="} else born > threshold


def column_name(scope: str, name: str) -> str:
    """Return the column of a compiled table: events and whom they concern have their prefix."""
    return name if scope in {"household", "person"} else f"{scope}_{name}"


def literal(value: Any) -> Any:  # noqa: ANN401
    """Return a constant, exact."""
    if isinstance(value, Decimal):
        return ibis.literal(int(value)) if value == int(value) else ibis.literal(value, MONEY)
    return ibis.literal(value)


def known_if(true: Any, false: Any) -> Any:  # noqa: ANN401
    """Return true where one holds, false where the other does, unknown elsewhere."""
    return ibis.cases((true, ibis.literal(True)), (false, ibis.literal(False)), else_=UNKNOWN)


def _compare_interval(low: Any, high: Any, comparison: str, bound: Any) -> Any:  # noqa: ANN401
    if comparison == "==":
        return known_if((low == bound) & (high == bound), (low > bound) | (high < bound))
    holds: Callable[[Any, Any], Any] = COMPARISONS[comparison]
    contrary: Callable[[Any, Any], Any] = COMPARISONS[_CONTRARY[comparison]]
    return known_if(
        holds(low, bound) & holds(high, bound), contrary(low, bound) & contrary(high, bound)
    )


def _contrary(condition: Any) -> Any:  # noqa: ANN401
    # Not `~`: its SQL, NOT x IS NULL, would be read as NOT (x IS NULL). And Ibis turns a null
    # literal compared with false into a certain answer.
    return UNKNOWN if condition.equals(UNKNOWN) else condition == ibis.literal(False)


def _age(born: Any, on: Any) -> Any:  # noqa: ANN401
    before_birthday = (on.month() * 100 + on.day()) < (born.month() * 100 + born.day())
    return on.year() - born.year() - before_birthday.ifelse(1, 0)
