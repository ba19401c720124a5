"""Days that the coming work asks for beside days that there are, and what a change would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from typing import Final

from jalon.steering.forecast.forecasting import Forecast
from jalon.web import french

_SATURDAY: Final = 5


@dataclass(frozen=True)
class Costs:
    """What the fund's model of work says that meetings take, in hours; shares are of one.

    A `month` of support has so many meetings; an information-advice so many in all.
    """

    hours_a_meeting: float
    meetings_an_advice: float
    meetings_a_month: float
    hours_a_day: float
    individual_share: float

    @property
    def advice(self) -> float:
        """Hours of an information-advice."""
        return self.hours_a_meeting * self.meetings_an_advice

    @property
    def month(self) -> float:
        """Hours of a month of one support."""
        return self.hours_a_meeting * self.meetings_a_month

    def days(self, hours: float) -> float:
        """Return hours with families as a full-time worker's days, the rest of these included."""
        return hours / (self.hours_a_day * self.individual_share)


@dataclass(frozen=True)
class Worker:
    """Who receives families: the share of a full time, and the days away."""

    working_time: float
    away: frozenset[date] = frozenset()

    def days(self, open_days: Iterable[date]) -> float:
        """Return the full-time days that they work among the days that the fund is open."""
        return self.working_time * sum(day not in self.away for day in open_days)


def open_days(first: date, last: date, holidays: Mapping[date, str]) -> tuple[date, ...]:
    """Return the working days of a period, both ends included: no week-end, no public holiday."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in days if day.weekday() < _SATURDAY and day not in holidays)


@lru_cache(maxsize=512)
def days_between(first: date, last: date) -> frozenset[date]:
    """Return the days of an absence, both ends included: the same for all who share them."""
    return frozenset(first + timedelta(days=number) for number in range((last - first).days + 1))


@dataclass(frozen=True)
class Need:
    """Hours with families that a quarter asks for, between a low and a high."""

    hours: float
    low: float
    high: float

    @classmethod
    def of(cls, advices: Forecast, running: Forecast, costs: Costs) -> Need:
        """Return what information-advice begun, and supports running each month, ask for.

        The ends of both are added, as if both were wrong at once: wider than it has to be.
        """

        def hours(begun: float, months: float) -> float:
            return begun * costs.advice + months * costs.month

        return cls(
            hours(advices.total, running.total),
            hours(advices.total_low, running.total_low),
            hours(advices.total_high, running.total_high),
        )


class Verdict(Enum):
    """Whether the days there are do, as a sentence."""

    HOLDS = "Les jours suffisent, même si la prévision se trompe vers le haut."
    TIGHT = "Les jours suffisent à la prévision, pas au haut de son intervalle."
    LACKS = "Les jours manquent."
    NOBODY = "Personne n'est en poste : aucun jour n'est disponible."


@dataclass(frozen=True)
class Balance:
    """A quarter's need beside its days, in full-time days."""

    need: Need
    available: float
    costs: Costs

    @property
    def needed(self) -> float:
        """Days that the forecast asks for."""
        return self.costs.days(self.need.hours)

    @property
    def spare(self) -> float:
        """Days left; below nought, days that lack."""
        return self.available - self.needed

    @property
    def verdict(self) -> Verdict:
        """Whether the days do."""
        if not self.available:
            return Verdict.NOBODY
        if self.spare < 0:
            return Verdict.LACKS
        return (
            Verdict.HOLDS if self.costs.days(self.need.high) <= self.available else Verdict.TIGHT
        )

    @property
    def said(self) -> str:
        """The balance as a sentence."""
        low, high = (
            french.number(self.costs.days(one), 0) for one in (self.need.low, self.need.high)
        )
        return (
            f"{_days(self.needed)} de travail à prévoir (entre {low} et {high}), "
            f"{french.number(self.available, 0)} disponibles. {self.verdict.value}"
        )


def balance(need: Need, workers: Iterable[Worker], days: Sequence[date], costs: Costs) -> Balance:
    """Return a quarter's need beside the days of those in post."""
    return Balance(need, sum(worker.days(days) for worker in workers), costs)


def with_recruit(
    workers: Sequence[Worker], working_time: float, arrives: date, days: Sequence[date]
) -> tuple[Worker, ...]:
    """Return the workers with one more, who arrives on a day."""
    return (*workers, Worker(working_time, frozenset(day for day in days if day < arrives)))


def with_absence(
    workers: Sequence[Worker], place: int, away: frozenset[date]
) -> tuple[Worker, ...]:
    """Return the workers, one of them away on more days; days already away change nothing."""
    changed = replace(workers[place], away=workers[place].away | away)
    return (*workers[:place], changed, *workers[place + 1 :])


def difference(before: Balance, after: Balance) -> str:
    """Say what a change of the workers does, in days and in what these are worth."""
    days = after.available - before.available
    hours = abs(days) * before.costs.hours_a_day * before.costs.individual_share
    advices = french.number(hours // before.costs.advice, 0)
    way = "de plus" if days > 0 else "de moins"
    if not days:
        return "Rien ne change : ces jours ne comptaient pas, ou comptaient déjà."
    turn = "" if before.verdict is after.verdict else f" {after.verdict.value}"
    return (
        f"{french.number(abs(days), 1)} jours {way}, soit le temps de {advices} "
        f"informations-conseils.{turn}"
    )


@dataclass(frozen=True)
class OfferLoad:
    """An offer as its coming quarter weighs: hours with families, national base or local."""

    label: str
    hours: float
    national: bool
    open: bool


class Move(Enum):
    """What could be done with an offer."""

    HOLD = "à suspendre"
    OPEN = "à ouvrir"


@dataclass(frozen=True)
class Proposal:
    """What could be done with an offer, and why; a manager decides, nothing is done by itself."""

    offer: OfferLoad
    move: Move
    why: str


def proposals(found: Balance, offers: Sequence[OfferLoad]) -> tuple[list[Proposal], str]:
    """Return what could be held back or opened, in that order, and what is left to say.

    What lacks is made up by local offers alone, the heaviest first: the national base is due.
    What is opened, in the order given, must hold at the high end of the forecast.
    """
    if found.spare < 0:
        return _held(found, offers)
    return _opened(found, offers)


def _held(found: Balance, offers: Sequence[OfferLoad]) -> tuple[list[Proposal], str]:
    lacking, held = -found.spare, []
    local = [one for one in offers if one.open and not one.national and one.hours > 0]
    for offer in sorted(local, key=lambda one: (-one.hours, one.label)):
        if lacking <= 0:
            break
        days = found.costs.days(offer.hours)
        why = (
            f"Offre locale, qui demanderait {_days(days)} ; il en manque "
            f"{french.number(lacking, 0)}."
        )
        held.append(Proposal(offer, Move.HOLD, why))
        lacking -= days
    if lacking <= 0:
        return held, ""
    after = "Même sans ces offres locales" if held else "Aucune offre locale n'est ouverte"
    return held, (
        f"{after}, il manque {_days(lacking)} : le socle national est dû, il ne se suspend pas."
    )


def _opened(found: Balance, offers: Sequence[OfferLoad]) -> tuple[list[Proposal], str]:
    room = found.available - found.costs.days(found.need.high)
    opened = []
    for offer in (one for one in offers if not one.open):
        days = found.costs.days(offer.hours)
        if days <= room:
            why = (
                f"Elle demanderait {_days(days)} ; il en reste "
                f"{french.number(room, 0)} au haut de la prévision."
            )
            opened.append(Proposal(offer, Move.OPEN, why))
            room -= days
    if opened or all(one.open for one in offers):
        return opened, ""
    left = "il ne reste aucun jour" if room <= 0 else f"il reste {_days(room)}"
    return opened, f"Rien à ouvrir : au haut de la prévision, {left}."


def _days(value: float) -> str:
    return french.counted(round(value), "jour")
