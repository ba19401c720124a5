"""Families contacted in waves, in a drawn order, where all at once are more than can be received.

The order decides between equals alone: the families that one offer selects in one area, none of
them urgent. It is the order of `sha256(seed ‖ number)`, and a wave is an equal share of all that
its first four bytes can be: whoever has the seed of a month finds the wave of any file again, the
same for all that its family is offered. The database does (`wall.wave_of`), and admits no other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.utils import timezone

from jalon.rules.facts import EVENT_KINDS
from jalon.rules.layers import nearest, said
from jalon.rules.layers import number as number_of
from jalon.rules.offers import Offer
from jalon.rules.profile import load_profile
from jalon.rules.toml_source import Node
from jalon.targeting.models import LONGEST_DAYS, Draw

FILE: Final = "waves.toml"
_LONGEST, _URGENT = "longest_days", "urgent_events"
_KINDS: Final = frozenset(code for code, _ in EVENT_KINDS)
_WEEK: Final = 7
# Of a digest: as many as numbers of the database hold, times any number of waves.
_BYTES: Final = 4


@dataclass(frozen=True)
class Practice:
    """How long a fund lets families wait at most, and what never waits."""

    longest_days: int
    urgent_events: frozenset[str]

    def is_urgent(self, offer: Offer) -> bool:
        """Whether the families of an offer never wait."""
        return not self.urgent_events.isdisjoint(offer.events)


def practice() -> Practice:
    """Return how the fund's own profile contacts in waves."""
    return read_practice(settings.PROFILE)


@lru_cache(maxsize=8)
def read_practice(name: str) -> Practice:
    """Return how a profile contacts in waves, by name or folder; ProfileError if refused."""
    folder = load_profile(name).folder
    told = nearest(folder, FILE, _LONGEST, _URGENT)
    urgent = said(told, _URGENT, folder / FILE)
    return Practice(
        number_of(said(told, _LONGEST, folder / FILE), _WEEK, LONGEST_DAYS),
        frozenset(_kind(one) for one in urgent.entries()),
    )


def _kind(node: Node) -> str:
    kind: str = node.expect(str).value
    if kind not in _KINDS:
        known = ", ".join(sorted(_KINDS))
        raise node.refusal(f"« {kind} » n'est pas un événement connu.", f"Choisissez : {known}.")
    return kind


@dataclass(frozen=True)
class Waves:
    """So many waves, the first at once, each so many days after the one before."""

    number: int
    days_between: int

    @property
    def last_after(self) -> int:
        """After how many days the last one begins."""
        return (self.number - 1) * self.days_between


@dataclass(frozen=True)
class Place:
    """A family's place in a draw, counted from one, its wave, and the day that it begins."""

    rank: int
    wave: int
    from_on: date


def _digest(seed: str, number: str) -> bytes:
    return sha256(f"{seed}{number}".encode()).digest()


def wave_of(seed: str, number: str, waves: int) -> int:
    """Return the wave, of so many, in which a seed puts a file, counted from one."""
    first = int.from_bytes(_digest(seed, number)[:_BYTES])
    return (first * waves >> 8 * _BYTES) + 1


def places(draw: Draw, numbers: Collection[str]) -> dict[str, Place]:
    """Return the place of each file in a draw: its rank among these, its wave, the day of it."""
    ordered = sorted(set(numbers), key=lambda one: _digest(draw.seed, one))
    first, found = timezone.localdate(draw.at), {}
    for rank, number in enumerate(ordered, 1):
        wave = wave_of(draw.seed, number, draw.waves)
        found[number] = Place(rank, wave, first + timedelta(days=(wave - 1) * draw.days_between))
    return found
