"""The set-based engine: one Ibis expression from an accepted extract to a run's cohort."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from jalon.rules.criteria import AllOf, AnyOf, Not, Rule, condition_of
from jalon.rules.engines.ibis_expressions import Compiler, Tables, month_of
from jalon.rules.expressions import Column, Expression, of_household_alone
from jalon.rules.offers import Catalogue, Offer, Window
from jalon.rules.outcome import PROTECTED_ADDRESS, Channel, Outcome, set_aside_reasons

_LOST: Final = ("lost_persons", "lost_events", "lost_benefits")
_CONCERNED_COLUMNS: Final = ("birth_date", "death_date")
_NO_TEXT: Final = ibis.null("string")
_NO_DATE: Final = ibis.null("date")


def cohort(tables: Tables, catalogue: Catalogue) -> ir.Table:
    """Return every household, offer and event whose outcome is not a plain no.

    Columns: offer, household_id, event_id, reported_on, outcome, reason, channel,
    window_ends_on, commune. No order is promised.
    """
    offers = catalogue.targeted
    compiler = Compiler.of(
        _needed(offers, catalogue),
        day=catalogue.day,
        parameters=catalogue.values,
        tables=tables,
    )
    events = _events(tables, compiler, offers)
    subjects = _subjects(tables, compiler, _household_columns(offers, catalogue), events, offers)
    occurrences = _occurrences(subjects, events)
    parts = [
        _OfferQuery(offer, compiler, occurrences if offer.events else subjects).rows(
            catalogue.window
        )
        for offer in offers
    ]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _needed(offers: tuple[Offer, ...], catalogue: Catalogue) -> Iterator[Expression]:
    yield PROTECTED_ADDRESS.expression
    for offer in offers:
        yield condition_of(offer.rule, catalogue.values)
        for _, condition in set_aside_reasons(offer).values():
            yield condition


def _household_columns(offers: tuple[Offer, ...], catalogue: Catalogue) -> list[str]:
    nodes = (node for needed in _needed(offers, catalogue) for node in needed.walk())
    used = {node.name for node in nodes if isinstance(node, Column) and node.scope == "household"}
    return ["household_id", "commune", *sorted(used - {"household_id", "commune"}), *_LOST]


def _events(tables: Tables, compiler: Compiler, offers: tuple[Offer, ...]) -> ir.Table:
    """Return the month's events that set an offer off, each with the person it concerns."""
    kinds = sorted({kind for offer in offers for kind in offer.events})
    of_month = tables.events.filter(
        tables.events.kind.isin(kinds or [""]),
        tables.events.reported_on >= compiler.day.replace(day=1),
        tables.events.reported_on <= compiler.day,
    )
    # A month's events are few: only the persons they concern are looked for.
    persons = tables.persons.select("person_id", *_CONCERNED_COLUMNS)
    concerned = persons.semi_join(of_month, "person_id")
    return of_month.left_join(concerned, "person_id").select(
        "household_id",
        event_id=of_month.event_id,
        event_kind=of_month.kind,
        event_reported_on=of_month.reported_on,
        event_occurred_on=of_month.occurred_on,
        **{f"concerned_{name}": concerned[name] for name in _CONCERNED_COLUMNS},
    )


def _subjects(
    tables: Tables,
    compiler: Compiler,
    columns: list[str],
    events: ir.Table,
    offers: tuple[Offer, ...],
) -> ir.Table:
    """Return one row a household that may be concerned, with what its persons and benefits say.

    Left out are the households whose own row answers no to every offer of stock and that have
    no event: nothing their persons could say would change it.
    """
    households = tables.households.select(*columns)
    conditions = [
        compiler.compile(
            of_household_alone(condition_of(offer.rule, compiler.parameters)), households
        ).fill_null(True)
        for offer in offers
        if offer.stock
    ]
    households = households.filter(
        reduce(
            operator.or_,
            [
                *conditions,
                households.lost_events > 0,
                households.household_id.isin(events.household_id),
            ],
        )
    )
    subjects = households
    persons = tables.persons.semi_join(households, "household_id")
    aggregates = compiler.over_persons(persons)
    if aggregates:
        by_household = persons.group_by("household_id").aggregate(**aggregates)
        subjects = subjects.inner_join(by_household, "household_id")
    if compiler.benefits:
        subjects = _with_benefits(subjects, tables, compiler)
    return subjects


def _with_benefits(subjects: ir.Table, tables: Tables, compiler: Compiler) -> ir.Table:
    paid = tables.benefits.filter(tables.benefits.month == month_of(compiler.day))
    benefits = paid.group_by("household_id").aggregate(**compiler.over_benefits(paid))
    joined = subjects.left_join(benefits, "household_id").drop("household_id_right")
    return joined.mutate(
        benefits_known=(paid.count() > 0).as_scalar(),
        **{name: joined[name].fill_null(False) for name in compiler.benefits.values()},
    )


def _occurrences(subjects: ir.Table, events: ir.Table) -> ir.Table:
    """Return one row an event with its household, and one an event lost to the rejects."""
    known = subjects.inner_join(events, "household_id")
    unknown = {name: ibis.null(kind) for name, kind in events.schema().items()}
    del unknown["household_id"]
    lost = subjects.filter(subjects.lost_events > 0).mutate(**unknown)
    return known.union(lost.select(*known.columns))


@dataclass(frozen=True)
class _OfferQuery:
    """The query of one offer over households, or over events with their households."""

    offer: Offer
    compiler: Compiler
    table: ir.Table

    def rows(self, window: Window) -> ir.Table:
        aside = set_aside_reasons(self.offer)
        judged = self.table.mutate(
            verdict=self._verdict(self.offer.rule),
            **{
                reason: self.compiler.compile(condition, self.table)
                for reason, (_, condition) in aside.items()
            },
            protected=self.compiler.compile(PROTECTED_ADDRESS.expression, self.table),
        )
        judged = judged.filter(judged.verdict.fill_null(True))
        return _OfferQuery(self.offer, self.compiler, judged).outcomes(window)

    def outcomes(self, window: Window) -> ir.Table:
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
        counted = of_event and window is Window.REGISTRATION
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

    def _verdict(self, rule: Rule) -> Any:  # noqa: ANN401
        return self.compiler.compile(condition_of(rule, self.compiler.parameters), self.table)

    def _deciding(self, rule: Rule) -> Iterator[tuple[str, Any]]:
        unknown = self._verdict(rule).isnull()
        match rule:
            case AllOf(members=members) | AnyOf(members=members):
                below = [one for member in members for one in self._deciding(member)]
            case Not(member=member):
                below = list(self._deciding(member))
            case _:
                yield rule.fact.name, unknown
                return
        yield from ((name, unknown & deciding) for name, deciding in below)


def _listed(named: Iterable[tuple[str, Any]]) -> Any:  # noqa: ANN401
    """Return, separated by commas, the names whose condition holds."""
    texts = [holds.ifelse(f",{name}", "") for name, holds in named]
    return reduce(operator.add, texts).substr(1)
