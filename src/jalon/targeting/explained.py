"""A household's explanation as a page shows it: each offer, each clause, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jalon.rules.criteria import Criterion, EventCriterion, Rule, members_of
from jalon.rules.facts import EVENT_KINDS, FACTS
from jalon.rules.logic import Truth
from jalon.rules.offers import Catalogue
from jalon.rules.outcome import SET_ASIDE_IN_FRENCH, Outcome
from jalon.rules.sentences import (
    GROUPS,
    capitalised,
    fact_label,
    registered,
    said_value,
    sentence,
    to_the_cent,
)
from jalon.targeting import storage
from jalon.targeting.cohort_files import reading
from jalon.targeting.engine.explaining import Entry, explain
from jalon.targeting.engine.keeping import KEPT_FILES, read_kept
from jalon.targeting.errors import RunError
from jalon.targeting.integrity import checked_folder
from jalon.targeting.models import TargetingRun
from jalon.targeting.trials import recorded

_GONE: Final = "L'extraction de ce requêtage n'est plus gardée : ce dossier ne s'explique plus."
VERDICTS: Final[dict[Truth, tuple[str, str]]] = {
    True: ("oui", "done"),
    False: ("non", "declined"),
    None: ("inconnu", "unknown"),
}
_STATES: Final = {
    Outcome.SELECTED: "done",
    Outcome.SET_ASIDE: "declined",
    Outcome.TO_VERIFY: "unknown",
    Outcome.NOT_CONCERNED: "stopped",
}


def reason_in_french(outcome: str, reason: str) -> str:
    """Say why a row is set aside, or what is to verify."""
    if outcome == Outcome.SET_ASIDE:
        return capitalised(SET_ASIDE_IN_FRENCH.get(reason, reason))
    return capitalised(fact_label(reason)) if reason in FACTS else reason


@dataclass(frozen=True)
class ShownClause:
    """A criterion or a group, how deep it stands, and whether the household meets it."""

    depth: int
    text: str
    verdict: str
    state: str
    found: str = ""
    source: str = ""
    would_hold_on: date | None = None


@dataclass(frozen=True)
class ShownEntry:
    """An offer applied to the household."""

    code: str
    label: str
    outcome: str
    state: str
    event: str
    registered: str
    reported_on: date | None
    reasons: list[str]
    in_person: bool
    window_ends_on: date | None
    clauses: list[ShownClause]


@dataclass(frozen=True)
class Explained:
    """All offers for a household: those that look at it, then the others, by label alone."""

    household_id: str
    entries: list[ShownEntry]
    without_event: list[str]
    on_request: list[str]


def explained(run: TargetingRun, numbers: Sequence[str]) -> Explained:
    """Explain a household of a run's extract, known by one of these numbers, by the run's rules.

    From what the run kept; households outside its lists as long as its extract is kept too.
    RunError or TargetingError where that is gone, or the extract had no such household.
    """
    past, folder = recorded(run), checked_folder(run, *KEPT_FILES)
    others = storage.extract_folder(run).is_dir()
    with reading() as connection:
        kept = read_kept(connection, folder, numbers, others=others)
        if not kept.found and not others:
            raise RunError(_GONE)
        found = explain(kept, past.catalogue, kept.household_id)
    shown = [one for one in found.entries if not one.lacks_event and not one.offer.request]
    said = to_the_cent(past.catalogue)
    shown.sort(key=lambda one: list(Outcome).index(one.outcome))
    return Explained(
        kept.household_id,
        [_entry(one, said) for one in shown],
        [one.offer.label for one in found.entries if one.lacks_event],
        [one.offer.label for one in found.entries if one.offer.request],
    )


def _entry(entry: Entry, said: Catalogue) -> ShownEntry:
    selected = entry.outcome is Outcome.SELECTED
    return ShownEntry(
        code=entry.offer.code,
        label=entry.offer.label,
        outcome=capitalised(entry.outcome.in_french),
        state=_STATES[entry.outcome],
        event=dict(EVENT_KINDS)[entry.event["kind"]] if entry.event else "",
        registered=registered(entry.event["kind"]) if entry.event else "",
        reported_on=entry.event["reported_on"] if entry.event else None,
        reasons=[reason_in_french(entry.outcome, one) for one in entry.reasons],
        in_person=selected and entry.channel is not None and entry.channel.value == "in_person",
        window_ends_on=entry.window_ends_on if selected else None,
        clauses=[
            clause
            for rule in entry.offer.rule.members
            for clause in _clauses(entry, rule, said, 0)
        ],
    )


def _clauses(entry: Entry, rule: Rule, said: Catalogue, depth: int) -> Iterator[ShownClause]:
    word, state = VERDICTS[entry.verdict(rule)]
    if isinstance(rule, Criterion | EventCriterion):
        clause = entry.clause_of(rule)
        yield ShownClause(
            *(depth, capitalised(sentence(rule, said)), word, state),
            *(said_value(rule.fact, clause.value), clause.source, clause.would_hold_on),
        )
    else:
        yield ShownClause(depth, GROUPS[type(rule)], word, state)
    for member in members_of(rule):
        yield from _clauses(entry, member, said, depth + 1)
