"""What the values of a breakdown are called on screen, as their own rooms call them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.conf import settings

from jalon.agenda import enums as agenda
from jalon.directory.enums import Service
from jalon.directory.models import Commune, Territory
from jalon.interventions import enums as interventions
from jalon.outreach import enums as outreach
from jalon.rights.catalogue import RIGHTS
from jalon.rules.facts import EVENT_KINDS
from jalon.rules.profile import load_profile
from jalon.rules.sentences import capitalised
from jalon.steering.enums import NO_TERRITORY, Breakdown
from jalon.steering.measures import BANDS

UNKNOWN: Final = "Non connu"
NOWHERE: Final = "Hors des territoires"
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


def territories() -> dict[str, str]:
    """Return every territory's label by its code, and what is outside all of them."""
    found = dict(Territory.objects.order_by("label").values_list("code", "label"))
    return {**found, NO_TERRITORY: NOWHERE}


def names(by: Breakdown, values: Collection[str], measure: str) -> dict[str, str]:
    """Return what each value of a breakdown is called; one that nothing names stays as it is."""
    known = _known(by, values, measure)
    return {value: known.get(value, value) if value else UNKNOWN for value in values}


def _known(by: Breakdown, values: Collection[str], measure: str) -> dict[str, str]:
    if by is Breakdown.COMMUNE:
        return dict(Commune.objects.filter(pk__in=values).values_list("pk", "label"))
    if by is Breakdown.OFFER:
        return {one.code: one.label for one in load_profile(settings.PROFILE).offers}
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
