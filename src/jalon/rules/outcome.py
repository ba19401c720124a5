"""From a rule's verdict to a household's outcome: who is set aside, and what is to verify."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from jalon.rules.expressions import Expression, No
from jalon.rules.facts import FACTS
from jalon.rules.offers import Offer


class Outcome(StrEnum):
    """What a run finds for a household, an offer and an event."""

    SELECTED = "selected"
    SET_ASIDE = "set_aside"
    TO_VERIFY = "to_verify"
    NOT_CONCERNED = "not_concerned"

    @property
    def in_french(self) -> str:
        """The outcome as shown on screen."""
        return {
            Outcome.SELECTED: "retenu",
            Outcome.SET_ASIDE: "écarté",
            Outcome.TO_VERIFY: "à vérifier",
            Outcome.NOT_CONCERNED: "non concerné",
        }[self]


class Channel(StrEnum):
    """How a selected family is reached."""

    LETTER = "letter"
    IN_PERSON = "in_person"


# What sets a household aside: the reason, the fact to look at, and whether it must be false.
_REASONS: Final[dict[str, tuple[str, Expression]]] = {
    "do_not_contact": ("do_not_contact", FACTS["do_not_contact"].expression),
    "no_addressee": ("has_addressee", No(FACTS["has_addressee"].expression)),
    "in_support": ("in_support", FACTS["in_support"].expression),
}

SET_ASIDE_IN_FRENCH: Final[dict[str, str]] = {
    "do_not_contact": FACTS["do_not_contact"].when_true,
    "no_addressee": FACTS["has_addressee"].when_false,
    "in_support": FACTS["in_support"].when_true,
}

# Unknown, it leaves open how to reach the family, and a letter could put it in danger.
PROTECTED_ADDRESS: Final = FACTS["protected_address"]


def set_aside_reasons(offer: Offer) -> dict[str, tuple[str, Expression]]:
    """Return, in the order they are written, each reason with its fact's name and condition.

    A support under way sets aside what only social work proposes: it blocks neither an aid,
    nor mediation, nor psychology.
    """
    if offer.is_social_work_only:
        return _REASONS
    return {reason: rest for reason, rest in _REASONS.items() if reason != "in_support"}
