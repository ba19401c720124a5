"""Who carries more than their time allows beside who carries less: what to even out, and why.

Nothing is moved by itself, and no family is named: a manager decides which, with the workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jalon.web import french

# A fifth above or below the team's mean: less is within what a month changes by itself.
_NOTICEABLE: Final = 0.2


@dataclass(frozen=True)
class Carried:
    """What one worker carries: days of work to come with families, beside days there.

    `supports` are those that could be handed over, `days_a_support` what one of them asks for.
    """

    name: str
    needed: float
    available: float
    supports: int
    days_a_support: float

    @property
    def load(self) -> float | None:
        """The share of their days that is taken; None for who is away all along."""
        return self.needed / self.available if self.available else None


@dataclass(frozen=True)
class Evening:
    """Supports that one worker could hand to another, and why."""

    giver: str
    taker: str
    supports: int
    why: str


def mean_load(team: Sequence[Carried]) -> float | None:
    """Return the share of the days of all that is taken; None where nobody is there."""
    there = sum(one.available for one in team)
    return sum(one.needed for one in team) / there if there else None


def evenings(team: Sequence[Carried]) -> list[Evening]:
    """Return who could hand what to whom so that loads come near the team's, most loaded first.

    Nobody is taken below the mean, nor brought above it; whoever is away all along hands over
    what they carry to whoever has room.
    """
    mean = mean_load(team)
    if not mean:
        return []
    room = [mean * one.available - one.needed for one in team]
    givers = [n for n, one in enumerate(team) if _gives(one) and _far(one, mean, above=True)]
    takers = [n for n, one in enumerate(team) if _far(one, mean, above=False)]
    found = []
    for giver in sorted(givers, key=lambda number: room[number]):
        left, days = team[giver].supports, team[giver].days_a_support
        for taker in sorted(takers, key=lambda number: -room[number]):
            many = min(left, int(min(-room[giver], room[taker]) / days))
            if many <= 0:
                continue
            room[giver] += many * days
            room[taker] -= many * days
            left -= many
            one, other = team[giver], team[taker]
            found.append(Evening(one.name, other.name, many, _why(one, other, mean)))
    return found


def _gives(one: Carried) -> bool:
    """Tell whether handing supports over would take anything off: those at their term do not."""
    return one.supports > 0 and one.days_a_support > 0


def _far(one: Carried, mean: float, *, above: bool) -> bool:
    if one.load is None:
        return above and one.needed > 0
    return one.load > mean * (1 + _NOTICEABLE) if above else one.load < mean * (1 - _NOTICEABLE)


def _why(giver: Carried, taker: Carried, mean: float) -> str:
    return (
        f"{giver.name} : {_said(giver)} ; {taker.name} : {_said(taker)} ; "
        f"l'équipe : {french.percentage(mean)}."
    )


def _said(one: Carried) -> str:
    if one.load is None:
        return "aucun jour de présence"
    needed, available = french.number(one.needed, 0), french.number(one.available, 0)
    return f"{french.percentage(one.load)} de son temps pris ({needed} jours sur {available})"
