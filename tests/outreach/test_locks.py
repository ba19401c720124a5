"""Two people at once: whoever holds what many need is waited for, and nobody waits in a circle."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import DoubtFactory, FamilyFactory, PersonFactory
from factories.outreach import (
    AnswerFactory,
    MessageFactory,
    computed_run,
    family_to_write,
    released,
)
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.actions import name_lead_worker, say
from jalon.families.arrivals import receive
from jalon.families.enums import Safety, SafetySource
from jalon.families.locks import locked_family
from jalon.families.merging import merge, undo_merge
from jalon.families.models import Family
from jalon.outreach import actions, batch_posting
from jalon.outreach.answering import Said, deal_with, deal_with_all, record_answer, record_call
from jalon.outreach.batch_posting import post_batch
from jalon.outreach.batch_writing import write
from jalon.outreach.batches import prepare, start_batch
from jalon.outreach.codes import new_code
from jalon.outreach.delivery import Report, settle_delivery
from jalon.outreach.enums import AnswerKind, AnswerVia, Medium, MessageState, Trouble
from jalon.outreach.locks import hold_batches
from jalon.outreach.message_actions import cancel_message
from jalon.outreach.models import Answer, AnswerCode, Approach, Batch, Message, Proposal
from jalon.outreach.returning import correct_address, record_return
from jalon.rules.calendar import one_year_after
from jalon.rules.errors import ClearError
from outreach.messages.letters import letter
from outreach.registers import NOVEMBER, OCTOBER, separated, separation

pytestmark = pytest.mark.django_db(transaction=True)
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
_BORN = date(1990, 5, 17)
_HEAD = Role.DEPARTMENT_HEAD


@pytest.fixture
def secretary(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return member


class Elsewhere(Thread):
    """Does something in another connection, as a person; keeps what it raised."""

    def __init__(self, by: StaffMember, act: Callable[[], object]) -> None:
        super().__init__()
        self.by, self.act, self.problem = by, act, ""

    def run(self) -> None:
        try:
            with acting(self.by.pk):
                self.act()
        except (ClearError, DatabaseError) as error:
            self.problem = str(error)
        finally:
            connection.close()

    def waits(self) -> bool:
        """Begin, and tell whether it came to wait for a lock rather than to its end."""
        self.start()
        for _ in range(500):
            with connection.cursor() as cursor:
                cursor.execute(_WAITING)
                if cursor.fetchone() != (0,):
                    return True
            if not self.is_alive():
                return False
            time.sleep(0.01)
        return False


def protect(family: int, by: StaffMember) -> None:
    flag, source = Safety.PROTECTED_ADDRESS, SafetySource.FAMILY
    say(family=Family.objects.get(pk=family), flag=flag, source=source, by=by)


def test_a_family_is_protected_while_its_letter_is_posted(
    secretary: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    approach = family_to_write()
    with acting(secretary.pk):
        batch = start_batch(by=secretary, dated=timezone.localdate())
        prepare(batch, secretary)
    protecting = Elsewhere(secretary, lambda: protect(approach.family_id, secretary))
    met: list[bool] = []

    def meanwhile(day: date) -> date:
        # Letters are noted as sent, and what they offer is still to be dated.
        met.append(protecting.waits())
        return one_year_after(day)

    monkeypatch.setattr(batch_posting, "one_year_after", meanwhile)
    with acting(secretary.pk):
        batch = Batch.objects.get(pk=batch.pk)
        today = timezone.localdate()
        batch_posting.post_batch(batch=batch, by=secretary, posted_on=today, pulled=set())
        protecting.join(timeout=30)

        assert (met, protecting.problem) == ([True], "")
        assert Message.objects.get().state == MessageState.SENT
        assert Family.objects.get(pk=approach.family_id).protected_address
        assert Proposal.objects.get().channel == Approach.objects.get().channel == "in_person"


def reply(approach: Approach) -> None:
    with as_owner():
        code = AnswerCode.objects.get(approach=approach).value
    said = {"kind": "unsafe", "half_days": [], "moments": [], "refusal": "", "language": "fr"}
    given: list[Any] = [
        code,
        _BORN.day,
        _BORN.month,
        b"origin",
        json.dumps(said | {"contacts": []}),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.reply(%s, %s, %s, %s, %s)", given)
        assert cursor.fetchone() == ("right",)


def told(approach: Approach, by: StaffMember) -> None:
    said = Said(AnswerKind.UNSAFE, AnswerVia.PHONE, timezone.localdate())
    record_answer(approach=approach, said=said, seen=0, by=by)


@pytest.mark.parametrize("way", ["page", "staff", "colleague"])
def test_whoever_protects_a_family_takes_it_before_its_approaches(
    secretary: StaffMember, way: str
) -> None:
    approach = family_to_write()
    person = PersonFactory.create(family=approach.family, birth_date=_BORN)
    with as_owner():
        Approach.objects.update(addressee=person)
        AnswerCode.objects.create(approach=approach, value=new_code())
    act = {
        "page": lambda: reply(approach),
        "staff": lambda: told(approach, secretary),
        "colleague": lambda: protect(approach.family_id, secretary),
    }[way]
    other = Elsewhere(secretary, act)
    with as_owner(), transaction.atomic():
        list(Family.objects.select_for_update(no_key=True).filter(pk=approach.family_id))
        assert other.waits()
        # Nobody holds it meanwhile: whoever has the family may go on.
        list(Approach.objects.select_for_update(nowait=True))
    other.join(timeout=30)
    assert other.problem == ""
    with as_owner():
        assert Family.objects.get(pk=approach.family_id).protected_address
        assert Approach.objects.get().channel == "in_person"


@pytest.mark.parametrize("way", ["page", "staff"])
def test_who_answers_while_a_merge_moves_the_approach_answers_for_the_family_kept(
    secretary: StaffMember, way: str
) -> None:
    kept, approach = FamilyFactory.create(), family_to_write()
    person = PersonFactory.create(family=approach.family, birth_date=_BORN)
    with as_owner():
        Approach.objects.update(addressee=person)
        AnswerCode.objects.create(approach=approach, value=new_code())
    act = {"page": lambda: reply(approach), "staff": lambda: told(approach, secretary)}[way]
    other = Elsewhere(secretary, act)
    with acting(secretary.pk), transaction.atomic():
        merge(doubt=DoubtFactory.create(one=kept, other=approach.family), by=secretary)
        assert other.waits()
    other.join(timeout=30)

    assert other.problem == ""
    with as_owner():
        protected = Family.objects.get(protected_address=True)
        assert protected.pk == kept.pk == Answer.objects.get().family_id


def test_who_answers_while_a_merge_is_undone_answers_for_their_own_family(
    secretary: StaffMember,
) -> None:
    kept, absorbed = family_to_write(), family_to_write()
    with as_owner():
        kept.family.people.update(death_date=timezone.localdate())
        absorbed.family.people.update(birth_date=_BORN)
    with acting(secretary.pk):
        done = merge(
            doubt=DoubtFactory.create(one=kept.family, other=absorbed.family), by=secretary
        )
        batch = start_batch(by=secretary, dated=timezone.localdate())
        write(batch, secretary)
        Batch.objects.update(prepared_at=timezone.now())
        post_batch(batch=batch, by=secretary, posted_on=timezone.localdate(), pulled=set())
    other = Elsewhere(secretary, lambda: reply(kept))
    with acting(secretary.pk), transaction.atomic():
        undo_merge(merge=done, by=secretary)
        assert other.waits()
    other.join(timeout=30)

    assert other.problem == ""
    with as_owner():
        protected = Family.objects.get(protected_address=True)
        assert protected.pk == absorbed.family_id == Answer.objects.get().family_id


def test_a_call_noted_while_a_merge_moves_the_approach_is_the_family_kept_s(
    secretary: StaffMember,
) -> None:
    kept, absorbed = family_to_write(), family_to_write()
    calling = Elsewhere(
        secretary,
        lambda: record_call(approach=absorbed, medium=Medium.PHONE, reached=True, by=secretary),
    )
    with acting(secretary.pk), transaction.atomic():
        merge(doubt=DoubtFactory.create(one=kept.family, other=absorbed.family), by=secretary)
        assert calling.waits()
    calling.join(timeout=30)

    assert calling.problem == ""
    with as_owner():
        call = Message.objects.get()
        assert (call.approach_id, call.family_id) == (absorbed.pk, kept.family_id)


def correct(family: Family, by: StaffMember) -> None:
    lines = {"line1": "1 RUE NEUVE", "line2": "", "postal_code": "94000", "city": "CRETEIL"}
    correct_address(family=family, by=by, **lines)


def test_whoever_speaks_of_a_family_that_a_merge_takes_in_is_told(secretary: StaffMember) -> None:
    """Said of the one that is no more, that it is dangerous to write to it protects nobody."""
    kept, absorbed = family_to_write(), family_to_write()
    head, worker = (StaffFactory.create(role=role) for role in (_HEAD, Role.SOCIAL_WORKER))
    seen = absorbed.family
    speaking = [
        Elsewhere(secretary, lambda: protect(seen.pk, secretary)),
        Elsewhere(secretary, lambda: correct(seen, secretary)),
        Elsewhere(head, lambda: name_lead_worker(family=seen, worker=worker, by=head)),
    ]
    with acting(secretary.pk), transaction.atomic():
        merge(doubt=DoubtFactory.create(one=kept.family, other=absorbed.family), by=secretary)
        assert all(one.waits() for one in speaking)
    for one in speaking:
        one.join(timeout=30)

    assert all("relisez la page" in one.problem for one in speaking)


@pytest.mark.parametrize("way", ["return", "dealt with", "all dealt with", "called off", "report"])
def test_whatever_changes_what_was_sent_or_said_waits_for_a_merge_before_it_holds_any_of_it(
    secretary: StaffMember, way: str
) -> None:
    """Which moves the approach, then all that hangs on it: each would wait for the other."""
    approach = family_to_write()
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER)
    answer = AnswerFactory.create(approach=approach, kind=AnswerKind.CALL, dealt_at=None)
    posted = letter(approach, MessageState.SENT)
    text = MessageFactory.create(approach=approach, medium=Medium.TEXT, state=MessageState.QUEUED)
    report = Report("", text.public_id, delivered=True, no_such_number=False)

    def reported() -> None:
        with acting(0):
            settle_delivery(report)

    act: Callable[[], object] = {
        "return": lambda: record_return(letter=posted, reason=Trouble.UNCLAIMED),
        "dealt with": lambda: deal_with(answer=answer, by=worker),
        "all dealt with": lambda: deal_with_all(approach=approach, by=worker),
        "called off": lambda: cancel_message(message=text, by=secretary),
        "report": reported,
    }[way]
    if way == "report":
        with as_owner():
            sent = Message.objects.filter(pk=text.pk)
            sent.update(state=MessageState.SENT, sent_at=timezone.now())
    changing = Elsewhere(worker if "dealt with" in way else secretary, act)
    with as_owner(), transaction.atomic():
        list(Family.objects.select_for_update(no_key=True))
        list(Approach.objects.select_for_update(no_key=True))
        assert changing.waits()
        list(Message.objects.select_for_update(nowait=True))
        list(Answer.objects.select_for_update(nowait=True))
    changing.join(timeout=30)
    assert changing.problem == ""


def test_nothing_joins_an_approach_while_letters_are_written(
    tmp_path: Path, secretary: StaffMember
) -> None:
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    run = computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER)
    released(run, by=head)
    taking = Elsewhere(head, lambda: actions.take_up(by=head, run_id=run.pk))
    with acting(secretary.pk), transaction.atomic():
        hold_batches()
        assert taking.waits()
        assert not Proposal.objects.exists()
    taking.join(timeout=60)
    assert taking.problem == ""
    with as_owner():
        assert Proposal.objects.exists()


def test_a_family_answers_or_is_merged_before_or_after_it_is_proposed_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER)
    october = computed_run(separated(tmp_path / "october", ["H1"]), OCTOBER)
    released(october, by=head)
    with acting(head.pk):
        actions.take_up(by=head, run_id=october.pk)
    events = [separation("H1", event_id="E2", reported_on=date(2026, 11, 12))]
    november = computed_run(separated(tmp_path / "november", ["H1"], events=events), NOVEMBER)
    released(november, by=head)
    with as_owner():
        family = Family.objects.get().pk

    def held(*told: Any, **more: Any) -> object:
        assert answering.waits()
        return receive(*told, **more)

    def hold() -> None:
        with transaction.atomic():
            locked_family(family)

    answering = Elsewhere(worker, hold)
    monkeypatch.setattr("jalon.outreach.actions.receive", held)
    with acting(head.pk):
        assert actions.take_up(by=head, run_id=november.pk) > 0
    answering.join(timeout=60)
    assert answering.problem == ""
