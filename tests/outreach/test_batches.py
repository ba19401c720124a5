"""Letters: one a family whatever it is offered, none that could endanger it, each kept as sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from threading import Thread
from typing import Any

import pypdfium2
import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory, PersonFactory
from factories.outreach import AnswerFactory, ProposalFactory, family_to_write
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.actions import say
from jalon.families.enums import ContactKind, Safety, SafetySource
from jalon.families.models import ContactPoint, Family, Person
from jalon.letters.content import Letter, Tone, from_json
from jalon.letters.rendering import render_batch
from jalon.outreach import batch_printing, batch_writing
from jalon.outreach.batch_posting import post_batch, to_pull, withdraw_batch
from jalon.outreach.batch_printing import WHOLE, letters_of
from jalon.outreach.batch_writing import NOBODY, to_be_written, write
from jalon.outreach.batches import prepare, start_batch
from jalon.outreach.codes import read_code
from jalon.outreach.enums import Ending, MessageState, Purpose, Trouble
from jalon.outreach.errors import BatchError
from jalon.outreach.mailing import Held, Sorted, to_mail
from jalon.outreach.models import AnswerCode, Approach, Batch, Message, MessageContent, Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return member


def prepared(by: StaffMember) -> Batch:
    """Return a batch of today, ready to be posted."""
    with acting(by.pk):
        batch = start_batch(by=by, dated=timezone.localdate())
        prepare(batch, by)
        return Batch.objects.get(pk=batch.pk)


def posted(batch: Batch, by: StaffMember, pulled: frozenset[int] = frozenset()) -> int:
    with acting(by.pk):
        return post_batch(batch=batch, by=by, posted_on=timezone.localdate(), pulled=set(pulled))


def letter_of(approach: Approach, by: StaffMember) -> Letter:
    with acting(by.pk):
        body: Any = MessageContent.objects.get(message__approach=approach).body
        return from_json(body)


def pages(pdf: bytes | memoryview) -> list[str]:
    document = pypdfium2.PdfDocument(BytesIO(bytes(pdf)))
    return [page.get_textpage().get_text_range() for page in document]


def test_one_letter_carries_all_that_a_family_is_offered(secretary: StaffMember) -> None:
    approach = family_to_write(offers=["separation", "mediation"], person={"last_name": "Ünal"})

    batch = prepared(secretary)

    letter = letter_of(approach, secretary)
    assert letter.recipient == ("Madame Camille ÜNAL", "3 rue des Lilas", "94000 CRETEIL")
    assert letter.salutation == "Madame,"
    notice = " ".join(one.text for one in letter.notice)
    # The rule names the event: it is given to who asks, and not to who opens the letter.
    assert "Règle de" not in notice
    assert "L. 311-3-1" in notice.replace("\xa0", " ").replace("\u202f", " ")
    with acting(secretary.pk):
        (message,) = Message.objects.all()
        part = batch.parts.get(number=1)
        assert pages(batch.parts.get(number=WHOLE).pdf) == pages(part.pdf)
        code = AnswerCode.objects.get(approach=approach).value
    assert (message.state, message.purpose, message.position) == ("queued", Purpose.OFFER, 1)
    assert read_code(letter.answer.code) == code
    assert letter.answer.qr.endswith(f"/r/{code}")
    first, *_ = pages(part.pdf)
    assert "Madame Camille ÜNAL" in first
    assert letter.answer.code in first
    assert (part.letters, part.sheets, len(part.placed)) == (1, len(pages(part.pdf)) // 2, 1)


@pytest.mark.parametrize("flag", list(Safety))
def test_a_family_that_must_not_be_written_to_is_not(secretary: StaffMember, flag: Safety) -> None:
    family_to_write()
    quiet = family_to_write(**{f"family__{flag.said_here}": True})

    prepared(secretary)

    with acting(secretary.pk):
        assert Message.objects.count() == 1
        assert not Message.objects.filter(approach=quiet).exists()


def test_who_cannot_be_written_to_is_told_with_the_reason(secretary: StaffMember) -> None:
    today = timezone.localdate()
    recent = today - timedelta(days=10)
    family_to_write(address=False)
    family_to_write(person={"death_date": today})
    family_to_write(offers=["parent_death"], reported_on=recent)
    family_to_write()

    with acting(secretary.pk):
        found = list(to_be_written(today))

    assert [one.held for one in found] == [
        Held.NO_ADDRESS,
        Held.NO_ADDRESSEE,
        Held.BEREAVED,
        None,
    ]
    assert found[2].until == recent + timedelta(days=30)


def test_a_bereaved_family_is_written_to_later_in_another_tone(secretary: StaffMember) -> None:
    then = timezone.localdate() - timedelta(days=30)
    approach = family_to_write(offers=["parent_death"], reported_on=then)

    prepared(secretary)

    letter = letter_of(approach, secretary)
    assert letter.tone is Tone.BEREAVEMENT
    assert "condoléances" in letter.paragraphs[0]


def test_the_living_spouse_is_written_to(secretary: StaffMember) -> None:
    approach = family_to_write(person={"death_date": date(2026, 8, 1)})
    with as_owner():
        file = Family.objects.get(pk=approach.family_id).households.get()
    PersonFactory.create(
        household=file, role="spouse", first_name="Jean", last_name="Petit", sex="M"
    )

    prepared(secretary)

    assert letter_of(approach, secretary).recipient[0] == "Monsieur Jean PETIT"


def test_two_approaches_of_one_family_become_one_letter(secretary: StaffMember) -> None:
    """After two families were found to be one, for instance."""
    first = family_to_write()
    second = ProposalFactory.create(
        family=first.family, approach__family=first.family, offer="lone_parent"
    )

    prepared(secretary)

    with acting(secretary.pk):
        assert Message.objects.count() == 1
        assert set(Proposal.objects.values_list("approach", flat=True)) == {first.pk}
        left = Approach.objects.get(pk=second.approach_id)
    assert left.ending == Ending.JOINED


def test_prepared_again_it_makes_nothing_twice(secretary: StaffMember) -> None:
    approaches = [family_to_write() for _ in range(3)]
    batch = prepared(secretary)
    with acting(secretary.pk):
        before = (
            list(Message.objects.values_list("pk", flat=True)),
            batch.parts.get(number=1).sha256,
        )
        with as_owner():
            Batch.objects.update(prepared_at=None)
        prepare(batch, secretary)
        after = (
            list(Message.objects.values_list("pk", flat=True)),
            batch.parts.get(number=1).sha256,
        )
        assert before == after
        assert {one.approach_id for one in Message.objects.all()} == {one.pk for one in approaches}
        with as_owner():
            Batch.objects.update(prepared_at=None)
        with pytest.raises(BatchError, match="Un envoi se prépare déjà"):
            start_batch(by=secretary, dated=timezone.localdate())


def test_a_printed_part_is_printed_the_same_again(
    secretary: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_printing, "PART", 2)
    for _ in range(5):
        family_to_write()
    batch = prepared(secretary)
    with acting(secretary.pk):
        whole, *parts = batch.parts.order_by("number")
        assert [(one.number, one.first, one.letters) for one in parts] == [
            (1, 1, 2),
            (2, 3, 2),
            (3, 5, 1),
        ]
        assert len(pages(whole.pdf)) == sum(len(pages(one.pdf)) for one in parts)
        assert whole.sheets == sum(one.sheets for one in parts)
        again = render_batch(letters_of(batch, 3, 2), on=batch.dated, for_paper=True)
    assert again.sha256 == parts[1].sha256
    assert again.pdf == bytes(parts[1].pdf)


def test_parts_of_another_size_leave_no_letter_out(
    secretary: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part is kept, then a newer program that makes larger ones prints the rest."""
    monkeypatch.setattr(batch_printing, "PART", 2)
    for _ in range(5):
        family_to_write()
    batch = prepared(secretary)
    with as_owner():
        batch.parts.exclude(number=1).delete()
        Batch.objects.update(prepared_at=None)
    monkeypatch.setattr(batch_printing, "PART", 4)

    with acting(secretary.pk):
        prepare(batch, secretary)
        whole, *parts = batch.parts.order_by("number")
        codes = [one.answer.code for one in letters_of(batch, 1, 5)]

    assert [(one.first, one.letters) for one in parts] == [(1, 2), (3, 3)]
    assert whole.letters == 5
    printed = "".join(pages(whole.pdf))
    assert [printed.count(one) for one in codes] == [1] * 5


@pytest.mark.parametrize("kept", [{2}, {1, 3}, {3}])
def test_only_what_is_missing_is_printed(
    secretary: StaffMember, monkeypatch: pytest.MonkeyPatch, kept: set[int]
) -> None:
    monkeypatch.setattr(batch_printing, "PART", 2)
    for _ in range(5):
        family_to_write()
    batch = prepared(secretary)
    with as_owner():
        batch.parts.exclude(number__in=kept).delete()
        Batch.objects.update(prepared_at=None)

    with acting(secretary.pk):
        prepare(batch, secretary)
        whole = batch.parts.get(number=WHOLE)
        codes = [one.answer.code for one in letters_of(batch, 1, 5)]

    printed = "".join(pages(whole.pdf))
    assert sorted(codes, key=printed.index) == codes
    assert [printed.count(one) for one in codes] == [1] * 5


def test_posted_it_is_sent_and_the_year_of_the_proposals_stays(secretary: StaffMember) -> None:
    end = timezone.localdate() + timedelta(days=300)
    approach = family_to_write(window_ends_on=end)

    left = posted(prepared(secretary), secretary)

    with acting(secretary.pk):
        message = Message.objects.get()
        approach.refresh_from_db()
    assert left == 1
    assert message.state == MessageState.SENT
    assert (approach.mailed_on, approach.window_ends_on) == (timezone.localdate(), end)
    assert approach.contacted_at is not None


def test_where_the_year_counts_from_the_letter_it_begins_when_posted(
    secretary: StaffMember, settings: Settings
) -> None:
    settings.PROFILE = "herault"
    approach = family_to_write()

    posted(prepared(secretary), secretary)

    with acting(secretary.pk):
        approach.refresh_from_db()
    assert approach.window_ends_on is not None
    assert approach.window_ends_on - timezone.localdate() > timedelta(days=364)


def test_letters_that_became_unsafe_are_taken_out_of_the_pile(secretary: StaffMember) -> None:
    families = [family_to_write() for _ in range(3)]
    batch = prepared(secretary)
    with acting(secretary.pk):
        family = Family.objects.get(pk=families[1].family_id)
        say(
            family=family,
            flag=Safety.PROTECTED_ADDRESS,
            source=SafetySource.PARTNER,
            by=secretary,
        )
        (out,) = to_pull(batch)
    with pytest.raises(BatchError, match="à retirer de la pile"):
        posted(batch, secretary)

    assert posted(batch, secretary, frozenset({out.position or 0})) == 2

    with acting(secretary.pk):
        out.refresh_from_db()
        kept = Approach.objects.get(pk=families[1].pk)
    assert (out.state, out.trouble) == (MessageState.CANCELLED, Trouble.UNSAFE)
    assert (kept.mailed_on, kept.contacted_at, kept.channel) == (None, None, "in_person")


@pytest.mark.parametrize(
    ("since", "trouble"),
    [
        (lambda _: Person.objects.update(death_date=date(2026, 11, 1)), Trouble.DECEASED),
        (
            lambda _: Approach.objects.update(
                ended_on=timezone.localdate(),
                ending=Ending.SUPPORTED,
                ended_by=Batch.objects.get().made_by,
            ),
            Trouble.ENDED,
        ),
        (
            lambda _: Proposal.objects.update(
                window_ends_on=timezone.localdate() - timedelta(days=1)
            ),
            Trouble.OVER,
        ),
        (lambda one: AnswerFactory.create(approach=one), Trouble.ANSWERED),
    ],
    ids=["dead", "closed", "over", "answered"],
)
def test_a_letter_taken_out_of_the_pile_says_truly_why(
    secretary: StaffMember, since: Callable[[Approach], object], trouble: Trouble
) -> None:
    approach = family_to_write()
    batch = prepared(secretary)
    with as_owner():
        since(approach)
    with acting(secretary.pk):
        (out,) = to_pull(batch)
    with pytest.raises(BatchError, match="à retirer de la pile"):
        posted(batch, secretary)

    assert posted(batch, secretary, frozenset({1})) == 0

    with acting(secretary.pk):
        out.refresh_from_db()
        assert list(to_mail(timezone.localdate())) == (
            [approach] if Person.objects.filter(death_date__isnull=False) else []
        )
    assert (out.state, out.trouble) == (MessageState.CANCELLED, trouble)


def test_given_up_its_families_wait_for_the_next_with_the_same_code(
    secretary: StaffMember,
) -> None:
    approach = family_to_write()
    batch = prepared(secretary)
    with acting(secretary.pk):
        code = AnswerCode.objects.get(approach=approach).value
        withdraw_batch(batch=batch, by=secretary)
        with pytest.raises(BatchError, match="n'est plus à poster"):
            post_batch(batch=batch, by=secretary, posted_on=timezone.localdate(), pulled=set())

    posted(prepared(secretary), secretary)

    with acting(secretary.pk):
        assert AnswerCode.objects.get(approach=approach).value == code
        states = list(Message.objects.order_by("pk").values_list("state", flat=True))
    assert states == [MessageState.CANCELLED, MessageState.SENT]


@pytest.mark.django_db(transaction=True)
def test_given_up_while_it_is_written_it_leaves_no_letter_behind(
    secretary: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    approach = family_to_write()
    with acting(secretary.pk):
        batch = start_batch(by=secretary, dated=timezone.localdate())
    giving_up = Thread(target=_give_up_elsewhere, args=(batch.pk, secretary))
    look = batch_writing.to_be_written

    def looked(day: date) -> Iterator[Sorted]:
        giving_up.start()
        # Where nothing holds it back, it is over long before.
        giving_up.join(timeout=2)
        return look(day)

    monkeypatch.setattr(batch_writing, "to_be_written", looked)
    with acting(secretary.pk):
        prepare(batch, secretary)
        giving_up.join(timeout=30)

        batch.refresh_from_db()
        assert (batch.withdrawn_by_id, batch.prepared_at) == (secretary.pk, None)
        assert not Message.objects.filter(state=MessageState.QUEUED).exists()
        assert list(to_mail(timezone.localdate())) == [approach]


def _give_up_elsewhere(batch: int, by: StaffMember) -> None:
    try:
        with acting(by.pk):
            withdraw_batch(batch=Batch.objects.get(pk=batch), by=by)
    finally:
        connection.close()


def test_given_up_before_it_is_written_it_is_never_written(secretary: StaffMember) -> None:
    family_to_write()
    with acting(secretary.pk):
        batch = start_batch(by=secretary, dated=timezone.localdate())
        withdraw_batch(batch=batch, by=secretary)

        write(batch, secretary)

        assert not Message.objects.exists()


def test_nobody_to_write_to_is_said(secretary: StaffMember) -> None:
    batch = prepared(secretary)

    assert batch.withdrawn_at is not None
    assert batch.problem == NOBODY


def test_a_letter_that_came_back_leaves_again_once_the_address_is_corrected(
    secretary: StaffMember,
) -> None:
    approach = family_to_write()
    posted(prepared(secretary), secretary)
    with acting(secretary.pk):
        Message.objects.update(
            state=MessageState.RETURNED,
            trouble=Trouble.UNKNOWN_ADDRESS,
            settled_at=timezone.now(),
        )
        assert list(to_be_written(timezone.localdate())) == []
        ContactPoint.objects.update(until=timezone.localdate())
    ContactPointFactory.create(
        family=approach.family,
        kind=ContactKind.ADDRESS,
        value="",
        line1="8 avenue Neuve",
        postal_code="94400",
        city="Vitry",
        since=timezone.localdate(),
    )

    posted(prepared(secretary), secretary)

    with acting(secretary.pk):
        again = Message.objects.order_by("-pk")[0]
        approach.refresh_from_db()
        assert list(to_be_written(timezone.localdate())) == []
        body: Any = MessageContent.objects.get(message=again).body
    assert again.purpose == Purpose.RESENT
    assert not approach.undelivered
    assert from_json(body).recipient[1] == "8 avenue Neuve"


def test_a_letter_sent_again_carries_what_is_new_as_well(secretary: StaffMember) -> None:
    """Not two letters: one that came back, and one for what was offered since."""
    approach = family_to_write()
    posted(prepared(secretary), secretary)
    with acting(secretary.pk):
        Message.objects.update(
            state=MessageState.RETURNED, trouble=Trouble.REFUSED, settled_at=timezone.now()
        )
    with as_owner():
        ContactPoint.objects.update(line1="8 avenue Neuve")
    since = ProposalFactory.create(
        family=approach.family, approach__family=approach.family, offer="lone_parent"
    )

    prepared(secretary)

    with acting(secretary.pk):
        again = Message.objects.exclude(state=MessageState.RETURNED).get()
        assert (again.approach_id, again.purpose) == (approach.pk, Purpose.RESENT)
        assert Proposal.objects.get(pk=since.pk).approach_id == approach.pk


@pytest.mark.parametrize("days", [-1, 40])
def test_a_batch_is_dated_of_a_day_that_makes_sense(secretary: StaffMember, days: int) -> None:
    with acting(secretary.pk), pytest.raises(BatchError, match="Datez l'envoi"):
        start_batch(by=secretary, dated=timezone.localdate() + timedelta(days=days))
