"""The same family, otherwise: what changes if the couple parts, a child comes, a job begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jalon.rights.situation import Amount, Income, Leave, Person, Relation, Situation, Union


def parted(said: Situation) -> Situation:
    """Return a couple's claimant alone with the children, since the month; the home stays theirs.

    ValueError where there is no couple.
    """
    if said.partner is None:
        raise ValueError("nobody to part from")
    return replace(
        said,
        people=tuple(one for one in said.people if one.relation is not Relation.PARTNER),
        union=Union.NONE,
        alone_since=said.month.first_day,
    )


def with_child(said: Situation, born: date | None = None) -> Situation:
    """Return it with one more child, born on a day, on the month's first unless told.

    Or with all those that a pregnancy is of; with the grant of their birth.
    """
    child = Person(Relation.CHILD, born or said.month.first_day, awaited=True)
    number = sum(one.babies for one in said.people if one.pregnant) or 1
    people = tuple(replace(one, pregnant=False, due=None) for one in said.people)
    return replace(said, people=(*people, *(child,) * number))


def at_work(said: Situation, pay: Amount, who: Relation = Relation.CLAIMANT) -> Situation:
    """Return it with a salary for the claimant, or the partner, and nothing that took its place.

    What depends on what was earned before takes it as if it had lasted: what a lasting job gives.
    LookupError where there is nobody such.
    """
    if not any(one.relation is who for one in said.people):
        raise LookupError("nobody to take the job")
    return replace(
        said,
        people=tuple(_hired(one, pay) if one.relation is who else one for one in said.people),
    )


def _hired(person: Person, pay: Amount) -> Person:
    incomes = dict(person.incomes)
    for kind in (Income.UNEMPLOYMENT, Income.SICK_PAY):
        incomes.pop(kind, None)
    incomes[Income.SALARY] = pay
    return replace(person, incomes=incomes, leave=Leave.NONE)
