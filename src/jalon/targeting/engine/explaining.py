"""Why a household is, is not or may be concerned by each offer, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

from jalon.register.extract import Extract
from jalon.rules.calendar import Month, one_year_after
from jalon.rules.criteria import (
    AllOf,
    AnyOf,
    Criterion,
    EventCriterion,
    Leaf,
    Not,
    Rule,
    members_of,
)
from jalon.rules.engines.reference import (
    ExtractKnowledge,
    HouseholdRecord,
    LeafResult,
    OfferResult,
    Row,
    Situation,
    apply_leaves,
    apply_offer,
    evaluate,
)
from jalon.rules.expressions import BenefitPaid, Column, Every, Expression, MonthStart, RunDate
from jalon.rules.logic import Interval, Truth, all_of, any_of, negation
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.outcome import Channel, Outcome
from jalon.rules.sentences import (
    GROUPS,
    capitalised,
    expected,
    said_value,
    sentence,
    to_the_cent,
)
from jalon.targeting.engine.errors import TargetingError
from jalon.targeting.engine.keeping import Kept
from jalon.targeting.engine.knowledge import missing_columns

_VERDICTS: Final[dict[Truth, str]] = {True: "true", False: "false", None: "unknown"}
# The first day on which each condition would be true, for the event that it reads.
_Days: TypeAlias = dict[tuple[Expression, str | None], date | None]
# An event that is not there: its kind is none of those an offer looks for.
_NO_EVENT: Final[Row] = {"kind": ""}
_LOST_EVENT: Final[Row] = {}


@dataclass(frozen=True)
class Clause:
    """A criterion applied to the household, ready to be shown."""

    id: str
    text: str
    verdict: Truth
    source: str
    value: Any = None
    expected: str | None = None
    would_hold_on: date | None = None


@dataclass(frozen=True)
class Entry:
    """An offer applied to the household, for one event or none."""

    offer: Offer
    outcome: Outcome
    reasons: tuple[str, ...]
    event: Row | None
    clauses: tuple[Clause, ...]
    channel: Channel | None = None
    window_ends_on: date | None = None

    @property
    def lacks_event(self) -> bool:
        """Whether the household had no event of the kinds that set the offer off."""
        of_event = bool(self.offer.events) and self.event is None
        return of_event and self.clauses[0].verdict is False

    def clause_of(self, leaf: Leaf) -> Clause:
        """Return the clause of one of the offer's criteria."""
        leaves = (one for _, one in self.offer.leaves())
        pairs = zip(leaves, self.clauses, strict=True)
        return next(clause for one, clause in pairs if one is leaf)

    def verdict(self, rule: Rule) -> Truth:
        """Return the verdict of a criterion or a group of the offer's rule."""
        if isinstance(rule, Criterion | EventCriterion):
            return self.clause_of(rule).verdict
        return _together(rule, [self.verdict(member) for member in members_of(rule)])


@dataclass(frozen=True)
class Explanation:
    """What a run decides of a household, offer by offer."""

    household_id: str
    month: Month
    entries: tuple[Entry, ...]


def explain(extract: Extract | Kept, catalogue: Catalogue, household_id: str) -> Explanation:
    """Explain every offer of the catalogue for a household of the extract, or kept of it.

    The household's neighbourhood in the extract is enough, unless the catalogue looks at
    benefits: which months they cover is seen on the whole extract only.
    TargetingError where the extract has no such household, or rejected it.
    """
    household = read_household(extract, household_id)
    at = Situation(
        household,
        catalogue.day,
        catalogue.values,
        ExtractKnowledge(missing_columns(extract), _benefit_months(extract)),
    )
    days: _Days = {}
    entries = [
        _entry(offer, replace(at, event=event), catalogue, days)
        for offer in catalogue.offers
        for event in _events_for(offer, household)
    ]
    return Explanation(household_id, catalogue.month, tuple(entries))


def read_household(extract: Extract | Kept, household_id: str) -> HouseholdRecord:
    """Return a household's accepted rows; TargetingError where it has none."""
    households = _rows(extract, "SELECT * FROM households WHERE household_id = $id", household_id)
    if not households:
        raise TargetingError(_absence(extract, household_id))
    persons = _rows(extract, "SELECT * FROM persons WHERE household_id = $id", household_id)
    events = _rows(
        extract,
        "SELECT * FROM events WHERE household_id = $id ORDER BY reported_on, event_id",
        household_id,
    )
    concerned = {
        row["person_id"]: row
        for row in _rows(
            extract,
            "SELECT * FROM persons WHERE person_id IN "
            "(SELECT person_id FROM events WHERE household_id = $id)",
            household_id,
        )
    }
    benefits = _rows(extract, "SELECT * FROM benefits WHERE household_id = $id", household_id)
    (row,) = households
    return HouseholdRecord(
        row=row,
        persons=persons,
        events=[{**event, "concerned": concerned.get(event["person_id"])} for event in events],
        benefits=frozenset((one["month"], one["code"]) for one in benefits),
        lost_persons=row["lost_persons"],
        lost_events=row["lost_events"],
        lost_benefits=row["lost_benefits"],
    )


def _rows(extract: Extract | Kept, query: str, household_id: str) -> list[dict[str, Any]]:
    cursor = extract.connection.execute(query, {"id": household_id})
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _absence(extract: Extract | Kept, household_id: str) -> str:
    reasons = extract.why_rejected(household_id)
    if reasons:
        return f"Le dossier {household_id} fait partie des rejets : {' '.join(reasons)}"
    return f"L'extrait n'a pas de dossier {household_id}. Vérifiez le numéro."


def looks_at_benefits(catalogue: Catalogue) -> bool:
    """Whether a criterion depends on the months that the table of benefits covers."""
    conditions = (fact.expression for offer in catalogue.targeted for fact in offer.facts())
    return any(isinstance(node, BenefitPaid) for one in conditions for node in one.walk())


def _benefit_months(extract: Extract | Kept) -> frozenset[str]:
    if isinstance(extract, Kept):
        return extract.benefit_months
    months = extract.connection.execute("SELECT DISTINCT month FROM benefits").fetchall()
    return frozenset(month for (month,) in months)


def _events_for(offer: Offer, household: HouseholdRecord) -> list[Row | None]:
    if not offer.events:
        return [None]
    found: list[Row | None] = [
        event for event in household.events if event["kind"] in offer.events
    ]
    if household.lost_events:
        found.append(_LOST_EVENT)
    return found or [_NO_EVENT]


def _entry(offer: Offer, at: Situation, catalogue: Catalogue, days: _Days) -> Entry:
    if offer.request is not None:
        clause = Clause("request", offer.request, verdict=False, source=offer.source)
        return Entry(offer, Outcome.NOT_CONCERNED, (), None, (clause,))
    result = apply_offer(offer, at, catalogue.window)
    clauses = tuple(
        _clause(leaf, _said(leaf.leaf, catalogue), _would_hold_on(leaf, at, days))
        for leaf in result.leaves
    )
    return Entry(
        offer,
        result.outcome,
        result.reasons,
        _known_event(result),
        clauses,
        result.channel,
        result.window_ends_on,
    )


def _known_event(result: OfferResult) -> Row | None:
    return result.event if result.event and "event_id" in result.event else None


def _clause(leaf: LeafResult, said: tuple[str, str], would_hold_on: date | None = None) -> Clause:
    text, asked = said
    return Clause(
        id=leaf.path,
        text=text,
        # Of an event that is not there, nothing was found.
        value=None if leaf.value == "" else leaf.value,
        expected=asked,
        verdict=leaf.verdict,
        source=leaf.leaf.source,
        would_hold_on=would_hold_on,
    )


def _said(leaf: Leaf, catalogue: Catalogue) -> tuple[str, str]:
    """Return a criterion as a sentence, and what it asks of its fact."""
    return capitalised(sentence(leaf, catalogue)), expected(leaf, catalogue)


def _would_hold_on(leaf: LeafResult, at: Situation, days: _Days) -> date | None:
    """Return the first day within a year on which a criterion false today would be true.

    Everything but the day stays as it is, parameters included. Offers share criteria: what was
    found of one is kept in `days`.
    """
    if leaf.verdict is not False:
        return None
    condition = leaf.leaf.condition(at.parameters)
    if not _may_hold_another_day(condition, at):
        return None
    key = condition, _event_read(condition, at)
    if key not in days:
        another = (replace(at, day=day) for day in _year_after(at.day))
        days[key] = next((one.day for one in another if evaluate(condition, one) is True), None)
    return days[key]


def _event_read(condition: Expression, at: Situation) -> str | None:
    """Return the number of the event that a condition reads, None where it reads none."""
    columns = (node for node in condition.walk() if isinstance(node, Column))
    if at.event is None or all(one.scope in {"household", "person"} for one in columns):
        return None
    return str(at.event.get("event_id", ""))


def _may_hold_another_day(condition: Expression, at: Situation) -> bool:
    """Tell a condition that no day alone makes true: most are, a year is long to look at."""
    if isinstance(condition, Every):
        return all(_may_hold_another_day(one, at) for one in condition.conditions)
    if any(isinstance(node, RunDate | MonthStart) for node in condition.walk()):
        return True
    return evaluate(condition, at) is True


def _year_after(day: date) -> Iterator[date]:
    for number in range(1, (one_year_after(day) - day).days + 1):
        yield day + timedelta(days=number)


def as_json(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as plain data, in the contract's form."""
    return {
        "household_id": explanation.household_id,
        "month": str(explanation.month),
        "offers": [
            {
                "code": entry.offer.code,
                "label": entry.offer.label,
                "outcome": entry.outcome.value,
                "reason": ",".join(entry.reasons) or None,
                "event_id": entry.event["event_id"] if entry.event else None,
                "criteria": [_criterion_as_json(clause) for clause in entry.clauses],
            }
            for entry in explanation.entries
        ],
    }


class OfferCriteria:
    """An offer's criteria, applied to one household after another, as a decision keeps them.

    Nothing is said of the days to come: a decision is kept with what it rested on.
    """

    def __init__(self, offer: Offer, catalogue: Catalogue) -> None:
        """Say each criterion once for all households."""
        said = to_the_cent(catalogue)
        self.offer = offer
        self._said = {path: _said(leaf, said) for path, leaf in offer.leaves()}

    def as_json(self, at: Situation) -> list[dict[str, Any]]:
        """Return the criteria and groups applied in a situation, in reading order.

        Each as `as_json` writes a criterion, and with `depth`, 0 for the offer's own members,
        and `found`, the value in French with its unit. A group has neither value nor source.
        """
        applied = {leaf.path: leaf for leaf in apply_leaves(self.offer, at)}
        return [
            line
            for member in self.offer.rule.members
            for line in self._lines(member, _below(self.offer.rule, ""), 0, applied)[1]
        ]

    def _lines(
        self, rule: Rule, above: str, depth: int, applied: Mapping[str, LeafResult]
    ) -> tuple[Truth, list[dict[str, Any]]]:
        if isinstance(rule, Criterion | EventCriterion):
            leaf = applied[above + rule.id]
            clause = _clause(leaf, self._said[leaf.path])
            found = said_value(rule.fact, clause.value)
            return leaf.verdict, [{**_criterion_as_json(clause), "depth": depth, "found": found}]
        below = [
            self._lines(member, _below(rule, above), depth + 1, applied)
            for member in members_of(rule)
        ]
        verdict = _together(rule, [one for one, _ in below])
        group = Clause(above + rule.id, GROUPS[type(rule)], verdict, source="")
        line = {**_criterion_as_json(group), "depth": depth, "found": ""}
        return verdict, [line, *(one for _, lines in below for one in lines)]


def _below(rule: Rule, above: str) -> str:
    """Return what the paths of a group's members begin with, as `criteria.leaves` has it."""
    return f"{above}{rule.id}/" if rule.id else above


def _together(group: AllOf | AnyOf | Not, verdicts: list[Truth]) -> Truth:
    match group:
        case AllOf():
            return all_of(verdicts)
        case AnyOf():
            return any_of(verdicts)
        case Not():
            return negation(verdicts[0])


def _criterion_as_json(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "text": clause.text,
        "value": _plain(clause.value),
        "expected": clause.expected,
        "verdict": _VERDICTS[clause.verdict],
        "source": clause.source,
        "would_hold_on": clause.would_hold_on.isoformat() if clause.would_hold_on else None,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401
    match value:
        case Interval(low=low, high=high):
            return low if low == high else {"at_least": low, "at_most": high}
        case Decimal():
            number = round(value, 4)
            return int(number) if number == int(number) else float(number)
        case _:
            return value
