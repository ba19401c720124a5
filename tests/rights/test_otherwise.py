"""The same family otherwise, and what is paid beside what could be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jalon.rights.catalogue import BY_CODE
from jalon.rights.comparing import Gap, Payment, Standing, compared
from jalon.rights.computing import compute
from jalon.rights.otherwise import at_work, parted, with_child
from jalon.rights.questions import questions_of
from jalon.rights.right import Right
from jalon.rights.situation import Amount, Income, Relation, Union
from rights.families import MONTH, adult, child, family

_PARTNER = Relation.PARTNER
_COUPLE = family(adult(pregnant=True), adult(_PARTNER), child(6))


def _by_code(rights: list[Right]) -> dict[str, Decimal | None]:
    return {one.kind.code: one.euros for one in rights}


def test_what_changes_is_computed_beside_what_is() -> None:
    jobless = family(adult(incomes={Income.UNEMPLOYMENT: Amount(Decimal(900))}), child(6))

    now, apart, more, idle, hired = map(
        _by_code,
        compute(
            [
                _COUPLE,
                parted(_COUPLE),
                with_child(_COUPLE),
                jobless,
                at_work(jobless, Amount(Decimal(1_600))),
            ]
        ),
    )

    assert (now["ASF"], apart["ASF"]) == (Decimal(0), Decimal("200.77"))
    assert (now["AF"], more["AF"]) == (Decimal(0), Decimal("152.24"))
    assert more["PAJE"] == Decimal("198.16")
    assert idle["PPA"] == Decimal(0)
    assert hired["PPA"]


def test_each_is_a_family_that_can_be() -> None:
    hired = at_work(_COUPLE, Amount(Decimal(1_600)), _PARTNER)

    for one in (parted(_COUPLE), with_child(_COUPLE), hired):
        assert questions_of(one) == []


def test_one_who_parts_is_newly_alone_with_the_children() -> None:
    apart = parted(_COUPLE)

    assert [one.relation for one in apart.people] == [Relation.CLAIMANT, Relation.CHILD]
    assert (apart.union, apart.alone_since) == (Union.NONE, MONTH.first_day)


def test_a_child_who_comes_ends_the_pregnancy() -> None:
    born = date(2026, 10, 20)

    found = with_child(_COUPLE, born)

    assert not any(one.pregnant for one in found.people)
    assert found.children[-1].born == born


def test_who_is_hired_is_paid_nothing_in_the_place_of_pay_any_more() -> None:
    ill = adult(
        incomes={
            Income.SICK_PAY: Amount(Decimal(800)),
            Income.DISABILITY_PENSION: Amount(Decimal(300)),
        }
    )

    hired = at_work(family(ill), Amount(Decimal(1_600)))

    assert set(hired.claimant.incomes) == {Income.SALARY, Income.DISABILITY_PENSION}


def test_nobody_parts_alone_nor_works_in_another_s_place() -> None:
    alone = family(adult())

    with pytest.raises(ValueError, match="nobody to part from"):
        parted(alone)
    with pytest.raises(LookupError):
        at_work(alone, Amount(Decimal(1_000)), _PARTNER)


@pytest.mark.parametrize(
    ("code", "euros", "paid", "gap", "standing"),
    [
        ("ASF", "200.77", "0", Gap.MISSING, Standing.DUE),
        ("ASF", "0", "200.77", Gap.AT_RISK, Standing.AT_RISK),
        ("ASF", "0", "0", Gap.NEITHER, None),
        ("ASF", "200.77", "199.00", Gap.SAME, Standing.HELD),
        ("RSA", "500", "480", Gap.LESS, Standing.DUE),
        ("RSA", "500", "520", Gap.MORE, Standing.AT_RISK),
        ("AL", None, "300", Gap.UNKNOWN, None),
        # Paid, and nobody knows how much.
        ("AL", "300", "?", Gap.PAID, Standing.HELD),
        ("AL", "0", "?", Gap.AT_RISK, Standing.AT_RISK),
        # Nobody knows whether it is paid.
        ("AL", "300", None, Gap.UNKNOWN, Standing.TO_COMPARE),
        # What is paid once a year, and a cover, are in no month's payments.
        ("ARS", "429", "0", Gap.UNKNOWN, Standing.TO_COMPARE),
        ("CSS", "1", "0", Gap.UNKNOWN, Standing.TO_COMPARE),
        ("CSS", "0", "0", Gap.UNKNOWN, None),
    ],
)
def test_what_is_paid_stands_beside_what_could_be(
    code: str, euros: str | None, paid: str | None, gap: Gap, standing: Standing | None
) -> None:
    right = Right(BY_CODE[code], None if euros is None else Decimal(euros))
    known = {} if paid is None else {code: Payment(None if paid == "?" else Decimal(paid))}

    (found,) = compared([right], known)

    assert (found.gap, found.standing) == (gap, standing)
