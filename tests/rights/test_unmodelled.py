"""Whose incomes or home the model has another rule for, or none: computed by it, or said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest

from jalon.rights.computing import compute
from jalon.rights.situation import Home, Occupation, Relation, Situation, Tenure
from rights.families import adult, child, earns, family

_STUDIES: Final[dict[str, Any]] = {"occupation": Occupation.STUDENT}
_OWN: Final[dict[str, Any]] = {"occupation": Occupation.SELF_EMPLOYED}
_HOME = Home(Tenure.OWNER_WITH_LOAN, "94028", rent=Decimal(700), loan_on=date(2019, 12, 31))
_LATER = Home(Tenure.OWNER_WITH_LOAN, "94028", rent=Decimal(700), loan_on=date(2020, 1, 1))
_NOUGHT = (Decimal(0), "")
_ON_INCOMES = {"RSA", "PPA", "AL", "AAH", "CSS"}


def _found(*told: Situation) -> list[dict[str, tuple[Decimal | None, str]]]:
    return [{one.kind.code: (one.euros, one.why) for one in rights} for rights in compute(told)]


def test_who_studies_has_no_minimum_income_and_a_bonus_on_enough_pay_alone() -> None:
    studying, little, enough = _found(
        family(adult(**_STUDIES)),
        family(adult(incomes=earns(700), **_STUDIES)),
        family(adult(incomes=earns(1_200), **_STUDIES)),
    )

    assert studying["RSA"] == _NOUGHT
    assert little["PPA"] == _NOUGHT
    assert enough["PPA"][0]


def test_a_student_who_lives_with_another_adult_is_counted_with_them() -> None:
    found, like_any = _found(
        family(adult(), adult(Relation.PARTNER, **_STUDIES)),
        family(adult(), adult(Relation.PARTNER)),
    )

    assert found["RSA"] == like_any["RSA"]
    assert found["RSA"][0]


@pytest.mark.parametrize(
    ("said", "codes", "why"),
    [
        (family(adult(**_OWN)), _ON_INCOMES, "à son compte"),
        (family(adult(), adult(Relation.PARTNER, **_OWN)), _ON_INCOMES, "à son compte"),
        (family(adult(), home=_HOME), _ON_INCOMES - {"AAH"}, "avant 2020"),
        # The law lets a lone parent who studies have it, and the model does not.
        (family(adult(**_STUDIES), child(2)), {"RSA"}, "seul qui étudie"),
        (family(adult(pregnant=True, **_STUDIES)), {"RSA"}, "seul qui étudie"),
        (family(adult(), home=_LATER), set(), ""),
    ],
)
def test_what_the_model_lacks_is_said(said: Situation, codes: set[str], why: str) -> None:
    (found,) = _found(said)

    assert {code for code, (euros, _) in found.items() if euros is None} == codes
    assert all(why in found[code][1] for code in codes)
