"""Families told in few words, in October 2026."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from jalon.rights.situation import (
    Amount,
    Home,
    Income,
    Per,
    Person,
    Relation,
    Situation,
    Tenure,
    Union,
)
from jalon.rules.calendar import Month

MONTH: Final = Month(2026, 10)
_BORN: Final = date(1990, 3, 12)


def a_year(euros: int) -> Amount:
    """Return an amount told for a year."""
    return Amount(Decimal(euros), Per.YEAR)


def earns(euros: int) -> dict[Income, Amount]:
    """Return a salary of so much a month, and nothing else."""
    return {Income.SALARY: Amount(Decimal(euros))}


def adult(relation: Relation = Relation.CLAIMANT, **told: Any) -> Person:
    """Return a grown-up of 36, who declared nothing unless told."""
    return Person(relation, **{"born": _BORN, "taxed": a_year(0), **told})


def child(age: int, **told: Any) -> Person:
    """Return a child of an age on the month's last day, at school."""
    return Person(Relation.CHILD, **{"born": date(2026 - age, 5, 4), "schooled": True, **told})


def family(*people: Person, tenure: Tenure = Tenure.HOSTED, **told: Any) -> Situation:
    """Return a household, hosted in Créteil unless told otherwise."""
    home = told.pop("home", Home(tenure, "94028"))
    couple = any(one.relation is Relation.PARTNER for one in people)
    union = told.pop("union", Union.MARRIED if couple else Union.NONE)
    return Situation(told.pop("month", MONTH), people, home, union=union, **told)
