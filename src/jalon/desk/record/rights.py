"""Tells the rights checks of a person's record: those that speak of no other adult."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils import timezone

from jalon.families.models import Family, Person
from jalon.interventions.models import RightsCheck
from jalon.interventions.rights_check.found import aids_kept, computed_of, rights_of
from jalon.interventions.rights_check.shown import said_of
from jalon.interventions.rights_check.told import Told
from jalon.rights.aids import AidState
from jalon.rights.situation import Income, Relation
from jalon.rules.calendar import age_on

_OF_AGE: Final = 18
# What a child of age lives on, or is recognised, is theirs alone.
_THEIR_OWN: Final = (*(one.value for one in Income), "disability", "care_level", "adopted_on")
_STATES: Final = {
    AidState.POSSIBLE: "possible",
    AidState.NO: "non",
    AidState.UNKNOWN: "à vérifier",
}


def checks_of(family: Family, person: Person) -> list[RightsCheck]:
    """Return the checks of a family that tell of one adult alone, who is that person.

    Whoever was named counts, wherever they live now: a partner, another claimant, a grown child.
    """
    rows = RightsCheck.objects.filter(family=family).select_related("worker").order_by("pk")
    return [one for one in rows if not _tells_of_others(one, person)]


def _tells_of_others(check: RightsCheck, person: Person) -> bool:
    if any(one.kind == "parted" for one in check.others):
        return True
    told = check.told
    for group, member in told.everyone():
        if member.relation is Relation.PARTNER:
            return True
        if member.relation is Relation.CLAIMANT and member.name != person.first_name:
            return True
        if member.relation is Relation.CHILD and _is_grown_with_means(told, group):
            return True
    return False


def _is_grown_with_means(told: Told, group: str) -> bool:
    """Tell whether a child, of age today, has something said that is theirs.

    The check goes then, not that alone: what was computed of it would tell it.
    """
    if not any(told.value(group, name) for name in _THEIR_OWN):
        return False
    born = told.value(group, "born")
    return not born or age_on(date.fromisoformat(born), timezone.localdate()) >= _OF_AGE


def said_in(check: RightsCheck) -> list[str]:
    """Say what is known in a check, and who gave it."""
    return [
        f"{title}, {fact.label} : {fact.value}{f' ({fact.source})' if fact.source else ''}"
        for title, facts in said_of(check.told, check.of_month, check.result)
        for fact in facts
    ]


def found_in(check: RightsCheck) -> Iterator[str]:
    """Yield what was found: the rights of each situation, asked for or not, and the aids."""
    situations = check.result or []
    if not situations:
        for one in check.others:
            yield f"{one.label(check.told)} : demandé, non calculé."
    for situation in situations:
        for right in rights_of(situation):
            told = f"{situation['label']}, {right.kind.label} : {computed_of(right)}. {right.why}"
            yield told.strip()
        for aid in aids_kept(situation):
            yield f"{aid.label} : {_STATES[aid.state]}. {aid.sentence}"
