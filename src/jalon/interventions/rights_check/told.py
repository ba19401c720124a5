"""What is known of a family for its rights: each thing with who gave it, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from jalon.rights.situation import Relation
from jalon.rules.calendar import Month
from jalon.web import french

HOME: Final = "home"
PAID: Final = "paid"
# That a right is paid, where nobody knows how much.
SOME: Final = "some"


class By(StrEnum):
    """Who gave something."""

    EXTRACT = "extract"
    FAMILY = "family"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Source:
    """Who gave something, and when: the extract of a month, or the family on a day, to somebody.

    A document was seen on that day, by them.
    """

    by: By
    when: str
    to: str = ""

    def __str__(self) -> str:
        """Say it in French, as within a sentence."""
        if self.by is By.EXTRACT:
            return f"extraction {Month.parse(self.when).of_french}"
        on = french.long_date(date.fromisoformat(self.when))
        if self.by is By.DOCUMENT:
            return f"document vu le {on} par {self.to}"
        return f"dit le {on} à {self.to}"


@dataclass(frozen=True)
class Fact:
    """Something known, as text: a day 2026-10-31, an amount « 1200.00 month », a listed word."""

    value: str
    source: Source


@dataclass(frozen=True)
class Member:
    """Somebody of the household, by the first name that the page calls them."""

    relation: Relation
    name: str

    def __str__(self) -> str:
        """Return the name, or the place of who has none."""
        return self.name or _PLACES[self.relation]


_PLACES: Final = {
    Relation.CLAIMANT: "La personne qui demande",
    Relation.PARTNER: "Le conjoint",
    Relation.CHILD: "Un enfant",
}


@dataclass(frozen=True)
class Told:
    """All that is known: the people, and facts by name, as `p0-salary`, `home-rent`, `paid-RSA`.

    What is not among the facts, nobody said.
    """

    members: tuple[Member, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def value(self, group: str, name: str) -> str:
        """Return something known; an empty text where nobody said it."""
        fact = self.facts.get(f"{group}-{name}")
        return fact.value if fact else ""

    def people(self) -> Iterator[tuple[str, Member]]:
        """Yield who lives there, each with the name of their facts."""
        for group, member in self.everyone():
            if self.value(group, "here") != "no":
                yield group, member

    def everyone(self) -> Iterator[tuple[str, Member]]:
        """Yield who was named, gone since or not."""
        for number, member in enumerate(self.members):
            yield f"p{number}", member

    def adding(self, member: Member, born: Fact) -> Told:
        """Return it with one more person."""
        facts = {**self.facts, f"p{len(self.members)}-born": born}
        return replace(self, members=(*self.members, member), facts=facts)

    def without(self, name: str) -> Told:
        """Return it without what is known of that name of anybody."""
        names = {f"{group}-{name}" for group, _ in self.everyone()}
        return replace(
            self, facts={one: fact for one, fact in self.facts.items() if one not in names}
        )

    @property
    def as_json(self) -> dict[str, Any]:
        """Return it as a column of the database holds it."""
        return {
            "members": [asdict(one) for one in self.members],
            "facts": {
                name: {"value": one.value, **asdict(one.source)}
                for name, one in self.facts.items()
            },
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Told:
        """Read what `as_json` wrote."""
        return cls(
            members=tuple(
                Member(Relation(one["relation"]), one["name"]) for one in kept["members"]
            ),
            facts={
                name: Fact(one["value"], Source(By(one["by"]), one["when"], one["to"]))
                for name, one in kept["facts"].items()
            },
        )


def retold(told: Told, latest: Told) -> Told:
    """Return what is known, what the extract told of it being told by the latest.

    Of people, where both name the same: else they stay as they were told.
    """
    known = {
        name: one
        for name, one in told.facts.items()
        if one.source.by is not By.EXTRACT or not _is_of(name, told, latest)
    }
    news = {name: one for name, one in latest.facts.items() if _is_of(name, told, latest)}
    return replace(told, facts={**news, **known})


def _is_of(name: str, told: Told, latest: Told) -> bool:
    """Tell whether a fact is of the home, of what is paid, or of somebody whom both name so."""
    group = name.partition("-")[0]
    if group in {HOME, PAID}:
        return True
    return dict(latest.everyone()).get(group) == dict(told.everyone()).get(group)
