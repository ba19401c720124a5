"""The households around the boundary of each kind of criterion, from one that satisfies it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from jalon.rules.calendar import french_date
from jalon.rules.fact import Unit
from jalon.rules.facts import EVENT_KINDS, FACTS
from jalon.rules.sentences import capitalised, quantity
from spec.cases import Case, not_concerned, selected, to_verify
from spec.households import Home, turning

A_DAY = timedelta(days=1)
CENT = Decimal("0.01")
LOST_ROW = "une ligne de personne du dossier a été rejetée"


def event_in_month(
    base: Home, *kinds: str, other: str, unknown: tuple[str, ...] = ("event_kind",)
) -> tuple[Case, ...]:
    """Vary the event's kind, and its day around the month's first and last."""
    names = dict(EVENT_KINDS)
    first, last = base.month.first_day, base.month.last_day
    kind = names[base.events[0]["kind"]]

    def registered(day: date) -> tuple[str, Home]:
        said = f"Événement « {kind} » enregistré le {french_date(day)}"
        return said, base.with_event(reported_on=day)

    return (
        Case(*registered(first - A_DAY), not_concerned),
        Case(*registered(first), selected),
        Case(*registered(last), selected),
        Case(*registered(last + A_DAY), not_concerned),
        *(
            Case(f"Événement « {names[one]} » dans le mois", base.with_event(kind=one), selected)
            for one in kinds
        ),
        Case(
            f"Événement « {names[other]} » dans le mois",
            base.with_event(kind=other),
            not_concerned,
        ),
        Case("Aucun événement", base.without_event(), not_concerned),
        Case(
            "Aucun événement lisible : une ligne d'événement du dossier a été rejetée",
            base.without_event().lost(events=1),
            to_verify(*unknown),
        ),
    )


def at_least_one_child(base: Home, fact: str, *, also_unknown: str = "") -> tuple[Case, ...]:
    """Give no child, one, two; and a lost row that may have been one."""
    three, seven = turning(3, base.day), base.day - 7 * A_DAY
    certain = Case(
        f"Un enfant de 3 ans ; en outre, {LOST_ROW}",
        base.children(three).lost(persons=1),
        selected,
    )
    unknown = sorted(filter(None, (fact, also_unknown)))
    return (
        Case("Aucun enfant", base.children(), not_concerned),
        Case("Un enfant de 3 ans", base.children(three), selected),
        Case("Un enfant de 3 ans et un nouveau-né", base.children(three, seven), selected),
        Case(
            f"Aucun enfant lisible : {LOST_ROW}",
            base.children().lost(persons=1),
            to_verify(*unknown),
        ),
        # Where the lost row leaves something else unknown, that is for the other's table.
        *(() if also_unknown else (certain,)),
    )


def until_20(base: Home) -> tuple[Case, ...]:
    """Give the last day on which a child is in charge, and the first on which it is not."""
    return (
        Case(
            "Un enfant de 19 ans, qui en aura 20 le lendemain du dernier jour du mois",
            base.children(turning(20, base.day) + A_DAY),
            selected,
        ),
        Case(
            "Un enfant qui a 20 ans le dernier jour du mois",
            base.children(turning(20, base.day)),
            not_concerned,
        ),
    )


def responsible_ages(
    base: Home, *, eve_of: Iterable[int], ages: Iterable[int], holding: Iterable[int]
) -> tuple[Case, ...]:
    """Vary the responsible person's age around birthdays; ages `holding` are selected."""
    last_day = "le dernier jour du mois"
    kept = set(holding)
    return (
        *(
            Case(
                f"Responsable de {age - 1} ans {last_day}, {age} le lendemain",
                base.responsible(turning(age, base.day) + A_DAY),
                selected if age - 1 in kept else not_concerned,
            )
            for age in eve_of
        ),
        *(
            Case(
                f"Responsable dont les {age} ans tombent {last_day}",
                base.responsible(turning(age, base.day)),
                selected if age in kept else not_concerned,
            )
            for age in ages
        ),
    )


def nobody_responsible(base: Home, *facts: str) -> Case:
    """Leave an age unknown: the responsible person is dead and nobody took their place."""
    return Case(
        "Responsable décédé, sans conjoint qui prenne sa place",
        base.responsible(turning(30, base.day), death_date=base.day),
        to_verify(*facts),
    )


def amounts(base: Home, column: str, bound: Decimal, *, at_bound: bool) -> tuple[Case, ...]:
    """Give a cent below an upper bound, the bound itself, a cent above, and unknown."""
    fact = FACTS[column]

    def said(amount: Decimal) -> str:
        return f"{capitalised(fact.label)} : {quantity(amount, fact.unit)}"

    below, above = bound - CENT, bound + CENT
    return (
        Case(said(below), base.having(**{column: below}), selected),
        Case(said(bound), base.having(**{column: bound}), selected if at_bound else not_concerned),
        Case(said(above), base.having(**{column: above}), not_concerned),
        Case(
            f"{capitalised(fact.label)} : non renseigné",
            base.having(**{column: None}),
            to_verify(column),
        ),
    )


def arrears(base: Home, fact: str, *, rent: Decimal, months: int) -> tuple[Case, ...]:
    """Give a cent below some months of rent, exactly them, a cent above."""
    owed = rent * months
    rent_said = {
        "arrears_in_gross_rents": "loyer brut et charges",
        "arrears_in_residual_rents": "loyer résiduel",
    }[fact]
    euros = Unit.EUROS

    def said(amount: Decimal) -> str:
        return f"{quantity(amount, euros)} dus, pour {quantity(rent, euros)} de {rent_said}"

    return (
        Case(said(owed - CENT), base.having(arrears_amount=owed - CENT), not_concerned),
        Case(said(owed), base.having(arrears_amount=owed), selected),
        Case(said(owed + CENT), base.having(arrears_amount=owed + CENT), selected),
    )


def codes(base: Home, column: str, *, holding: Iterable[str]) -> tuple[Case, ...]:
    """Give every value of a code, and unknown where the column may be empty."""
    fact, kept = FACTS[column], set(holding)
    label = capitalised(fact.label)
    found = tuple(
        Case(
            f"{label} : {french}",
            base.having(**{column: code}),
            selected if code in kept else not_concerned,
        )
        for code, french in fact.codes
    )
    if column == "family_status":
        return found
    unknown = Case(f"{label} : non renseigné", base.having(**{column: None}), to_verify(column))
    return (*found, unknown)


def without_spouse(base: Home, *, also_unknown: str = "") -> tuple[Case, ...]:
    """Give a spouse, none, a dead one, one who took the place of the dead, and a lost row."""
    born = base.persons["R"]["birth_date"]
    unknown = sorted(filter(None, ("has_spouse", also_unknown)))
    return (
        Case("Pas de conjoint", base, selected),
        Case("Un conjoint", base.spouse(born), not_concerned),
        Case("Un conjoint décédé", base.spouse(born, death_date=base.day), selected),
        Case("Pas de conjoint ; un autre adulte vit au foyer", base.other(born), selected),
        Case(
            "Responsable décédé ; le conjoint prend sa place et n'est donc plus un conjoint",
            base.responsible(born, death_date=base.day).spouse(born),
            selected,
        ),
        Case(
            f"Pas de conjoint lisible : {LOST_ROW}",
            base.lost(persons=1),
            to_verify(*unknown),
        ),
    )


def pregnancy(base: Home) -> tuple[Case, ...]:
    """Give a declaration ten months old to the day, a day older, to come, none, no column."""
    year, month = base.day.year - 1, base.day.month + 2
    oldest = date(year, month, base.day.day)

    def declared(day: date) -> tuple[str, Home]:
        said = f"Grossesse déclarée le {french_date(day)}"
        return said, base.having(pregnancy_declared_on=day)

    return (
        Case(*declared(oldest - A_DAY), not_concerned),
        Case(*declared(oldest), selected),
        Case(*declared(base.day), selected),
        Case(*declared(base.day + A_DAY), not_concerned),
        Case("Aucune grossesse déclarée", base, not_concerned),
        Case(
            "L'extraction n'a pas la colonne des grossesses",
            base.without_column("households", "pregnancy_declared_on"),
            to_verify("declared_pregnancy"),
        ),
    )
