"""Boundaries of amounts and rights: quotient, income, RSA, rents, arrears, benefits, tenure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from jalon.register.schema import HOUSEHOLDS
from jalon.register.synthetic.cases import CENT, Case, Cell, Scene

_QUOTIENT: Final = Decimal("800.00")
_RENT: Final = Decimal("600.00")
_CHARGES: Final = Decimal("50.00")
_RESIDUAL: Final = Decimal("210.00")
_IN_ARREARS: Final[dict[str, Cell]] = {
    "tenure": "private_tenant",
    "housing_benefit": "alf",
    "rent_gross": _RENT,
    "rent_charges": _CHARGES,
    "rent_residual": _RESIDUAL,
    "arrears_amount": Decimal("5000.00"),
}


def _codes(column: str) -> tuple[str | None, ...]:
    return (*HOUSEHOLDS.column(column).codes, None)


def quotients(scene: Scene) -> Iterator[Case]:
    """Family quotients around the threshold of holidays, leisure and separation."""
    people = (scene.parent(36), scene.child(8))
    for quotient in (0 * CENT, _QUOTIENT - CENT, _QUOTIENT, _QUOTIENT + CENT, None):
        for rsa in ("none", "standard"):
            yield Case(
                f"quotient {quotient}, rsa {rsa}",
                people,
                (scene.event("separation"),),
                {"family_quotient": quotient, "rsa": rsa},
            )
    unknown: dict[str, Cell] = {
        "family_quotient": _QUOTIENT - CENT,
        "rsa": None,
        "rsa_sanction": None,
    }
    yield Case("quotient under, rsa unknown", people, (scene.event("separation"),), unknown)


def incomes(scene: Scene) -> Iterator[Case]:
    """Gross incomes around the yearly minimum wage, and each adjustment above it."""
    people = (scene.parent(27), scene.child(3))
    wage = scene.yearly_wage
    for income in (0 * CENT, wage - CENT, wage, wage + CENT, None):
        yield Case(f"gross income {income}", people, (), {"gross_income_n2": income})
    for adjustment in _codes("income_adjustment"):
        for above in (wage + 1000, None):
            yield Case(
                f"gross income {above}, adjustment {adjustment}",
                people,
                (),
                {"gross_income_n2": above, "income_adjustment": adjustment},
            )


def rsa_and_sanctions(scene: Scene) -> Iterator[Case]:
    """Each RSA with a sanction, without, and unknown, for a young lone parent."""
    people = (scene.parent(26), scene.child(3))
    for rsa in _codes("rsa"):
        for sanction in (True, False, None):
            yield Case(
                f"rsa {rsa}, sanction {sanction}",
                people,
                (),
                {"rsa": rsa, "rsa_sanction": sanction},
            )


def family_statuses(scene: Scene) -> Iterator[Case]:
    """Each family status of a young parent without a spouse, and single with one."""
    people = (scene.parent(26), scene.child(3))
    for status in HOUSEHOLDS.column("family_status").codes:
        yield Case(f"family status {status}", people, (), {"family_status": status})
    yield Case(
        "family status single, with a spouse",
        (scene.parent(26), scene.spouse(27), scene.child(3)),
    )


def arrears(scene: Scene) -> Iterator[Case]:
    """Arrears around two rents (bare, and with charges) and three residual rents."""
    amounts = {
        "two bare rents": 2 * _RENT,
        "two rents with charges": 2 * (_RENT + _CHARGES),
        "three residual rents": 3 * _RESIDUAL,
    }
    for label, amount in amounts.items():
        for owed in (amount - CENT, amount, amount + CENT):
            # Without a residual rent, only the gross rents decide.
            residual = _RESIDUAL if label == "three residual rents" else Decimal("500.00")
            yield _late(scene, f"{label}: {owed}", arrears_amount=owed, rent_residual=residual)
    yield _late(scene, "no arrears", arrears_amount=0 * CENT)
    yield _late(scene, "arrears unknown", arrears_amount=None)
    yield _late(scene, "residual rent zero", rent_residual=0 * CENT, arrears_amount=CENT)
    yield _late(
        scene, "residual rent and arrears zero", rent_residual=0 * CENT, arrears_amount=0 * CENT
    )
    few = Decimal("700.00")
    yield _late(scene, "residual rent unknown", rent_residual=None, arrears_amount=few)
    yield _late(scene, "gross rent unknown", rent_gross=None, arrears_amount=few)
    yield _late(scene, "charges unknown", rent_charges=None, arrears_amount=2 * _RENT)
    yield _late(scene, "no rent known", rent_gross=None, rent_charges=None, rent_residual=None)


def housing_rights(scene: Scene) -> Iterator[Case]:
    """Each housing benefit and each tenure, with arrears and in indecent housing."""
    for benefit in _codes("housing_benefit"):
        yield _late(scene, f"housing benefit {benefit}", housing_benefit=benefit)
    for tenure in _codes("tenure"):
        yield _late(scene, f"tenure {tenure}", tenure=tenure)


def _late(scene: Scene, label: str, **facts: Cell) -> Case:
    return Case(
        f"arrears and indecent housing: {label}",
        (scene.parent(40), scene.child(8)),
        (scene.event("rent_arrears"), scene.event("indecent_housing")),
        {**_IN_ARREARS, **facts},
    )
