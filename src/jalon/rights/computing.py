"""Computes rights: of households as columns, or of one family told in several situations."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jalon.rights.births import before_birth
from jalon.rights.catalogue import RIGHTS, Rhythm, RightKind
from jalon.rights.columns import Households, columns_of
from jalon.rights.legislation import crds, legislation, simulation_of
from jalon.rights.right import Right
from jalon.rights.situation import Situation
from jalon.rights.unmodelled import why_not_modelled
from jalon.rules.calendar import Month

if TYPE_CHECKING:
    from openfisca_core.simulations import Simulation

_log = logging.getLogger(__name__)
_CENT: Final = Decimal("0.01")
Amounts: TypeAlias = NDArray[np.float64]


def compute(situations: Sequence[Situation]) -> list[list[Right]]:
    """Return the rights of each situation, all of one month, in the order of the catalogue.

    ValueError where their months differ.
    """
    month = month_of(situations)
    households = columns_of(with_births(situations))
    found = {kind.code: amounts for kind, amounts in amounts_of(households, month)}
    return rights_of(situations, found)


def month_of(situations: Sequence[Situation]) -> Month:
    """Return the month of situations; ValueError where they have not one and the same."""
    months = {one.month for one in situations}
    if len(months) != 1:
        raise ValueError("situations are computed for one month at a time")
    return months.pop()


def with_births(situations: Sequence[Situation]) -> list[Situation]:
    """Return what the model is asked of: the situations, then those before a birth to come."""
    return [*situations, *(one for one in map(before_birth, situations) if one is not None)]


def rights_of(
    situations: Sequence[Situation], found: Mapping[str, Amounts | None]
) -> list[list[Right]]:
    """Tell of each situation what was found of `with_births`, by code; None where nothing was."""
    births = count(len(situations))
    told = []
    for row, said in enumerate(situations):
        before = row if before_birth(said) is None else next(births)
        told.append(
            [
                _right(kind, found[kind.code], said, before if kind.before_birth else row)
                for kind in RIGHTS
            ]
        )
    return told


def amounts_of(
    households: Households, month: Month, kinds: Sequence[RightKind] = RIGHTS
) -> Iterator[tuple[RightKind, Amounts | None]]:
    """Yield the amounts of each kind for all households; None where OpenFisca failed on it.

    One that fails takes no other along: each is asked for apart, of one simulation.
    """
    simulation = simulation_of(households, month)
    for kind in kinds:
        if not kind.variables:
            yield kind, np.zeros(len(households))
            continue
        try:
            yield kind, _amounts(simulation, kind, month)
        except Exception as error:  # noqa: BLE001 - any formula of the model may raise anything
            _log.warning("%s could not be computed: %s", kind.code, type(error).__name__)
            yield kind, None


def _amounts(simulation: Simulation, kind: RightKind, month: Month) -> Amounts:
    period = str(month.year) if kind.rhythm is Rhythm.YEAR else str(month)
    found: Amounts = np.sum(
        [_of_families(simulation, name, period) for name in kind.variables], axis=0
    )
    if kind.crds:
        found *= 1 - crds(month)
    return found


def _of_families(simulation: Simulation, name: str, period: str) -> Amounts:
    values: Amounts = simulation.calculate(name, period).astype(np.float64)
    if legislation().get_variable(name).entity.is_person:
        values = simulation.populations["famille"].sum(values)
    return values


def _right(kind: RightKind, amounts: Amounts | None, said: Situation, row: int) -> Right:
    if why := why_not_modelled(kind, said):
        return Right(kind, None, why)
    euros = None if amounts is None else Decimal(float(amounts[row])).quantize(_CENT)
    if kind.needs_taxed and not (kind.only_less and euros == 0) and _lacks_taxed(said):
        year = said.month.year - 2
        return Right(
            kind, None, f"Il manque les revenus déclarés de {year} : voyez l'avis d'impôt."
        )
    if euros is None:
        return Right(kind, None, "Le calcul n'a pas abouti : demandez au service des prestations.")
    return Right(kind, euros)


def _lacks_taxed(said: Situation) -> bool:
    adults = (said.claimant, said.partner)
    return any(one.taxed is None for one in adults if one is not None)
