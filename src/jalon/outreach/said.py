"""Says in French what a decision was frozen with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from jalon.rules.facts import EVENT_KINDS
from jalon.targeting.explained import VERDICTS, ShownClause

_KINDS: Final = dict(EVENT_KINDS)
DEATHS: Final = frozenset({"adult_death", "child_death"})
_TRUTHS: Final = {"true": True, "false": False, "unknown": None}


def event_in_french(kind: str) -> str:
    """Return an event's kind in words, nothing for an offer without event."""
    said = _KINDS.get(kind, kind)
    return said[:1].upper() + said[1:]


def shown_clauses(clauses: Sequence[Mapping[str, Any]]) -> list[ShownClause]:
    """Return a decision's clauses ready to be read, groups above their members."""
    return [
        ShownClause(
            *(one["depth"], one["text"], *VERDICTS[_TRUTHS[one["verdict"]]]),
            *(one["found"], one["source"]),
        )
        for one in clauses
    ]
