"""What the values of a breakdown are called where a list says it, as their own rooms do.

Definitions are written without a database: nothing here reads one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from jalon.agenda import enums as agenda
from jalon.directory.enums import Service
from jalon.interventions import enums as interventions
from jalon.outreach import enums as outreach
from jalon.rights.catalogue import RIGHTS
from jalon.rules.facts import EVENT_KINDS
from jalon.rules.sentences import capitalised
from jalon.steering.enums import Breakdown
from jalon.steering.measures import BANDS

_MODES: Final = {
    **dict(outreach.Medium.choices),
    **dict(agenda.Mode.choices),
    **dict(interventions.MeetingMode.choices),
    "home": "À domicile",
}
_ORIGINS: Final = {
    **dict(interventions.Origin.choices),
    "family": "Pris par la famille",
    "staff": "Pris par un agent",
}
# What a measure's outcomes are, by its code; all are known of one list or of another.
_OUTCOMES: Final[dict[str, dict[str, str]]] = {
    "advice_elsewhere": dict(interventions.OtherService.choices),
    "advice_ended": dict(interventions.AdviceOutcome.choices),
    "support_ended": dict(interventions.Closing.choices),
    "support_running": dict(interventions.SupportState.choices),
    "contracts_signed": {"first": "Premier contrat", "amended": "Avenant"},
    "objectives_settled": dict(interventions.ObjectiveResult.choices),
    "reviews_held": dict(interventions.ReviewKind.choices),
    "letters_returned": dict(outreach.Trouble.choices),
    "calls_made": dict(outreach.MessageState.choices),
    "messages_sent": dict(outreach.MessageState.choices),
    "appointments_due": {
        **dict(agenda.Outcome.choices),
        **dict(agenda.State.choices),
    },
    **{
        f"opinion_{one}": dict(interventions.Opinion.choices)
        for one in ("listened", "helped", "better", "returns")
    },
}


def listed(by: Breakdown, values: Collection[str], measure: str) -> dict[str, str]:
    """Return what the values of a breakdown are called, those that a list names."""
    if by is Breakdown.OUTCOME:
        together = measure == "families_of_several"
        return {one: _services(one) for one in values} if together else _OUTCOMES.get(measure, {})
    return _LISTS.get(by, {})


def _band(code: str, most: int) -> str:
    least = int(code.rstrip("+").split("-")[0])
    if not most:
        return f"Plus de {least - 1} jours"
    return f"{least} à {most} jours"


_LISTS: Final[dict[Breakdown, dict[str, str]]] = {
    Breakdown.EVENT: {code: capitalised(label) for code, label in EVENT_KINDS},
    Breakdown.CHANNEL: dict(outreach.Channel.choices),
    Breakdown.ORIGIN: _ORIGINS,
    Breakdown.MODE: _MODES,
    Breakdown.DELAY: {one: _band(one, most) for one, most in BANDS.items()},
    Breakdown.RIGHT: {one.code: one.label for one in RIGHTS},
}


def _services(value: str) -> str:
    labels = dict(Service.choices)
    return ", ".join(str(labels.get(one, one)) for one in value.split("+"))
