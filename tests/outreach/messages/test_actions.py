"""What people do about messages: look at those that failed, call one off, send one again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory
from factories.outreach import AnswerFactory, MessageFactory
from jalon.audit.identity import acting
from jalon.config.messaging import Messaging
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import ContactPoint, Family
from jalon.outreach import message_tasks
from jalon.outreach.enums import AnswerKind, Medium, MessageState, Purpose, Trouble
from jalon.outreach.message_actions import MessageError, cancel_message, send_again
from jalon.outreach.message_queries import (
    failed_messages,
    stuck_messages,
    uncertain_messages,
    waiting_messages,
)
from jalon.outreach.models import AnswerCode, Approach, Message, MessageContent
from jalon.outreach.providers.accounts import TextAccount
from jalon.outreach.providers.choosing import providers
from jalon.outreach.providers.recording import RecordingProvider
from jalon.outreach.providers.texts import HttpTextProvider
from jalon.outreach.sending_hours import SendingHours
from outreach.messages.letters import ago, moved, queued, secretary, seen, written_to

pytestmark = pytest.mark.django_db
PHONE = "+33612345678"


@pytest.fixture(autouse=True)
def _provider(settings: Settings) -> None:
    account = TextAccount("https://sms.example/", "token", "Caf 94")
    settings.MESSAGING = Messaging(None, account)


@pytest.fixture
def by() -> Iterator[StaffMember]:
    """A secretary, who acts."""
    person = secretary()
    with acting(person.pk):
        yield person


def failed(trouble: Trouble = Trouble.WRONG_NUMBER, **columns: Any) -> Message:
    message = queued(written_to(12, phone=PHONE))
    told = {"state": MessageState.FAILED, "trouble": trouble, "settled_at": ago(hours=1)}
    moved(message, **(told | columns))
    return seen(message)


def corrected(message: Message, phone: str = "+33699999999") -> None:
    with as_owner():
        ContactPoint.objects.filter(family=message.family_id).update(value=phone)


def test_what_waits_is_called_off(by: StaffMember) -> None:
    message = queued(written_to(12, phone=PHONE))
    cancel_message(message=message, by=by)
    found = seen(message)
    assert (found.state, found.trouble) == (MessageState.CANCELLED, Trouble.WITHDRAWN)


def test_what_perhaps_left_is_not_called_off_but_told(by: StaffMember) -> None:
    message = queued(written_to(12, phone=PHONE))
    moved(message, quiet=(ago(hours=1), ago(hours=-23)))
    cancel_message(message=message, by=by)
    found = seen(message)
    assert (found.state, found.trouble) == (MessageState.FAILED, Trouble.UNCERTAIN)


@pytest.mark.parametrize("state", [MessageState.SENDING, MessageState.SENT, MessageState.FAILED])
def test_what_left_is_not_called_off(by: StaffMember, state: MessageState) -> None:
    message = queued(written_to(12, phone=PHONE))
    moved(message, state=state, sent_at=timezone.now())
    with pytest.raises(MessageError, match="n'attend plus"):
        cancel_message(message=message, by=by)


def test_a_letter_is_not_called_off_here(by: StaffMember) -> None:
    approach = written_to(12, phone=PHONE)
    with as_owner():
        letter = Message.objects.get(approach=approach)
    moved(letter, state=MessageState.QUEUED)
    with pytest.raises(MessageError):
        cancel_message(message=letter, by=by)


def test_what_failed_is_sent_to_the_number_that_was_corrected(by: StaffMember) -> None:
    message = failed()
    corrected(message)

    again = send_again(message=message, by=by)

    with as_owner():
        content = MessageContent.objects.get(message=again)
        code = AnswerCode.objects.get(approach=again.approach_id).value
    assert (again.purpose, again.reminder, again.by) == (Purpose.REMINDER, message.reminder, by)
    assert content.destination == "+33699999999"
    assert content.body["text"].endswith(f"/r/{code}")
    assert list(failed_messages()) == []


def test_what_perhaps_left_is_another_message(by: StaffMember) -> None:
    again = send_again(message=failed(Trouble.UNCERTAIN), by=by)
    assert (again.purpose, again.reminder) == (Purpose.RESENT, None)


def test_asked_twice_it_is_sent_once(by: StaffMember) -> None:
    for trouble in (Trouble.PROVIDER, Trouble.UNCERTAIN):
        message = failed(trouble)
        send_again(message=message, by=by)
        with pytest.raises(MessageError, match="parti depuis"):
            send_again(message=message, by=by)


def test_what_did_not_fail_is_not_sent_again(by: StaffMember) -> None:
    with pytest.raises(MessageError, match="n'a pas échoué"):
        send_again(message=queued(written_to(12, phone=PHONE)), by=by)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"protected_address_here": True}, "dangereux"),
        ({"do_not_contact_here": True}, "ne pas contacter"),
    ],
)
def test_a_family_kept_safe_is_not_written_to(
    by: StaffMember, change: dict[str, bool], said: str
) -> None:
    message = failed()
    with as_owner():
        Family.objects.filter(pk=message.family_id).update(**change)
    with pytest.raises(MessageError, match=said):
        send_again(message=message, by=by)


def test_a_family_that_answered_is_not_written_to(by: StaffMember) -> None:
    message = failed()
    AnswerFactory.create(approach=message.approach, kind=AnswerKind.NO)
    with pytest.raises(MessageError, match="déjà répondu"):
        send_again(message=message, by=by)


def test_without_a_number_nothing_is_sent(by: StaffMember) -> None:
    message = failed()
    corrected(message, "+33145678901")
    ContactPointFactory.create(family=message.family, kind="email", value="c@example.org")
    with pytest.raises(MessageError, match="Aucun téléphone mobile"):
        send_again(message=message, by=by)


def test_what_could_not_arrive_is_not_sent_there_again(by: StaffMember) -> None:
    message = failed()
    with pytest.raises(MessageError, match="corrigez ses coordonnées"):
        send_again(message=message, by=by)
    corrected(message)
    assert send_again(message=message, by=by).state == MessageState.QUEUED


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.DEPARTMENT_HEAD])
def test_who_does_not_write_to_families_does_neither(role: Role) -> None:
    person = StaffFactory.create(role=role)
    waiting, message = queued(written_to(12, phone=PHONE)), failed()
    with acting(person.pk):
        for refused in (
            lambda: cancel_message(message=waiting, by=person),
            lambda: send_again(message=message, by=person),
        ):
            with pytest.raises(PermissionDenied):
                refused()
        with pytest.raises(DatabaseError), transaction.atomic():
            Message.objects.create(
                approach=message.approach,
                family=message.family,
                medium=Medium.TEXT,
                purpose=Purpose.RESENT,
                state=MessageState.QUEUED,
            )
        assert Message.objects.filter(pk=waiting.pk).update(state=MessageState.CANCELLED) == 0


def test_lists_tell_what_a_person_must_look_at(by: StaffMember) -> None:
    wrong, doubtful = failed(), failed(Trouble.UNCERTAIN)
    settled = failed()
    AnswerFactory.create(approach=settled.approach, kind=AnswerKind.CALL)
    over = failed()
    with as_owner():
        Approach.objects.filter(pk=over.approach_id).update(
            window_ends_on=timezone.localdate() - timedelta(days=1)
        )
    late = queued(written_to(12, phone=PHONE), due_at=ago(days=4))
    dead = queued(written_to(12, phone=PHONE))
    moved(dead, state=MessageState.SENDING, claimed_at=ago(hours=1))
    fresh = queued(written_to(12, phone=PHONE))

    spoken_with = failed(Trouble.UNCERTAIN)
    MessageFactory.create(
        approach=spoken_with.approach,
        medium=Medium.PHONE,
        purpose=Purpose.CALL,
        reminder=None,
        state=MessageState.DELIVERED,
        sent_at=timezone.now(),
        by=by,
    )
    assert set(failed_messages()) == {wrong, doubtful}
    assert list(uncertain_messages()) == [doubtful]
    assert set(stuck_messages()) == {late, dead}
    assert set(waiting_messages()) == {late, fresh}


def test_lists_cost_the_same_whatever_is_in_them(
    by: StaffMember, django_assert_num_queries: Any
) -> None:
    assert by
    for number in (1, 3):
        while failed_messages().count() < number:
            failed()
        with django_assert_num_queries(1):
            assert [str(one.family.commune) for one in failed_messages()]


def _jobs() -> list[str]:
    found = ProcrastinateJob.objects.filter(task_name__startswith="outreach.send")
    return list(found.values_list("task_name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_what_is_queued_is_asked_to_leave_once() -> None:
    person = secretary()
    messages = [failed(Trouble.PROVIDER), failed(Trouble.PROVIDER)]
    with acting(person.pk):
        for one in messages:
            send_again(message=one, by=person)
    assert _jobs() == ["outreach.send_messages"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("demo", "state"), [(True, "sent"), (False, "queued")])
def test_jobs_plan_and_send_by_what_there_is_and_nothing_leaves_without(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, *, demo: bool, state: str
) -> None:
    """In demonstration, messages are recorded as if they had left, and no server is asked."""
    settings.MESSAGING = Messaging(None, None)
    settings.DEMO = demo
    monkeypatch.setattr(SendingHours, "are_on", lambda *_: True)
    approach = written_to(12, phone=PHONE)
    waiting = queued(approach, reminder=7)
    planned = written_to(30, phone="+33687654321")

    message_tasks.plan_due_reminders(0)
    message_tasks.send_messages(0)

    assert seen(waiting).state == state
    with as_owner():
        reminders = Message.objects.filter(approach=planned, purpose=Purpose.REMINDER)
        found = [(one.state, one.provider_reference[:5]) for one in reminders]
    assert found == ([("sent", "demo-")] if demo else [])


@pytest.mark.django_db(transaction=True)
def test_what_was_leaving_when_its_provider_was_taken_out_is_told(settings: Settings) -> None:
    settings.MESSAGING = Messaging(None, None)
    message = queued(written_to(12, phone=PHONE))
    moved(message, state=MessageState.SENDING, claimed_at=ago(hours=1))
    message_tasks.send_messages(0)
    assert seen(message).trouble == Trouble.UNCERTAIN


def test_nothing_real_leaves_a_demonstration_whatever_its_settings(settings: Settings) -> None:
    assert isinstance(providers()[Medium.TEXT], HttpTextProvider)
    settings.DEMO = True
    assert {type(one) for one in providers().values()} == {RecordingProvider}


def test_jobs_of_messages_are_known_to_the_worker() -> None:
    names = {one.task.name for one in app.periodic_registry.periodic_tasks.values()}
    assert {"outreach.send_messages", "outreach.plan_reminders"} <= names
