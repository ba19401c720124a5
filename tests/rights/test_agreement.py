"""What is computed is what OpenFisca-France answers, asked directly, to the cent."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from jalon.rights.computing import compute
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
            expected = Decimal(direct[one.kind.code]).quantize(_CENT)
            assert one.euros == expected, (number, one.kind.code)
            paid |= {one.kind.code} if expected else set()
    # A right that no family has would agree of itself.
    assert paid >= {"AF", "CF", "ASF", "PAJE", "ARS", "AEEH", "RSA", "PPA", "AL", "AAH", "CSS"}
