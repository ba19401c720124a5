"""Diaries as pages show them: what fills each half-day, and what is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from jalon.agenda import queries
from jalon.agenda.days import holidays
from jalon.agenda.enums import Half, Mode, State, Weekday
from jalon.agenda.models import Appointment, Closure, Notice, Opening, Presence
from jalon.directory.models import Absence, StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.outreach.enums import MessageState
from jalon.outreach.shown import message_in_words, trouble_in_words
from jalon.web import french

_SATURDAY: Final = 6
_A_RUN: Final = 3  # days, from which one writes the first and the last
STATES: Final = {
    State.PROPOSED: "waiting",
    State.BOOKED: "active",
    State.HELD: "done",
    State.BY_FAMILY: "stopped",
    State.BY_US: "stopped",
}
NO_OUTCOME: Final = ("Suite à noter", "waiting")


def standing_of(one: Appointment) -> tuple[str, str]:
    """Return where an appointment stands in words, and the state of its badge."""
    state = State(one.state)
    if state in {State.PROPOSED, State.BOOKED} and one.ends_at <= timezone.now():
        return NO_OUTCOME
    return str(state.label), STATES[state]


def where_in_words(one: Appointment) -> str:
    """Write where or how one meets: « CMAM de Villejuif, salle 2 », « Par téléphone »."""
    if one.place is None:
        return str(Mode(one.mode).label)
    return f"{one.place}, {one.room}" if one.room else str(one.place)


def when_in_words(one: Appointment) -> str:
    """Write « lundi 23 novembre 2026, de 9 h 00 à 9 h 45 »."""
    day = timezone.localdate(one.starts_at)
    hours = f"de {french.clock(one.starts_at)} à {french.clock(one.ends_at)}"
    return f"{french.day_of_week(day)} {day.year}, {hours}"


def told_in_words(notices: Iterable[Notice]) -> list[str]:
    """Write what a family was told: « Rendez-vous fixé par SMS : envoyé. », or that it was not."""
    said, last = [], None
    for last in notices:
        if last.message is not None:
            state = MessageState(last.message.state).label.lower()
            why = trouble_in_words(last.message)
            said.append(f"{message_in_words(last.message)} : {state}. {why}".rstrip())
    if last is None or last.message is not None:
        return said
    if last.settled_at is None:
        return [*said, "Un message se prépare."]
    return [*said, "Aucun message n'a pu partir : appelez la famille."]


def openings_in_words(openings: Iterable[Opening]) -> list[str]:
    """Write when a place opens, days of the same half-days together: « Mardi, jeudi matin »."""
    halves: dict[int, list[str]] = defaultdict(list)
    for one in openings:
        halves[one.weekday].append(str(Half(one.half).label).lower())
    days: dict[str, list[int]] = defaultdict(list)
    for weekday, said in halves.items():
        days[" et ".join(said)].append(weekday)
    return [f"{_days_in_words(found)}, {said}" for said, found in days.items()]


def _days_in_words(days: list[int]) -> str:
    names = [str(Weekday(one).label).lower() for one in days]
    following = days == list(range(days[0], days[0] + len(days)))
    if following and len(days) >= _A_RUN:
        return f"Du {names[0]} au {names[-1]}"
    return ", ".join(names).capitalize()


@dataclass(frozen=True)
class Taken:
    """A time taken: when, with whom as far as one may know, how, and where that leads."""

    at: str
    title: str
    text: str = ""
    url: str = ""
    label: str = ""
    state: str = ""


@dataclass(frozen=True)
class Received:
    """A half-day: where one receives then, nothing where one does not."""

    half: str
    place: str


@dataclass
class ShownDay:
    """A day of somebody's diary; `note` says why nobody is received."""

    day: date
    today: bool
    note: str = ""
    halves: list[Received] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Write « Lundi 23 novembre »."""
        return french.day_of_week(self.day).capitalize()


@dataclass(frozen=True)
class Diary:
    """The days of one worker."""

    worker: StaffMember
    days: list[ShownDay]


def diaries(
    workers: Sequence[StaffMember], monday: date, person: StaffMember, *, named: bool
) -> list[Diary]:
    """Return the weeks of workers, in as many queries whatever their number.

    `named` where each time taken tells with whom; who keeps no diary sees that one is busy.
    """
    last = monday + timedelta(days=_SATURDAY - 1)
    ids = [one.pk for one in workers]
    closed = _Closed(holidays(monday, last), list(queries.closures(monday, last)))
    away = _by_worker(queries.absences(ids, monday, last))
    kept = _kept(queries.presences(ids, monday, last))
    taken = _taken(ids, monday, last, person, named=named)
    found = []
    for worker in workers:
        days = [
            _day(monday + timedelta(days=ahead), away[worker.pk], kept[worker.pk], closed)
            for ahead in range(_SATURDAY)
        ]
        for one in days:
            one.taken = taken[worker.pk, one.day]
        if not days[-1].halves and not days[-1].taken:
            days.pop()
        found.append(Diary(worker, days))
    return found


@dataclass(frozen=True)
class _Closed:
    """What is closed in a week: by the calendar, and by decision."""

    feasts: Mapping[date, str]
    closures: list[Closure]

    def on(self, day: date) -> set[int | None]:
        """Return the places closed on a day; None is every place."""
        return {one.place_id for one in self.closures if one.first_day <= day <= one.last_day}


def _day(day: date, away: list[Absence], kept: list[Presence], closed: _Closed) -> ShownDay:
    shut = closed.on(day)
    note = ""
    if day in closed.feasts:
        note = f"Férié : {closed.feasts[day]}"
    elif any(one.first_day <= day <= one.last_day for one in away):
        note = "Absence"
    elif None in shut:
        note = "Tous les lieux sont fermés"
    halves = [] if note else _halves(kept, day, shut)
    return ShownDay(day, today=day == timezone.localdate(), note=note, halves=halves)


def _by_worker(rows: Iterable[Absence]) -> defaultdict[int, list[Absence]]:
    found: defaultdict[int, list[Absence]] = defaultdict(list)
    for one in rows:
        found[one.member_id].append(one)
    return found


def _kept(rows: Iterable[Presence]) -> defaultdict[int, list[Presence]]:
    found: defaultdict[int, list[Presence]] = defaultdict(list)
    for one in rows:
        found[one.worker_id].append(one)
    return found


def _halves(kept: list[Presence], day: date, shut: set[int | None]) -> list[Received]:
    return [
        Received(
            str(Half(one.half).label),
            f"{one.place} (fermé)" if one.place_id in shut else str(one.place),
        )
        for one in kept
        if one.weekday == day.isoweekday()
        and one.since <= day
        and (one.until is None or one.until >= day)
    ]


def _taken(
    ids: list[int], first: date, last: date, person: StaffMember, *, named: bool
) -> defaultdict[tuple[int, date], list[Taken]]:
    found: defaultdict[tuple[int, date], list[Taken]] = defaultdict(list)
    if not person.may(Permission.KEEP_DIARIES):
        for busy in queries.busy(ids, first, last):
            day = timezone.localdate(busy.starts_at)
            found[busy.worker, day].append(Taken(french.clock(busy.starts_at), "Occupé"))
        return found
    rows = queries.standing(
        queries.between(Appointment.objects.select_related("place", "room"), first, last, ids)
    )
    rows = queries.with_family(rows) if named else rows
    for one in rows:
        day = timezone.localdate(one.starts_at)
        found[one.worker_id, day].append(taken_by(one, named=named))
    return found


def taken_by(one: Appointment, *, named: bool) -> Taken:
    """Return an appointment as a diary shows it, with the family's name or how one meets."""
    label, state = standing_of(one)
    where = where_in_words(one)
    return Taken(
        at=french.clock(one.starts_at),
        title=one.family.name if named else where,
        text=where if named else "",
        url=one.get_absolute_url(),
        label=label,
        state=state,
    )


def people_of(family: Family) -> list[tuple[int, str]]:
    """Return those of a family who may come, to choose from: adults first."""
    return [(one.pk, one.described) for one in family.members if one.death_date is None]
