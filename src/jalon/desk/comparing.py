"""Sets two families side by side, line by line, and says in words what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from jalon.families.enums import ContactKind, Safety
from jalon.families.models import ContactPoint, Family, Involvement, Person
from jalon.families.queries import involvements_of
from jalon.outreach.queries import proposals_of
from jalon.rules.calendar import Month
from jalon.web import french


class Verdict(Enum):
    """What a line says of both families: its words, and the look of its badge."""

    SAME = "Identique", "done"
    PARTLY = "En partie identique", "active"
    DIFFERENT = "Différent", "declined"
    ALONE = "D'un seul côté", "active"

    @property
    def label(self) -> str:
        """The words."""
        return self.value[0]

    @property
    def look(self) -> str:
        """The look of the badge."""
        return self.value[1]

    @property
    def differs(self) -> bool:
        """Whether the line is to be looked at."""
        return self is not Verdict.SAME


@dataclass(frozen=True)
class Said:
    """One thing known of a family, in one or several lines, and whether the other has it too."""

    lines: tuple[str, ...]
    shared: bool


@dataclass(frozen=True)
class Compared:
    """A line of the comparison: what is known of one, of the other, and what that says."""

    label: str
    sides: tuple[list[Said], list[Said]]
    verdict: Verdict


# What is compared, and how it is written: the same keys on both sides are the same thing.
_Known = tuple[frozenset[object], tuple[str, ...]]
_Side = Callable[[Family], list[_Known]]


def compared(one: Family, other: Family) -> list[Compared]:
    """Return what is known of two families, line by line; nothing where neither has anything.

    The families come with their people, files and commune.
    """
    contacts = {side.pk: list(_current(side)) for side in (one, other)}

    def reached_by(kind: ContactKind) -> _Side:
        return lambda side: [
            _text(*point.lines) for point in contacts[side.pk] if point.kind == kind
        ]

    found = []
    lines: list[tuple[str, _Side]] = [
        ("Personnes", lambda side: [_person(one) for one in side.members]),
        *((kind.label, reached_by(kind)) for kind in ContactKind),
        ("Commune", lambda side: [_text(side.commune.label)] if side.commune else []),
        ("Dossier", lambda side: [_text(file.number) for file in side.households.all()]),
        ("Protection", _protections),
        ("Qui intervient", lambda side: [_involved(one) for one in involvements_of(side)]),
        ("Propositions", _proposals),
        ("Connue depuis", lambda side: [_text(french.long_date(side.created_at))]),
    ]
    for label, known_of in lines:
        first, second = known_of(one), known_of(other)
        if first or second:
            sides = _marked(first, second), _marked(second, first)
            found.append(Compared(label, sides, _verdict(*sides)))
    return found


def _marked(side: list[_Known], beside: list[_Known]) -> list[Said]:
    there = {key for keys, _ in beside for key in keys}
    return [Said(lines, shared=bool(keys & there)) for keys, lines in side]


def _verdict(first: list[Said], second: list[Said]) -> Verdict:
    if not (first and second):
        return Verdict.ALONE
    shared = [one.shared for one in (*first, *second)]
    if all(shared):
        return Verdict.SAME
    return Verdict.PARTLY if any(shared) else Verdict.DIFFERENT


def _text(*lines: str) -> _Known:
    return frozenset({" ".join(lines).casefold()}), lines


def _person(person: Person) -> _Known:
    """Know a person by their number, or else by their name and their day of birth."""
    keys: set[object] = set()
    if person.register_id:
        keys.add(person.register_id)
    if person.search_name:
        keys.add((person.search_name, person.birth_date))
    born = f"Naissance le {french.long_date(person.birth_date)}" if person.birth_date else ""
    lines = (person.described, person.get_role_display(), born)
    return frozenset(keys), tuple(line for line in lines if line)


def _current(family: Family) -> Iterable[ContactPoint]:
    return family.contact_points.filter(until=None).order_by("kind", "-since", "pk")


_PROTECTIONS: Final = {
    Safety.PROTECTED_ADDRESS: "Adresse protégée",
    Safety.DO_NOT_CONTACT: "Ne pas contacter",
}


def _protections(family: Family) -> list[_Known]:
    return [_text(label) for flag, label in _PROTECTIONS.items() if getattr(family, flag)]


def _involved(one: Involvement) -> _Known:
    who = str(one.worker) if one.worker else "Sans nom"
    if one.lead and one.until is None:
        who = f"{who}, référent"
    until = f"jusqu'au {french.long_date(one.until)}" if one.until else ""
    since = f"Depuis le {french.long_date(one.since)}"
    lines = tuple(line for line in (one.get_service_display(), who, since, until) if line)
    return frozenset({(one.service, one.worker_id)}), lines


def _proposals(family: Family) -> list[_Known]:
    return [
        (frozenset({(one.offer, one.event)}), (one.label, Month.parse(one.month).in_french))
        for one in proposals_of(family, with_reasons=False)
    ]
