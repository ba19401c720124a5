"""Families written to and answering while they are one, and what each has again once parted."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import DoubtFactory
from factories.outreach import AnswerFactory, ApproachFactory, MessageFactory, family_to_write
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.merging import merge, undo_merge
from jalon.families.models import Family, Merge, Person
from jalon.outreach.batch_posting import post_batch, to_pull
from jalon.outreach.batch_writing import write
from jalon.outreach.batches import start_batch
from jalon.outreach.enums import AnswerKind, Ending, Medium, MessageState, Purpose, Trouble
from jalon.outreach.mailing import to_mail
from jalon.outreach.message_queries import refuses_messages
from jalon.outreach.models import (
    Answer,
    AnswerCode,
    Approach,
    Batch,
    Message,
    MessageContent,
    Proposal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return member


@pytest.fixture(params=["the kept's first", "the absorbed's first"])
def two(request: pytest.FixtureRequest) -> tuple[Approach, Approach]:
    """What is offered to two families, the first of which is kept; whichever was made first."""
    one, other = family_to_write(offers=["separation"]), family_to_write(offers=["mediation"])
    if request.param == "the absorbed's first":
        with as_owner():
            later = ApproachFactory.create(family=one.family)
            one.proposals.update(approach=later)
            Proposal.objects.update(joined_from=None)
            one.delete()
        return later, other
    return one, other


def merged(one: Family, other: Family, by: StaffMember) -> Merge:
    with acting(by.pk):
        return merge(doubt=DoubtFactory.create(one=one, other=other), by=by)


def parted(done: Merge, by: StaffMember) -> None:
    with acting(by.pk):
        undo_merge(merge=done, by=by)


def written(by: StaffMember) -> Batch:
    """Return a batch of today, ready to be posted, though nothing of it is printed."""
    with acting(by.pk):
        batch = start_batch(by=by, dated=timezone.localdate())
        write(batch, by)
        Batch.objects.filter(pk=batch.pk).update(prepared_at=timezone.now())
        return Batch.objects.get(pk=batch.pk)


def posted(batch: Batch, by: StaffMember, *pulled: int) -> None:
    with acting(by.pk):
        post_batch(batch=batch, by=by, posted_on=timezone.localdate(), pulled={*pulled})


def state_of(approach: Approach) -> dict[str, Any]:
    with as_owner():
        now = Approach.objects.get(pk=approach.pk)
        return {
            "family": now.family_id,
            "offers": list(now.proposals.values_list("offer", flat=True)),
            "ending": now.ending,
            "answer": now.answer,
            "posted": now.mailed_on is not None,
            "letters": now.messages.count(),
            "addressee of": now.addressee and now.addressee.family_id,
        }


def waiting() -> set[int]:
    with as_owner():
        return {one.pk for one in to_mail(timezone.localdate())}


def test_one_letter_to_merged_families_is_the_kept_ones_once_they_are_parted(
    secretary: StaffMember, two: tuple[Approach, Approach]
) -> None:
    kept, absorbed = two
    done = merged(kept.family, absorbed.family, secretary)
    posted(written(secretary), secretary)
    assert state_of(absorbed)["ending"] == Ending.JOINED
    with as_owner():
        answer = AnswerFactory.create(
            approach=Approach.objects.get(pk=kept.pk), kind=AnswerKind.MEETING
        )

    parted(done, secretary)

    assert answer.approach_id == kept.pk
    assert state_of(kept) == {
        "family": kept.family_id,
        "offers": ["separation"],
        "ending": "",
        "answer": "meeting",
        "posted": True,
        "letters": 1,
        "addressee of": kept.family_id,
    }
    assert state_of(absorbed) == {
        "family": absorbed.family_id,
        "offers": ["mediation"],
        "ending": "",
        "answer": "",
        "posted": False,
        "letters": 0,
        "addressee of": None,
    }
    assert waiting() == {absorbed.pk}
    with as_owner():
        assert AnswerCode.objects.get().approach_id == kept.pk
        assert not Proposal.objects.exclude(joined_from=None).exists()
        assert not Approach.objects.exclude(came_from=None).exists()


def test_a_letter_to_merged_families_is_not_posted_once_they_are_parted(
    secretary: StaffMember, two: tuple[Approach, Approach]
) -> None:
    kept, absorbed = two
    done = merged(kept.family, absorbed.family, secretary)
    batch = written(secretary)

    parted(done, secretary)

    with acting(secretary.pk):
        (letter,) = to_pull(batch)
        assert letter.why == Trouble.PARTED  # type: ignore[attr-defined]
    posted(batch, secretary, 1)
    assert waiting() == {kept.pk, absorbed.pk}


def test_what_both_received_at_once_moves_and_comes_back(secretary: StaffMember) -> None:
    """A letter of the same batch, a reminder on the same day: told apart, lost to neither."""
    kept, absorbed = family_to_write(), family_to_write()
    posted(written(secretary), secretary)
    now = timezone.now()
    for one in (kept, absorbed):
        day = (now, now + timedelta(days=1))
        MessageFactory.create(approach=one, state=MessageState.SENT, sent_at=now, quiet=day)

    done = merged(kept.family, absorbed.family, secretary)

    with as_owner():
        told = Message.objects.filter(family=kept.family).order_by("approach", "pk")
        assert [(one.approach_id, one.medium, one.doubled) for one in told] == [
            (kept.pk, Medium.LETTER, False),
            (kept.pk, Medium.TEXT, False),
            (absorbed.pk, Medium.LETTER, True),
            (absorbed.pk, Medium.TEXT, True),
        ]

    parted(done, secretary)

    with as_owner():
        assert not Message.objects.filter(doubled=True).exists()
        for one in (kept, absorbed):
            assert Message.objects.filter(family=one.family, approach=one).count() == 2
        assert Message.objects.filter(purpose=Purpose.OFFER).count() == 2
        owners = Approach.objects.values_list("addressee__family", "family")
        assert all(addressee == family for addressee, family in owners)


@pytest.mark.parametrize("offered", ["to both", "to the other alone"])
def test_whoever_received_the_letter_answers_for_the_family_that_is_theirs_again(
    secretary: StaffMember, offered: str
) -> None:
    kept, absorbed = family_to_write(offers=["separation"]), family_to_write(offers=["mediation"])
    with as_owner():
        # Nobody can be written to in the first family: the letter is made out to the second.
        kept.family.people.update(death_date=timezone.localdate())
        holder = absorbed.family.people.get()
        Person.objects.filter(pk=holder.pk).update(birth_date=date(1988, 2, 29))
        if offered == "to the other alone":
            Proposal.objects.filter(approach=absorbed).delete()
            absorbed.delete()
    done = merged(kept.family, holder.family, secretary)
    posted(written(secretary), secretary)
    parted(done, secretary)
    with as_owner():
        assert Approach.objects.get(pk=kept.pk).addressee is None
        code = AnswerCode.objects.get().value

    def told(day: int, kind: str = "unsafe") -> str:
        said = {"kind": kind, "language": "fr", "refusal": "", "contacts": []}
        given = (code, day, 2, b"here", json.dumps(said))
        with connection.cursor() as cursor:
            cursor.execute("SELECT wall.reply(%s, %s, %s, %s, %s)", given)
            return str(cursor.fetchone()[0])

    assert told(28) == "wrong"
    assert told(29) == ("right" if offered == "to both" else "over")
    with as_owner():
        answers = Answer.objects.values_list("approach", "family", "kind")
        one = (absorbed.pk, holder.family_id, AnswerKind.UNSAFE)
        assert [*answers] == ([one] if offered == "to both" else [])
        protected = Family.objects.filter(protected_address=True)
        assert [each.pk for each in protected] == [one[1] for one in answers]
        # What they are offered since is not in that letter.
        if offered == "to the other alone":
            ApproachFactory.create(family=holder.family)
    assert told(29) == ("right" if offered == "to both" else "over")


@pytest.mark.parametrize("written_under", ["the kept", "the absorbed"])
def test_no_more_messages_said_while_they_were_one_holds_for_both(
    secretary: StaffMember, written_under: str
) -> None:
    kept, absorbed = ApproachFactory.create(), ApproachFactory.create()
    other = ApproachFactory.create()
    done = merged(kept.family, absorbed.family, secretary)
    with as_owner():
        under = Approach.objects.get(pk=(kept if written_under == "the kept" else absorbed).pk)
        AnswerFactory.create(approach=under, kind=AnswerKind.STOP)
    parted(done, secretary)

    def refusing() -> list[bool]:
        with acting(secretary.pk):
            return [refuses_messages(one.family) for one in (kept, absorbed, other)]

    assert refusing() == [True, True, False]
    # Since they are two again, each speaks for itself.
    AnswerFactory.create(approach=kept, kind=AnswerKind.RESUME, number=2)
    assert refusing() == [False, True, False]
    AnswerFactory.create(approach=absorbed, kind=AnswerKind.RESUME, number=2)
    assert refusing() == [False, False, False]
    AnswerFactory.create(approach=kept, kind=AnswerKind.STOP, number=3)
    assert refusing() == [True, False, False]
    # Whoever may see no family learns nothing of it.
    with acting(StaffFactory.create(role=Role.TARGETING_ANALYST).pk):
        assert not refuses_messages(kept.family)


def test_what_was_written_of_both_is_hidden_where_either_is_protected(
    two: tuple[Approach, Approach], secretary: StaffMember
) -> None:
    """Its frozen address may be the one's or the other's."""
    one, other = (approach.family for approach in two)
    done = merged(one, other, secretary)
    written(secretary)
    parted(done, secretary)
    reader = StaffFactory.create(role=Role.SOCIAL_WORKER)
    with acting(reader.pk):
        assert MessageContent.objects.count() == 1
    for family in (one, other):
        with as_owner():
            Family.objects.filter(pk=family.pk).update(protected_address_here=True)
        with acting(reader.pk):
            assert not MessageContent.objects.exists()
        with acting(secretary.pk):
            assert MessageContent.objects.exists()
        with as_owner():
            Family.objects.filter(pk=family.pk).update(protected_address_here=False)
