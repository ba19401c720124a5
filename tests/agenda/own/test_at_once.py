"""Families and colleagues who take, move and call off at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection
from django.test import RequestFactory

from agenda.conftest import Practice
from agenda.own.conftest import Letter, asks, written_to
from conftest import as_owner
from factories.agenda import at, next_day
from factories.families import ContactPointFactory, PersonFactory
from jalon.agenda.actions import book, move
from jalon.agenda.actions.booking import Time
from jalon.agenda.enums import Mode, State
from jalon.agenda.errors import AgendaError
from jalon.agenda.models import Notice
from jalon.agenda.notices import plan_notices
from jalon.agenda.practice import read_practice
from jalon.agenda.reply.asking import Told, own_diary, settle, take
from jalon.audit.identity import acting
from jalon.outreach.enums import Language, Medium
from jalon.outreach.reply.sealed import Credential
from jalon.outreach.sending_hours import SendingHours
from outreach.reply.conftest import BORN

pytestmark = pytest.mark.django_db(transaction=True)
_REQUEST = RequestFactory().post("/r/", REMOTE_ADDR="192.0.2.1")


def _credential(letter: Letter) -> Credential:
    return Credential(letter.code.value, BORN.day, BORN.month)


def _together(*acts: Callable[[], str]) -> list[str]:
    start, told = Barrier(len(acts)), []

    def run(act: Callable[[], str]) -> None:
        try:
            start.wait(10)
            told.append(act())
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive(), "somebody waits in a circle"
    return sorted(told)


def test_many_families_for_one_time_and_one_has_it(letter: Letter, practice: Practice) -> None:
    commune = practice.place.commune
    letters = [
        letter,
        *(written_to(PersonFactory.create(household__family__commune=commune)) for _ in range(5)),
    ]
    for one in letters:
        asks(one)
    with acting(None):
        time = own_diary(_credential(letter), _REQUEST).times[0]

    def takes(one: Letter) -> str:
        with acting(None):
            return take(time, credential=_credential(one), request=_REQUEST).value

    told = _together(*(lambda one=one: takes(one) for one in letters))

    assert told == ["right", *["taken"] * 5]
    assert sum(len(one.appointments()) for one in letters) == 1
    # Whoever has none is offered what is left.
    late = next(one for one in letters if not one.appointments())
    with acting(None):
        assert time not in own_diary(_credential(late), _REQUEST).times


def test_a_colleague_and_a_family_for_one_time(letter: Letter, practice: Practice) -> None:
    asks(letter)
    other = PersonFactory.create()
    with acting(None):
        time = own_diary(_credential(letter), _REQUEST).times[0]

    def family() -> str:
        with acting(None):
            return take(time, credential=_credential(letter), request=_REQUEST).value

    def colleague() -> str:
        by = practice.secretary
        wanted = Time(practice.worker, time.at, Mode.PLACE, practice.place)
        try:
            with acting(by.pk):
                book(family=other.family, time=wanted, people=[other], agreed=True, by=by)
        except AgendaError:
            return "taken"
        return "right"

    assert _together(family, colleague) == ["right", "taken"]


def test_a_colleague_moves_what_the_family_calls_off(letter: Letter, practice: Practice) -> None:
    by, monday = practice.secretary, next_day(1, next_day(1))
    nine, ten = (
        Time(practice.worker, at(monday, hour), Mode.PLACE, practice.place) for hour in (9, 10)
    )
    with acting(by.pk):
        made = book(
            family=practice.family, time=nine, people=[practice.person], agreed=True, by=by
        )

    def family() -> str:
        with acting(None):
            return settle(
                "cancel",
                starts_at=nine.starts_at,
                changes=0,
                language=Language.FRENCH,
                credential=_credential(letter),
                request=_REQUEST,
            ).value

    def colleague() -> str:
        try:
            with acting(by.pk):
                move(appointment=made, time=ten, agreed=True, by=by)
        except AgendaError as error:
            return str(error)
        return "moved"

    told = _together(family, colleague)

    (one,) = letter.appointments()
    if one.state == State.BY_FAMILY:
        assert Told.RIGHT.value in told
        assert "moved" not in told
        assert letter.requests()
    else:
        assert told == [Told.CHANGED.value, "moved"]
        assert letter.requests() == []


def test_two_who_plan_and_a_colleague_who_moves_tell_each_time_once(practice: Practice) -> None:
    by, monday = practice.secretary, next_day(1, next_day(1))
    people = [practice.person, *PersonFactory.create_batch(3)]
    made = []
    for number, person in enumerate(people):
        written_to(person)
        ContactPointFactory.create(family=person.family, value=f"+3361234567{number}")
        hour = (9, 10, 11, 14)[number]
        time = Time(practice.worker, at(monday, hour), Mode.PLACE, practice.place)
        with acting(by.pk):
            made.append(book(family=person.family, time=time, people=[person], agreed=True, by=by))
    hours = SendingHours(0, 24, frozenset(range(7)))

    def plan() -> str:
        with acting(0):
            return str(plan_notices(read_practice(settings.PROFILE), hours, list(Medium)))

    def colleague() -> str:
        later = Time(practice.worker, at(monday, 15), Mode.PLACE, practice.place)
        with acting(by.pk):
            move(appointment=made[0], time=later, agreed=True, by=by)
        return "moved"

    _together(plan, plan, colleague)
    plan()

    with as_owner():
        told = list(Notice.objects.exclude(message=None).order_by("appointment", "pk"))
        assert not Notice.objects.filter(settled_at=None).exists()
    times = [(one.appointment_id, one.starts_at) for one in told]
    assert len(times) == len(set(times))
    assert {one for one, _ in times} == {one.pk for one in made}
    assert (made[0].pk, at(monday, 15)) in times
