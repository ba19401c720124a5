"""Whatever the rule and the register, the set-based engine says what the plain one says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import ibis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jalon.rules.criteria import AllOf, AnyOf, Bound, Criterion, Operand, Operator
from jalon.rules.engines.ibis_cohort import cohort
from jalon.rules.facts import FACTS
from jalon.rules.offers import Catalogue, Service
from registers import Register, Row, by_ibis, by_reference
from rules.random_rules import Drawer, catalogue_of, catalogues, offer_of

HOUSEHOLDS = 60
SEEDS = st.integers(0, 1_000_000)


def slow(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        # Shrinking would take minutes: a rule takes up to a second to compile.
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@cache
def connection() -> Any:
    return ibis.duckdb.connect()


def drawn(seed: int, catalogue: Catalogue) -> Register:
    return Drawer(random.Random(seed), catalogue.month).register(HOUSEHOLDS)  # noqa: S311


@slow(10)
@given(catalogue=catalogues(), seed=SEEDS)
def test_engines_agree_row_by_row(catalogue: Catalogue, seed: int) -> None:
    register = drawn(seed, catalogue)

    assert by_ibis(register, catalogue, connection()) == by_reference(register, catalogue)


def criterion(fact: str, operator: str, *values: Bound) -> Criterion:
    operands = tuple(Operand(value=value) for value in values)
    return Criterion(fact, FACTS[fact], Operator(operator), operands, "une source")


def paid(code: str, *, is_paid: bool = False) -> Criterion:
    return criterion(f"paid_{code}", "is", is_paid)


def test_several_benefits_in_two_offers() -> None:
    money = tuple(
        Operand(parameter=one) for one in ("family_benefits.child_pay_ceiling", "monthly")
    )
    quotient = Criterion("quotient", FACTS["family_quotient"], Operator.BETWEEN, money, "source")
    ages = criterion("responsible_age", "between", Decimal(0), Decimal(65))
    student = criterion("responsible_is_student", "is", False)  # noqa: FBT003
    expecting = criterion("declared_pregnancy", "is", False)  # noqa: FBT003
    neither = AllOf("neither", (paid("ajpp"), paid("asf")))
    either = AnyOf("either", (paid("rsa", is_paid=True), paid("cf")))
    first = offer_of(
        "first",
        paid("apl"),
        criterion("dependent_children_housing", "at_least", Decimal(0)),
        AllOf("both", (neither, either)),
        services=(Service.SOCIAL_WORK, Service.MEDIATION),
    )
    rsa = criterion("rsa", "one_of", "standard", "increased", "increased")
    second = offer_of(
        "second",
        AnyOf("means", (quotient, paid("ppa"), rsa)),
        AllOf("people", (AnyOf("who", (student, ages)), expecting)),
    )
    catalogue = catalogue_of(first, second)
    register = drawn(1, catalogue)

    assert by_ibis(register, catalogue, connection()) == by_reference(register, catalogue)


def test_a_query_grows_with_its_rule_not_faster() -> None:
    def length(criteria: int) -> int:
        aids = [
            Criterion(f"c{n}", FACTS["rsa"], Operator.IS, (Operand(value="none"),), "une source")
            for n in range(criteria)
        ]
        offer = offer_of("long", AllOf("group", tuple(aids)))
        catalogue = catalogue_of(offer)
        tables = drawn(1, catalogue).tables(connection())
        return len(connection().compile(cohort(tables, catalogue)))

    fixed = length(1)

    assert length(31) - fixed < 1.1 * 3 * (length(11) - fixed)


@slow(3)
@given(catalogue=catalogues(), seed=SEEDS)
def test_neither_order_nor_a_newcomer_changes_anyone_s_rows(
    catalogue: Catalogue, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    drawer = Drawer(chance, catalogue.month)
    register = drawer.register(HOUSEHOLDS)
    own, persons, events, _ = drawer.household("Z9")

    def joined(rows: Sequence[Row], new: Sequence[Row] = ()) -> list[Row]:
        return chance.sample([*rows, *new], len(rows) + len(new))

    larger = Register(
        joined(register.households, [own]),
        joined(register.persons, persons),
        joined(register.events, events),
        joined(register.benefits),
        register.missing,
        register.filled,
    )

    rows = by_ibis(larger, catalogue, connection())

    assert [row for row in rows if row[1] != "Z9"] == by_ibis(register, catalogue, connection())
