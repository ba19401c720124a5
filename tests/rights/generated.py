"""Families drawn at random, each as likely to be found at a fund's desk."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from jalon.rights.situation import (
    Amount,
    Disability,
    Home,
    Income,
    Leave,
    Occupation,
    Per,
    Person,
    Relation,
    Situation,
    Tenure,
    Union,
)
from jalon.rules.calendar import Month, add_months

_COMMUNES: Final = ("94028", "94081", "38185", "34172", "75112", "23096")
_FIRST_MONTHS: Final = ("2026-01", "2026-04", "2026-10")


def families(number: int, month: Month, seed: int = 1) -> list[Situation]:
    """Return so many families of a month, always the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    other = random.Random(seed + 1)  # noqa: S311 - likewise
    drawn = [_with_young(chance, _family(chance, month)) for _ in range(number)]
    return [_with_work_and_loan(other, one) for one in drawn]


def _with_work_and_loan(chance: random.Random, said: Situation) -> Situation:
    """Return it with a student or somebody self-employed, and an older loan: each at times."""
    people = [
        one
        if one.relation is Relation.CHILD
        else replace(one, occupation=chance.choice([Occupation.OTHER] * 18 + list(Occupation)))
        for one in said.people
    ]
    home = replace(said.home, loan_on=date(chance.randint(2017, 2025), 1, 1))
    return replace(said, people=tuple(people), home=home)


def _with_young(chance: random.Random, said: Situation) -> Situation:
    """Return it expecting a child, with an adopted one, with parents on leave: each at times."""
    people = [
        _adopted(chance, one, said.month)
        if one.relation is Relation.CHILD
        else _on_leave(chance, _expecting(chance, one, said.month), said.month)
        for one in said.people
    ]
    return replace(said, people=tuple(people))


def _expecting(chance: random.Random, one: Person, month: Month) -> Person:
    # Later than that, the grant is another year's.
    left = 14 - month.month
    if not one.pregnant or chance.random() < 0.2:
        return one
    due = add_months(month.first_day, chance.randint(0, min(8, left)))
    return replace(one, due=due, babies=chance.choice((1, 1, 2)))


def _adopted(chance: random.Random, one: Person, month: Month) -> Person:
    if chance.random() < 0.95:
        return one
    day = month.last_day - timedelta(days=chance.randint(0, 150))
    return replace(one, adopted_on=max(day, one.born))


def _on_leave(chance: random.Random, one: Person, month: Month) -> Person:
    if chance.random() < 0.7:
        return one
    return replace(
        one,
        leave=chance.choice(list(Leave)),
        on_leave_since=month.first_day - timedelta(days=chance.randint(0, 900)),
        contributed=chance.random() < 0.9,
    )


def _family(chance: random.Random, month: Month) -> Situation:
    union = chance.choice([Union.NONE, Union.NONE, *Union])
    people = [_adult(chance, Relation.CLAIMANT, month)]
    if union is not Union.NONE:
        people.append(_adult(chance, Relation.PARTNER, month))
    people += [_child(chance, month) for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4)))]
    tenure = chance.choice(list(Tenure))
    pays = tenure in {Tenure.PRIVATE_TENANT, Tenure.SOCIAL_TENANT, Tenure.OWNER_WITH_LOAN}
    return Situation(
        month=month,
        people=tuple(people),
        home=Home(
            tenure=tenure,
            commune=chance.choice(_COMMUNES),
            rent=Decimal(chance.randint(250, 1100)) if pays else Decimal(0),
            charges=Decimal(chance.randint(0, 200)) if pays else Decimal(0),
        ),
        union=union,
        alone_since=(
            month.first_day - timedelta(days=chance.randint(0, 900))
            if union is Union.NONE and chance.random() < 0.5
            else None
        ),
    )


def _adult(chance: random.Random, relation: Relation, month: Month) -> Person:
    incomes = {
        kind: Amount(Decimal(chance.randint(80, 2600)))
        for kind in Income
        if chance.random() < (0.5 if kind is Income.SALARY else 0.08)
    }
    disability = chance.choice([Disability.NONE] * 8 + [Disability.FROM_50, Disability.FROM_80])
    return Person(
        relation,
        month.first_day - timedelta(days=365 * chance.randint(18, 66) + chance.randint(0, 364)),
        incomes=incomes,
        taxed=Amount(Decimal(chance.choice((0, chance.randint(500, 60_000)))), Per.YEAR),
        disability=disability,
        barred_from_work=disability is Disability.FROM_50 and chance.random() < 0.5,
        pregnant=chance.random() < 0.05,
    )


def _child(chance: random.Random, month: Month) -> Person:
    age = chance.randint(0, 21)
    disabled = chance.random() < 0.1
    return Person(
        Relation.CHILD,
        month.first_day - timedelta(days=365 * age + chance.randint(0, 364)),
        incomes=(
            {Income.SALARY: Amount(Decimal(chance.randint(300, 1500)))}
            if age >= 16 and chance.random() < 0.3
            else {}
        ),
        schooled=chance.random() < 0.95,
        alternating=chance.random() < 0.1,
        disability=Disability.FROM_50 if disabled else Disability.NONE,
        care_level=chance.randint(0, 6) if disabled else 0,
    )
