"""One family in several situations, what is not known, and a model that fails."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from openfisca_core.simulations import Simulation

from jalon.rights.columns import columns_of
from jalon.rights.computing import compute
from jalon.rights.right import Right
from jalon.rights.situation import Relation, Situation, Union
from rights.families import MONTH, adult, child, family
from rights.generated import families

_COUPLE = family(adult(), adult(Relation.PARTNER), child(6), child(9))


def _by_code(rights: list[Right]) -> dict[str, Right]:
    return {one.kind.code: one for one in rights}


def test_several_situations_of_a_family_are_computed_side_by_side() -> None:
    apart = replace(
        _COUPLE,
        people=tuple(one for one in _COUPLE.people if one.relation is not Relation.PARTNER),
        union=Union.NONE,
    )

    together, alone = map(_by_code, compute([_COUPLE, apart]))

    assert together["ASF"].euros == Decimal(0)
    assert alone["ASF"].euros == Decimal("401.55")
    assert together["AF"].euros == alone["AF"].euros == Decimal("152.24")


def test_situations_of_two_months_are_refused() -> None:
    earlier = replace(_COUPLE, month=type(MONTH)(2026, 9))

    with pytest.raises(ValueError, match="one month"):
        compute([_COUPLE, earlier])


def test_what_depends_on_an_unknown_income_is_not_computed() -> None:
    (rights,) = compute([family(adult(taxed=None), child(6))])
    found = _by_code(rights)

    assert found["ASF"].euros == Decimal("200.77")
    assert found["ARS"].euros is None
    assert "revenus déclarés de 2024" in found["ARS"].why
    # Nought without any income is nought with some.
    assert {found[code].euros for code in ("AF", "CF", "PAJE")} == {Decimal(0)}


def test_of_a_child_under_six_it_does_not_matter_whether_they_go_to_school() -> None:
    at_home, away = compute(
        [
            family(adult(), child(1, schooled=False), child(2, schooled=False)),
            family(adult(), child(8, schooled=False), child(9, schooled=False)),
        ]
    )

    assert _by_code(at_home)["AF"].euros == Decimal("152.24")
    assert _by_code(away)["AF"].euros == Decimal(0)


def test_a_right_that_the_model_cannot_compute_takes_no_other_along(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calculate = Simulation.calculate

    def broken(simulation: Simulation, name: str, period: Any) -> Any:
        if name == "ars":
            raise KeyError("secret of a family")
        return calculate(simulation, name, period)

    monkeypatch.setattr(Simulation, "calculate", broken)

    (rights,) = compute([family(adult(), child(8))])
    found = _by_code(rights)

    assert found["ARS"].euros is None
    assert "n'a pas abouti" in found["ARS"].why
    assert found["ASF"].euros == Decimal("200.77")
    assert caplog.messages == ["ARS could not be computed: KeyError"]


def test_a_family_is_computed_alike_alone_and_among_others() -> None:
    generated = families(12, MONTH, seed=3)

    together = compute(generated)

    assert together[5] == compute([generated[5]])[0]


def test_parts_of_households_hold_their_own_people() -> None:
    generated: list[Situation] = families(11, MONTH, seed=4)
    whole = columns_of(generated)

    parts = list(whole.parts(4))

    assert [len(one) for one in parts] == [4, 4, 3]
    for part, first in zip(parts, (0, 4, 8), strict=True):
        alone = columns_of(generated[first : first + 4])
        assert np.array_equal(part.people.household, alone.people.household)
        assert np.array_equal(part.people.born, alone.people.born)
        assert np.array_equal(part.rent, alone.rent)
        for kind, amounts in part.people.incomes.items():
            assert np.array_equal(amounts, alone.people.incomes[kind])
