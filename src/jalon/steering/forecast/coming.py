"""The quarter to come in a place: what is foreseen, and its days of work beside those there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from jalon.agenda.days import holidays
from jalon.directory.models import StaffMember
from jalon.rules.calendar import Month
from jalon.steering.enums import NO_TERRITORY
from jalon.steering.forecast.forecasting import Refusal
from jalon.steering.forecast.foreseeing import ADVICES, FORESEEN, RUNNING, Outlook, Past
from jalon.steering.forecast.staffing import of_period, there
from jalon.steering.forecast.workload import Balance, Costs, Need, Worker, balance, open_days

TOO_FEW: Final = (
    "Jours masqués : ceux d'une ou deux personnes, ou de quoi les retrouver. "
    "Qui répond d'elles les voit."
)


@dataclass(frozen=True)
class Coming:
    """A place's quarter; `balance` is refused where what it rests on is."""

    code: str
    label: str
    outlooks: Mapping[str, Outlook]
    need: Need | Refusal
    balance: Balance | Refusal


class Quarter:
    """The three months to come: their open days, and who is there; read once for all places."""

    def __init__(self, months: Sequence[Month], costs: Costs) -> None:
        self.months, self.costs = tuple(months), costs
        self.first, self.last = months[0].first_day, months[-1].last_day
        self.days: tuple[date, ...] = open_days(
            self.first, self.last, holidays(self.first, self.last)
        )

    @cached_property
    def staff(self) -> list[tuple[StaffMember, Worker]]:
        """Every social worker in post on some day of it, with the days that they give.

        Of those who left since it began, or are to come, as of the others: need is of all of it.
        """
        people = of_period(self.first, self.last).select_related("team__territory")
        members = list(people.order_by("last_name", "first_name", "pk"))
        return list(zip(members, there(members, self.first, self.last), strict=True))

    def staff_of(self, place: str) -> list[tuple[StaffMember, Worker]]:
        """Return those of a territory's teams; everybody for the whole department."""
        return self._by_place[place] if place else self.staff

    @cached_property
    def workers(self) -> dict[str, int]:
        """How many are in each territory, those of none under a code of their own."""
        placed = {place: len(people) for place, people in self._by_place.items()}
        return {**placed, NO_TERRITORY: len(self.staff) - sum(placed.values())}

    @cached_property
    def _by_place(self) -> dict[str, list[tuple[StaffMember, Worker]]]:
        found: dict[str, list[tuple[StaffMember, Worker]]] = defaultdict(list)
        for member, worker in self.staff:
            if member.team and member.team.territory:
                found[member.team.territory.code].append((member, worker))
        return found

    def beside(self, need: Need, workers: Sequence[Worker]) -> Balance:
        """Return what is asked for beside the days of some workers."""
        return balance(need, workers, self.days, self.costs)


def hidden(one: Coming) -> Coming:
    """Return a place's quarter without the days of the few who work there."""
    return replace(one, balance=Refusal(TOO_FEW))


def coming(past: Past, quarter: Quarter, code: str, label: str) -> Coming:
    """Return what is foreseen in a place, the whole department where it has no code."""
    outlooks = {measure: past.outlook(measure, code) for measure in FORESEEN}
    need = _need(outlooks[ADVICES], outlooks[RUNNING], quarter.costs)
    workers = [worker for _, worker in quarter.staff_of(code)]
    found = need if isinstance(need, Refusal) else quarter.beside(need, workers)
    return Coming(code, label, outlooks, need, found)


def _need(advices: Outlook, running: Outlook, costs: Costs) -> Need | Refusal:
    if advices.foreseen and running.foreseen:
        return Need.of(advices.foreseen, running.foreseen, costs)
    whose, why = (
        ("des accompagnements en cours", running.why_not)
        if advices.foreseen
        else ("des informations-conseils", advices.why_not)
    )
    return Refusal(f"Il y manque la prévision {whose}. {why}")
