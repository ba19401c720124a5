"""What was found of a right: read by pages, which load nothing of what computes it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from jalon.rights.catalogue import RightKind

# Who has the last word on a right, as within a sentence.
TO_CONFIRM: Final = "à confirmer par le service des prestations"
# What rights depend on too, and is not asked: said wherever amounts are.
NOT_LOOKED_AT: Final = "Le calcul ne regarde ni le droit au séjour, ni l'épargne."


@dataclass(frozen=True)
class Right:
    """What one right comes to in a situation: euros, net of the CRDS, at the right's rhythm.

    `euros` is None where it could not be computed, and `why` says it, in French; for a health
    cover, it is 1 where it is due, else 0.
    """

    kind: RightKind
    euros: Decimal | None
    why: str = ""
