"""Draw a year of life events, and what each changes in the household it befalls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from jalon.register.schema import EVENTS, HOUSEHOLDS
from jalon.register.synthetic.columns import UNKNOWN, UNKNOWN_DAY, Flags, Integers
from jalon.register.synthetic.draw import chance, choose, pick
from jalon.register.synthetic.families import LONE_PARENT, SINGLE, Families
from jalon.register.synthetic.people import People
from jalon.register.synthetic.period import DAYS_A_YEAR, forget
from jalon.register.synthetic.setting import Setting

STATUSES: Final = HOUSEHOLDS.column("family_status").codes
KINDS: Final = EVENTS.column("kind").codes
SEPARATED, DIVORCED, WIDOWED = (
    STATUSES.index(status) for status in ("separated", "divorced", "widowed")
)
_SEPARATED_WITH_CHILDREN: Final = 0.62
_DAYS_DECLARED_BEFORE_BIRTH: Final = 190
_SPOUSES_AMONG_DEATHS: Final = 0.45
_DEATHS_FROM: Final = 24.0
_OCCURRED_EMPTY: Final = 0.015
_PERSON_EMPTY: Final = 0.01
# Frequencies of the family statuses, in the order of the codes, for each type of household.
_STATUS_WEIGHTS: Final = (
    (0.80, 0, 0, 0, 0.06, 0.10, 0.04),
    (0.46, 0, 0, 0, 0.29, 0.20, 0.05),
    (0, 0.60, 0.14, 0.26, 0, 0, 0),
    (0, 0.60, 0.14, 0.26, 0, 0, 0),
)


@dataclass(frozen=True)
class Events:
    """Events of one kind; households and persons are positions in the chunk."""

    kind: str
    households: Integers
    persons: Integers
    occurred: Integers
    reported: Integers


@dataclass(frozen=True)
class Status:
    """Family status of each household (a position in `STATUSES`) and the day it began."""

    code: Integers
    since: Integers


class Year:
    """The year of one chunk: draws events of each kind at the profile's pace."""

    def __init__(self, setting: Setting, families: Families) -> None:
        self.generator = setting.generator
        self.population = setting.population
        self.period = setting.period
        self.families = families
        self.late = self.population.value("reported_late")

    def expected(self, figure: str) -> float:
        """Return how many events of a yearly figure fall on the chunk, late ones included."""
        return self.population.share(figure) * len(self.families) * (1 + self.late)

    def draw(
        self, kind: str, figure: str, among: Flags, *, season: str = "general", part: float = 1.0
    ) -> Events:
        """Choose households among the candidates, and date the event of each."""
        chosen = choose(self.generator, among, self.expected(figure) * part)
        reported = self.period.draw_reported(
            self.generator, len(chosen), self.population.seasons[season], self.late
        )
        return Events(
            kind,
            chosen,
            np.full(len(chosen), UNKNOWN, dtype=np.int64),
            self.period.draw_occurred(self.generator, reported),
            reported,
        )


def draw_separations(year: Year) -> list[Events]:
    """Draw separations and divorces, on households that now have no spouse."""
    divorced = year.population.value("divorces")
    free = np.ones(len(year.families), dtype=np.bool_)
    drawn = []
    for kind, share in (("separation", 1 - divorced), ("divorce", divorced)):
        for type_, part in (
            (LONE_PARENT, _SEPARATED_WITH_CHILDREN),
            (SINGLE, 1 - _SEPARATED_WITH_CHILDREN),
        ):
            among = free & (year.families.kind == type_)
            events = year.draw(kind, "separations", among, season="separations", part=share * part)
            free[events.households] = False
            drawn.append(events)
    return drawn


def draw_status(year: Year, separations: list[Events]) -> Status:
    """Draw the family status, which for the separated began with the event."""
    generator, families = year.generator, year.families
    count = len(families)
    code = np.zeros(count, dtype=np.int64)
    for type_, weights in enumerate(_STATUS_WEIGHTS):
        here = families.kind == type_
        code[here] = pick(generator, weights, int(here.sum()))
    longest = np.clip(families.age - 18, 1.3, 22)
    since = year.period.born(generator.uniform(1.25, longest))
    since = np.where(code == 0, UNKNOWN_DAY, forget(generator, since, 0.05))
    for events in separations:
        code[events.households] = DIVORCED if events.kind == "divorce" else SEPARATED
        since[events.households] = np.minimum(events.occurred, year.period.last_day)
    return Status(code, since)


def draw_births(year: Year) -> tuple[Events, Flags]:
    """Draw births, and which of them are of twins."""
    families = year.families
    among = families.with_children & families.mother
    births = year.draw("birth", "births", among, season="births")
    several = np.zeros(len(families), dtype=np.bool_)
    several[births.households] = families.children[births.households] > 1
    expected = year.population.value("multiple_births") * len(births.households)
    twins = np.zeros(len(families), dtype=np.bool_)
    twins[choose(year.generator, several, expected)] = True
    return births, twins


def split_births(births: Events, twins: Flags, families: Families, people: People) -> list[Events]:
    """Name the newborn of each birth, and set the multiple births apart."""
    households = births.households
    newborn = (
        people.first[households] + families.couple[households] + families.children[households]
    )
    parts = (("birth", ~twins[households]), ("multiple_birth", twins[households]))
    return [
        Events(kind, households[kept], newborn[kept], births.occurred[kept], births.reported[kept])
        for kind, kept in parts
    ]


def draw_pregnancies(year: Year, births: Events) -> tuple[Integers, list[Events]]:
    """Draw the days pregnancies were declared: before each birth, or for those to come."""
    generator, families, period = year.generator, year.families, year.period
    declared = np.full(len(families), UNKNOWN_DAY, dtype=np.int64)
    before = births.occurred - _days_declared_before(generator, len(births.households))
    declared[births.households] = before
    free = families.mother & (declared == UNKNOWN_DAY)
    lost = year.draw("stillbirth", "stillbirths", free)
    declared[lost.households] = lost.occurred - generator.integers(30, 160, len(lost.households))
    free[lost.households] = False
    under_way = choose(
        generator, free, year.expected("births") * _DAYS_DECLARED_BEFORE_BIRTH / DAYS_A_YEAR
    )
    declared[under_way] = period.last_day - generator.integers(
        0, _DAYS_DECLARED_BEFORE_BIRTH, len(under_way)
    )
    in_year = np.flatnonzero((declared >= period.first_day) & (declared <= period.last_day))
    pregnancies = Events(
        "pregnancy",
        in_year,
        np.full(len(in_year), UNKNOWN, dtype=np.int64),
        np.full(len(in_year), UNKNOWN_DAY, dtype=np.int64),
        declared[in_year],
    )
    return declared, [lost, pregnancies]


def _days_declared_before(generator: np.random.Generator, count: int) -> Integers:
    return _DAYS_DECLARED_BEFORE_BIRTH + generator.integers(-20, 20, count)


def draw_deaths(year: Year, status: Status, people: People, earlier: list[Events]) -> list[Events]:
    """Draw deaths of adults and of children; the dead get their date, the widowed their status.

    A household that has separated or had a birth in the year has no death: both would have to
    agree on what came first.
    """
    families = year.families
    spared = np.zeros(len(families), dtype=np.bool_)
    for events in earlier:
        spared[events.households] = True
    adults = year.draw("adult_death", "adult_deaths", ~spared & (families.age > _DEATHS_FROM))
    couple = families.couple[adults.households]
    spouse_dies = couple & chance(year.generator, _SPOUSES_AMONG_DEATHS, len(couple))
    dead = people.first[adults.households] + spouse_dies
    people.death[dead] = adults.occurred
    widowed = adults.households[couple]
    status.code[widowed] = WIDOWED
    status.since[widowed] = np.minimum(adults.occurred, year.period.last_day)[couple]

    children = year.draw("child_death", "child_deaths", ~spared & families.with_children)
    eldest = people.first[children.households] + 1 + families.couple[children.households]
    people.death[eldest] = np.maximum(children.occurred, people.birth[eldest])
    return [_with_persons(adults, dead), _with_persons(children, eldest)]


def _with_persons(events: Events, persons: Integers) -> Events:
    return Events(events.kind, events.households, persons, events.occurred, events.reported)


def draw_child_events(year: Year, people: People) -> Iterator[Events]:
    """Draw the openings of AJPP and the adoptions, each about one living child."""
    families = year.families
    for kind, figure in (("ajpp_opened", "ajpp_opened"), ("adoption", "adoptions")):
        events = year.draw(kind, figure, families.with_children)
        child = people.first[events.households] + 1 + families.couple[events.households]
        fits = (people.death[child] == UNKNOWN_DAY) & (people.birth[child] < events.occurred)
        yield _with_persons(events, np.where(fits, child, UNKNOWN))


def blur(generator: np.random.Generator, events: Events) -> Events:
    """Leave a few dates and persons empty, as files do; births stay whole."""
    persons = np.where(
        chance(generator, _PERSON_EMPTY, len(events.persons)), UNKNOWN, events.persons
    )
    if events.kind in {"birth", "multiple_birth", "pregnancy"}:
        return events
    occurred = forget(generator, events.occurred, _OCCURRED_EMPTY)
    return Events(events.kind, events.households, persons, occurred, events.reported)
