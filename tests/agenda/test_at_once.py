"""Many people take times at once: each has an answer, and no time is given twice.

Ten thousand attempts for five hundred times: `JALON_ATTEMPTS=10000` before `pytest`.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Final

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from agenda.conftest import Practice
from conftest import as_owner
from factories.agenda import OpeningFactory, PresenceFactory, RoomFactory, at, next_day
from factories.directory import PlaceFactory, StaffFactory
from factories.families import PersonFactory
from jalon.agenda.actions import book, cancel, move, set_week
from jalon.agenda.actions.booking import Time
from jalon.agenda.days import holidays
from jalon.agenda.enums import STANDING, Half, Mode, Weekday
from jalon.agenda.errors import AgendaError, TakenError
from jalon.agenda.models import Appointment, Presence
from jalon.audit.identity import acting
from jalon.directory.models import Place, StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Person
from jalon.rules.errors import ClearError

pytestmark = pytest.mark.django_db(transaction=True)
ATTEMPTS: Final = int(os.environ.get("JALON_ATTEMPTS", "80"))
_TIMES: Final = max(4, ATTEMPTS // 20)
_THREADS: Final = 8
_BOOKED: Final = "booked"


def _times(workers: list[StaffMember], place: Place) -> list[Time]:
    """Return as many times as are fought for, three a worker and day."""
    found: list[Time] = []
    monday = next_day(1, timezone.localdate() + timedelta(days=7))
    while True:
        # Nobody receives on a public holiday.
        for worker in workers if not holidays(monday, monday) else ():
            for hour in (9, 10, 11):
                found.append(Time(worker, at(monday, hour), Mode.PLACE, place))
                if len(found) == _TIMES:
                    return found
        monday += timedelta(days=7)


def _attempt(time: Time, person: Person, by: StaffMember) -> str:
    try:
        with acting(by.pk):
            book(family=person.family, time=time, people=[person], agreed=True, by=by)
    except (ClearError, DatabaseError) as error:
        return str(error)
    return _BOOKED


def test_many_attempts_for_few_times() -> None:
    place = PlaceFactory.create()
    workers = StaffFactory.create_batch(max(2, _TIMES // 60), role=Role.SOCIAL_WORKER)
    with as_owner():
        OpeningFactory.create(place=place, capacity=len(workers))
        for worker in workers:
            PresenceFactory.create(worker=worker, place=place)
        # One room fewer than workers: some times are free, and no room is.
        for number in range(len(workers) - 1):
            RoomFactory.create(place=place, name=f"Salle {number}")
        people = PersonFactory.create_batch(max(4, ATTEMPTS // 2))
        by = StaffFactory.create(role=Role.SECRETARY)
    times = _times(workers, place)
    chance = random.Random(7)  # noqa: S311 - a play
    asked = [(chance.choice(times), chance.choice(people)) for _ in range(ATTEMPTS)]

    answers: list[str] = []

    def answer() -> None:
        try:
            while asked:
                answers.append(_attempt(*asked.pop(), by))
        except IndexError:
            return  # Another thread took the last one.
        finally:
            connection.close()

    wanted = {(one.worker.pk, one.starts_at) for one, _ in asked}
    threads = [Thread(target=answer) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    counted = Counter(answers)
    with acting(by.pk):
        made = list(Appointment.objects.filter(state__in=STANDING))
    assert sum(counted.values()) == ATTEMPTS
    assert counted[_BOOKED] == len(made) > 0
    for same in ("worker_id", "family_id", "room_id"):
        taken: set[tuple[int, datetime]] = {(getattr(one, same), one.starts_at) for one in made}
        assert len(taken) == len(made), same
    assert len(made) <= len(wanted)
    assert set(counted) <= {
        _BOOKED,
        "Ce créneau vient d'être pris : choisissez-en un autre.",
        "La famille a déjà un rendez-vous à ce moment-là.",
        "Aucune salle n'est libre à ce moment-là.",
    }


class _Elsewhere(Thread):
    """Does something on another connection once both are ready; keeps what it was told."""

    def __init__(self, by: StaffMember, start: Barrier, act: object) -> None:
        super().__init__()
        self.by, self.start_together, self.act, self.told = by, start, act, ""

    def run(self) -> None:
        try:
            with acting(self.by.pk):
                self.start_together.wait(10)
                self.act()  # type: ignore[operator]
        except ClearError as error:
            self.told = str(error)
        finally:
            connection.close()


def _together(by: StaffMember, *acts: object) -> list[str]:
    start = Barrier(len(acts))
    threads = [_Elsewhere(by, start, act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive(), "somebody waits in a circle"
    return sorted(thread.told for thread in threads)


def test_one_moves_what_another_cancels(practice: Practice) -> None:
    by, monday = practice.secretary, next_day(1)
    nine = Time(practice.worker, at(monday, 9), Mode.PLACE, practice.place)
    ten = Time(practice.worker, at(monday, 10), Mode.PLACE, practice.place)
    with acting(by.pk):
        made = book(
            family=practice.family, time=nine, people=[practice.person], agreed=True, by=by
        )

    told = _together(
        by,
        lambda: move(appointment=made, time=ten, agreed=True, by=by),
        lambda: cancel(appointment=made, by_family=True, by=by),
    )

    with acting(by.pk):
        made.refresh_from_db()
    assert made.state == "by_family"
    assert told[0] == ""
    assert told[1] in {
        "",
        "Ce rendez-vous ne peut plus être confirmé : la famille l'a annulé.",
    }


def test_two_exchange_their_workers_without_waiting_in_a_circle(practice: Practice) -> None:
    by, thursday = practice.secretary, next_day(4)
    with as_owner():
        other = StaffFactory.create(role=Role.SOCIAL_WORKER)
        person = PersonFactory.create()
    with acting(by.pk):
        one, two = (
            book(
                family=who.family,
                time=Time(worker, at(thursday, 9), Mode.PHONE),
                people=[who],
                agreed=True,
                by=by,
            )
            for who, worker in ((practice.person, practice.worker), (person, other))
        )

    told = _together(
        by,
        lambda: move(
            appointment=one, time=Time(other, at(thursday, 11), Mode.PHONE), agreed=True, by=by
        ),
        lambda: move(
            appointment=two,
            time=Time(practice.worker, at(thursday, 11), Mode.PHONE),
            agreed=True,
            by=by,
        ),
    )

    assert told == ["", ""]


def test_two_managers_give_the_last_room_of_a_half_day_once(practice: Practice) -> None:
    with as_owner():
        place = PlaceFactory.create(commune=practice.place.commune)
        OpeningFactory.create(place=place, weekday=5, capacity=1)
        workers = StaffFactory.create_batch(2, role=Role.SOCIAL_WORKER, team=practice.worker.team)
    week = {(Weekday.FRIDAY, Half.MORNING): place}
    today, by = timezone.localdate(), practice.manager

    told = _together(
        by,
        *(
            lambda worker=worker: set_week(worker=worker, week=week, since=today, by=by)
            for worker in workers
        ),
    )

    assert told == ["", f"Vendredi matin, {place} n'a plus de place : choisissez ailleurs."]
    with acting(by.pk):
        assert Presence.objects.filter(place=place).count() == 1


def test_a_time_taken_meanwhile_is_told(practice: Practice) -> None:
    by = practice.secretary
    time = Time(practice.worker, at(next_day(1), 9), Mode.PLACE, practice.place)
    with as_owner():
        other = PersonFactory.create()

    told = _together(
        by,
        *(
            lambda person=person: book(
                family=person.family, time=time, people=[person], agreed=True, by=by
            )
            for person in (practice.person, other)
        ),
    )

    assert told == ["", "Ce créneau vient d'être pris : choisissez-en un autre."]
    assert issubclass(TakenError, AgendaError)
