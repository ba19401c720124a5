"""What may follow what in the life of a support, declared here and held by the database too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jalon.interventions.enums import SupportState
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Support

_S = SupportState
TRANSITIONS: Final[Mapping[SupportState, frozenset[SupportState]]] = {
    _S.DRAFT: frozenset({_S.ACTIVE, _S.CLOSED}),
    _S.ACTIVE: frozenset({_S.SUSPENDED, _S.CLOSED}),
    _S.SUSPENDED: frozenset({_S.ACTIVE, _S.REOPENED, _S.CLOSED}),
    _S.REOPENED: frozenset({_S.SUSPENDED, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.REOPENED}),
}
# Why nothing more can be done where a support stands.
_STANDS: Final[Mapping[SupportState, str]] = {
    _S.DRAFT: "il n'a pas commencé, son contrat n'est pas signé",
    _S.ACTIVE: "il est en cours",
    _S.SUSPENDED: "il est suspendu",
    _S.REOPENED: "il a repris et suit son cours",
    _S.CLOSED: "il est clos",
}
_VERBS: Final[Mapping[SupportState, str]] = {
    _S.DRAFT: "être préparé",
    _S.ACTIVE: "commencer",
    _S.SUSPENDED: "être suspendu",
    _S.REOPENED: "reprendre",
    _S.CLOSED: "se clore",
}


def may_become(support: Support, state: SupportState) -> bool:
    """Tell whether a state may follow the support's own."""
    return state in TRANSITIONS[SupportState(support.state)]


def move(support: Support, state: SupportState) -> None:
    """Give the support, locked by the caller, another state; InterventionError if it may not."""
    if not may_become(support, state):
        raise InterventionError(
            f"Cet accompagnement ne peut pas {_VERBS[state]} : "
            f"{_STANDS[SupportState(support.state)]}."
        )
    support.state = state
