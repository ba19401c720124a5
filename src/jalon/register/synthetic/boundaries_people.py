"""Boundaries of persons: ages, children in charge, custody, who is left to write to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from jalon.register.synthetic.cases import CENT, Case, Cell, Happened, Scene, Someone
from jalon.rules.calendar import add_months

_AROUND: Final = (("the day before", -1), ("on the last day", 0), ("the day after", 1))
_DAY: Final = timedelta(days=1)
_MUCH: Final = Decimal("5000.00")


def adult_ages(scene: Scene) -> Iterator[Case]:
    """Lone parents who turn 18, 25 or 35 around the last day, with a child of two."""
    for age in (18, 25, 35):
        for when, days in _AROUND:
            people = (Someone(scene.turning(age, days)), scene.child(0 if age == 18 else 2))  # noqa: PLR2004 - years
            yield Case(f"responsible turns {age} {when}", people)
    for age in (18, 25, 35):
        people = (Someone(scene.leap_day(age)), scene.child(0))
        yield Case(f"responsible of {age} or more born on 29 February", people)


def young_tenants(scene: Scene) -> Iterator[Case]:
    """Childless tenants around 25, students or not, with each event of the housing field."""
    home = {"tenure": "private_tenant", "housing_benefit": "als"}
    for kind in ("rent_arrears", "urban_renewal", "indecent_housing"):
        for when, days in _AROUND[1:]:
            for student in (True, False, None):
                yield Case(
                    f"{kind}, turns 25 {when}, student {student}",
                    (Someone(scene.turning(25, days)),),
                    (scene.event(kind),),
                    {**home, "responsible_is_student": student, "arrears_amount": _MUCH},
                )


def child_ages(scene: Scene) -> Iterator[Case]:
    """Children on each birthday that a rule looks at, in a household that has separated."""
    for age in (6, 16, 18, 20, 21):
        for when, days in _AROUND:
            born = scene.turning(age, days)
            child = Someone(born, "child", in_school=True, pay=0 * CENT)
            yield Case(
                f"child turns {age} {when}",
                (scene.parent(45), child),
                (scene.event("separation"),),
            )
    for age in (20, 21):
        child = Someone(scene.leap_day(age), "child", pay=0 * CENT)
        yield Case(
            f"child of {age} or more born on 29 February",
            (scene.parent(45), child),
            (scene.event("separation"),),
        )
    for when, days in _AROUND:
        child = Someone(scene.last_day + days * _DAY, "child")
        yield Case(f"child born {when}", (scene.parent(28), child), (scene.event("separation"),))


def child_conditions(scene: Scene) -> Iterator[Case]:
    """School from 6 to 15, pay from 16 to 20, each met, missed and unknown."""
    separated = (scene.event("separation"),)
    for age in (6, 15, 16):
        for in_school in (True, False, None):
            child = replace(scene.child(age), in_school=in_school, pay=None)
            yield Case(
                f"child of {age}, in school {in_school}", (scene.parent(40), child), separated
            )
    in_arrears: dict[str, Cell] = {
        "tenure": "private_tenant",
        "housing_benefit": "alf",
        "arrears_amount": _MUCH,
    }
    limit = scene.child_pay
    for age in (16, 19, 20, 21):
        for pay in (limit - CENT, limit, limit + CENT, None):
            child = replace(scene.child(age), pay=pay)
            yield Case(
                f"child of {age} paid {pay}",
                (scene.parent(45), child),
                (*separated, scene.event("rent_arrears")),
                in_arrears,
            )


def numbers_of_children(scene: Scene) -> Iterator[Case]:
    """Exactly one child or two, where the second counts or not, for a parent of twenty."""
    first = scene.child(1)
    others = {
        "no child": (),
        "one child": (first,),
        "two children": (first, scene.child(0)),
        "one child, one born after the month": (
            first,
            Someone(scene.last_day + 3 * _DAY, "child"),
        ),
        "one child, one visiting": (first, replace(scene.child(2), custody="visiting")),
        "one child, one dead": (first, replace(scene.child(2), death=scene.middle)),
        "one child, another adult": (first, Someone(scene.aged(50), "other")),
        "one child, one to be dead next month": (
            first,
            replace(scene.child(2), death=scene.last_day + _DAY),
        ),
    }
    for label, children in others.items():
        yield Case(f"parent of 20, {label}", (scene.parent(20), *children))
    yield Case("parent of 20, one child, a spouse", (scene.parent(20), scene.spouse(22), first))


def custody(scene: Scene) -> Iterator[Case]:
    """Each kind of custody, alone and beside a child who lives there."""
    for kind in ("full", "alternating", "visiting", None):
        child = replace(scene.child(9), custody=kind)
        yield Case(f"custody {kind}", (scene.parent(38), child), (scene.event("separation"),))
    visiting = replace(scene.child(9), custody="visiting")
    yield Case(
        "custody visiting beside a child in charge",
        (scene.parent(38), visiting, scene.child(5)),
        (scene.event("separation"),),
    )


def pregnancies(scene: Scene) -> Iterator[Case]:
    """Pregnancies declared around ten months before the last day, and after it."""
    ten_months = add_months(scene.last_day, -10)
    days: dict[str, date | None] = {
        "ten months and a day ago": ten_months - _DAY,
        "ten months ago": ten_months,
        "ten months less a day ago": ten_months + _DAY,
        "on the last day": scene.last_day,
        "after the month": scene.last_day + _DAY,
        "never": None,
    }
    for label, day in days.items():
        yield Case(
            f"pregnancy declared {label}", (scene.parent(24),), (), {"pregnancy_declared_on": day}
        )


def child_deaths(scene: Scene) -> Iterator[Case]:
    """Children around 25 at death, the date known by the person, by the event or not at all."""
    died = scene.middle - 3 * _DAY
    for label, days in _AROUND:
        when = label.replace("last day", "day")
        birth = add_months(died + days * _DAY, -12 * 25)
        child = Someone(birth, "child", death=died)
        yield Case(
            f"child turns 25 {when} of death",
            (scene.parent(50), child),
            (Happened("child_death", scene.middle, died, 1),),
        )
        yield Case(
            f"child turns 25 {when} of the event, no date of death",
            (scene.parent(50), replace(child, death=None)),
            (Happened("child_death", scene.middle, died, 1),),
        )
    child = Someone(scene.aged(12), "child", death=died)
    unnamed = (Happened("child_death", scene.middle, died),)
    undated = (Happened("child_death", scene.middle, None, 1),)
    yield Case("child death without a person", (scene.parent(40), child), unnamed)
    alive = replace(child, death=None)
    yield Case("child death without any date", (scene.parent(40), alive), undated)
    brother = scene.child(7)
    yield Case(
        "child death, date of death alone, a brother left",
        (scene.parent(40), child, brother),
        undated,
    )
    yield Case("stillbirth", (scene.parent(29),), (scene.event("stillbirth"),))
    yield Case("stillbirth, a child", (scene.parent(29), brother), (scene.event("stillbirth"),))


def adult_deaths(scene: Scene) -> Iterator[Case]:
    """Deaths of the responsible person, the spouse, both or another adult; who is left."""
    died = scene.middle - 3 * _DAY
    dead = replace(scene.parent(45), death=died)
    parent, spouse, child = scene.parent(45), scene.spouse(46), scene.child(9)
    grown = Someone(scene.turning(20), "child", pay=0 * CENT)
    other = Someone(scene.aged(66), "other", death=died)
    households = {
        "responsible dead, spouse and child left": (dead, spouse, child),
        "responsible dead, spouse left, no child": (dead, spouse),
        "responsible dead, child of 20 left with the spouse": (dead, spouse, grown),
        "responsible dead, only a child left": (dead, child),
        "responsible dead, nobody left": (dead,),
        "both dead, a child left": (dead, replace(spouse, death=died), child),
        "responsible dead after the month": (
            replace(parent, death=scene.last_day + _DAY),
            spouse,
            child,
        ),
    }
    for label, people in households.items():
        yield Case(
            f"adult death: {label}", people, (Happened("adult_death", scene.middle, died, 0),)
        )
    widow = (parent, replace(spouse, death=died), child)
    event = Happened("adult_death", scene.middle, died, 1)
    yield Case("adult death: spouse", widow, (event,))
    yield Case("adult death: other adult", (parent, other, child), (event,))
    yield Case("adult death: nobody named", widow, (replace(event, person=None),))
    yield Case("adult death: no date", widow, (replace(event, occurred=None),))
    yield Case(
        "adult death: child turned 20", (parent, replace(spouse, death=died), grown), (event,)
    )
