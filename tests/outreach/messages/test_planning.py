"""Reminders: whom, when, by what; and once, whatever is asked however often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import InternalError, ProgrammingError, connection
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import (
    ContactPointFactory,
    FamilyFactory,
    GivenContactFactory,
    PersonFactory,
)
from factories.outreach import AnswerFactory
from jalon.audit.identity import acting
from jalon.directory.roles import Role
from jalon.families.contacts import decide_contact
from jalon.families.models import ContactPoint, Family
from jalon.outreach.enums import AnswerKind, Medium, MessageState, Purpose, Trouble
from jalon.outreach.message_actions import MessageError, send_again
from jalon.outreach.message_texts import LINK
from jalon.outreach.models import AnswerCode, Approach, Message, MessageContent
from jalon.outreach.planning import plan_reminders
from jalon.outreach.sending_hours import SendingHours
from outreach.messages.letters import (
    ALWAYS,
    BOTH,
    TEXTS,
    ago,
    moved,
    posted,
    queued,
    seen,
    written_to,
)

pytestmark = pytest.mark.django_db
PHONE, EMAIL = "+33612345678", "camille@example.org"


def plan(media: Any = BOTH, texts: Any = TEXTS) -> int:
    with acting(0):
        return plan_reminders(texts, media)


def reminders(approach: Approach) -> list[Message]:
    with as_owner():
        return list(
            Message.objects.filter(approach=approach, purpose=Purpose.REMINDER)
            .select_related("content")
            .order_by("pk")
        )


@pytest.mark.parametrize(
    ("days_ago", "reminder"),
    [(11, None), (12, 1), (21, 1), (22, None), (29, None), (30, 2), (39, 2), (40, None)],
)
def test_a_reminder_leaves_on_its_day_or_soon_after(days_ago: int, reminder: int | None) -> None:
    approach = written_to(days_ago, phone=PHONE)

    assert plan() == (reminder is not None)
    assert [one.reminder for one in reminders(approach)] == ([reminder] if reminder else [])


def test_the_next_reminder_overtakes_one_that_is_late() -> None:
    close = TEXTS.__class__((12, 15), ALWAYS, TEXTS.text, TEXTS.email_subject, TEXTS.email)
    approach = written_to(16, phone=PHONE)

    plan(texts=close)

    assert [one.reminder for one in reminders(approach)] == [2]


def test_it_says_no_more_than_the_link_and_goes_to_the_mobile() -> None:
    approach = written_to(12, phone=PHONE, email=EMAIL)
    ContactPointFactory.create(family=approach.family, value="+33145678901")
    plan()

    (one,) = reminders(approach)
    with as_owner():
        code = AnswerCode.objects.get(approach=approach).value
    link = f"http://127.0.0.1:8000/r/{code}"
    assert one.medium == Medium.TEXT
    assert one.state == MessageState.QUEUED
    assert one.by is None
    assert one.content.destination == PHONE
    assert one.content.body == {"text": TEXTS.text.replace(LINK, link)}
    assert one.content.family_id == one.family_id == approach.family_id


def test_without_a_mobile_it_is_an_e_mail_and_without_either_nothing() -> None:
    fixed = written_to(12, phone="+33145678901", email=EMAIL)
    nothing = written_to(12, phone="+33145678901")
    plan()

    (one,) = reminders(fixed)
    assert (one.medium, one.content.destination) == (Medium.EMAIL, EMAIL)
    assert one.content.body["subject"] == TEXTS.email_subject
    assert reminders(nothing) == []


def test_a_medium_that_nothing_carries_is_not_planned() -> None:
    approach = written_to(12, phone=PHONE, email=EMAIL)
    assert plan(media=[]) == 0
    assert plan(media=[Medium.EMAIL]) == 1
    assert reminders(approach)[0].medium == Medium.EMAIL


def test_the_latest_number_is_used_and_none_that_ended() -> None:
    approach = written_to(12, phone=PHONE)
    ContactPointFactory.create(
        family=approach.family, value="+33711111111", since="2026-11-01", until="2026-11-20"
    )
    ContactPointFactory.create(family=approach.family, value="+33722222222", since="2026-11-20")
    plan()
    assert reminders(approach)[0].content.destination == "+33722222222"


def test_what_was_given_on_the_page_is_used_once_a_colleague_confirmed_it() -> None:
    both = [written_to(12, phone=PHONE) for _ in range(2)]
    given = [GivenContactFactory.create(family=one.family, value="+33722222222") for one in both]
    by = StaffFactory.create(role=Role.SECRETARY)
    with acting(by.pk):
        decide_contact(given=given[1], confirmed=True, by=by)

    plan()

    assert [reminders(one)[0].content.destination for one in both] == [PHONE, "+33722222222"]


def test_who_objected_to_messages_gets_none_until_it_takes_that_back() -> None:
    approach = written_to(12, phone=PHONE, email=EMAIL)
    waiting = queued(approach, purpose=Purpose.RESENT, reminder=None)
    AnswerFactory.create(approach=approach, kind=AnswerKind.STOP)
    by = StaffFactory.create(role=Role.SECRETARY)

    assert plan() == 0
    with acting(0), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.claim_message('{text,email}', '{1 day,1 day}')")
        assert cursor.fetchall() == []
    told = seen(waiting)
    assert (told.state, told.trouble) == (MessageState.CANCELLED, Trouble.NO_MESSAGES)
    with as_owner():
        Message.objects.filter(pk=waiting.pk).update(state="failed", trouble="provider")
    with acting(by.pk), pytest.raises(MessageError, match="ne veut plus de SMS"):
        send_again(message=waiting, by=by)

    AnswerFactory.create(approach=approach, kind=AnswerKind.RESUME, number=2)
    assert plan() == 1


def test_asked_again_it_plans_nothing_more() -> None:
    approaches = [written_to(12, phone=PHONE) for _ in range(3)]
    assert plan() == 3
    assert plan() == 0
    assert all(len(reminders(one)) == 1 for one in approaches)


def test_it_waits_for_the_hours_of_the_profile() -> None:
    approach = written_to(12, phone=PHONE)
    hour = timezone.localtime().hour
    closed_now = SendingHours((hour + 2) % 24, (hour + 2) % 24 + 1, frozenset(range(7)))
    texts = TEXTS.__class__((12,), closed_now, TEXTS.text, TEXTS.email_subject, TEXTS.email)
    plan(texts=texts)
    due = reminders(approach)[0].due_at
    assert due is not None
    assert due > timezone.now() + timedelta(minutes=59)
    assert timezone.localtime(due).hour == (hour + 2) % 24


def _answered(kind: AnswerKind, **more: Any) -> Any:
    return lambda approach: AnswerFactory.create(approach=approach, kind=kind, **more)


def _approach(**changes: Any) -> Any:
    def change(approach: Approach) -> None:
        with as_owner():
            Approach.objects.filter(pk=approach.pk).update(**changes)

    return change


def _family(**changes: Any) -> Any:
    def change(approach: Approach) -> None:
        with as_owner():
            Family.objects.filter(pk=approach.family_id).update(**changes)

    return change


def _ended(approach: Approach) -> None:
    by = StaffFactory.create(role=Role.SECRETARY)
    _approach(ended_on=timezone.localdate(), ending="mistake", ended_by=by)(approach)


def _dead(approach: Approach) -> None:
    person = PersonFactory.create(family=approach.family, death_date=timezone.localdate())
    _approach(addressee=person)(approach)


def _merged(approach: Approach) -> None:
    _family(merged_into=FamilyFactory.create())(approach)


def _parted(approach: Approach) -> None:
    _approach(addressee=None, letter_to=PersonFactory.create())(approach)


def _returned(approach: Approach) -> None:
    with as_owner():
        letters = Message.objects.filter(approach=approach, medium=Medium.LETTER)
        letters.update(state=MessageState.RETURNED, settled_at=timezone.now())


@pytest.mark.parametrize(
    "hindrance",
    [
        pytest.param(_answered(AnswerKind.MEETING), id="accepted"),
        pytest.param(_answered(AnswerKind.NO), id="declined"),
        pytest.param(_answered(AnswerKind.UNSAFE), id="said that it is not safe"),
        pytest.param(_answered(AnswerKind.RULE), id="waits for somebody here"),
        pytest.param(
            _answered(AnswerKind.LATER, again_on=timezone.localdate() + timedelta(days=1)),
            id="later, not yet",
        ),
        pytest.param(_family(protected_address_here=True), id="protected"),
        pytest.param(_family(do_not_contact_here=True), id="not to be contacted"),
        pytest.param(_merged, id="another family since"),
        pytest.param(_ended, id="ended"),
        pytest.param(_dead, id="addressee died"),
        pytest.param(_returned, id="letter came back"),
        pytest.param(_parted, id="another family holds the letter"),
        pytest.param(
            _approach(window_ends_on=timezone.localdate() - timedelta(days=1)), id="window over"
        ),
    ],
)
def test_nothing_is_planned_for_who_answered_or_must_not_be_written_to(hindrance: Any) -> None:
    kept, approach = written_to(12, phone=PHONE), written_to(12, phone=PHONE)
    hindrance(approach)

    assert plan() == 1
    assert reminders(approach) == []
    assert len(reminders(kept)) == 1


@pytest.mark.django_db(transaction=True)
def test_who_said_later_hears_once_more_when_the_day_has_come() -> None:
    approach = written_to(60, phone=PHONE)
    AnswerFactory.create(
        approach=approach, kind=AnswerKind.LATER, again_on=timezone.localdate(), number=1
    )

    assert plan() == 1
    assert plan() == 0
    moved(reminders(approach)[0], state=MessageState.DELIVERED, sent_at=timezone.now())
    assert plan() == 0


@pytest.mark.django_db(transaction=True)
def test_later_after_two_reminders_is_a_third_and_a_second_later_a_fourth() -> None:
    approach = written_to(60, phone=PHONE)
    for number in (1, 2):
        one = queued(approach, reminder=number)
        moved(one, state=MessageState.SENT, sent_at=ago(days=30))
    for number in (1, 2):
        AnswerFactory.create(
            approach=approach, kind=AnswerKind.LATER, again_on=timezone.localdate(), number=number
        )
        assert plan() == 1
        assert plan() == 0
        moved(reminders(approach)[-1], state=MessageState.SENT, sent_at=ago(days=2))
    assert [one.reminder for one in reminders(approach)] == [1, 2, 3, 4]


def test_what_failed_uses_up_no_reminder_once_the_number_is_corrected() -> None:
    approach = written_to(12, phone=PHONE)
    plan()
    failed = reminders(approach)[0]
    moved(failed, state=MessageState.FAILED, trouble=Trouble.WRONG_NUMBER)
    assert plan() == 0, "the same number would fail again"

    with as_owner():
        ContactPoint.objects.filter(family=approach.family).update(value="+33699999999")
    assert plan() == 1
    assert [one.reminder for one in reminders(approach)] == [1, 1]


def test_where_a_number_is_dead_the_e_mail_comes_next() -> None:
    approach = written_to(12, phone=PHONE, email=EMAIL)
    plan()
    moved(reminders(approach)[0], state=MessageState.FAILED, trouble=Trouble.WRONG_NUMBER)

    assert plan() == 1
    assert [one.content.destination for one in reminders(approach)] == [PHONE, EMAIL]


@pytest.mark.parametrize(("tone", "planned"), [("bereavement", 0), ("ordinary", 1)])
def test_a_family_in_mourning_is_not_reminded(tone: str, planned: int) -> None:
    """Its letter said that nothing presses."""
    approach = written_to(12, phone=PHONE)
    with as_owner():
        letter = Message.objects.get(approach=approach)
        MessageContent.objects.create(message=letter, family=approach.family, body={"tone": tone})

    assert plan() == planned


@pytest.mark.parametrize(
    ("state", "trouble"),
    [
        (MessageState.FAILED, Trouble.UNCERTAIN),
        (MessageState.CANCELLED, Trouble.WITHDRAWN),
        (MessageState.DELIVERED, ""),
    ],
)
def test_what_perhaps_left_or_was_called_off_is_not_planned_again(
    state: Any, trouble: Any
) -> None:
    approach = written_to(12, phone=PHONE)
    plan()
    moved(reminders(approach)[0], state=state, trouble=trouble, sent_at=timezone.now())
    with as_owner():
        ContactPoint.objects.filter(family=approach.family).update(value="+33699999999")

    assert plan() == 0


def test_a_letter_sent_again_counts_from_its_own_day() -> None:
    approach = written_to(40, phone=PHONE)
    _returned(approach)
    again = posted(timezone.localdate() - timedelta(days=12))
    with as_owner():
        Message.objects.create(
            approach=approach,
            family=approach.family,
            medium=Medium.LETTER,
            purpose=Purpose.RESENT,
            state=MessageState.SENT,
            sent_at=ago(days=12),
            batch=again,
            position=1,
            by=again.made_by,
        )
    plan()
    assert [one.reminder for one in reminders(approach)] == [1]


def test_many_are_planned_in_the_same_few_queries(django_assert_num_queries: Any) -> None:
    batch = posted(timezone.localdate() - timedelta(days=12))
    for _ in range(20):
        written_to(12, phone=PHONE, batch=batch)
    with acting(0), django_assert_num_queries(1):
        assert plan_reminders(TEXTS, BOTH) == 20
    with as_owner():
        assert MessageContent.objects.filter(message__purpose=Purpose.REMINDER).count() == 20


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.DEPARTMENT_HEAD, None])
def test_nobody_but_the_application_itself_plans(role: Role | None) -> None:
    number = StaffFactory.create(role=role).pk if role else None
    with acting(number), pytest.raises((ProgrammingError, InternalError)) as refused:
        plan_reminders(TEXTS, BOTH)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
