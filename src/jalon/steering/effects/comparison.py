"""What became of families, with how sure one may be; and contacted beside deferred ones.

A difference is only told where chance alone said who was contacted first, where both groups are
large enough, and where they looked alike before: else the reason why not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

from jalon.steering.forecast.forecasting import Refusal
from jalon.steering.hiding.guards import THRESHOLD
from jalon.web import french

# Nineteen times in twenty; stated beside each interval.
_SURE: Final = 0.95
# Below, an interval is so wide that whatever it holds is read as « nothing » or as « a lot ».
LEAST_GROUP: Final = 50
# Drawn by lot, groups differ on something by chance: that much, once in a hundred comparisons.
_BY_CHANCE: Final = 0.01
# A quarter of a standard deviation (Rubin, 2001): what one is told of, even where it is chance.
_NOTICEABLE: Final = 0.25


@dataclass(frozen=True)
class Share:
    """A part of those whose answer is known, between a low and a high (Wilson's interval).

    `unknown` are those that were asked, or followed, and of whom nothing is known.
    """

    part: int
    known: int
    low: float
    high: float
    unknown: int = 0

    @property
    def value(self) -> float:
        """The share itself."""
        return self.part / self.known

    @property
    def said(self) -> str:
        """The share as a sentence, with those who did not answer."""
        silent = f" ; {_few(self.unknown)} sans réponse" if self.unknown else ""
        return (
            f"{french.percentage(self.value)} ({french.number(self.part)} sur "
            f"{french.number(self.known)}{silent}), entre {french.percentage(self.low)} et "
            f"{french.percentage(self.high)}"
        )


def share(part: int, known: int, unknown: int = 0) -> Share | Refusal:
    """Return a share with its interval, or why it is not given: nobody, or too few people.

    A part, or a rest, of one to four would tell of families: neither is it given.
    """
    if not 0 <= part <= known or unknown < 0:
        raise ValueError("a part is more than its whole")
    if not known:
        return Refusal("Aucune réponse connue : il n'y a rien dont donner une part.")
    if _is_few(part) or _is_few(known - part):
        return Refusal(f"Moins de {THRESHOLD} familles d'un côté : ce n'est pas montré.")
    return Share(part, known, *_wilson(part, known), unknown)


@dataclass(frozen=True)
class Group:
    """What a comparison knows of families that lots put together: no name, only how many.

    Of `known`, so many `reached` something; of `unknown`, nothing is known. `base` says what they
    were before, as how many of each word of a short list: `{"Offre": {"Séparation": 40}}`.
    """

    reached: int
    known: int
    base: Mapping[str, Mapping[str, int]]
    unknown: int = 0

    @property
    def size(self) -> int:
        """How many they are."""
        return self.known + self.unknown


@dataclass(frozen=True)
class Imbalance:
    """Something in which the groups differed before anything was done.

    Of a few families, only that they differed is `told`.
    """

    what: str
    contacted: float
    deferred: float
    told: bool

    @property
    def said(self) -> str:
        """The difference as a sentence."""
        if not self.told:
            return f"{self.what} : trop peu de familles pour le montrer"
        return (
            f"{self.what} : {french.percentage(self.contacted)} des contactées, "
            f"{french.percentage(self.deferred)} des reportées"
        )


@dataclass(frozen=True)
class Comparison:
    """Two groups that chance made, and the difference between them (Newcombe's interval)."""

    contacted: Share
    deferred: Share
    low: float
    high: float
    imbalances: tuple[Imbalance, ...]

    @property
    def difference(self) -> float:
        """How much larger the share is among those contacted."""
        return self.contacted.value - self.deferred.value

    @property
    def said(self) -> str:
        """What was found, in plain French."""
        points = f"{_points(self.difference)}, entre {_points(self.low)} et {_points(self.high)}"
        if self.low > 0:
            found = "Les familles contactées y arrivent plus souvent"
        elif self.high < 0:
            found = "Les familles contactées y arrivent moins souvent"
        else:
            found = "On ne peut pas dire que les deux groupes diffèrent"
        return (
            f"{found} : écart de {points} (intervalle à 95 % de Newcombe ; "
            f"{french.number(self.contacted.known)} contactées, "
            f"{french.number(self.deferred.known)} reportées)."
        )

    @property
    def does_not_prove(self) -> str:
        """What this leaves open, in plain French, shown with it always."""
        lost = self.contacted.unknown + self.deferred.unknown
        silent = (
            f" Rien n'est connu de {_few(lost)} familles : si elles diffèrent des "
            "autres, l'écart aussi."
            if lost
            else ""
        )
        return (
            "Cet écart dit ce que change le fait d'être contacté plus tôt, en moyenne, pour les "
            "familles tirées au sort ces jours-là, telles que le sort les a placées : celles qui "
            "sont venues d'elles-mêmes avant leur tour restent parmi les reportées. Il ne dit pas "
            "ce que change un accompagnement (toutes n'en ont pas eu), ni pour quelle famille, "
            "ni ce qu'il en serait ailleurs, une autre année, ou des mois plus tard. Un écart nul "
            "peut cacher un effet trop petit pour "
            f"{french.number(self.contacted.known + self.deferred.known)} familles.{silent}"
        )


def compare(contacted: Group, deferred: Group) -> Comparison | Refusal:
    """Return the difference between two groups that lots made, or why it cannot be told."""
    if not contacted.size and not deferred.size:
        return Refusal(
            "Aucun tirage au sort n'est arrivé à son terme : qui a été contacté d'abord a été "
            "choisi, et la différence dirait ce choix autant que son effet."
        )
    shares = []
    for group, name in ((contacted, "contactées d'abord"), (deferred, "reportées")):
        if group.known < LEAST_GROUP:
            return Refusal(
                f"{french.counted(group.known, 'famille')} {name} dont l'issue est connue : il en "
                f"faut {LEAST_GROUP} dans chaque groupe."
                if group.known >= THRESHOLD
                else f"Moins de {THRESHOLD} familles {name} dont l'issue est connue."
            )
        found = share(group.reached, group.known, group.unknown)
        if isinstance(found, Refusal):
            return found
        shares.append(found)
    gaps = list(_gaps(contacted, deferred))
    if beyond := [one for one, chance in gaps if chance < _BY_CHANCE / len(gaps)]:
        return Refusal(
            "Les groupes ne se ressemblaient pas au départ, plus que le hasard ne l'explique "
            f"({' ; '.join(one.said for one in beyond)}) : le tirage n'a pas été suivi, ou pas "
            "enregistré comme il a eu lieu."
        )
    first, later = shares
    seen = tuple(one for one, _ in gaps if _apart(one) > _NOTICEABLE)
    return Comparison(first, later, *_newcombe(first, later), seen)


def _gaps(some: Group, others: Group) -> Iterator[tuple[Imbalance, float]]:
    """Yield how the groups differed before, and how often chance alone does as much."""
    for key in sorted(some.base.keys() | others.base.keys()):
        of_some, of_others = some.base.get(key, {}), others.base.get(key, {})
        for value in sorted(of_some.keys() | of_others.keys()):
            here, there = of_some.get(value, 0), of_others.get(value, 0)
            one, other = here / some.size, there / others.size
            both = (here + there) / (some.size + others.size)
            spread = sqrt(both * (1 - both) * (1 / some.size + 1 / others.size))
            away = abs(one - other) / spread if spread else 0.0
            label = f"{key} « {value} »" if value else f"{key} non connu"
            few = _is_few(here) or _is_few(there)
            yield Imbalance(label, one, other, not few), 2 * (1 - NormalDist().cdf(away))


def _apart(gap: Imbalance) -> float:
    """Return a difference before, in standard deviations."""
    spread = gap.contacted * (1 - gap.contacted) + gap.deferred * (1 - gap.deferred)
    return abs(gap.contacted - gap.deferred) / sqrt(spread / 2) if spread else 0.0


def _wilson(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's score interval, which stays within nought and one."""
    z = NormalDist().inv_cdf((1 + _SURE) / 2)
    rate, weight = part / whole, z * z / whole
    middle = (rate + weight / 2) / (1 + weight)
    half = z * sqrt(rate * (1 - rate) / whole + weight / (4 * whole)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def _newcombe(one: Share, other: Share) -> tuple[float, float]:
    """Return the interval of a difference of shares (Newcombe, 1998, method 10)."""
    gap = one.value - other.value
    below = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return gap - below, gap + above


def _points(value: float) -> str:
    said = french.number(value * 100, 0)
    sign = "+" if value > 0 and said != "0" else ""
    return f"{sign}{said} points"


def _is_few(number: int) -> bool:
    return 0 < number < THRESHOLD


def _few(number: int) -> str:
    return f"moins de {THRESHOLD}" if _is_few(number) else french.number(number)
