"""Rights of young children: paid ahead of a birth, for a while, or by a rule not known yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jalon.rights.computing import compute
from jalon.rights.otherwise import at_work, with_child
from jalon.rights.right import Right
from jalon.rights.situation import Amount, Care, Income, Leave, Person, Relation, Situation
from rights.families import adult, child, earns, family

_PARTNER = Relation.PARTNER
_DUE = date(2026, 12, 20)


def _found(said: Situation, code: str) -> Right:
    (rights,) = compute([said])
    return next(one for one in rights if one.kind.code == code)


def _expecting(due: date = _DUE, babies: int = 1) -> Situation:
    return family(adult(pregnant=True, due=due, babies=babies), adult(_PARTNER))


def _on_leave(*children: Person, since: date = date(2026, 9, 1), alone: bool = False) -> Situation:
    parent = adult(leave=Leave.FULL, contributed=True, on_leave_since=since)
    return family(parent, *(() if alone else (adult(_PARTNER),)), *children)


def test_the_grant_of_a_birth_is_told_as_soon_as_it_is_expected_and_for_each_child() -> None:
    later = date(2027, 2, 3)
    told = compute([_expecting(), _expecting(later), _expecting(babies=2), _COUPLE])
    grants = [next(one.euros for one in rights if one.kind.code == "PRIME") for rights in told]

    # Rounded once, of both.
    assert grants == [Decimal("1093.08"), Decimal("1093.08"), Decimal("2186.15"), Decimal(0)]


_COUPLE = family(adult(), adult(_PARTNER), child(6))


def test_a_child_to_be_born_is_nobody_yet_for_other_rights() -> None:
    assert _found(_expecting(), "PAJE").euros == Decimal(0)


def test_a_grant_of_next_year_waits_for_its_incomes() -> None:
    found = _found(_expecting(date(2027, 3, 3)), "PRIME")

    assert found.euros is None
    assert "janvier 2027" in found.why
    assert "revenus déclarés de 2025" in found.why


def test_a_child_who_comes_brings_the_grant_and_ends_the_pregnancy() -> None:
    twins = with_child(_expecting(babies=2))

    assert len(twins.children) == 2
    assert _found(twins, "PRIME").euros == Decimal("2186.15")
    assert _found(with_child(_COUPLE), "PRIME").euros == Decimal("1093.08")


@pytest.mark.parametrize(
    ("said", "euros"),
    [
        (_on_leave(child(0)), "459.69"),
        # Of two parents, each has six months with one child.
        (_on_leave(child(0), since=date(2026, 4, 30)), "0.00"),
        (_on_leave(child(0), since=date(2026, 4, 30), alone=True), "459.69"),
        (_on_leave(child(1)), "0.00"),
        (_on_leave(child(2), child(8), since=date(2024, 11, 4)), "459.69"),
        (_on_leave(child(2), child(8), since=date(2024, 10, 4)), "0.00"),
        # Until the month before the third birthday.
        (_on_leave(child(3, born=date(2023, 11, 1)), child(8)), "459.69"),
        (_on_leave(child(3, born=date(2023, 10, 31)), child(8)), "0.00"),
        (_on_leave(), "0.00"),
    ],
)
def test_the_leave_of_a_parent_is_paid_for_a_while(said: Situation, euros: str) -> None:
    assert _found(said, "PREPARE").euros == Decimal(euros)


@pytest.mark.parametrize(
    "told",
    [
        {"contributed": False},
        {"incomes": {Income.UNEMPLOYMENT: Amount(Decimal(600))}},
        {"incomes": {Income.SICK_PAY: Amount(Decimal(600))}},
    ],
)
def test_a_leave_without_work_before_or_with_what_replaces_pay_opens_nothing(
    told: dict[str, Any],
) -> None:
    parent = adult(**{"leave": Leave.HALF, "contributed": True, **told})

    assert _found(family(parent, child(0)), "PREPARE").euros == Decimal(0)


def test_two_parents_who_stop_are_paid_as_one() -> None:
    both = family(
        adult(leave=Leave.FULL, contributed=True),
        adult(_PARTNER, leave=Leave.HALF, contributed=True),
        child(0),
    )

    assert _found(both, "PREPARE").euros == Decimal("459.69")


def test_what_a_leave_brings_counts_in_the_minimum_income() -> None:
    said = _on_leave(child(0), alone=True)
    without = replace(said, people=(replace(said.people[0], leave=Leave.NONE), said.people[1]))

    (on_leave, at_home) = (_found(one, "RSA").euros or Decimal(0) for one in (said, without))
    # 96.62 % of the monthly basis, before the CRDS.
    assert at_home - on_leave == Decimal("462.00")


def test_a_job_ends_the_leave() -> None:
    hired = at_work(_on_leave(child(0)), Amount(Decimal(1_600)))

    assert _found(hired, "PREPARE").euros == Decimal(0)


@pytest.mark.parametrize("care", [Care.CHILDMINDER, Care.EMPLOYEE])
def test_care_that_is_paid_for_is_not_computed_and_says_why(care: Care) -> None:
    found = _found(family(adult(incomes=earns(1_500)), child(2, care=care)), "CMG")

    assert found.euros is None
    assert "septembre 2025" in found.why


def test_care_that_a_family_pays_nobody_for_is_not_due() -> None:
    assert _found(family(adult(), child(2, care=Care.NURSERY)), "CMG").euros == Decimal(0)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (family(adult(), child(5, adopted_on=date(2025, 6, 1))), "PAJE"),
        (_on_leave(child(5, adopted_on=date(2026, 6, 1))), "PREPARE"),
        (_on_leave(child(4), child(4), child(4)), "PREPARE"),
    ],
)
def test_what_the_law_gives_longer_than_the_model_is_not_computed(
    said: Situation, code: str
) -> None:
    assert _found(said, code).euros is None


def test_an_adoption_of_years_ago_changes_nothing() -> None:
    assert _found(family(adult(), child(9, adopted_on=date(2020, 6, 1))), "PAJE").euros == 0
