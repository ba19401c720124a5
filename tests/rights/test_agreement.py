"""What is computed is what OpenFisca-France answers, asked directly, to the cent."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from jalon.rights.catalogue import RIGHTS
from jalon.rights.computing import compute
from jalon.rights.unmodelled import why_not_modelled
from jalon.rules.calendar import Month
from rights.direct import asked_directly
from rights.generated import families

# A thousand once, sixty at each run.
_FAMILIES = int(os.environ.get("JALON_FAMILIES", "60"))
_CENT = Decimal("0.01")


@pytest.mark.parametrize("month", [Month(2026, 2), Month(2026, 10)], ids=str)
def test_every_right_of_every_family_agrees(month: Month) -> None:
    generated = families(_FAMILIES, month)

    ours = compute(generated)

    paid = set()
    for number, (rights, direct) in enumerate(zip(ours, asked_directly(generated), strict=True)):
        for one in rights:
            if why_not_modelled(one.kind, generated[number]):
                assert one.euros is None
                continue
            expected = Decimal(direct.get(one.kind.code, 0.0)).quantize(_CENT)
            assert one.euros == expected, (number, one.kind.code)
            paid |= {one.kind.code} if expected else set()
    # A right that no family has would agree of itself.
    assert paid == {one.code for one in RIGHTS if one.variables}
