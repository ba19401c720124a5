"""What cannot all be true is asked about, and nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jalon.rights.questions import questions_of
from jalon.rights.situation import (
    Amount,
    Home,
    Income,
    Leave,
    Per,
    Person,
    Relation,
    Situation,
    Tenure,
    Union,
)
from rights.families import MONTH, a_year, adult, child, earns, family

_PARTNER = Relation.PARTNER
_TENANT = Home(Tenure.PRIVATE_TENANT, "94028", rent=Decimal(700), charges=Decimal(60))


def _a_month(euros: int) -> dict[Income, Amount]:
    return {Income.SALARY: Amount(Decimal(euros))}


def test_an_ordinary_family_is_asked_nothing() -> None:
    said = family(adult(incomes=earns(1400)), adult(_PARTNER), child(3), home=_TENANT)

    assert questions_of(said) == []


@pytest.mark.parametrize(
    ("said", "asked", "whose"),
    [
        (family(child(5)), "Qui demande", None),
        (family(adult(), adult()), "Qui demande", None),
        (family(adult(), adult(_PARTNER), adult(_PARTNER)), "Deux conjoints", None),
        (family(adult(), adult(_PARTNER), union=Union.NONE), "mariés, pacsés", None),
        (family(adult(), union=Union.MARRIED), "vit-il encore", None),
        (
            family(adult(), adult(_PARTNER), alone_since=date(2026, 5, 1)),
            "Une séparation est notée",
            None,
        ),
        (family(adult(), alone_since=date(2026, 12, 1)), "après le mois", None),
        (family(adult(), child(-1)), "naît après", 1),
        (family(adult(born=date(1900, 1, 1))), "126 ans", 0),
        (family(adult(), child(40)), "plus âgé qu'un parent", 1),
        (family(adult(born=date(2016, 1, 1)), child(1)), "moins de 12 ans", 1),
        (family(adult(born=date(2016, 1, 1))), "n'aurait que 10 ans", 0),
        (family(adult(incomes=_a_month(24_000))), "24 000 € par mois", 0),
        # A month's pay taken for a year's, or the year's income for a month's.
        (family(adult(incomes={Income.SALARY: a_year(1_200)})), "1 200 € par an", 0),
        (
            family(adult(incomes=_a_month(1_900), taxed=a_year(1_900))),
            "pour un mois et pour une année",
            0,
        ),
        (
            family(adult(incomes={Income.SALARY: a_year(8_000)}, taxed=Amount(Decimal(8_000)))),
            "pour un mois et pour une année",
            0,
        ),
        (family(adult(), home=replace(_TENANT, rent=Decimal(8_400))), "8 400 € de loyer", None),
        (
            family(adult(), home=replace(_TENANT, loan_on=date(2026, 11, 1))),
            "Le prêt est signé après",
            None,
        ),
        (
            family(adult(incomes={Income.SALARY: Amount(Decimal(-5))})),
            "négatif",
            0,
        ),
        (family(adult(taxed=Amount(Decimal(-5), Per.YEAR))), "négatif", 0),
        (
            family(adult(barred_from_work=True, incomes=earns(900))),
            "empêche de travailler",
            0,
        ),
        (family(adult(pregnant=True, due=date(2026, 9, 30))), "est-il né", 0),
        (family(adult(pregnant=True, due=date(2027, 8, 1))), "si tard", 0),
        (family(adult(leave=Leave.HALF, on_leave_since=date(2026, 11, 1))), "depuis quel", 0),
        (family(adult(leave=Leave.FULL, incomes=earns(900))), "sans travailler du tout", 0),
        (family(adult(), child(5, adopted_on=date(2020, 1, 1))), "avant sa naissance", 1),
        (family(adult(), child(5, adopted_on=date(2026, 11, 1))), "après le mois", 1),
        (family(adult(), tenure=Tenure.PRIVATE_TENANT), "sans loyer noté", None),
        (
            family(adult(), home=replace(_TENANT, tenure=Tenure.OWNER)),
            "sans être locataire",
            None,
        ),
        (
            family(adult(), home=replace(_TENANT, charges=Decimal(800))),
            "dépassent le loyer",
            None,
        ),
        (
            family(adult(), home=replace(_TENANT, charges=Decimal(-8))),
            "logement est négatif",
            None,
        ),
    ],
)
def test_what_cannot_be_is_asked(said: Situation, asked: str, whose: int | None) -> None:
    found = [one for one in questions_of(said) if asked in one.text.replace("\xa0", " ")]

    assert [one.person for one in found] == [whose]
    assert found[0].blocking


def test_an_ordinary_birth_to_come_and_leave_are_asked_nothing() -> None:
    mother = adult(pregnant=True, due=date(2027, 7, 31))
    father = adult(_PARTNER, leave=Leave.HALF, on_leave_since=MONTH.last_day, incomes=earns(800))

    adopted = child(5, adopted_on=MONTH.last_day)
    assert questions_of(family(mother, father, adopted)) == []


def test_no_pay_at_all_is_no_pay_beside_a_disability_that_bars_from_work() -> None:
    assert questions_of(family(adult(barred_from_work=True, incomes=_a_month(0)))) == []


@pytest.mark.parametrize(
    ("person", "asked"),
    [
        (child(27), "27 ans"),
        (adult(taxed=a_year(1_200)), "1 200 € par an"),
    ],
)
def test_what_is_rare_is_asked_and_computed_all_the_same(person: Person, asked: str) -> None:
    said = family(
        *(
            (adult(born=date(1980, 1, 1)), person)
            if person.relation is Relation.CHILD
            else (person,)
        )
    )

    (found,) = questions_of(said)

    assert asked in found.text.replace("\xa0", " ")
    assert not found.blocking


def test_a_child_may_be_older_than_whom_a_parent_lives_with_and_not_than_both() -> None:
    young = adult(_PARTNER, born=date(2006, 1, 1))

    (found,) = questions_of(family(adult(born=date(1980, 1, 1)), young, child(21)))
    assert (found.blocking, found.confirmable) == (True, True)
    (found,) = questions_of(family(adult(born=date(2006, 1, 1)), young, child(21)))
    assert (found.blocking, found.confirmable) == (True, False)


def test_what_is_told_of_the_same_months_twice_is_asked_nothing() -> None:
    said = family(adult(incomes={Income.SALARY: a_year(18_000)}, taxed=a_year(18_000)))

    assert questions_of(said) == []
