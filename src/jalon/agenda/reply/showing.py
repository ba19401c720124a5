"""Shows a family its appointments and the times it may take, in its language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from jalon.agenda.enums import Mode
from jalon.agenda.reply.asking import Coming, Own, may_call_off
from jalon.agenda.reply.words import day_in, hour_in
from jalon.directory.models import Place
from jalon.outreach.reply.showing import Page, name_with_commune
from jalon.outreach.reply.texts import Tongue

# The steps by the names that forms send.
TIMES: Final = "times"
COMING: Final = "appointment"
CALLING_OFF: Final = "calling_off"


@dataclass(frozen=True)
class _Moment:
    """A moment as a page writes it, and the value of its button."""

    value: str
    day: str
    hour: str


@dataclass(frozen=True)
class _Card:
    """An appointment as a page writes it."""

    moment: _Moment
    how: str
    place: str
    address: str
    link: str
    proposed: bool
    may_call_off: bool


def times(own: Own, posted: QueryDict, state: str, *, done: str, problem: str) -> Page:
    """Return the page of the times that a family may take, place by place."""

    def told(tongue: Tongue) -> Mapping[str, Any]:
        found: dict[int, list[_Moment]] = {}
        for one in own.times:
            value = f"{one.place}.{one.at.timestamp():.0f}"
            moment = _Moment(
                value, day_in(tongue.language, one.at), hour_in(tongue.language, one.at)
            )
            found.setdefault(one.place, []).append(moment)
        names = _names(found)
        return {
            "w": tongue.words[TIMES],
            "places": [(names[place], moments) for place, moments in found.items()],
            "as_wished": own.as_wished,
            **_done(tongue, done),
        }

    return Page(TIMES, posted, problem, state=state, template=_template(TIMES), told=told)


def coming(own: Own, posted: QueryDict, state: str, *, done: str, problem: str) -> Page:
    """Return the page of the appointments to come."""

    def told(tongue: Tongue) -> Mapping[str, Any]:
        return {
            "w": tongue.words[COMING],
            "cards": _cards(own.coming, tongue),
            **_done(tongue, done),
        }

    return Page(COMING, posted, problem, state=state, template=_template(COMING), told=told)


def calling_off(one: Coming, posted: QueryDict, state: str) -> Page:
    """Return the page that asks whether to call an appointment off."""

    def told(tongue: Tongue) -> Mapping[str, Any]:
        return {"w": tongue.words[COMING], "card": _cards([one], tongue)[0]}

    return Page(CALLING_OFF, posted, state=state, template=_template(CALLING_OFF), told=told)


def _template(step: str) -> str:
    return f"agenda/reply/{step}.html"


def _done(tongue: Tongue, done: str) -> Mapping[str, str]:
    return {"done": done, "done_text": tongue.words["done"][done] if done else ""}


def _cards(coming: Iterable[Coming], tongue: Tongue) -> list[_Card]:
    received = [one.place for one in coming if one.place is not None]
    names = _names(received)
    addresses = dict(Place.objects.filter(pk__in=received).values_list("pk", "address"))
    words = tongue.words[COMING]
    return [
        _Card(
            _Moment(
                f"{one.starts_at.timestamp():.0f}.{one.changes}",
                day_in(tongue.language, one.starts_at),
                hour_in(tongue.language, one.starts_at),
            ),
            "" if one.mode is Mode.PLACE else words[one.mode.value],
            "" if one.place is None else names[one.place],
            "" if one.place is None else addresses[one.place],
            one.link,
            not one.agreed,
            may_call_off(one),
        )
        for one in coming
    ]


def _names(places: Iterable[int]) -> dict[int, str]:
    found = Place.objects.filter(pk__in=set(places)).values_list("pk", "name", "commune__label")
    return {pk: name_with_commune(name, commune) for pk, name, commune in found}
