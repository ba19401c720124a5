"""Says in French what was proposed, and what its decision was frozen with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils import timezone

from jalon.outreach.enums import Channel
from jalon.outreach.models import Proposal
from jalon.rules.facts import EVENT_KINDS
from jalon.targeting.explained import VERDICTS, ShownClause

_KINDS: Final = dict(EVENT_KINDS)
DEATHS: Final = frozenset({"adult_death", "child_death"})
PROPOSAL_HEAD: Final = (
    *("Famille", "Offre", "Commune", "Faite le", "Réponse jusqu'au", "Voie"),
    *("Adresse protégée", "Ne pas contacter"),
)
_TRUTHS: Final = {"true": True, "false": False, "unknown": None}


def event_in_french(kind: str) -> str:
    """Return an event's kind in words, nothing for an offer without event."""
    said = _KINDS.get(kind, kind)
    return said[:1].upper() + said[1:]


def proposal_cells(proposal: Proposal) -> tuple[object, ...]:
    """Return the cells of a proposal, under `PROPOSAL_HEAD`: what the list shows, no address."""
    family = proposal.family
    return (
        *(family.name, proposal.label, proposal.commune.label if proposal.commune else ""),
        timezone.localtime(proposal.made_at).date(),
        *(proposal.window_ends_on, Channel(proposal.channel).label),
        "oui" if family.protected_address else "non",
        "oui" if family.do_not_contact else "non",
    )


def shown_clauses(clauses: Sequence[Mapping[str, Any]]) -> list[ShownClause]:
    """Return a decision's clauses ready to be read, groups above their members."""
    return [
        ShownClause(
            *(one["depth"], one["text"], *VERDICTS[_TRUTHS[one["verdict"]]]),
            *(one["found"], one["source"]),
        )
        for one in clauses
    ]
