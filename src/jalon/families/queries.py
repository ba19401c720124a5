"""What is read of families in more than one place."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    F,
    Func,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
)

from jalon.directory.models import Commune, StaffMember
from jalon.directory.roles import Permission, Role
from jalon.families.enums import DoubtState
from jalon.families.models import (
    Doubt,
    Family,
    Household,
    Involvement,
    Merge,
    Person,
    SafetyWord,
)
from jalon.families.names import SAINTS, hearings, plain
from jalon.families.phones import canonical_phone
from jalon.register.numbers import file_numbers

# Beyond, the search is too wide to be read: better one more word.
MOST_FOUND: Final = 200
_MOST_WORDS: Final = 6
_Placed = TypeVar("_Placed", bound=Model)


@dataclass(frozen=True)
class Found:
    """The families that a search found, the likeliest first; `more` than are listed."""

    families: list[int]
    more: bool


def find_families(text: str) -> Found:
    """Return the families of a name, a file's number or a telephone, that the person may see.

    Names match whatever their accents, hyphens, capitals and order, by their beginnings, then by
    how they sound in French, their words joined or split. A number is found with or without the
    zeros in front.
    """
    words = plain(text).split()[:_MOST_WORDS]
    named = [word for word in words if not word.isdigit()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT family, min(rank) FROM wall.find_families(%s::text[], %s::text[], %s::text[], "
            "%s, %s) GROUP BY family ORDER BY min(rank), family",
            [
                *(named, [" ".join(way) for way in hearings(text)]),
                *(file_numbers(text), canonical_phone(text), MOST_FOUND),
            ],
        )
        rows = cursor.fetchall()
    families = [family for family, _ in rows if family is not None]
    stopped = len(families) < len(rows) or len(families) >= MOST_FOUND
    return Found(families[:MOST_FOUND], more=stopped)


def families_of(ids: list[int]) -> QuerySet[Family]:
    """Return families with what a list shows of each: people, files, commune."""
    return (
        Family.objects.filter(pk__in=ids)
        .select_related("commune")
        .prefetch_related(
            Prefetch("people", Person.objects.order_by("role", "birth_date")),
            Prefetch("households", Household.objects.order_by("number")),
        )
    )


def family_of(public_id: uuid.UUID) -> QuerySet[Family]:
    """Return the family of a reference, with its commune and what it was merged into."""
    return Family.objects.filter(public_id=public_id).select_related("commune", "merged_into")


def involvements_of(family: Family) -> QuerySet[Involvement]:
    """Return who is or was involved with a family, those who still are first."""
    return family.involvements.select_related("worker").order_by(
        F("until").desc(nulls_first=True), "-since", "pk"
    )


def last_safety_words(family: Family) -> dict[str, SafetyWord]:
    """Return, for each flag that someone spoke of here, the last word."""
    words = family.safety_words.select_related("by").order_by("flag", "-pk").distinct("flag")
    return {one.flag: one for one in words}


def open_doubts() -> QuerySet[Doubt]:
    """Return the doubts that a person must decide, the oldest first."""
    return (
        Doubt.objects.filter(state=DoubtState.OPEN, one__merged_into=None, other__merged_into=None)
        .select_related("one__commune", "other__commune")
        .order_by("pk")
    )


def merges() -> QuerySet[Merge]:
    """Return the merges made, the latest first."""
    return Merge.objects.select_related("kept", "absorbed", "by", "undone_by").order_by("-pk")


class _AnyOf(Func):
    """Whether a column is one of these codes, as one value: a page asks of dozens many times."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()

    def __init__(self, column: str, codes: Sequence[str]) -> None:
        super().__init__(F(column), Value([*codes], ArrayField(CharField())))


@dataclass(frozen=True)
class Where:
    """Where the families are that a person works for.

    `communes` is None for the whole department. `unknown` where families of no known commune are
    theirs too: somebody must see them.
    """

    communes: tuple[str, ...] | None
    unknown: bool = False

    def keep(self, rows: QuerySet[_Placed]) -> QuerySet[_Placed]:
        """Keep the rows, each with a commune or none, that are there."""
        if self.communes is None:
            return rows
        there = Q(_AnyOf("commune", self.communes))
        return rows.filter(there | Q(commune=None) if self.unknown else there)

    @property
    def said(self) -> str:
        """Where that is, in French, after a verb."""
        if self.communes is None:
            return "le département"
        return "vos communes, ou une commune inconnue" if self.unknown else "vos communes"


def where_works(member: StaffMember) -> Where:
    """Return where a person works: the communes they take, or else those of their team.

    Whoever has neither works everywhere: better too long a list than a family forgotten.
    """
    # Who may reach a protected family must see those that no list of communes holds.
    unknown = member.may(Permission.SEE_PROTECTED_ADDRESSES)
    if member.may(Permission.MANAGE_DEPARTMENT):
        return Where(None)
    own = tuple(member.sectors.values_list("commune_id", flat=True))
    if own or member.team is None or member.team.territory_id is None:
        return Where(own or None, unknown)
    of_territory = Commune.objects.filter(area__territory=member.team.territory_id)
    return Where(tuple(of_territory.values_list("pk", flat=True)) or None, unknown)


def communes_named(text: str) -> list[str]:
    """Return the communes of a code or a name, or else those a word of whose name begins so.

    Neither accents nor hyphens count, and « St Maur » is Saint-Maur.
    """
    asked = " ".join(SAINTS.get(word, word) for word in plain(text).split())
    if not asked:
        return []
    names = {code: plain(label) for code, label in Commune.objects.values_list("code", "label")}
    whole = [code for code, name in names.items() if asked in (name, code.casefold())]
    return whole or [code for code, name in names.items() if f" {asked}" in f" {name}"]


def nameable(workers: QuerySet[StaffMember], by: StaffMember) -> QuerySet[StaffMember]:
    """Keep the workers whom a person may make a lead: of one's territory, never oneself."""
    others = workers.exclude(pk=by.pk)
    if by.may(Permission.MANAGE_DEPARTMENT):
        return others
    territory = by.team.territory_id if by.team else None
    if territory is None or not by.may(Permission.MANAGE_TERRITORY):
        return others.none()
    return others.filter(team__territory=territory)


def families_followed(by: StaffMember) -> QuerySet[Family]:
    """Return the families where a person says to be involved."""
    own = Involvement.objects.filter(family=OuterRef("pk"), worker=by, until=None)
    return Family.objects.filter(Exists(own), merged_into=None)


def led_first(rows: QuerySet[Family], by: StaffMember) -> QuerySet[Family]:
    """Sort families: those that a person leads first, then the last known first."""
    led = Involvement.objects.filter(family=OuterRef("pk"), worker=by, lead=True, until=None)
    return rows.order_by(Exists(led).desc(), "-pk")


def families_led(by: StaffMember, among: list[int]) -> set[int]:
    """Return those of these families that a person leads."""
    led = Involvement.objects.filter(family__in=among, worker=by, lead=True, until=None)
    return set(led.values_list("family_id", flat=True))


def may_lead(person: StaffMember) -> bool:
    """Tell whether a person can lead families today: who no longer can sees what others see."""
    return Role.SOCIAL_WORKER in person.roles


def without_lead(where: Where) -> QuerySet[Family]:
    """Return the families that nobody leads, where one works."""
    led = Involvement.objects.filter(family=OuterRef("pk"), lead=True, until=None)
    return where.keep(Family.objects.filter(~Exists(led), merged_into=None))
