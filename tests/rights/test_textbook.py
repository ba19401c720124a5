"""Families of a textbook, in October 2026, worked by hand from the amounts published for it.

The references: the monthly basis of family benefits (BMAF), 478.16 €, is that of the instruction
DSS/2A/2026/36 of 26 March 2026; the ceilings of the year, those of the instruction DSS/2B/2025/177
of 18 December 2025; the basic RSA, 651.69 €, of decree 2026-220, art. 1; that of the activity
bonus, 638.28 €, of decree 2026-222, art. 2; the allowance for disabled adults, 1 041.59 €, of
decree 2026-229, art. 1. Shares of the BMAF are those of the Code de la sécurité sociale, D. 521-1,
D. 522-1 to D. 522-4, D. 523-1, D. 531-2 to D. 531-4, D. 543-1, D. 541-1. The CRDS takes 0.5 % of
most.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jalon.rights.computing import compute
from jalon.rights.situation import Amount, Disability, Income, Leave, Relation, Tenure
from rights.families import a_year, adult, child, earns, family

_PARTNER = Relation.PARTNER


_FAMILIES = {
    # 32 % of 478.16 is 153.01; less 0.5 %.
    "two children": (
        family(adult(taxed=a_year(20_000)), adult(_PARTNER), child(8), child(11)),
        "AF",
        "152.24",
    ),
    # 32 % and 41 % make 73 %, 349.06; less 0.5 %.
    "three children": (
        family(adult(taxed=a_year(15_000)), adult(_PARTNER), child(4), child(8), child(11)),
        "AF",
        "347.31",
    ),
    # A ceiling of 24 853 × (1 + 0.25 + 0.25 + 0.3) = 44 735.40, half of which is 22 367.70: with
    # 15 000 × 0.9 = 13 500, the increased amount, 62.48 % of 478.16: 298.75; less 0.5 %.
    "three children, small income": (
        family(adult(taxed=a_year(15_000)), adult(_PARTNER), child(4), child(8), child(11)),
        "CF",
        "297.26",
    ),
    # 42.2 % of 478.16 is 201.78; less 0.5 %.
    "alone with one child": (family(adult(), child(6)), "ASF", "200.77"),
    # The same, less the 100 € that the other parent pays: 101.78; less 0.5 %.
    "alone, with some child support": (
        family(adult(incomes={Income.CHILD_SUPPORT: Amount(Decimal(100))}), child(6)),
        "ASF",
        "101.27",
    ),
    # 41.65 % of 478.16 is 199.15; less 0.5 %.
    "a baby": (
        family(adult(taxed=a_year(20_000)), adult(_PARTNER), child(1)),
        "PAJE",
        "198.16",
    ),
    # 229.75 % of 478.16 is 1 098.57 for each; less 0.5 %. A ceiling of 29 694 × 1.25 = 37 117.50
    # is over 20 000 × 0.9.
    "a birth to come": (
        family(
            adult(pregnant=True, due=date(2026, 12, 20), taxed=a_year(20_000)), adult(_PARTNER)
        ),
        "PRIME",
        "1093.08",
    ),
    # The same ceiling, increased by 25 % for a second child: 29 694 × 1.5 = 44 541, under
    # 50 000 × 0.9 = 45 000.
    "a birth to come, with much income": (
        family(
            adult(pregnant=True, due=date(2026, 12, 20), taxed=a_year(50_000)),
            adult(_PARTNER),
            child(6),
        ),
        "PRIME",
        "0.00",
    ),
    # 459.5 % of 478.16 is 2 197.15; less 0.5 %.
    "an adopted child": (
        family(
            adult(taxed=a_year(20_000)), adult(_PARTNER), child(2, adopted_on=date(2026, 9, 8))
        ),
        "PRIME",
        "2186.16",
    ),
    # 96.62 % of 478.16 is 462.00; less 0.5 %.
    "a parent who stops working": (
        family(adult(leave=Leave.FULL, contributed=True), adult(_PARTNER), child(1), child(4)),
        "PREPARE",
        "459.69",
    ),
    # 62.46 % of 478.16 is 298.66; less 0.5 %.
    "a lone parent at half time": (
        family(adult(leave=Leave.HALF, contributed=True), child(0)),
        "PREPARE",
        "297.17",
    ),
    # 36.03 % for each make 72.06 %, 344.56; less 0.5 %.
    "two parents at four fifths": (
        family(
            adult(leave=Leave.PART, contributed=True),
            adult(_PARTNER, leave=Leave.PART, contributed=True),
            child(2),
            child(5),
        ),
        "PREPARE",
        "342.84",
    ),
    # 89.72 % for the one of 8, 94.67 % for the one of 12: 429.01 and 452.67; less 0.5 %.
    "back to school": (
        family(adult(taxed=a_year(15_000)), adult(_PARTNER), child(8), child(12)),
        "ARS",
        "877.27",
    ),
    # 32 % of 478.16: no CRDS on it.
    "a disabled child": (
        family(adult(), adult(_PARTNER), child(7, disability=Disability.FROM_50)),
        "AEEH",
        "153.01",
    ),
    # 651.69, less 12 % for who is lodged for nothing: 78.20.
    "alone and without income": (family(adult()), "RSA", "573.49"),
    # 651.69 × (1 + 0.5 + 0.3) = 1 173.04; less 16.5 % of it for being lodged, 193.55; less the
    # family allowances, 153.01; less 22.5 % of the BMAF for each child supported, 215.17.
    "alone with two children, without income": (
        family(adult(), child(8), child(11)),
        "RSA",
        "611.31",
    ),
    # 638.28 + 59.85 % of 1 500, 897.75 + the bonus; less 1 500 and 12 % of 638.28, 76.59. The
    # bonus goes from 59 to 138 hours of the minimum wage, 12.31 €: 1 500 − 726.29 of
    # 1 698.78 − 726.29 is 0.7956 of 37.7 % of 638.28, 240.63: 191.44. Less 0.5 %.
    "a small salary": (
        family(adult(incomes=earns(1500), taxed=a_year(20_000)), tenure=Tenure.OWNER),
        "PPA",
        "150.13",
    ),
    # The whole amount: nobody else's income, none of one's own.
    "a disabled adult": (
        family(adult(disability=Disability.FROM_80)),
        "AAH",
        "1041.59",
    ),
    # 12 × 750 = 9 000, under the ceiling of 10 166 for one person... and the lodging, 12 % of the
    # RSA for twelve months, 938.43: 9 938.43.
    "covered for nothing": (
        family(adult(incomes=earns(750), taxed=a_year(9_000))),
        "CSS",
        "1.00",
    ),
    # 12 × 800 and 938.43 make 10 538.43: over it.
    "covered, for a share": (
        family(adult(incomes=earns(800), taxed=a_year(9_600))),
        "CSS",
        "0.00",
    ),
}


@pytest.fixture(scope="module")
def rights() -> dict[str, dict[str, Decimal | None]]:
    """The rights of each family, by code: all are computed at once."""
    computed = compute([said for said, _, _ in _FAMILIES.values()])
    return {
        name: {one.kind.code: one.euros for one in found}
        for name, found in zip(_FAMILIES, computed, strict=True)
    }


@pytest.mark.parametrize("name", list(_FAMILIES))
def test_a_family_has_what_the_law_gives(
    rights: dict[str, dict[str, Decimal | None]], name: str
) -> None:
    _, code, euros = _FAMILIES[name]

    assert rights[name][code] == Decimal(euros)
