"""What an indicator is: its words, and a formula over measures that says itself in French."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from jalon.rules.offers import Base
from jalon.steering.enums import Breakdown
from jalon.steering.measures import MEASURES, Total
from jalon.steering.practice import Model, Target
from jalon.steering.words import listed
from jalon.web import french


class Period(StrEnum):
    """Over which months a figure is worked out."""

    MONTHS = "les mois demandés, ensemble"
    LAST = "le dernier jour du dernier mois demandé"
    YEAR = "de janvier au dernier mois demandé"


class Unit(StrEnum):
    """In what a figure is said."""

    FAMILIES = "familles"
    HOUSEHOLDS = "dossiers"
    PROPOSALS = "propositions"
    LETTERS = "lettres"
    MESSAGES = "messages"
    CALLS = "appels ou passages"
    MEETINGS = "rencontres"
    APPOINTMENTS = "rendez-vous"
    INTERVENTIONS = "interventions"
    CONTRACTS = "contrats"
    OBJECTIVES = "objectifs"
    VISITS = "visites"
    REVIEWS = "bilans"
    OPINIONS = "avis"
    RIGHTS = "droits"
    EUROS = "euros"
    EUROS_A_MONTH = "euros par mois"
    PERCENT = "pour cent"
    DAYS = "jours"
    HOURS = "heures"
    FULL_TIMES = "mois en équivalent temps plein"
    A_FULL_TIME = "familles par temps plein"
    A_SUPPORT = "visites par accompagnement"
    A_THOUSAND = "pour 1\N{NO-BREAK SPACE}000 dossiers"

    def of(self, value: Decimal) -> str:
        """Return it beside a number: 0 famille, 1 famille, 2 familles."""
        if abs(value) >= _PLURAL_FROM or self in _INVARIABLE:
            return self.value
        noun, _, rest = self.value.partition(" ")
        return _SINGULAR.get(self, f"{noun.removesuffix('s')} {rest}".strip())


_PLURAL_FROM: Final = 2
_INVARIABLE: Final = {Unit.APPOINTMENTS, Unit.OPINIONS, Unit.FULL_TIMES, Unit.PERCENT}
_SINGULAR: Final = {Unit.CALLS: "appel ou passage"}


@dataclass(frozen=True)
class Term:
    """A measure, or what it adds up; of some values of a breakdown alone, where `among` says.

    `base` keeps the offers of the national base, or those of any base, as the profile has them.
    `times` is a number of the model that each counts for. What is taken away has a `sign` of -1.
    """

    measure: str
    total: bool = False
    by: Breakdown = Breakdown.ALL
    among: tuple[str, ...] = ()
    base: tuple[Base, ...] = ()
    times: Model | None = None
    sign: int = 1

    @property
    def in_words(self) -> str:
        """What it is, in French."""
        of = MEASURES[self.measure]
        said = f"{of.adds.value} de « {of.label} »" if self.total else f"« {of.label} »"
        if self.base:
            said += f" (offres : {', '.join(BASES[one] for one in self.base)})"
        elif self.by:
            said += f" ({self.by.label.lower()} : {', '.join(self._named)})"
        return said if self.times is None else f"{said} × {_MODEL[self.times]}"

    @property
    def _named(self) -> list[str]:
        """What pages call the values that are kept, in their order."""
        called = listed(self.by, self.among, self.measure)
        return [f"« {called[one]} »" for one in self.among]


# Of what divides families by those who receive them, told by territory.
TWO_PLACES: Final = (
    "Par territoire, une famille compte où elle habite et un temps plein où est son équipe : où "
    "des équipes reçoivent d'un territoire voisin, le lire par équipe."
)
BASES: Final = {Base.NATIONAL: "socle national", Base.LOCAL: "locales"}
_MODEL: Final = {
    Model.HOURS_A_MEETING: "heures d'une rencontre selon le profil",
    Model.HOURS_A_FULL_TIME: "heures annuelles d'un temps plein selon le profil",
}


def _sum_in_words(terms: tuple[Term, ...]) -> str:
    first, *others = terms
    return first.in_words + "".join(
        f" {'+' if one.sign > 0 else '−'} {one.in_words}" for one in others
    )


@dataclass(frozen=True)
class Formula:
    """Some terms added up, over others where there are any, so many times.

    `times` is 100 for a share. `divided` is what the denominator counts too often: twelve months
    of a full time make one. `over_months` makes it a mean of the months counted. What it is worked
    out from is said by `parts_in_words`, for which `nouns` say what is counted above and below: a
    share, which has none, is some out of others.
    """

    of: tuple[Term, ...]
    over: tuple[Term, ...] = ()
    times: int = 1
    divided: int = 1
    over_months: bool = False
    nouns: tuple[str, str] = ("", "")

    @property
    def terms(self) -> tuple[Term, ...]:
        """All that it reads."""
        return (*self.of, *self.over)

    @property
    def is_plain(self) -> bool:
        """Whether it is one measure as it is: its words then say nothing more."""
        first, *others = self.terms
        return not others and not (first.total or first.by or first.base or first.times)

    @property
    def is_mean(self) -> bool:
        """Whether it is what a measure adds up, for each of that measure."""
        return [one.measure for one in self.over] == [one.measure for one in self.of] and all(
            one.total for one in self.of
        )

    def parts_in_words(self, above: Decimal, below: Decimal) -> str:
        """Say what a value was worked out from: « 3 sur 4 », « en moyenne, sur 4 lettres »."""
        of, over = self.nouns
        if self.is_mean:
            return f"en moyenne, sur {_counted(below, over)}"
        joined = "pour" if of else "sur"
        return f"{_counted(above, of)} {joined} {_counted(below, over)}"

    @property
    def in_words(self) -> str:
        """The formula in French."""
        if not self.over:
            return _sum_in_words(self.of)
        over = f"({_sum_in_words(self.over)})"
        over += f" / {self.divided}" if self.divided > 1 else ""
        over += " / mois comptés" if self.over_months else ""
        times = f"{french.number(self.times)} × " if self.times > 1 else ""
        return f"{times}({_sum_in_words(self.of)}) / {over}"


def _counted(value: Decimal, noun: str) -> str:
    """Write a number with its noun, if it has one; to a tenth where it is not whole."""
    if not noun:
        return french.number(value, 0)
    whole = value == value.to_integral_value()
    return french.counted(value.quantize(Decimal(1 if whole else "0.1")), noun)


@dataclass(frozen=True)
class NotMeasured:
    """A figure that is wanted and that nothing recorded gives: the reason, in French."""

    why: str


_IN: Final = {
    Unit.PERCENT: "%",
    Unit.DAYS: "jours",
    Unit.FULL_TIMES: "mois en équivalent temps plein",
}
_ON: Final = {Period.LAST: "le dernier jour", Period.YEAR: "depuis janvier"}


@dataclass(frozen=True)
class Indicator:
    """A figure as a fund reads it: what it says, of whom, over what time, from what.

    Where its target is of a year (`yearly_target`), the months counted have their part of it.
    Nothing about it is written anywhere else: pages, reports and docs/indicators.md read this.
    """

    code: str
    label: str
    definition: str
    population: str
    unit: Unit
    formula: Formula | NotMeasured
    period: Period = Period.MONTHS
    target: Target | None = None
    yearly_target: bool = False
    source: str = "faits enregistrés dans Jalon"

    @property
    def is_measured(self) -> bool:
        """Whether what is recorded gives it."""
        return isinstance(self.formula, Formula)

    @property
    def column(self) -> str:
        """What a column of it is called: with its unit and its day, where they are not plain."""
        more = [said for said in (_IN.get(self.unit), _ON.get(self.period)) if said]
        return f"{self.label} ({', '.join(more)})" if more else self.label

    @property
    def measures(self) -> frozenset[str]:
        """The measures that it reads."""
        return frozenset(one.measure for one in self._terms())

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """What it is told by besides territories: what each of its terms is, uncrossed."""
        terms = list(self._terms())
        if not terms or any(one.by or one.base for one in terms):
            return ()
        return tuple(
            one
            for one in Breakdown
            if all(one in MEASURES[term.measure].breakdowns for term in terms)
        )

    @property
    def mixes_places(self) -> bool:
        """Whether, by territory, it sets families beside workers, each where they are."""
        return len({MEASURES[code].tells_of_families for code in self.measures}) > 1

    def _terms(self) -> Iterator[Term]:
        if isinstance(self.formula, Formula):
            yield from self.formula.terms


def counted(measure: str) -> Formula:
    """Return how many of a measure there are."""
    return Formula((Term(measure),))


def added_up(measure: str) -> Formula:
    """Return what a measure adds up."""
    return Formula((Term(measure, total=True),))


def share(of: str, *among: str) -> Formula:
    """Return how many in a hundred of some measures are one of them."""
    return Formula((Term(of),), tuple(Term(one) for one in among), times=100)


def mean(measure: str, noun: str) -> Formula:
    """Return what a measure adds up for each of it, which `noun` names."""
    if MEASURES[measure].adds is Total.NOTHING:
        raise ValueError(f"{measure} adds nothing up")
    return Formula((Term(measure, total=True),), (Term(measure),), nouns=("", noun))
