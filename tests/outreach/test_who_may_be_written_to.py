"""One rule of who may be written to, and until when a family may answer, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import FamilyFactory, PersonFactory
from factories.outreach import AnswerFactory, family_to_write
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.letters.content import from_json
from jalon.outreach.answering import Said, end_approach, record_answer, record_call, start_anew
from jalon.outreach.approach_forms import EndForm
from jalon.outreach.batch_writing import to_be_written, write
from jalon.outreach.batches import start_batch
from jalon.outreach.enums import AnswerKind, AnswerVia, Ending, Medium, Standing
from jalon.outreach.errors import ApproachError, OverError
from jalon.outreach.mailing import Held, to_mail, why_not
from jalon.outreach.models import AnswerCode, Approach, MessageContent, Proposal
from jalon.outreach.states import may_answer, with_standing
from outreach.messages.letters import written_to
from outreach.messages.test_planning import PHONE, plan, reminders

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return member


def day(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def now(approach: Approach) -> Approach:
    with as_owner():
        return Approach.objects.get(pk=approach.pk)


def page(approach: Approach) -> str:
    """Return what the family's own page is told."""
    with as_owner(), connection.cursor() as cursor:
        person = approach.addressee
        assert person
        assert person.birth_date
        code = AnswerCode.objects.get(approach=approach).value
        given: list[Any] = [code, person.birth_date.day, person.birth_date.month, b"somewhere"]
        cursor.execute("SELECT wall.open_reply(%s, %s, %s, %s)", given)
        (verdict,) = cursor.fetchone()
        return str(verdict)


def promised(window: int, again: int, said: int = 0) -> Approach:
    """Return the approach of a family that said « later », each in days from now."""
    addressee = PersonFactory.create()
    approach = written_to(
        12, phone=PHONE, family=addressee.family, addressee=addressee, window_ends_on=day(window)
    )
    AnswerFactory.create(
        approach=approach, kind=AnswerKind.LATER, again_on=day(again), said_on=day(said)
    )
    return now(approach)


@pytest.mark.parametrize(
    ("window", "again", "open_still", "reminded"),
    [
        # Half a year asked for ten days before the end: the day has come, months after it.
        (-170, 0, True, True),
        (-170, -5, True, True),
        (-10, 80, True, False),
        (-170, -56, True, False),
        (-170, -57, False, False),
        (10, -200, True, False),
    ],
)
def test_what_was_promised_for_later_holds_for_the_page_for_staff_and_for_reminders(
    secretary: StaffMember, *, window: int, again: int, open_still: bool, reminded: bool
) -> None:
    approach = promised(window, again)

    assert page(approach) == ("right" if open_still else "over")
    assert may_answer(approach, timezone.localdate()) is open_still
    assert (plan() == 1, bool(reminders(approach))) == (reminded, reminded)
    said = Said(AnswerKind.CALL, AnswerVia.PHONE, timezone.localdate())
    with acting(secretary.pk):
        if open_still:
            record_answer(approach=approach, said=said, seen=1, by=secretary)
        else:
            with pytest.raises(OverError):
                record_answer(approach=approach, said=said, seen=1, by=secretary)
            start_anew(approach=approach, said=said, by=secretary)


def test_who_accepted_goes_on_for_a_year_and_who_declined_until_the_window_ends() -> None:
    ends: dict[str, date | None] = {}
    for kind in ("meeting", "no", "rule"):
        approach = family_to_write(window_ends_on=day(10))
        AnswerFactory.create(approach=approach, kind=kind)
        ends[kind] = now(approach).answers_until
    assert ends == {"meeting": day(365), "no": day(10), "rule": day(10)}
    unsent = family_to_write()
    AnswerFactory.create(approach=unsent, kind="meeting")
    assert now(unsent).answers_until is None


@pytest.mark.parametrize("reached", [True, False])
def test_a_call_takes_no_letter_away_and_tells_nothing_false(
    secretary: StaffMember, *, reached: bool
) -> None:
    approach = family_to_write()
    with acting(secretary.pk):
        record_call(approach=approach, medium=Medium.PHONE, reached=reached, by=secretary)

        assert list(to_mail(day(0))) == [approach]
        found = with_standing(Approach.objects.all(), day(0)).get()
        standing = Standing.CONTACTED if reached else Standing.TO_CONTACT
        assert found.standing == standing  # type: ignore[attr-defined]
        said = Said(AnswerKind.NO, AnswerVia.PHONE, day(0))
        record_answer(approach=approach, said=said, seen=0, by=secretary)
        assert not to_mail(day(0)).exists()


def test_who_asked_for_later_by_telephone_has_the_letter_when_the_day_comes(
    secretary: StaffMember,
) -> None:
    approach = family_to_write()
    AnswerFactory.create(approach=approach, kind=AnswerKind.LATER, again_on=day(20))
    with acting(secretary.pk):
        assert [to_mail(day(one)).exists() for one in (0, 19, 20)] == [False, False, True]


def test_nobody_chooses_that_an_approach_is_joined(secretary: StaffMember) -> None:
    approach = family_to_write()
    assert not EndForm({"cause": "joined"}).is_valid()
    assert EndForm({"cause": "moved_away"}).is_valid()
    with acting(secretary.pk), pytest.raises(ApproachError, match="les joint de lui-même"):
        end_approach(approach=approach, cause=Ending.JOINED, by=secretary)
    assert now(approach).ended_on is None


def test_a_letter_asks_for_no_answer_past_the_last_day(secretary: StaffMember) -> None:
    long, short, gone = (family_to_write(window_ends_on=day(one)) for one in (300, 12, 3))
    with acting(secretary.pk):
        batch = start_batch(by=secretary, dated=day(0))
        held = {one.first: one.held for one in to_be_written(day(0))}
        write(batch, secretary)

        said = {
            one.message.approach: from_json(one.body).answer.sentence
            for one in MessageContent.objects.select_related("message__approach")
        }
    assert held == {long: None, short: None, gone: Held.TOO_LATE}
    assert {one: now(one).reply_by for one in said} == {long: day(30), short: day(12)}
    assert said[long] != said[short]


def test_the_gravest_reason_is_the_one_told() -> None:
    approach = family_to_write()
    families = Family.objects.filter(pk=approach.family_id)
    own = Approach.objects.filter(pk=approach.pk)
    dead = PersonFactory.create(family=approach.family, death_date=day(0))
    by = StaffFactory.create(role=Role.SECRETARY)
    other = FamilyFactory.create()
    worse: dict[str, Callable[[], object]] = {
        "deceased": lambda: own.update(addressee=dead),
        "over": lambda: Proposal.objects.update(window_ends_on=day(-1)),
        "answered": lambda: AnswerFactory.create(approach=approach, kind=AnswerKind.NO),
        "ended": lambda: own.update(ended_on=day(0), ending="mistake", ended_by=by),
        "unwanted": lambda: families.update(do_not_contact_here=True),
        "merged": lambda: families.update(merged_into=other),
        # Of whichever of its approaches it said so.
        "unsafe": lambda: AnswerFactory.create(
            approach__family=approach.family, kind=AnswerKind.UNSAFE
        ),
    }
    told: list[Any] = []
    with as_owner():
        for change in (lambda: None, *worse.values()):
            change()
            told += own.values_list(why_not(day(0)), flat=True)
    assert told == ["", *worse]
