"""Reads a fund's own aids: `aids.toml` of its profile, or of one that it inherits from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from jalon.rights.aids import Aid, FundAids
from jalon.rules.calendar import Month
from jalon.rules.criteria import AllOf, EventCriterion, parameters_of
from jalon.rules.layers import nearest, number, said
from jalon.rules.offer_reader import read_criteria, read_events
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.profile import Profile, load_profile
from jalon.rules.toml_source import Node
from jalon.rules.toml_source import nearest as resembling

FILE: Final = "aids.toml"
_AIDS: Final = "aids"
_MONTHS: Final = "event_months"
_MOST_MONTHS: Final = 36
_OWN: Final = ("label", "automatic", "events", "criteria", "valid_from", "source")


@dataclass(frozen=True)
class _Dated:
    """An aid, and from when until when it is granted."""

    aid: Aid
    starts: date
    ends: date | None

    def in_force_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)


@lru_cache(maxsize=32)
def fund_aids(name: str, month: Month) -> FundAids:
    """Return the aids of a profile, by name or folder, in a month; ProfileError if refused.

    None where neither the profile nor any that it inherits from has a file of them.
    """
    profile, day = load_profile(name), month.last_day
    months = 1
    aids: tuple[_Dated, ...] = ()
    if told := nearest(profile.folder, FILE, _AIDS, _MONTHS):
        own = profile.folder / FILE
        months = number(said(told, _MONTHS, own), 1, _MOST_MONTHS)
        aids = tuple(_read(said(told, _AIDS, own), profile))
    found = tuple(one.aid for one in aids if one.in_force_on(day))
    names = frozenset[str]().union(*(parameters_of(one.rule) for one in found))
    values = {one: profile.parameters[one].on(day) for one in sorted(names)}
    catalogue = Catalogue(profile.name, day, profile.window, (), values, profile.assumptions)
    return FundAids(found, months, catalogue)


def _read(aids: Node, profile: Profile) -> Iterator[_Dated]:
    """Yield each aid; one whose conditions are an offer's, once for each version of the offer."""
    seen: set[str] = set()
    for node in aids.entries():
        node.expect(dict).only("code", "plain", "offer", "assumptions", *_OWN)
        code: str = node.required("code", str)
        if code in seen:
            raise node["code"].refusal(
                f"deux aides ont le code « {code} ».", "Donnez un code à chacune."
            )
        seen.add(code)
        yield from _of_offer(node, profile) if "offer" in node else [_own(node, profile)]


def _of_offer(node: Node, profile: Profile) -> Iterator[_Dated]:
    """Yield an aid that an offer already tells of: its conditions are not written twice."""
    for key in _OWN:
        if key in node:
            raise node[key].refusal(
                f"l'offre dit déjà « {key} ».", "Retirez cette clé, ou la clé « offer »."
            )
    code: str = node.required("offer", str)
    versions = [one for one in profile.offers if one.code == code]
    if not versions:
        raise node["offer"].refusal(
            f"le profil n'a pas d'offre « {code} ».",
            resembling(code, {one.code for one in profile.offers}),
        )
    for offer in versions:
        yield _Dated(_aid_of(offer, node), offer.valid_from, offer.valid_until)


def _aid_of(offer: Offer, node: Node) -> Aid:
    return Aid(
        code=node.required("code", str),
        label=offer.label,
        plain=node.required("plain", str),
        automatic=offer.request is None,
        events=offer.events,
        rule=AllOf(
            "", tuple(one for one in offer.rule.members if not isinstance(one, EventCriterion))
        ),
        source=offer.source,
        assumptions=(*offer.assumptions, *node.texts("assumptions")),
    )


def _own(node: Node, profile: Profile) -> _Dated:
    source: str = node.required("source", str)
    events = read_events(node["events"]) if "events" in node else ()
    rule = AllOf("", ())
    if "criteria" in node:
        rule = read_criteria(node["criteria"], source, profile.parameters, of_event=bool(events))
    starts: date = node.required("valid_from", date)
    for name in sorted(parameters_of(rule)):
        if gap := profile.parameters[name].gap_within(starts, None):
            raise node["valid_from"].refusal(
                f"le paramètre « {name} » n'a pas de valeur le {gap:%Y-%m-%d}.",
                "Complétez ses valeurs dans parameters.toml, ou changez cette date.",
            )
    aid = Aid(
        code=node.required("code", str),
        label=node.required("label", str),
        plain=node.required("plain", str),
        automatic=node.required("automatic", bool),
        events=events,
        rule=rule,
        source=source,
        assumptions=node.texts("assumptions"),
    )
    return _Dated(aid, starts, None)
