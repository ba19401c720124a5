"""Dated parameters: the law's from OpenFisca, the fund's from its own file, by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jalon.rules.profile import load_profile
from jalon.rules.toml_source import ProfileError
from rules.small_profiles import PARAMETERS, profile_with


@pytest.mark.parametrize(
    ("day", "yearly_wage"),
    [
        # 2024: ten months at 11.65, two at 11.88, each × 151.67 h.
        (date(2026, 10, 31), "21273.2342"),
        # 2022: four months at 10.57, three at 10.85, five at 11.07.
        (date(2024, 1, 31), "19744.4006"),
        # 2019: twelve months at 10.03.
        (date(2021, 12, 31), "18255.0012"),
    ],
)
def test_the_yearly_minimum_wage_is_summed_month_by_month(day: date, yearly_wage: str) -> None:
    parameter = load_profile("val-de-marne").parameters["minimum_wage.gross_year_n2"]

    assert parameter.on(day).value == Decimal(yearly_wage)


@pytest.mark.parametrize(
    ("day", "ceiling"),
    [
        (date(2018, 1, 31), "918.35"),  # 9.88 × 0.55 × 169 = 918.346
        (date(2024, 10, 31), "1082.87"),  # 11.65: 1082.8675
        (date(2024, 11, 30), "1104.25"),  # 11.88: 1104.246
        (date(2026, 10, 31), "1144.21"),  # 12.31: 1144.2145
    ],
)
def test_a_child_s_pay_ceiling_follows_the_hourly_wage(day: date, ceiling: str) -> None:
    parameter = load_profile("isere").parameters["family_benefits.child_pay_ceiling"]

    assert parameter.on(day).value == Decimal(ceiling)


def test_half_a_cent_is_rounded_up(tmp_path: Path) -> None:
    halved = PARAMETERS.replace("[0.55, 169]", "[0.5]").replace("round = 2", "round = 2")

    profile = profile_with(tmp_path, parameters=halved)

    # 12.31 / 2 = 6.155.
    ceiling = profile.parameters["family_benefits.child_pay_ceiling"]
    assert ceiling.on(date(2026, 10, 31)).value == Decimal("6.16")


def test_without_rounding_every_decimal_is_kept(tmp_path: Path) -> None:
    profile = profile_with(tmp_path, parameters=PARAMETERS.replace("round = 2\n", ""))

    ceiling = profile.parameters["family_benefits.child_pay_ceiling"]
    assert ceiling.on(date(2018, 1, 31)).value == Decimal("918.3460")


@pytest.mark.parametrize(
    ("day", "value", "source", "assumption"),
    [
        (date(2024, 12, 31), "700", "Délibération de 2020", None),
        (date(2025, 1, 1), "800.5", "Délibération de 2025", "Le montant n'est pas publié."),
        (date(2099, 1, 1), "800.5", "Délibération de 2025", "Le montant n'est pas publié."),
    ],
)
def test_a_listed_value_holds_until_the_next(
    tmp_path: Path, day: date, value: str, source: str, assumption: str | None
) -> None:
    found = profile_with(tmp_path).parameters["quotient.ceiling"].on(day)

    assert (found.value, found.source, found.assumption) == (Decimal(value), source, assumption)


def test_before_its_first_value_a_parameter_has_none(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        profile_with(tmp_path).parameters["quotient.ceiling"].on(date(2019, 12, 31))


def test_a_wage_that_openfisca_has_not_confirmed_shows_as_an_assumption(tmp_path: Path) -> None:
    ceiling = profile_with(tmp_path).parameters["family_benefits.child_pay_ceiling"]

    assert "OpenFisca" in str(ceiling.on(date(2090, 1, 31)).assumption)
    assert ceiling.on(date(2018, 1, 31)).assumption is None


def test_an_offer_in_force_before_its_parameter_is_refused_or_says_its_value(
    tmp_path: Path,
) -> None:
    late = PARAMETERS.replace("2020-01-01", "2024-01-31")
    try:
        profile = profile_with(tmp_path, parameters=late)
    except ProfileError:
        return

    assert {offer.code for offer in profile.catalogue_on(date(2024, 1, 15)).offers} == {
        "separation",
        "young",
    }
