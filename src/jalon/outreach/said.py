"""Says in French what a decision was frozen with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jalon.rules.calendar import french_date
from jalon.rules.facts import EVENT_KINDS, FACTS
from jalon.web import french

_VERDICTS: Final = {
    "true": ("oui", "done"),
    "false": ("non", "declined"),
    "unknown": ("inconnu", "unknown"),
}
_CODES: Final[dict[str, str]] = {
    code: label for fact in FACTS.values() for code, label in getattr(fact, "codes", ())
}
_KINDS: Final = dict(EVENT_KINDS)


@dataclass(frozen=True)
class ShownClause:
    """A criterion as it was applied: what it asks, the verdict, what was found."""

    text: str
    verdict: str
    state: str
    found: str
    source: str


def event_in_french(kind: str) -> str:
    """Return an event's kind in words, nothing for an offer without event."""
    said = _KINDS.get(kind, kind)
    return said[:1].upper() + said[1:]


def shown_clauses(clauses: Sequence[Mapping[str, Any]]) -> list[ShownClause]:
    """Return a decision's clauses ready to be read."""
    return [
        ShownClause(
            clause["text"], *_VERDICTS[clause["verdict"]], _said(clause["value"]), clause["source"]
        )
        for clause in clauses
    ]


def _said(value: Any) -> str:  # noqa: ANN401 - any value of a fact
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case int() | float():
            return french.number(value, 0 if value == int(value) else 2)
        case {"at_least": low, "at_most": high}:
            return f"de {low} à {high}"
        case str() if value in _CODES:
            return _CODES[value]
        case _:
            return _date(str(value))


def _date(text: str) -> str:
    try:
        return french_date(date.fromisoformat(text))
    except ValueError:
        return text
