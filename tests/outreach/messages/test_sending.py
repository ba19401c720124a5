"""What is due leaves once, to who may still be written to, by the hours and the day."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import FamilyFactory, PersonFactory
from factories.outreach import AnswerFactory, MessageContentFactory
from jalon.audit.identity import acting
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import OWNER
from jalon.directory.roles import Role
from jalon.families.models import ContactPoint, Family
from jalon.outreach.enums import AnswerKind, Medium, MessageState, Trouble
from jalon.outreach.models import Approach, Message, MessageContent
from jalon.outreach.providers.interface import (
    Outgoing,
    Provider,
    RefusedForGoodError,
    TryAgainError,
    UncertainError,
)
from jalon.outreach.sending import MOST_ATTEMPTS, send_due
from jalon.outreach.sending_hours import SendingHours
from outreach.messages.letters import ALWAYS, ago, moved, queued, seen, written_to

pytestmark = pytest.mark.django_db
PHONE, EMAIL = "+33612345678", "camille@example.org"


class Scripted:
    """A provider that does what it is told, one message after the other."""

    def __init__(self, *errors: Exception | None, remembers: timedelta = timedelta(0)) -> None:
        self.errors = list(errors)
        self.remembers = remembers
        self.given: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> str:
        self.given.append(outgoing)
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        return f"ref-{len(self.given)}"


def send(providers: Mapping[Medium, Provider], hours: SendingHours = ALWAYS) -> Any:
    with acting(0):
        return send_due(providers, hours)


@pytest.fixture
def texts() -> Scripted:
    return Scripted()


def reminder(**columns: Any) -> Message:
    return queued(written_to(12, phone=PHONE, email=EMAIL), **columns)


def test_what_is_due_is_given_with_its_own_key_and_kept_with_the_reference(
    texts: Scripted,
) -> None:
    message = reminder()

    assert send({Medium.TEXT: texts}) == {MessageState.SENT: 1}

    (given,) = texts.given
    assert given == Outgoing(str(message.public_id), PHONE, "Votre Caf.", "Votre courrier")
    sent = seen(message)
    assert (sent.state, sent.provider_reference, sent.attempts) == (MessageState.SENT, "ref-1", 1)
    assert sent.sent_at is not None
    assert sent.quiet.upper - sent.quiet.lower == timedelta(days=1)


def test_what_is_not_due_or_has_no_provider_waits(texts: Scripted) -> None:
    later, mail = reminder(due_at=ago(hours=-1)), reminder(medium=Medium.EMAIL)

    send({Medium.TEXT: texts})

    assert texts.given == []
    assert {seen(one).state for one in (later, mail)} == {MessageState.QUEUED}


def test_nothing_leaves_outside_the_hours(texts: Scripted) -> None:
    reminder()
    hour = timezone.localtime().hour
    closed = SendingHours((hour + 1) % 24, 25, frozenset(range(7))) if hour < 23 else None
    hours = closed or SendingHours(0, 1, frozenset(range(7)))
    send({Medium.TEXT: texts}, hours)
    send({Medium.TEXT: texts}, SendingHours(0, 24, frozenset()))
    assert texts.given == []


def _family(**changes: Any) -> Any:
    def change(message: Message) -> None:
        with as_owner():
            Family.objects.filter(pk=message.family_id).update(**changes)

    return change


def _approach(**changes: Any) -> Any:
    def change(message: Message) -> None:
        with as_owner():
            Approach.objects.filter(pk=message.approach_id).update(**changes)

    return change


def _answered(kind: AnswerKind, **more: Any) -> Any:
    return lambda message: AnswerFactory.create(approach=message.approach, kind=kind, **more)


def _merged(message: Message) -> None:
    _family(merged_into=FamilyFactory.create())(message)


def _ended(message: Message) -> None:
    by = StaffFactory.create(role=Role.SECRETARY)
    _approach(ended_on=timezone.localdate(), ending="mistake", ended_by=by)(message)


def _dead(message: Message) -> None:
    person = PersonFactory.create(family=message.family, death_date=timezone.localdate())
    _approach(addressee=person)(message)


def _parted(message: Message) -> None:
    _approach(addressee=None, letter_to=PersonFactory.create())(message)


def _other_number(message: Message) -> None:
    with as_owner():
        ContactPoint.objects.filter(family=message.family_id, kind="phone").update(
            until=timezone.localdate()
        )


_YESTERDAY = timezone.localdate() - timedelta(days=1)
_TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.mark.parametrize(
    ("hindrance", "state", "trouble"),
    [
        (_family(protected_address_here=True), MessageState.CANCELLED, Trouble.UNSAFE),
        (_answered(AnswerKind.UNSAFE), MessageState.CANCELLED, Trouble.UNSAFE),
        (_family(do_not_contact_here=True), MessageState.CANCELLED, Trouble.UNWANTED),
        (_merged, MessageState.CANCELLED, Trouble.MERGED),
        (_ended, MessageState.CANCELLED, Trouble.ENDED),
        (_dead, MessageState.CANCELLED, Trouble.DECEASED),
        (_parted, MessageState.CANCELLED, Trouble.PARTED),
        (_approach(window_ends_on=_YESTERDAY), MessageState.CANCELLED, Trouble.OVER),
        (_answered(AnswerKind.NO), MessageState.CANCELLED, Trouble.ANSWERED),
        (_answered(AnswerKind.CALL), MessageState.CANCELLED, Trouble.ANSWERED),
        (
            _answered(AnswerKind.LATER, again_on=_TOMORROW),
            MessageState.CANCELLED,
            Trouble.ANSWERED,
        ),
        (_other_number, MessageState.FAILED, Trouble.WRONG_NUMBER),
    ],
)
def test_what_came_between_keeps_it_from_leaving(
    texts: Scripted, hindrance: Any, state: Any, trouble: Any
) -> None:
    message, other = reminder(due_at=ago(hours=1)), reminder()
    hindrance(message)

    send({Medium.TEXT: texts})

    assert [one.key for one in texts.given] == [str(other.public_id)]
    kept = seen(message)
    assert (kept.state, kept.trouble, kept.attempts) == (state, trouble, 0)


def test_who_asked_for_later_is_told_once_the_day_has_come(texts: Scripted) -> None:
    message = reminder()
    _answered(AnswerKind.LATER, again_on=timezone.localdate())(message)
    send({Medium.TEXT: texts})
    assert len(texts.given) == 1


def test_a_second_message_waits_for_the_day_after(texts: Scripted) -> None:
    approach = written_to(12, phone=PHONE, email=EMAIL)
    first = queued(approach, due_at=ago(hours=2))
    second = queued(approach, medium=Medium.EMAIL, reminder=2)
    mail = Scripted()

    send({Medium.TEXT: texts, Medium.EMAIL: mail})

    assert (len(texts.given), len(mail.given)) == (1, 0)
    waits = seen(second)
    assert (waits.state, waits.due_at) == (MessageState.QUEUED, seen(first).quiet.upper)


def test_what_perhaps_left_keeps_the_day_too_and_what_surely_did_not_does_not() -> None:
    for error, given in ((UncertainError("cut"), 1), (RefusedForGoodError("unknown"), 2)):
        approach = written_to(12, phone=PHONE)
        queued(approach, due_at=ago(hours=2))
        queued(approach, reminder=2)
        texts = Scripted(error)
        send({Medium.TEXT: texts})
        assert len(texts.given) == given


def test_the_database_itself_refuses_a_second_one_the_same_day() -> None:
    approach = written_to(12, phone=PHONE)
    day = (timezone.now(), timezone.now() + timedelta(days=1))
    moved(queued(approach), state=MessageState.SENDING, quiet=day)
    second = queued(approach, reminder=2)
    with (
        as_owner(),
        pytest.raises(IntegrityError, match="message_not_two_a_day"),
        transaction.atomic(),
    ):
        Message.objects.filter(pk=second.pk).update(state=MessageState.SENDING, quiet=day)


def test_a_family_of_two_hears_one_message_a_day(texts: Scripted) -> None:
    """What an absorbed family was told today counts for the one that absorbed it."""
    message = reminder()
    absorbed = queued(written_to(12, phone=PHONE))
    day = (ago(hours=1), ago(hours=-23))
    moved(absorbed, state=MessageState.SENT, sent_at=ago(hours=1), quiet=day)
    with as_owner():
        Family.objects.filter(pk=absorbed.family_id).update(merged_into=message.family_id)

    send({Medium.TEXT: texts})

    assert texts.given == []
    assert seen(message).state == MessageState.QUEUED


def test_a_number_that_does_not_exist_is_told(texts: Scripted) -> None:
    texts.errors = [RefusedForGoodError("422")]
    message = reminder()
    assert send({Medium.TEXT: texts}) == {MessageState.FAILED: 1}
    assert seen(message).trouble == Trouble.WRONG_NUMBER


def test_a_provider_that_is_down_is_asked_later_and_later(texts: Scripted) -> None:
    message = reminder()
    waits = []
    for _ in range(MOST_ATTEMPTS):
        texts.errors = [TryAgainError("503")]
        moved(message, due_at=ago(minutes=1))
        send({Medium.TEXT: texts})
        found = seen(message)
        if found.state == MessageState.QUEUED:
            assert found.quiet is None, "it surely did not leave"
            assert found.due_at is not None
            waits.append(round((found.due_at - timezone.now()) / timedelta(minutes=1)))

    assert waits == [1, 5, 15, 60, 120, 240, 480]
    assert (found.state, found.trouble) == (MessageState.FAILED, Trouble.PROVIDER)
    assert found.attempts == MOST_ATTEMPTS == len(texts.given)


def test_the_log_says_why_and_of_nobody(texts: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    texts.errors = [TryAgainError("text provider: 401"), UncertainError("text provider: 504")]
    messages = [reminder(), reminder()]
    send({Medium.TEXT: texts})
    assert [one.getMessage() for one in caplog.records] == [
        "not taken: text provider: 401",
        "perhaps taken: text provider: 504",
    ]
    for one in messages:
        assert str(one.public_id) not in caplog.text
    assert PHONE not in caplog.text


def test_it_waits_as_long_as_the_provider_asks(texts: Scripted) -> None:
    texts.errors = [TryAgainError("429", timedelta(hours=2))]
    message = reminder()
    send({Medium.TEXT: texts})
    due = seen(message).due_at
    assert due is not None
    assert due > ago(minutes=-119)


def test_a_provider_down_is_not_tried_for_everybody(texts: Scripted) -> None:
    texts.errors = [TryAgainError("503")] * 20
    messages = [reminder() for _ in range(6)]
    mail = Scripted()
    for one in messages[:2]:
        queued(one.approach, medium=Medium.EMAIL, reminder=2)

    send({Medium.TEXT: texts, Medium.EMAIL: mail})

    assert len(texts.given) == 3
    assert len(mail.given) == 2, "the other provider is there"
    assert sorted(seen(one).attempts for one in messages) == [0, 0, 0, 1, 1, 1]


def test_uncertain_is_never_sent_again_where_the_provider_would_send_it_twice() -> None:
    mail = Scripted(UncertainError("cut after data"))
    message = reminder(medium=Medium.EMAIL)

    send({Medium.EMAIL: mail})
    send({Medium.EMAIL: mail})

    found = seen(message)
    assert len(mail.given) == 1
    assert (found.state, found.trouble) == (MessageState.FAILED, Trouble.UNCERTAIN)


def test_a_server_that_swallows_messages_is_left_in_peace_for_a_while() -> None:
    mail = Scripted(*[UncertainError("cut")] * 10)
    for _ in range(5):
        reminder(medium=Medium.EMAIL)

    for _ in range(3):
        send({Medium.EMAIL: mail})
    assert len(mail.given) == 3

    with as_owner():
        Message.objects.filter(trouble=Trouble.UNCERTAIN).update(settled_at=ago(minutes=16))
    mail.errors = []
    send({Medium.EMAIL: mail})
    assert len(mail.given) == 5


def test_uncertain_is_given_again_under_the_same_key_where_it_is_known_again() -> None:
    texts = Scripted(UncertainError("cut"), remembers=timedelta(hours=24))
    message = reminder()
    send({Medium.TEXT: texts})
    assert seen(message).quiet is not None, "it perhaps left: nothing else may follow today"
    moved(message, due_at=ago(minutes=1))

    send({Medium.TEXT: texts})

    assert [one.key for one in texts.given] == [str(message.public_id)] * 2
    assert seen(message).state == MessageState.SENT


def test_a_key_that_the_provider_forgot_by_now_is_not_given_again() -> None:
    texts = Scripted(UncertainError("cut"), remembers=timedelta(hours=24))
    message = reminder()
    send({Medium.TEXT: texts})
    moved(message, due_at=ago(minutes=1), quiet=(ago(hours=25), ago(hours=1)))

    send({Medium.TEXT: texts})

    found = seen(message)
    assert len(texts.given) == 1
    assert (found.state, found.trouble) == (MessageState.FAILED, Trouble.UNCERTAIN)


def abandoned(message: Message, minutes: int) -> None:
    at = ago(minutes=minutes)
    moved(
        message,
        state=MessageState.SENDING,
        claimed_at=at,
        attempts=1,
        quiet=(at, at + timedelta(days=1)),
    )


@pytest.mark.parametrize(
    ("remembers", "minutes", "given", "state"),
    [
        (24, 11, 1, MessageState.SENT),
        (24, 9, 0, MessageState.SENDING),
        (0, 11, 0, MessageState.FAILED),
        (0, 9, 0, MessageState.SENDING),
        (24, 25 * 60, 0, MessageState.FAILED),
    ],
)
def test_what_was_abandoned_while_it_left(
    remembers: int, minutes: int, given: int, state: MessageState
) -> None:
    texts = Scripted(remembers=timedelta(hours=remembers))
    message = reminder()
    abandoned(message, minutes)

    send({Medium.TEXT: texts})

    assert (len(texts.given), seen(message).state) == (given, state)
    if state == MessageState.FAILED:
        assert seen(message).trouble == Trouble.UNCERTAIN


def test_what_is_abandoned_again_and_again_ends(texts: Scripted) -> None:
    texts.remembers = timedelta(hours=24)
    message = reminder()
    abandoned(message, 11)
    moved(message, attempts=MOST_ATTEMPTS)
    send({Medium.TEXT: texts})
    assert seen(message).trouble == Trouble.UNCERTAIN
    assert texts.given == []


def test_a_message_without_any_provider_left_is_uncertain_too() -> None:
    """Its provider was taken out of the settings while it left."""
    message = reminder()
    abandoned(message, 11)
    send({})
    assert seen(message).trouble == Trouble.UNCERTAIN


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.QUEUED])
def test_who_was_thought_gone_still_says_that_it_left(state: MessageState) -> None:
    message = reminder()

    class Slow(Scripted):
        def send(self, outgoing: Outgoing) -> str:
            trouble = Trouble.UNCERTAIN if state == MessageState.FAILED else ""
            moved(message, state=state, trouble=trouble)
            return super().send(outgoing)

    with acting(0):
        send_due({Medium.TEXT: Slow()}, ALWAYS)
    found = seen(message)
    assert (found.state, found.trouble, found.provider_reference) == ("sent", "", "ref-1")


def test_an_answer_that_comes_after_another_took_it_up_changes_nothing() -> None:
    message = reminder()

    class TakenUp(Scripted):
        def send(self, outgoing: Outgoing) -> str:
            moved(message, attempts=2)
            self.given.append(outgoing)
            raise RefusedForGoodError("422")

    send({Medium.TEXT: TakenUp()})
    assert seen(message).state == MessageState.SENDING


def test_what_it_did_is_told_by_the_approach() -> None:
    approach = written_to(12, phone=PHONE)
    with as_owner():
        Message.objects.filter(approach=approach).update(state=MessageState.RETURNED)
    message = queued(approach)
    with as_owner():
        assert Approach.objects.get(pk=approach.pk).undelivered
    moved(message, quiet=None)
    send({Medium.TEXT: Scripted()})
    with as_owner():
        # Whether it arrived, its provider alone tells.
        assert Approach.objects.get(pk=approach.pk).undelivered
    moved(message, state=MessageState.DELIVERED)
    with as_owner():
        assert not Approach.objects.get(pk=approach.pk).undelivered


@pytest.mark.parametrize("body", [None, {}, {"text": 3}])
def test_one_without_words_fails_and_keeps_no_other_waiting(
    texts: Scripted, body: dict[str, object] | None
) -> None:
    broken, whole = reminder(due_at=ago(hours=1)), reminder()
    with as_owner():
        MessageContent.objects.filter(message=broken).delete()
        if body is not None:
            MessageContentFactory.create(message=broken, destination=PHONE, body=body)

    assert send({Medium.TEXT: texts}) == {MessageState.SENT: 1}

    found = seen(broken)
    assert (found.state, found.trouble) == (MessageState.FAILED, Trouble.NO_CONTENT)
    assert seen(whole).state == MessageState.SENT


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.DEPARTMENT_HEAD, None])
def test_nobody_but_the_application_itself_sends(role: Role | None, texts: Scripted) -> None:
    reminder()
    number = StaffFactory.create(role=role).pk if role else None
    with acting(number), pytest.raises((ProgrammingError, InternalError)) as refused:
        send_due({Medium.TEXT: texts}, ALWAYS)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    assert texts.given == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_given_inside_a_transaction_that_may_be_undone(texts: Scripted) -> None:
    reminder()
    with acting(0), pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        send_due({Medium.TEXT: texts}, ALWAYS)
    assert texts.given == []


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_give_each_message_once_and_a_family_one() -> None:
    approaches = [written_to(12, phone=f"+336000000{number:02}") for number in range(20)]
    for approach in approaches:
        queued(approach)
        queued(approach, reminder=2)
    texts = Scripted()
    begin = threading.Barrier(3)

    def work() -> None:
        try:
            with acting(0):
                connection.ensure_connection()
                begin.wait()
                send_due({Medium.TEXT: texts}, ALWAYS)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    numbers = [one.destination for one in texts.given]
    assert sorted(numbers) == [f"+336000000{number:02}" for number in range(20)]


@pytest.mark.django_db(transaction=True)
def test_what_is_being_said_of_a_family_is_neither_waited_for_nor_overlooked(
    texts: Scripted, server: EmbeddedServer
) -> None:
    message, other = reminder(due_at=ago(hours=1)), reminder()
    name = str(connection.settings_dict["NAME"])
    with psycopg.connect(server.url(OWNER, name)) as login:
        login.execute(
            "UPDATE families_family SET protected_address_here = true WHERE id = %s",
            [message.family_id],
        )
        send({Medium.TEXT: texts})
        assert [one.key for one in texts.given] == [str(other.public_id)]
        login.commit()
    assert seen(message).state == MessageState.QUEUED
    moved(message, due_at=ago(minutes=1))
    send({Medium.TEXT: texts})
    assert len(texts.given) == 1
    assert seen(message).trouble == Trouble.UNSAFE


def test_hours_are_those_of_paris_and_no_public_holiday() -> None:
    paris = ZoneInfo("Europe/Paris")
    hours = SendingHours(9, 19, frozenset(range(6)))
    for moment, open_ in (
        (datetime(2026, 11, 23, 9, 0, tzinfo=paris), True),
        (datetime(2026, 11, 23, 8, 59, tzinfo=paris), False),
        (datetime(2026, 11, 23, 18, 59, tzinfo=paris), True),
        (datetime(2026, 11, 23, 19, 0, tzinfo=paris), False),
        (datetime(2026, 11, 22, 12, 0, tzinfo=paris), False),
        (datetime(2026, 11, 11, 12, 0, tzinfo=paris), False),
        (datetime(2026, 4, 6, 12, 0, tzinfo=paris), False),
        (datetime(2026, 5, 14, 12, 0, tzinfo=paris), False),
        (datetime(2026, 5, 25, 12, 0, tzinfo=paris), False),
        (datetime(2026, 7, 13, 7, 30, tzinfo=ZoneInfo("UTC")), True),
        (datetime(2026, 12, 14, 7, 30, tzinfo=ZoneInfo("UTC")), False),
    ):
        assert hours.are_on(moment) is open_, moment


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-21T18:30", "2026-11-21T18:30"),
        ("2026-11-21T19:00", "2026-11-23T09:00"),
        ("2026-12-24T20:00", "2026-12-26T09:00"),
        ("2026-11-23T03:00", "2026-11-23T09:00"),
        ("2027-03-27T20:00", "2027-03-30T09:00"),
    ],
)
def test_what_is_planned_at_night_waits_for_the_morning(moment: str, opens: str) -> None:
    paris = ZoneInfo("Europe/Paris")
    hours = SendingHours(9, 19, frozenset(range(6)))
    asked = datetime.fromisoformat(moment).replace(tzinfo=paris)
    assert hours.next(asked) == datetime.fromisoformat(opens).replace(tzinfo=paris)
    assert hours.are_on(hours.next(asked))
