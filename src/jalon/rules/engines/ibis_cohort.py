"""The set-based engine: one Ibis expression from an accepted extract to a run's cohort."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from jalon.rules.criteria import Leaf, Rule, condition_of, members_of
from jalon.rules.engines.ibis_expressions import Compiler, Tables
from jalon.rules.expressions import Column, Expression, of_household_alone
from jalon.rules.offers import Catalogue, Offer, Window
from jalon.rules.outcome import PROTECTED_ADDRESS, Channel, Outcome, set_aside_reasons

_ALWAYS: Final = frozenset(
    {"household_id", "commune", "lost_persons", "lost_events", "lost_benefits"}
)
_CONCERNED_COLUMNS: Final = ("birth_date", "death_date")
_VERDICT: Final = "verdict"
_NO_TEXT: Final = ibis.null("string")
_NO_DATE: Final = ibis.null("date")


def cohort(
    tables: Tables,
    catalogue: Catalogue,
    keep: Callable[[ir.Table], ir.Table] = lambda shared: shared,
) -> ir.Table:
    """Return every household, offer and event whose outcome is not a plain no.

    Columns: offer, household_id, event_id, reported_on, outcome, reason, channel,
    window_ends_on, commune. No order is promised. `keep` is given what several offers read: an
    engine that would otherwise compute it once for each may store it.
    """
    stock = tuple(offer for offer in catalogue.targeted if offer.stock)
    set_off = tuple(offer for offer in catalogue.targeted if offer.events)
    parts: list[ir.Table] = []
    if stock:
        scope = _Scope(tables, catalogue, stock)
        subjects = keep(scope.subjects_in_stock())
        parts += [_OfferQuery(offer, scope.compiler, subjects).rows() for offer in stock]
    if set_off:
        scope = _Scope(tables, catalogue, set_off)
        occurrences = keep(scope.occurrences())
        parts += [_OfferQuery(offer, scope.compiler, occurrences).rows() for offer in set_off]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


class _Scope:
    """What offers of one sort, of stock or set off by events, need of the register.

    The two sorts read the register apart: a month's events concern few households, whose
    persons are found without going through everybody's.
    """

    def __init__(self, tables: Tables, catalogue: Catalogue, offers: tuple[Offer, ...]) -> None:
        self.tables = tables
        self.offers = offers
        needed = list(self._needed(catalogue))
        self.compiler = Compiler.of(needed, catalogue=catalogue, tables=tables)
        nodes = (node for expression in needed for node in expression.walk())
        used = {node.name for node in nodes if isinstance(node, Column)}
        kept = [name for name in tables.households.columns if name in used | _ALWAYS]
        self.households = tables.households.select(*kept)

    def _needed(self, catalogue: Catalogue) -> Iterator[Expression]:
        yield PROTECTED_ADDRESS.expression
        for offer in self.offers:
            yield condition_of(offer.rule, catalogue.values)
            for _, condition in set_aside_reasons(offer).values():
                yield condition

    def subjects_in_stock(self) -> ir.Table:
        """Return what is known of the households that an offer may concern.

        Where a household's own row answers no to every offer, nothing its persons or benefits
        say would change that: they are not even looked at.
        """
        households = self._not_refused(self.households, of_household_alone)
        return self._not_refused(self.subjects(households), lambda condition: condition)

    def _not_refused(self, table: ir.Table, asked: Callable[[Expression], Expression]) -> ir.Table:
        """Keep the rows to which what is asked of some offer's rule is not a plain no."""
        values = self.compiler.catalogue.values
        conditions = (asked(condition_of(offer.rule, values)) for offer in self.offers)
        verdicts = (self.compiler.compile(condition, table) for condition in conditions)
        return table.filter(reduce(operator.or_, (one.fill_null(True) for one in verdicts)))

    def subjects(self, households: ir.Table) -> ir.Table:
        """Return each of these households with what its persons and benefits say."""
        subjects = households
        persons = self.tables.persons.semi_join(households, "household_id")
        if aggregates := self.compiler.over_persons(persons):
            by_household = persons.group_by("household_id").aggregate(**aggregates)
            subjects = subjects.inner_join(by_household, "household_id")
        return self._with_benefits(subjects) if self.compiler.benefits else subjects

    def _with_benefits(self, subjects: ir.Table) -> ir.Table:
        benefits = self.tables.benefits
        paid = benefits.filter(benefits.month == str(self.compiler.catalogue.month))
        by_household = paid.group_by("household_id").aggregate(**self.compiler.over_benefits(paid))
        joined = subjects.left_join(by_household, "household_id").drop("household_id_right")
        filled = joined.mutate(
            **{name: joined[name].fill_null(False) for name in self.compiler.benefits.values()}
        )
        return filled.cross_join(paid.aggregate(benefits_known=paid.count() > 0))

    def occurrences(self) -> ir.Table:
        """Return one row an event with its household, and one an event lost to the rejects."""
        of_month = self._events_of_month()
        households = self.households
        concerned = households.filter(
            (households.lost_events > 0) | households.household_id.isin(of_month.household_id)
        )
        subjects = self.subjects(concerned)
        events = self._with_concerned(of_month)
        known = subjects.inner_join(events, "household_id")
        unknown = {name: ibis.null(kind) for name, kind in events.schema().items()}
        del unknown["household_id"]
        lost = subjects.filter(subjects.lost_events > 0).mutate(**unknown)
        return known.union(lost.select(*known.columns))

    def _events_of_month(self) -> ir.Table:
        events, day = self.tables.events, self.compiler.catalogue.day
        return events.filter(
            events.kind.isin(sorted({kind for offer in self.offers for kind in offer.events})),
            events.reported_on >= day.replace(day=1),
            events.reported_on <= day,
        ).select(
            "household_id",
            "person_id",
            event_id=events.event_id,
            event_kind=events.kind,
            event_reported_on=events.reported_on,
            event_occurred_on=events.occurred_on,
        )

    def _with_concerned(self, of_month: ir.Table) -> ir.Table:
        """Add the person that an event concerns, where an offer looks at that person."""
        kinds = {
            kind
            for offer in self.offers
            for kind in offer.events
            if self._looks_at_concerned(offer)
        }
        if not kinds:
            unknown = {f"concerned_{name}": ibis.null("date") for name in _CONCERNED_COLUMNS}
            return of_month.drop("person_id").mutate(**unknown)
        # They are few: only the persons they concern are looked for.
        looked_at = of_month.filter(of_month.event_kind.isin(sorted(kinds)))
        persons = self.tables.persons.select(
            "person_id",
            **{f"concerned_{name}": self.tables.persons[name] for name in _CONCERNED_COLUMNS},
        )
        concerned = persons.semi_join(looked_at, "person_id")
        joined = of_month.left_join(concerned, "person_id")
        return joined.drop("person_id", "person_id_right")

    def _looks_at_concerned(self, offer: Offer) -> bool:
        condition = condition_of(offer.rule, self.compiler.catalogue.values)
        return any(
            isinstance(node, Column) and node.scope == "concerned" for node in condition.walk()
        )


@dataclass(frozen=True)
class _OfferQuery:
    """The query of one offer over households, or over events with their households."""

    offer: Offer
    compiler: Compiler
    table: ir.Table

    def rows(self) -> ir.Table:
        """Return the rows whose outcome is not a plain no, judged."""
        aside = set_aside_reasons(self.offer)
        (of_rule, *below) = _verdicts(self.offer.rule, self.compiler.catalogue.values)
        judged = self._with_verdicts(self.table, [of_rule]).mutate(
            **{
                reason: self.compiler.compile(condition, self.table)
                for reason, (_, condition) in aside.items()
            },
            protected=self.compiler.compile(PROTECTED_ADDRESS.expression, self.table),
        )
        judged = judged.filter(judged.verdict.fill_null(True))
        return _OfferQuery(
            self.offer, self.compiler, self._with_verdicts(judged, below)
        ).outcomes()

    def outcomes(self) -> ir.Table:
        """Return the outcome of each row, none of which is a plain no."""
        table, of_event = self.table, bool(self.offer.events)
        reasons = set_aside_reasons(self.offer)
        holding = reduce(operator.or_, (table[name].fill_null(False) for name in reasons))
        unsettled = {fact: table[name].isnull() for name, (fact, _) in reasons.items()}
        unsettled[PROTECTED_ADDRESS.name] = table.protected.isnull()
        certain = table.verdict.notnull()
        set_aside = certain & holding
        selected = certain & ~holding & ~reduce(operator.or_, unsettled.values())
        unknown = {name: ~holding & one for name, one in unsettled.items()}
        for name, deciding in self._deciding(self.offer.rule):
            unknown[name] = unknown[name] | deciding if name in unknown else deciding
        reported_on = table.event_reported_on if of_event else _NO_DATE
        counted = of_event and self.compiler.catalogue.window is Window.REGISTRATION
        window_end = (reported_on + ibis.interval(months=12)).cast("date")
        return table.select(
            offer=ibis.literal(self.offer.code),
            household_id=table.household_id,
            event_id=table.event_id if of_event else _NO_TEXT,
            reported_on=reported_on,
            outcome=ibis.cases(
                (selected, Outcome.SELECTED.value),
                (set_aside, Outcome.SET_ASIDE.value),
                else_=Outcome.TO_VERIFY.value,
            ),
            reason=ibis.cases(
                (selected, _NO_TEXT),
                (set_aside, _listed((name, table[name].fill_null(False)) for name in reasons)),
                else_=_listed(sorted(unknown.items())),
            ),
            channel=ibis.cases(
                (selected & table.protected, Channel.IN_PERSON.value),
                (selected, Channel.LETTER.value),
                else_=_NO_TEXT,
            ),
            window_ends_on=window_end if counted else _NO_DATE,
            commune=table.commune,
        )

    def _with_verdicts(
        self, table: ir.Table, verdicts: Iterable[tuple[str, Expression]]
    ) -> ir.Table:
        """Add columns, so that a query grows with the rule and not with its square."""
        columns = {name: self.compiler.compile(asked, table) for name, asked in verdicts}
        return table.mutate(**columns)

    def _deciding(self, rule: Rule, column: str = _VERDICT) -> Iterator[tuple[str, Any]]:
        """Yield each fact with whether it leaves the rule, and all the groups above, unknown."""
        unknown = self.table[column].isnull()
        if isinstance(rule, Leaf):
            yield rule.fact.name, unknown
        for member, name in _below(rule, column):
            for fact, deciding in self._deciding(member, name):
                yield fact, unknown & deciding


def _verdicts(
    rule: Rule, values: Mapping[str, Decimal], column: str = _VERDICT
) -> Iterator[tuple[str, Expression]]:
    """Yield the condition of a rule, then those of what it is made of, each with its column."""
    yield column, condition_of(rule, values)
    for member, name in _below(rule, column):
        yield from _verdicts(member, values, name)


def _below(rule: Rule, column: str) -> Iterator[tuple[Rule, str]]:
    yield from ((member, f"{column}_{n}") for n, member in enumerate(members_of(rule)))


def _listed(named: Iterable[tuple[str, Any]]) -> Any:  # noqa: ANN401
    """Return, separated by commas, the names whose condition holds."""
    texts = [holds.ifelse(f",{name}", "") for name, holds in named]
    return reduce(operator.add, texts).substr(1)
