"""What may follow what in the life of an appointment, declared here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jalon.agenda.enums import State
from jalon.agenda.errors import AgendaError
from jalon.agenda.models import Appointment

_S = State
_OVER: Final = frozenset({_S.BY_FAMILY, _S.BY_US, _S.HELD})
# Of one moved, the family is asked again: what was agreed is proposed anew.
TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    _S.PROPOSED: frozenset({_S.PROPOSED, _S.BOOKED}) | _OVER,
    _S.BOOKED: frozenset({_S.PROPOSED, _S.BOOKED}) | _OVER,
    _S.HELD: frozenset({_S.HELD}),
    _S.BY_FAMILY: frozenset(),
    _S.BY_US: frozenset(),
}
_STANDS: Final[Mapping[State, str]] = {
    _S.PROPOSED: "il attend l'accord de la famille",
    _S.BOOKED: "il est confirmé",
    _S.HELD: "sa suite est déjà notée",
    _S.BY_FAMILY: "la famille l'a annulé",
    _S.BY_US: "il a été annulé",
}
_VERBS: Final[Mapping[State, str]] = {
    _S.PROPOSED: "être proposé à un autre moment",
    _S.BOOKED: "être confirmé",
    _S.HELD: "recevoir une suite",
    _S.BY_FAMILY: "être annulé",
    _S.BY_US: "être annulé",
}


def may_become(appointment: Appointment, state: State) -> bool:
    """Tell whether a state may follow the appointment's own."""
    return state in TRANSITIONS[State(appointment.state)]


def check(appointment: Appointment, state: State) -> None:
    """AgendaError, saying why, where a state may not follow that of an appointment, locked."""
    if not may_become(appointment, state):
        stands = _STANDS[State(appointment.state)]
        raise AgendaError(f"Ce rendez-vous ne peut plus {_VERBS[state]} : {stands}.")
