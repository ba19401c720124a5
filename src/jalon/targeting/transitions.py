"""What may follow what in the life of a run, declared here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jalon.targeting.enums import RunState
from jalon.targeting.errors import RunError
from jalon.targeting.models import TargetingRun

_S = RunState
TRANSITIONS: Final[Mapping[RunState, frozenset[RunState]]] = {
    _S.RECEIVED: frozenset({_S.CHECKED, _S.FAILED, _S.WITHDRAWN}),
    _S.CHECKED: frozenset({_S.REVIEW, _S.FAILED, _S.WITHDRAWN}),
    _S.REVIEW: frozenset({_S.RELEASED, _S.WITHDRAWN}),
    _S.FAILED: frozenset(),
    _S.RELEASED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
UNDER_WAY: Final = (_S.RECEIVED, _S.CHECKED)

# Why nothing more can be done where a run stands.
_STANDS: Final[Mapping[RunState, str]] = {
    _S.RECEIVED: "son calcul n'est pas fini",
    _S.CHECKED: "son calcul n'est pas fini",
    _S.REVIEW: "il est déjà calculé et attend d'être relu",
    _S.FAILED: "il a été refusé : corrigez l'extraction et lancez-en un autre",
    _S.RELEASED: "il est déjà libéré",
    _S.WITHDRAWN: "il a été retiré : refaites-le pour le reprendre",
}
_VERBS: Final[Mapping[RunState, str]] = {
    _S.RECEIVED: "être reçu",
    _S.CHECKED: "être vérifié",
    _S.REVIEW: "être relu",
    _S.FAILED: "être refusé",
    _S.RELEASED: "être libéré",
    _S.WITHDRAWN: "être retiré",
}


def may_become(run: TargetingRun, state: RunState) -> bool:
    """Tell whether a state may follow the run's own."""
    return state in TRANSITIONS[RunState(run.state)]


def move(run: TargetingRun, state: RunState) -> None:
    """Give the run, locked by the caller, another state; RunError, saying why, if it may not."""
    if not may_become(run, state):
        raise RunError(
            f"Ce requêtage ne peut pas {_VERBS[state]} : {_STANDS[RunState(run.state)]}."
        )
    run.state = state
