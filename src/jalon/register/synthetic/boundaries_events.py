"""Boundaries of events: the days they are registered, their kinds, who is set aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from jalon.register.synthetic.cases import Case, Happened, Scene
from jalon.rules.calendar import add_months

_DAY: Final = timedelta(days=1)
_FLAGS: Final = ("do_not_contact", "protected_address", "in_support")


def days_of_report(scene: Scene) -> Iterator[Case]:
    """Separations registered on the month's first and last days, and on the days around."""
    people = (scene.parent(36), scene.child(8))
    days = {
        "the day before the month": scene.first_day - _DAY,
        "on the first day": scene.first_day,
        "on the last day": scene.last_day,
        "the day after the month": scene.last_day + _DAY,
        "a year before": add_months(scene.last_day, -12),
        "on the last 29 February": scene.leap_day(0)
        if scene.leap_day(0) <= scene.last_day
        else scene.leap_day(1),
    }
    for label, day in days.items():
        events = (Happened("separation", day, day - 10 * _DAY),)
        yield Case(f"separation registered {label}", people, events)
    undated = (Happened("separation", scene.middle),)
    yield Case("separation without a date", people, undated)
    after = (Happened("separation", scene.middle, scene.middle + 2 * _DAY),)
    yield Case("separation registered before it took place", people, after)


def separations(scene: Scene) -> Iterator[Case]:
    """Separations and divorces with a spouse or not, children or not, and two at once."""
    parent, spouse, child = scene.parent(36), scene.spouse(38), scene.child(8)
    gone = replace(spouse, death=scene.middle)
    households = {
        "with a child": (parent, child),
        "without a child": (parent,),
        "with a spouse and a child": (parent, spouse, child),
        "with a dead spouse and a child": (parent, gone, child),
    }
    for kind in ("separation", "divorce"):
        for label, people in households.items():
            yield Case(f"{kind} {label}", people, (scene.event(kind),))
    both = (scene.event("separation"), scene.event("divorce"))
    yield Case("separation and divorce in the month", (parent, child), both)
    twice = (
        scene.event("separation"),
        replace(scene.event("separation"), reported=scene.last_day),
    )
    yield Case("two separations in the month", (parent, child), twice)


def arrivals(scene: Scene) -> Iterator[Case]:
    """Births, multiple births, adoptions and pregnancies, with a spouse and without."""
    parent, spouse = scene.parent(27), scene.spouse(29)
    born = replace(scene.child(0), birth=scene.middle - 2 * _DAY)
    children = {
        "birth": (born,),
        "multiple_birth": (born, born),
        "adoption": (scene.child(4),),
        "pregnancy": (),
    }
    for kind, arrived in children.items():
        for adults in ((parent,), (parent, spouse)):
            person = len(adults) if arrived else None
            label = "with a spouse" if len(adults) > 1 else "without a spouse"
            yield Case(f"{kind} {label}", (*adults, *arrived), (scene.event(kind, person),))
    dead = replace(spouse, death=scene.middle)
    yield Case("birth, spouse dead", (parent, dead, born), (scene.event("birth", 2),))


def other_events(scene: Scene) -> Iterator[Case]:
    """Events that ask for nothing else, for a family and for someone of forty alone."""
    parent, child = scene.parent(40), scene.child(8)
    for kind in ("ajpp_opened", "overcrowding", "indecent_housing", "urban_renewal"):
        person = 1 if kind == "ajpp_opened" else None
        yield Case(f"{kind}, a child", (parent, child), (scene.event(kind, person),))
        yield Case(f"{kind}, no child", (parent,), (scene.event(kind),))


def set_aside(scene: Scene) -> Iterator[Case]:
    """Each reason to set a household aside, all of them, and none known."""
    people = (scene.parent(36), scene.child(8))
    events = (scene.event("separation"),)
    for flag in _FLAGS:
        for value in (True, None):
            yield Case(f"{flag} {value}", people, events, {flag: value})
    yield Case("every flag", people, events, dict.fromkeys(_FLAGS, True))
    alone = (replace(people[0], death=scene.middle),)
    dead: date = scene.middle
    for flag in _FLAGS:
        yield Case(
            f"dead with nobody left, {flag}",
            alone,
            (Happened("adult_death", scene.middle, dead, 0),),
            {flag: True},
        )
    yield Case("protected address, no child", people[:1], events, {"protected_address": True})
    yield Case(
        "in support, aid alone", people, (scene.event("multiple_birth"),), {"in_support": True}
    )
