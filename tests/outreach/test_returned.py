"""Letters that came back: listed and written again by the letter's own state and address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory
from factories.outreach import MessageContentFactory, MessageFactory, family_to_write
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.actions import say
from jalon.families.enums import ContactKind, Safety, SafetySource
from jalon.families.models import ContactPoint, Family
from jalon.outreach.batch_posting import post_batch
from jalon.outreach.batches import prepare, start_batch
from jalon.outreach.enums import Medium, MessageState, Purpose, Trouble
from jalon.outreach.errors import BatchError
from jalon.outreach.mailing import letters_back, to_mail_again
from jalon.outreach.models import AnswerCode, Approach, Batch, Message, Proposal
from jalon.outreach.returning import correct_address, letter_of_code, record_return
from jalon.rules.calendar import one_year_after
from outreach.messages.letters import ago, letter, moved

pytestmark = pytest.mark.django_db
_OLD: dict[str, Any] = {
    "line1": "3 rue des Lilas",
    "line2": "",
    "postal_code": "94000",
    "city": "Créteil",
}
_NEW = _OLD | {"line1": "8 avenue Neuve"}


@pytest.fixture
def secretary(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return member


def post(by: StaffMember) -> None:
    """Write, print and post what waits, as whoever acts."""
    batch = start_batch(by=by, dated=timezone.localdate())
    prepare(batch, by)
    batch = Batch.objects.get(pk=batch.pk)
    post_batch(batch=batch, by=by, posted_on=timezone.localdate(), pulled=set())


def come_back() -> Message:
    """Record the return of the only family's last letter, by its code."""
    letter = letter_of_code(AnswerCode.objects.get().value)
    return record_return(letter=letter, reason=Trouble.UNKNOWN_ADDRESS)


def corrected(approach: Approach, address: dict[str, Any]) -> None:
    family = Family.objects.get(pk=approach.family_id)
    correct_address(family=family, by=Batch.objects.latest("pk").made_by, **address)


def listed() -> list[bool]:
    """Tell of each letter to see to whether the address was put right since."""
    found = letters_back(timezone.localdate())
    return list(found.values_list("readdressed", flat=True))


def again() -> int:
    return to_mail_again(timezone.localdate()).count()


@pytest.mark.parametrize("medium", [Medium.TEXT, Medium.EMAIL])
def test_a_reminder_sent_meanwhile_hides_no_letter_that_came_back(
    secretary: StaffMember, medium: Medium
) -> None:
    approach = family_to_write()
    with acting(secretary.pk):
        post(secretary)
        MessageFactory.create(
            approach=approach, medium=medium, state=MessageState.SENT, sent_at=timezone.now()
        )
        come_back()
        assert (listed(), again()) == ([False], 0)

        corrected(approach, _NEW)
        assert (listed(), again()) == ([True], 1)
        post(secretary)

        assert (listed(), again()) == ([], 0)
        letters = Message.objects.filter(medium=Medium.LETTER).order_by("pk")
        assert [(one.purpose, one.state) for one in letters] == [
            (Purpose.OFFER, MessageState.RETURNED),
            (Purpose.RESENT, MessageState.SENT),
        ]


def test_an_address_put_right_before_the_return_is_typed_is_the_one_written_to(
    secretary: StaffMember,
) -> None:
    approach = family_to_write()
    with acting(secretary.pk):
        post(secretary)
    with as_owner():
        # Long before the envelope is back on somebody's desk.
        before = timezone.localdate() - timedelta(days=3)
        ContactPoint.objects.update(**_NEW, since=before)
    with acting(secretary.pk):
        come_back()

        assert (listed(), again()) == ([True], 1)
        corrected(approach, _NEW)
        assert again() == 1
        # The same words, otherwise written, are where it came back from.
        corrected(approach, _OLD | {"line1": "3 RUE DES LILAS"})
        assert again() == 0
        with pytest.raises(BatchError, match="celle d'où la lettre est revenue"):
            corrected(approach, _OLD | {"line1": "3 RUE DES LILAS"})


def test_the_letter_sent_again_may_come_back_as_well(secretary: StaffMember) -> None:
    approach = family_to_write()
    with acting(secretary.pk):
        post(secretary)
        first = come_back()
        with pytest.raises(BatchError, match="C'est déjà noté"):
            come_back()
        corrected(approach, _NEW)
        # Written, not posted: what comes back is still the first.
        batch = start_batch(by=secretary, dated=timezone.localdate())
        prepare(batch, secretary)
        assert letter_of_code(AnswerCode.objects.get().value) == first
        assert again() == 0
        batch = Batch.objects.get(pk=batch.pk)
        post_batch(batch=batch, by=secretary, posted_on=timezone.localdate(), pulled=set())

        second = come_back()

        assert second.pk > first.pk
        assert (listed(), again()) == ([False], 0)
        corrected(approach, _OLD | {"line1": "1 place du Marché"})
        assert again() == 1


def test_a_year_that_counted_from_a_letter_that_came_back_begins_with_the_next(
    secretary: StaffMember,
) -> None:
    today = timezone.localdate()
    first = today - timedelta(days=60)
    of_letter, of_event = (
        family_to_write(window_ends_on=one_year_after(day), approach={"mailed_on": first})
        for day in (first, today - timedelta(days=100))
    )
    for one in (of_letter, of_event):
        back = letter(one, MessageState.RETURNED)
        MessageContentFactory.create(message=back, destination="AILLEURS")
        moved(back, sent_at=ago(days=60), settled_at=ago(days=50))

    def windows() -> list[date | None]:
        return [Approach.objects.get(pk=one.pk).window_ends_on for one in (of_letter, of_event)]

    with acting(secretary.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.update(window_ends_on=one_year_after(today))
        post(secretary)
        assert windows() == [
            one_year_after(today),
            one_year_after(today - timedelta(days=100)),
        ]
        # What was told for good is not made longer: no letter came back since.
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.update(window_ends_on=one_year_after(today) + timedelta(days=1))


def test_what_came_back_first_is_shown_first_and_where_the_list_stops_it_says_so(
    client: Client, secretary: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(secretary)
    monkeypatch.setattr("jalon.web.listing.MOST", 2)
    monkeypatch.setattr("jalon.web.listing.PAGE", 2)
    names = ["Le-deuxième", "Le-premier", "Le-troisième"]
    for name, days in zip(names, (5, 9, 2), strict=True):
        back = letter(family_to_write(person={"last_name": name}), MessageState.RETURNED)
        moved(back, trouble=Trouble.UNKNOWN_ADDRESS, settled_at=ago(days=days))

    shown = client.get(reverse("mail:returns")).content.decode()

    assert shown.index("Le-premier") < shown.index("Le-deuxième")
    assert "Le-troisième" not in shown
    assert "La liste est partielle" in shown


def test_a_family_protected_since_is_reached_otherwise(
    client: Client, secretary: StaffMember
) -> None:
    client.force_login(secretary)
    approach = family_to_write(person={"last_name": "Moreau"})
    with acting(secretary.pk):
        post(secretary)
        letter = come_back()
        assert "Moreau" in client.get(reverse("mail:returns")).content.decode()
        returned = client.get(reverse("mail:returned", args=[letter.public_id])).content.decode()
        assert "3 rue des Lilas" in returned
        family = Family.objects.get(pk=approach.family_id)
        flag, source = Safety.PROTECTED_ADDRESS, SafetySource.FAMILY
        say(family=family, flag=flag, source=source, by=secretary)

        assert "Moreau" not in client.get(reverse("mail:returns")).content.decode()
        url = reverse("mail:address", args=[letter.public_id])
        shown = client.post(url, _NEW, follow=True).content.decode()
        assert "plus rien ne part par écrit" in shown
        assert again() == 0


def test_an_address_that_came_by_itself_or_with_a_merge_is_written_to(
    secretary: StaffMember,
) -> None:
    approach = family_to_write()
    with acting(secretary.pk):
        post(secretary)
        come_back()
        assert again() == 0
    with as_owner():
        # As the register's next month, then a merge, then its undoing would bring it.
        known = ContactPoint.objects.filter(kind=ContactKind.ADDRESS, family=approach.family)
        known.update(until=timezone.localdate())
        moved_to = ContactPointFactory.create(
            family=approach.family, kind=ContactKind.ADDRESS, value="", **_NEW
        )
    assert seen_again(secretary) == 1
    with as_owner():
        moved_to.delete()
    assert seen_again(secretary) == 0
    with as_owner():
        other = ContactPointFactory.create(kind=ContactKind.ADDRESS, value="", **_NEW).family
        Approach.objects.filter(pk=approach.pk).update(family=other)
    assert seen_again(secretary) == 1
    with as_owner():
        Approach.objects.filter(pk=approach.pk).update(family=approach.family)
    assert seen_again(secretary) == 0


def seen_again(by: StaffMember) -> int:
    with acting(by.pk):
        return again()


def test_a_guess_tells_nothing_of_where_a_protected_family_lives(secretary: StaffMember) -> None:
    approach = family_to_write()
    with acting(secretary.pk):
        post(secretary)
        come_back()
    with as_owner():
        Family.objects.filter(pk=approach.family_id).update(protected_address_here=True)
        for guessed in (_OLD, _NEW):
            guess = ContactPointFactory.create(
                family=approach.family,
                kind=ContactKind.ADDRESS,
                value="",
                since=timezone.localdate(),
                **guessed,
            )
            assert not Approach.objects.get().readdressed
            guess.delete()
