"""Families are told of their appointments: once, never of what is not so any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import ProgrammingError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agenda.conftest import Practice
from agenda.own.conftest import Letter
from conftest import as_owner
from factories.agenda import AppointmentFactory, at, next_day, span
from factories.directory import StaffFactory
from factories.families import ContactPointFactory, GivenContactFactory
from factories.outreach import AnswerFactory
from jalon.agenda.actions import book, cancel, move
from jalon.agenda.actions.booking import Time
from jalon.agenda.enums import Mode, State
from jalon.agenda.models import Appointment, Notice
from jalon.agenda.notices import plan_notices
from jalon.agenda.practice import read_practice
from jalon.audit.identity import acting
from jalon.directory.roles import Role
from jalon.families.models import ContactPoint, Family, Person
from jalon.outreach.answering import record_call
from jalon.outreach.enums import AnswerKind, Medium, MessageState, ToDo, Trouble
from jalon.outreach.message_actions import MessageError, send_again
from jalon.outreach.models import Approach, Message, MessageContent
from jalon.outreach.providers.interface import Outgoing
from jalon.outreach.sending import send_due
from jalon.outreach.sending_hours import SendingHours
from jalon.web import french

pytestmark = pytest.mark.django_db
_ALWAYS = SendingHours(0, 24, frozenset(range(7)))
_PHONE = "+33612345678"
_NINE = 9


class _Provider:
    """Takes whatever it is given."""

    remembers = timedelta(0)

    def __init__(self) -> None:
        self.given: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> str:
        self.given.append(outgoing)
        return f"ref-{len(self.given)}"


@pytest.fixture
def reached(letter: Letter) -> Letter:
    """The family that was written to, with a telephone of its own that was confirmed."""
    ContactPointFactory.create(family=letter.person.family, value=_PHONE)
    return letter


def plan(*, hours: SendingHours = _ALWAYS) -> int:
    with acting(0):
        planned = plan_notices(read_practice(settings.PROFILE), hours, list(Medium))
    # A test is one transaction: for the database, it is still when it began.
    began = timezone.now() - timedelta(minutes=10)
    with as_owner():
        Message.objects.filter(due_at__range=(began, timezone.now())).update(due_at=began)
    return planned


def leave() -> list[str]:
    """Send what is due, and return what left."""
    provider = _Provider()
    with acting(0):
        send_due({Medium.TEXT: provider, Medium.EMAIL: provider}, _ALWAYS)
    return [one.text for one in provider.given]


def messages() -> list[Message]:
    with as_owner():
        return list(Message.objects.order_by("pk"))


def in_days(number: int, **columns: Any) -> Appointment:
    """Make an appointment at nine in so many days, told of long ago."""
    day = timezone.localdate() + timedelta(days=number)
    made: Appointment = AppointmentFactory.create(during=span(at(day, _NINE)), **columns)
    with as_owner():
        long_ago = timezone.now() - timedelta(days=30)
        Notice.objects.update(made_at=long_ago, settled_at=long_ago)
    return made


def yesterday() -> None:
    """Have the day pass during which nothing else may leave."""
    with as_owner():
        for one in Message.objects.exclude(quiet=None):
            quiet = type(one.quiet)(
                one.quiet.lower - timedelta(days=2), one.quiet.upper - timedelta(days=2)
            )
            Message.objects.filter(pk=one.pk).update(quiet=quiet)
        began = timezone.now() - timedelta(minutes=10)
        Message.objects.filter(state=MessageState.QUEUED).update(due_at=began)


def booked(practice: Practice, day: date | None = None, hour: int = _NINE) -> Appointment:
    by = practice.secretary
    with acting(by.pk):
        return book(
            family=practice.family,
            time=_time(practice, at(day or next_day(1, next_day(1)), hour)),
            people=[practice.person],
            agreed=True,
            by=by,
        )


def _time(practice: Practice, moment: datetime) -> Time:
    return Time(practice.worker, moment, Mode.PLACE, practice.place)


def test_a_time_taken_is_told_once_and_says_when_alone(
    reached: Letter, practice: Practice
) -> None:
    made = booked(practice)
    assert plan() == 1
    assert plan() == 0

    (text,) = leave()

    day = french.day_of_week(timezone.localdate(made.starts_at)).replace("û", "u")
    assert text == (
        f"Votre Caf : rendez-vous {day} à 9 h 00. Pour le voir ou l'annuler : "
        f"{settings.PUBLIC_URL}/r/{reached.code.value}"
    )
    for hidden in (practice.place.name, str(practice.worker), practice.person.last_name):
        assert hidden not in text
    (message,) = messages()
    assert (message.purpose, message.state) == ("fixed", MessageState.SENT)
    with as_owner():
        assert MessageContent.objects.get().destination == _PHONE
    plan()
    assert leave() == []


def test_by_email_where_there_is_no_mobile(letter: Letter, practice: Practice) -> None:
    ContactPointFactory.create(
        family=letter.person.family, kind="email", value="camille@example.org"
    )
    booked(practice)
    plan()

    (text,) = leave()
    assert "Vous avez rendez-vous" in text


def test_moved_the_new_time_is_told_and_the_old_never_leaves(
    reached: Letter, practice: Practice
) -> None:
    assert reached
    made = booked(practice)
    plan()
    by = practice.secretary
    with acting(by.pk):
        later = _time(practice, made.starts_at + timedelta(hours=2))
        move(appointment=made, time=later, agreed=True, by=by)

    assert leave() == []
    (old,) = messages()
    assert (old.state, old.trouble) == (MessageState.CANCELLED, Trouble.OUTDATED)
    plan()
    (text,) = leave()
    assert "à 11 h 00" in text


def test_moved_twice_before_it_was_told_is_told_once(reached: Letter, practice: Practice) -> None:
    assert reached
    made, by = booked(practice), practice.secretary
    for hours in (1, 2):
        with acting(by.pk):
            later = _time(practice, made.starts_at + timedelta(hours=hours))
            move(appointment=made, time=later, agreed=True, by=by)
    assert plan() == 1
    (text,) = leave()
    assert "à 11 h 00" in text


def test_called_off_by_us_is_told_and_by_the_family_is_not(
    reached: Letter, practice: Practice
) -> None:
    assert reached
    by = practice.secretary
    ours, theirs = booked(practice), booked(practice, hour=11)
    plan()
    with acting(by.pk):
        cancel(appointment=theirs, by_family=True, by=by)
        cancel(appointment=ours, by_family=False, by=by)
    plan()

    (text,) = leave()
    assert "est annulé" in text
    assert {one.state for one in messages()} == {MessageState.CANCELLED, MessageState.SENT}


@pytest.mark.parametrize(("number", "planned"), [(0, 0), (1, 1), (2, 1), (3, 0)])
def test_a_reminder_two_days_before_or_late_and_once(
    reached: Letter, number: int, planned: int
) -> None:
    in_days(number, family=reached.person.family)

    assert plan() == planned
    assert plan() == 0
    left = leave()
    assert len(left) == planned
    assert all("rappel de votre rendez-vous" in text for text in left)


def test_no_reminder_on_the_day_when_the_time_is_told(reached: Letter) -> None:
    day = timezone.localdate() + timedelta(days=2)
    AppointmentFactory.create(family=reached.person.family, during=span(at(day, _NINE)))

    assert plan() == 1
    assert [one.purpose for one in messages()] == ["fixed"]


def test_a_reminder_waits_for_the_day_of_another_message_to_pass(reached: Letter) -> None:
    """Nobody gets two a day, whatever the second says."""
    AppointmentFactory.create(family=reached.person.family)
    plan()
    assert len(leave()) == 1
    in_days(2, family=reached.person.family)
    plan()

    assert leave() == []
    waiting = messages()[-1]
    assert waiting.state == MessageState.QUEUED
    assert waiting.due_at is not None
    assert waiting.due_at > timezone.now() + timedelta(hours=20)
    yesterday()
    assert len(leave()) == 1


def test_what_waits_is_replaced_by_what_is_newer(reached: Letter) -> None:
    made = AppointmentFactory.create(
        family=reached.person.family,
        during=span(at(timezone.localdate() + timedelta(days=2), _NINE)),
    )
    plan()
    with as_owner():
        Notice.objects.update(made_at=timezone.now() - timedelta(days=1))
    plan()

    (text,) = leave()
    assert "rappel" in text
    assert messages()[0].trouble == Trouble.OUTDATED
    assert made.state == State.BOOKED


def _called_off(one: Appointment) -> None:
    with as_owner():
        Appointment.objects.filter(pk=one.pk).update(
            state=State.BY_FAMILY, cancelled_at=timezone.now()
        )


def _moved(one: Appointment) -> None:
    with as_owner():
        Appointment.objects.filter(pk=one.pk).update(
            during=span(at(timezone.localdate() + timedelta(days=20), _NINE))
        )
        Notice.objects.filter(message=None).delete()


def _soon(one: Appointment) -> None:
    soon = timezone.now() + timedelta(hours=1)
    with as_owner():
        Appointment.objects.filter(pk=one.pk).update(during=span(soon))
        Notice.objects.filter(message=None).delete()
        Notice.objects.update(starts_at=soon)


def _family(**columns: object) -> Callable[[Appointment], None]:
    def change(one: Appointment) -> None:
        with as_owner():
            Family.objects.filter(pk=one.family_id).update(**columns)

    return change


def _said(kind: AnswerKind) -> Callable[[Appointment], None]:
    def change(one: Appointment) -> None:
        AnswerFactory.create(approach=Approach.objects.get(family=one.family_id), kind=kind)

    return change


def _elsewhere(one: Appointment) -> None:
    with as_owner():
        ContactPoint.objects.filter(family=one.family_id).update(until=timezone.localdate())


def _died(one: Appointment) -> None:
    with as_owner():
        Person.objects.filter(family=one.family_id).update(death_date=timezone.localdate())


_CHANGES: list[tuple[str, Callable[[Appointment], None]]] = [
    ("outdated", _called_off),
    ("outdated", _moved),
    ("outdated", _soon),
    ("unsafe", _family(protected_address_here=True)),
    ("unwanted", _family(do_not_contact_here=True)),
    ("unsafe", _said(AnswerKind.UNSAFE)),
    ("no_messages", _said(AnswerKind.STOP)),
    ("wrong_number", _elsewhere),
    ("deceased", _died),
]


@pytest.mark.parametrize(("why", "change"), _CHANGES, ids=[f"{number}" for number in range(9)])
def test_a_reminder_is_looked_at_again_as_it_leaves(
    reached: Letter, why: str, change: Callable[[Appointment], None]
) -> None:
    made = in_days(2, family=reached.person.family)
    plan()
    with acting(StaffFactory.create(role=Role.SOCIAL_WORKER).pk):
        change(made)

    assert leave() == []
    assert messages()[0].trouble == why


def test_having_answered_keeps_nothing_from_being_told(reached: Letter) -> None:
    AnswerFactory.create(approach=reached.code.approach, kind=AnswerKind.MEETING)
    in_days(2, family=reached.person.family)
    plan()
    assert len(leave()) == 1


@pytest.mark.parametrize(
    "change",
    [
        _family(protected_address_here=True),
        _family(do_not_contact_here=True),
        _said(AnswerKind.STOP),
        _elsewhere,
    ],
)
def test_who_may_not_be_written_to_is_not_planned_and_forgotten_in_a_day(
    reached: Letter, practice: Practice, change: Callable[[Appointment], None]
) -> None:
    assert reached
    made = booked(practice)
    with acting(practice.worker.pk):
        change(made)
    assert plan() == 0
    with as_owner():
        Notice.objects.update(made_at=timezone.now() - timedelta(days=2))
    assert plan() == 0
    with as_owner():
        notice = Notice.objects.get()
    assert notice.settled_at is not None
    assert notice.message_id is None


def test_a_number_that_nobody_confirmed_is_of_no_use(letter: Letter, practice: Practice) -> None:
    GivenContactFactory.create(family=letter.person.family, value=_PHONE)
    booked(practice)
    assert plan() == 0


def test_without_a_code_that_opens_a_person_tells(reached: Letter, practice: Practice) -> None:
    booked(practice)
    with as_owner():
        Approach.objects.filter(pk=reached.code.approach_id).update(
            ended_on=timezone.localdate(), ending="mistake", ended_by=practice.secretary.pk
        )
    assert plan() == 0


def test_never_at_night(reached: Letter, practice: Practice) -> None:
    assert reached
    booked(practice)
    hour = timezone.localtime().hour
    since, until = (hour + 2, 24) if hour < 12 else (1, 3)
    hours = SendingHours(since, until, frozenset(range(7)))
    plan(hours=hours)

    assert leave() == []
    (message,) = messages()
    assert message.due_at is not None
    assert timezone.localtime(message.due_at).hour == hours.since


def test_nobody_else_plans(practice: Practice) -> None:
    with acting(practice.secretary.pk), pytest.raises(ProgrammingError):
        plan_notices(read_practice(settings.PROFILE), _ALWAYS, list(Medium))


def test_what_failed_is_not_sent_again_as_a_reminder_of_the_letter(
    reached: Letter, practice: Practice
) -> None:
    assert reached
    booked(practice)
    plan()
    (message,) = messages()
    with as_owner():
        Message.objects.filter(pk=message.pk).update(
            state=MessageState.FAILED, trouble=Trouble.PROVIDER
        )
    with acting(practice.secretary.pk), pytest.raises(MessageError, match="appelez la famille"):
        send_again(message=message, by=practice.secretary)


def test_what_failed_waits_for_a_person_until_told_or_of_no_use(
    client: Client, reached: Letter, practice: Practice
) -> None:
    """Among the messages to take up again: a call settles it, and so does another time."""
    made = booked(practice)
    plan()
    with as_owner():
        Message.objects.update(state=MessageState.FAILED, trouble=Trouble.PROVIDER)
    client.force_login(practice.secretary)
    address = reverse("mail:messages", query={"faire": ToDo.TELL.value})

    def waits() -> bool:
        return practice.name in client.get(address).content.decode()

    assert waits()
    with acting(practice.secretary.pk):
        with as_owner():
            before = Appointment.objects.filter(pk=made.pk).values("during").get()
            Appointment.objects.filter(pk=made.pk).update(during=span(at(next_day(3), _NINE)))
        assert not waits()
        with as_owner():
            Appointment.objects.filter(pk=made.pk).update(**before)
            Notice.objects.filter(message=None).delete()
        assert waits()
        approach = reached.code.approach
        record_call(approach=approach, medium=Medium.PHONE, reached=True, by=practice.secretary)
    assert not waits()


def test_colleagues_see_what_a_family_was_told(
    client: Client, reached: Letter, practice: Practice
) -> None:
    made = booked(practice)
    client.force_login(practice.worker)

    def seen() -> str:
        # Spaces are spaces, whatever they hold together.
        page: str = client.get(made.get_absolute_url()).content.decode()
        return page.translate({0xA0: " ", 0x202F: " "})

    assert "Un message se prépare." in seen()
    plan()
    assert "Rendez-vous fixé par SMS : à envoyer." in seen()
    leave()
    assert "Rendez-vous fixé par SMS : envoyé." in seen()
    family = client.get(reached.person.family.get_absolute_url()).content.decode()
    assert "Rendez-vous fixé par SMS" in family


def test_colleagues_see_that_nobody_could_be_told(
    client: Client, letter: Letter, practice: Practice
) -> None:
    assert letter
    made = booked(practice)
    with as_owner():
        Notice.objects.update(made_at=timezone.now() - timedelta(days=2))
    plan()
    client.force_login(practice.worker)

    page = client.get(made.get_absolute_url()).content.decode()
    assert "pu partir" in page
    assert "appelez la famille" in page
