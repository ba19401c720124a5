"""All that a reader outside of the team is told of a year, and what nobody needs to be told.

Figures as every page, file and report has them: of the year and of each territory, of each month,
of quarters, of the months until then, and by each thing. Beside them, what is always so: a
breakdown adds up to what it is of, and parts are no more than their whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, groupby
from random import Random

from django.conf import settings

from conftest import as_owner
from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile
from jalon.steering.enums import Breakdown, Cause
from jalon.steering.figures.shown import Shown, Year
from jalon.steering.indicators import INDICATORS, Formula, Indicator
from jalon.steering.indicators.definition import Term
from jalon.steering.measures import MEASURES, Measure
from jalon.steering.models import Fact as MonthFact
from jalon.steering.models import Reckoning
from steering.linear import Fact, Known, Weights

# A measure, a territory, a month, and what it is told by there.
Key = tuple[str, str, Month, Breakdown, str]
_ALL = Breakdown.ALL
_VALUES = {
    Breakdown.COMMUNE: ["a", "b", "c"],
    Breakdown.TEAM: ["t", "u"],
    Breakdown.MODE: ["face", "phone", "letter"],
    Breakdown.OUTCOME: ["attended", "absent", "excused", "reached", "yes", "no"],
}


@dataclass(frozen=True)
class Figure:
    """A figure as it was asked for, and as it was answered."""

    of: Indicator
    months: tuple[Month, ...]
    territory: str
    by: Breakdown
    value: str
    shown: Shown


def happened(
    of: str, places: Sequence[str], months: Sequence[Month], random: Random
) -> Counter[Key]:
    """Return how often a whole and its parts were, of families made up, a few here and there."""
    parts = [one for one in MEASURES.values() if one.part_of == of]
    measures = [MEASURES[of], *parts]
    told = sorted({by for one in measures for by in one.breakdowns})
    vocabulary = {by: _VALUES.get(by, ["x", "y"]) for by in told}
    if Breakdown.OFFER in told:
        offers = load_profile(settings.PROFILE).offers
        bases = {one.base: one.code for one in offers}
        vocabulary[Breakdown.OFFER] = [*bases.values(), ""]
    if Breakdown.OUTCOME in told:
        values = [one.as_value[1] for one in parts if one.as_value]
        vocabulary[Breakdown.OUTCOME] = [*values, "yes", "no", "excused"][:3]
    found: Counter[Key] = Counter()
    for place in places:
        for month in months:
            for one in measures:
                found[one.code, place, month, _ALL, ""] = 0
                cells = ((by, value) for by in one.breakdowns for value in vocabulary[by])
                found.update({(one.code, place, month, *cell): 0 for cell in cells})
            if random.random() < 0.8:
                for _ in range(random.choice((1, 2, 5, 12))):
                    own = {by: random.choice(vocabulary[by]) for by in told}
                    many = random.choice((1, 2, 3, 5, 9))
                    for one in _in(measures, own, random):
                        found[one.code, place, month, _ALL, ""] += many
                        for by in one.breakdowns:
                            found[one.code, place, month, by, own[by]] += many
    return found


def _in(measures: list[Measure], own: dict[Breakdown, str], random: Random) -> Iterator[Measure]:
    whole, *parts = measures
    yield whole
    yield from (one for one in parts if one.as_value and own[one.as_value[0]] == one.as_value[1])
    apart = sorted((one for one in parts if not one.as_value), key=lambda one: one.split)
    for _, split in groupby(apart, key=lambda one: one.split):
        if one := random.choice([*split, None]):
            yield one


def in_post(
    teams: Mapping[str, int], places: Sequence[str], months: Sequence[Month]
) -> Counter[Key]:
    """Return the days in post of teams of so many workers, one in each place in turn."""
    found: Counter[Key] = Counter()
    for (team, many), place in zip(teams.items(), cycle(places), strict=False):
        for month in months:
            days = many * month.last_day.day
            found["workers_in_post", place, month, _ALL, ""] += days
            found["workers_in_post", place, month, Breakdown.TEAM, team] += days
    return found


def write(found: Counter[Key], months: Sequence[Month], moment: datetime) -> None:
    """Write what happened down as facts of months that are frozen; days in post are full ones."""
    with as_owner():
        reckonings = {
            month: Reckoning.objects.create(
                month=str(month), version=1, cause=Cause.FIRST, told=True, computed_at=moment
            )
            for month in months
        }
        facts: Counter[Key] = Counter()
        for (code, place, month, by, value), many in found.items():
            for where in ("", place) if many else ():
                facts[code, where, month, by, value] += many
        # What was counted and never happened is told as such.
        facts.update({(code, "", month, _ALL, ""): 0 for code in MEASURES for month in months})
        MonthFact.objects.bulk_create(
            MonthFact(
                reckoning=reckonings[month],
                measure=code,
                territory=place,
                breakdown=by,
                value=value,
                number=many,
                total=0 if MEASURES[code].tells_of_families else many,
            )
            for (code, place, month, by, value), many in facts.items()
        )


def told(codes: Sequence[str], places: Sequence[str], months: Sequence[Month]) -> list[Figure]:
    """Return every figure that some page, file or report has, of some indicators."""
    indicators = [INDICATORS[code] for code in codes]
    found = []
    quarters = [tuple(one) for _, one in groupby(months, key=lambda one: (one.month - 1) // 3)]
    spans = [
        tuple(months),
        *((one,) for one in months),
        *quarters,
        *(tuple(months[: end + 1]) for end in range(len(months))),
    ]
    for seen in {*spans}:
        # A report is asked of the months until the end of its period.
        for until in {tuple(months), tuple(one for one in months if one <= seen[-1])}:
            year = Year(indicators, until, "", tuple(Breakdown)[1:])
            for of in indicators:
                for place in ("", *places):
                    shown = year.shown(of, months=seen, territory=place)
                    found.append(Figure(of, seen, place, _ALL, "", shown))
    for place in ("", *places):
        year = Year(indicators, months, place, tuple(Breakdown)[1:])
        for of in indicators:
            for by in of.breakdowns:
                for value in year.values(of, by):
                    shown = year.shown(of, by=by, value=value)
                    found.append(Figure(of, tuple(months), place, by, value, shown))
    return found


class Reader:
    """Whoever has all these figures, and does sums."""

    def __init__(
        self, figures: Sequence[Figure], found: Counter[Key], places: Sequence[str]
    ) -> None:
        self._found, self._places = found, places
        self._numbers = {key: place for place, key in enumerate(sorted(found))}
        facts = {*self._always(), *(fact for one in figures for fact in self._learns(one))}
        self._known = Known(len(self._numbers), sorted(facts))

    def _always(self) -> Iterator[Fact]:
        cells = {key[:3] for key in self._found}
        for code, place, month in sorted(cells):
            for by in MEASURES[code].breakdowns:
                values = dict.fromkeys(self._values(code, place, month, by), 1.0)
                yield self._sum({**values, (code, place, month, _ALL, ""): -1.0}, 0)
        for part in [one for one in MEASURES.values() if one.part_of]:
            yield from self._nested(part)

    def _nested(self, part: Measure) -> Iterator[Fact]:
        whole = MEASURES[part.part_of]
        same = [
            one
            for one in MEASURES.values()
            if one.part_of == part.part_of and (one.split, one.as_value) == (part.split, None)
        ]
        for code, place, month, by, value in self._found:
            if code == whole.code and (by is _ALL or by in part.breakdowns):
                # What parts of one split have in common is nobody: they are no more together.
                parts = {(one.code, place, month, by, value): -1.0 for one in same or [part]}
                yield self._sum({(code, place, month, by, value): 1.0, **parts}, 0, at_least=True)
                if by is _ALL and part.as_value:
                    alias = (code, place, month, *part.as_value)
                    yield self._sum({alias: 1.0, (part.code, place, month, _ALL, ""): -1.0}, 0)

    def _values(self, code: str, place: str, month: Month, by: Breakdown) -> list[Key]:
        return [key for key in self._found if key[:4] == (code, place, month, by)]

    def _sum(self, of: dict[Key, float], number: float, *, at_least: bool = False) -> Fact:
        return Fact(self._weights(of), number, at_least)

    def _weights(self, of: dict[Key, float]) -> Weights:
        numbers = self._numbers
        return tuple(sorted((numbers[key], one) for key, one in of.items() if key in numbers))

    def _learns(self, one: Figure) -> Iterator[Fact]:
        formula = one.of.formula
        assert isinstance(formula, Formula)
        sides = [side for side in (formula.of, formula.over) if side]
        if one.shown.hidden:
            if len(formula.terms) == 1 and not formula.of[0].total:
                yield self._sum(self._keys(one, formula.terms), 1, at_least=True)
        elif one.shown.figure.value is not None:
            for side in sides:
                if not any(
                    term.total and MEASURES[term.measure].tells_of_families for term in side
                ):
                    keys = self._keys(one, side)
                    yield self._sum(
                        keys, sum(self._found[key] * sign for key, sign in keys.items())
                    )

    def _keys(self, one: Figure, terms: Sequence[Term]) -> dict[Key, float]:
        found: dict[Key, float] = {}
        months = one.shown.figure.basis.months
        for term in terms:
            by, values = one.by, {one.value}
            if term.by:
                by, values = term.by, set(term.among)
            if term.base:
                offers = load_profile(settings.PROFILE).offers
                values = {offer.code for offer in offers if offer.base in term.base}
            for place in (one.territory,) if one.territory else self._places:
                for month in months:
                    for value in values:
                        found[term.measure, place, month, by, value] = float(term.sign)
        return found

    def few(
        self, figures: Sequence[Figure], teams: Collection[str] = ()
    ) -> Iterator[tuple[dict[Key, float], int]]:
        """Yield counts below five: those that figures are of, and what they leave of wholes.

        And any of these of some teams, whose workers are few.
        """
        seen = set()
        for one in figures:
            assert isinstance(one.of.formula, Formula)
            for term in one.of.formula.terms:
                keys = self._keys(
                    one, [Term(term.measure, by=term.by, among=term.among, base=term.base)]
                )
                part = MEASURES[term.measure]
                left = {}
                if part.part_of and (
                    one.by is _ALL or one.by in MEASURES[part.part_of].breakdowns
                ):
                    left = {(part.part_of, *key[1:]): 1.0 for key in keys}
                    left.update(dict.fromkeys(keys, -1.0))
                for of in (keys, left):
                    number = sum(self._found[key] * sign for key, sign in of.items())
                    few = number < 5 or (one.by is Breakdown.TEAM and one.value in teams)
                    if number > 0 and few and (name := frozenset(of.items())) not in seen:
                        seen.add(name)
                        yield of, int(number)

    def range_of(self, of: dict[Key, float]) -> tuple[float, float]:
        """Return between what a count may be."""
        return self._known.range_of(self._weights(of))
