"""What an extract tells of the rights of its households."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extracts import OCTOBER, write_extract
from jalon.register.extract import open_extract
from jalon.rights.columns import TENURES, UNIONS
from jalon.rights.scanning import scan
from jalon.rights.situation import Income, Tenure, Union
from jalon.targeting.engine.errors import TargetingError
from jalon.targeting.engine.unclaimed import Claims, claims_of, write_unclaimed

_PAID = {"household_id": "OTHER", "code": "AF", "amount": "150"}
_OTHER: tuple[dict[str, Any], dict[str, Any]] = (
    {"household_id": "OTHER", "responsible_person_id": "PO"},
    {"person_id": "PO", "household_id": "OTHER"},
)
_CHILD = {"person_id": "C1", "role": "child", "birth_date": date(2018, 3, 1)}


def _claims(
    folder: Path,
    *persons: dict[str, Any],
    household: dict[str, Any] | None = None,
    benefits: tuple[dict[str, Any], ...] = (),
) -> Claims:
    """Return what an extract says of H1, beside a household to whom something is paid."""
    write_extract(
        folder,
        households=[household or {}, _OTHER[0]],
        persons=[*persons, _OTHER[1]],
        benefits=[_PAID, *benefits],
    )
    with open_extract(folder, month=OCTOBER) as extract:
        return claims_of(extract, OCTOBER)


def _missing(claims: Claims) -> dict[str, float]:
    found = scan(
        claims.households,
        OCTOBER,
        paid=claims.paid,
        unknown=claims.unknown,
        on_progress=lambda *_: None,
    )
    return {one.code: round(float(one.euros[0]), 2) for one in found if one.euros[0]}


def test_support_for_a_lone_parent_is_found_without_any_income_known(tmp_path: Path) -> None:
    claims = _claims(tmp_path / "a", {}, _CHILD)

    assert _missing(claims) == {"ASF": 200.77}
    assert [code for code, unknown in claims.unknown.items() if unknown[0]] == [
        *("AF", "CF", "PAJE", "RSA", "PPA", "AL"),
    ]


def test_what_is_paid_is_not_missing(tmp_path: Path) -> None:
    paid = {"code": "ASF", "amount": "100"}

    assert _missing(_claims(tmp_path / "a", {}, _CHILD, benefits=(paid,))) == {}


def test_the_file_s_own_word_decides_of_the_rsa_and_of_housing(tmp_path: Path) -> None:
    poor = {
        "gross_income_n2": "0",
        "tenure": "private_tenant",
        "rent_gross": "600",
        "rsa": "none",
        "housing_benefit": "none",
    }
    alone = {"monthly_net_pay": "0"}

    neither = _missing(_claims(tmp_path / "a", alone, household=poor))
    both = _missing(
        _claims(
            tmp_path / "b", alone, household={**poor, "rsa": "standard", "housing_benefit": "als"}
        )
    )

    assert set(neither) == {"RSA", "AL"}
    assert both == {}


@pytest.mark.parametrize(
    ("household", "unknown"),
    [
        ({"tenure": "owner"}, []),
        ({"tenure": "owner", "responsible_is_student": True}, ["RSA", "PPA", "AL"]),
        # When the loan was signed decides, and the file does not tell it.
        ({"tenure": "owner_with_loan", "rent_gross": "700"}, ["RSA", "PPA", "AL"]),
    ],
    ids=["owner", "student", "loan"],
)
def test_of_whom_another_rule_holds_nothing_is_said(
    tmp_path: Path, household: dict[str, Any], unknown: list[str]
) -> None:
    told = {"gross_income_n2": "0", "rsa": "none", "housing_benefit": "none", **household}
    claims = _claims(tmp_path / "a", {"monthly_net_pay": "0"}, household=told)

    assert [code for code, found in claims.unknown.items() if found[0]] == unknown


def test_the_dead_and_visiting_children_claim_nothing(tmp_path: Path) -> None:
    dead = {"death_date": date(2026, 1, 1)}
    spouse = {"person_id": "S1", "role": "spouse", "monthly_net_pay": "700"}
    visiting = {**_CHILD, "custody": "visiting"}

    claims = _claims(tmp_path / "a", dead, spouse, visiting)

    people = claims.households.people
    assert list(people.relation[people.household == 0]) == [0]
    assert float(people.incomes[Income.SALARY][0]) == 700
    assert claims.left_out == 0


def test_a_household_where_nobody_lives_is_left_out(tmp_path: Path) -> None:
    claims = _claims(tmp_path / "a", {"death_date": date(2026, 1, 1)}, _CHILD)

    assert claims.names == ["OTHER"]
    assert claims.left_out == 1


def test_a_household_that_lost_somebody_to_the_rejects_is_left_out(tmp_path: Path) -> None:
    unreadable = {**_CHILD, "birth_date": "hier"}

    claims = _claims(tmp_path / "a", {}, unreadable)

    assert claims.names == ["OTHER"]
    assert claims.left_out == 1


@pytest.mark.parametrize(
    ("status", "union"),
    [
        ("married", Union.MARRIED),
        ("civil_union", Union.CIVIL_UNION),
        ("cohabiting", Union.COHABITING),
        # A spouse is there all the same.
        ("single", Union.COHABITING),
    ],
)
def test_a_couple_is_told_by_its_status(tmp_path: Path, status: str, union: Union) -> None:
    spouse = {"person_id": "S1", "role": "spouse"}

    claims = _claims(tmp_path / "a", {}, spouse, household={"family_status": status})

    assert UNIONS[claims.households.union[0]] is union


def test_a_home_of_another_kind_opens_no_housing_benefit(tmp_path: Path) -> None:
    claims = _claims(tmp_path / "a", {}, household={"tenure": "other"})

    assert TENURES[claims.households.tenure[0]] is Tenure.HOSTED


def test_an_extract_without_the_month_s_benefits_is_refused(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "a", benefits=[{"month": "2026-09"}])

    with (
        open_extract(folder, month=OCTOBER) as extract,
        pytest.raises(TargetingError, match="aucune prestation d'octobre 2026"),
    ):
        claims_of(extract, OCTOBER)


def test_the_file_has_a_line_for_each_household_and_right(tmp_path: Path) -> None:
    claims = _claims(tmp_path / "a", {}, _CHILD)
    found = scan(
        claims.households,
        OCTOBER,
        paid=claims.paid,
        unknown=claims.unknown,
        on_progress=lambda *_: None,
    )

    write_unclaimed(claims.names, found, tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_text("utf-8").splitlines() == [
        "household_id;right;monthly_amount",
        "H1;ASF;200.77",
    ]


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()

    with pytest.raises(TargetingError, match="ne peut pas être écrit"):
        write_unclaimed([], [], tmp_path / "out.csv")

    assert list(tmp_path.iterdir()) == [tmp_path / "out.csv"]
