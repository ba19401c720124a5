"""The pages of letters, as the secretary goes through them: prepare, print, post, and returns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import PersonFactory
from factories.outreach import family_to_write
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.actions import say
from jalon.families.enums import Safety, SafetySource
from jalon.families.models import ContactPoint, Family, Person
from jalon.outreach.batch_printing import forget_printed
from jalon.outreach.batch_tasks import forget_printed as forget
from jalon.outreach.batch_tasks import prepare
from jalon.outreach.enums import MessageState, Trouble
from jalon.outreach.models import AnswerCode, Approach, Batch, BatchPart, Message
from outreach.messages.letters import ago, moved, queued, written_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return member


@pytest.fixture
def pages(client: Client, secretary: StaffMember) -> Client:
    client.force_login(secretary)
    return client


def begun(pages: Client, secretary: StaffMember) -> Batch:
    """Begin a batch by the page, and do its job."""
    pages.post(reverse("mail:start"), {"dated": timezone.localdate().isoformat()})
    with acting(secretary.pk):
        found = Batch.objects.latest("pk")
    prepare(found.pk, secretary.pk)
    return found


def test_from_families_that_wait_to_letters_that_left(
    pages: Client, secretary: StaffMember
) -> None:
    for _ in range(3):
        family_to_write()
    assert "<strong>3 familles</strong> attendent" in pages.get(
        reverse("mail:batches")
    ).content.decode().replace("\xa0", " ").replace("\u202f", " ")

    batch = begun(pages, secretary)

    url = reverse("mail:batch", args=[batch.public_id])
    assert "À imprimer et poster" in pages.get(url).content.decode()
    part = pages.get(reverse("mail:part", args=[batch.public_id, 1]))
    assert part.content.startswith(b"%PDF")
    assert part["Content-Disposition"] == 'attachment; filename="lettres-01.pdf"'
    assert pages.get(reverse("mail:cover", args=[batch.public_id])).content.startswith(b"%PDF")
    manifest = pages.get(reverse("mail:manifest", args=[batch.public_id])).content.decode()
    assert len(manifest.splitlines()) == 4
    assert "Camille" not in manifest
    pages.post(
        reverse("mail:post", args=[batch.public_id]),
        {"posted_on": timezone.localdate().isoformat()},
    )
    assert "Posté" in pages.get(url).content.decode()
    with acting(secretary.pk):
        assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}


def test_a_letter_to_take_out_is_told_and_must_be_ticked(
    pages: Client, secretary: StaffMember
) -> None:
    approach = family_to_write()
    batch = begun(pages, secretary)
    with acting(secretary.pk):
        family = Family.objects.get(pk=approach.family_id)
        flag = Safety.PROTECTED_ADDRESS
        say(family=family, flag=flag, source=SafetySource.FAMILY, by=secretary)
    url = reverse("mail:batch", args=[batch.public_id])
    assert "À retirer de la pile" in pages.get(url).content.decode()
    post = reverse("mail:post", args=[batch.public_id])

    left = pages.post(post, {"posted_on": timezone.localdate().isoformat()}, follow=True)

    assert "d&#x27;autres lettres sont à retirer" in left.content.decode()
    pages.post(post, {"posted_on": timezone.localdate().isoformat(), "pulled": ["1"]})
    with acting(secretary.pk):
        assert Message.objects.get().state == MessageState.CANCELLED
        assert Batch.objects.get().posted_on == timezone.localdate()


def test_a_letter_out_of_the_pile_did_not_leave_even_if_it_could_again(
    pages: Client, secretary: StaffMember
) -> None:
    first, second, dead = (family_to_write() for _ in range(3))
    batch = begun(pages, secretary)
    with as_owner():
        for approach in (first, second):
            Family.objects.filter(pk=approach.family_id).update(do_not_contact_here=True)
        Person.objects.filter(family=dead.family).update(death_date=timezone.localdate())
    url = reverse("mail:batch", args=[batch.public_id])
    shown = pages.get(url).content.decode()
    assert shown.count("La famille est à ne pas contacter.") == 2
    assert "La personne à qui l&#x27;on écrivait est décédée." in shown
    with as_owner():
        place = Message.objects.get(approach=first).position
        Family.objects.filter(pk=first.family_id).update(do_not_contact_here=False)

    pages.post(
        reverse("mail:post", args=[batch.public_id]),
        {"posted_on": timezone.localdate().isoformat(), "pulled": ["1", "2", "3"]},
    )

    with as_owner():
        troubles = {one.approach_id: one.trouble for one in Message.objects.all()}
        assert place in {1, 2, 3}
        assert Batch.objects.get().posted_on is not None
        assert set(Message.objects.values_list("state", flat=True)) == {MessageState.CANCELLED}
    assert troubles == {
        first.pk: Trouble.PULLED,
        second.pk: Trouble.UNWANTED,
        dead.pk: Trouble.DECEASED,
    }


def test_what_was_printed_goes_once_it_served(pages: Client, secretary: StaffMember) -> None:
    family_to_write()
    given_up = begun(pages, secretary)
    pages.post(reverse("mail:withdraw", args=[given_up.public_id]))
    files = {"mail:part": [0], "mail:cover": [], "mail:manifest": []}

    def given(batch: Batch) -> set[int]:
        return {
            pages.get(reverse(name, args=[batch.public_id, *number])).status_code
            for name, number in files.items()
        }

    assert given(given_up) == {404}
    posted = begun(pages, secretary)
    day = timezone.localdate()
    pages.post(reverse("mail:post", args=[posted.public_id]), {"posted_on": day.isoformat()})
    forget(0)
    assert given(posted) == {200}
    with as_owner():
        assert {one.batch_id for one in BatchPart.objects.all()} == {posted.pk}
        Batch.objects.filter(pk=posted.pk).update(posted_on=day - timedelta(days=184))
    with acting(secretary.pk), pytest.raises(DatabaseError), transaction.atomic():
        forget_printed()

    forget(0)

    assert given(posted) == {404}
    url = reverse("mail:batch", args=[posted.public_id])
    assert "gardés que six mois" in pages.get(url).content.decode()
    with acting(secretary.pk):
        letter = Message.objects.get(batch=posted)
    shown = pages.get(reverse("mail:letter", args=[letter.public_id]))
    assert shown.content.startswith(b"%PDF")


def test_returned_mail_from_the_code_to_the_next_letter(
    pages: Client, secretary: StaffMember
) -> None:
    approach = family_to_write(person={"last_name": "Moreau"})
    batch = begun(pages, secretary)
    pages.post(
        reverse("mail:post", args=[batch.public_id]),
        {"posted_on": timezone.localdate().isoformat()},
    )
    with acting(secretary.pk):
        code = AnswerCode.objects.get().value
    returns = reverse("mail:returns")
    wrong = pages.post(returns, {"code": "K7M2"}).content.decode()
    assert "recopiez les neuf caractères" in wrong
    assert "K7M2" in wrong

    asked = pages.post(returns, {"code": f"https://reponse.example.org/r/{code}"}, follow=True)

    assert "Moreau" in asked.content.decode()
    url = asked.redirect_chain[-1][0]
    assert code not in url
    to_correct = pages.post(url, {"reason": Trouble.UNKNOWN_ADDRESS.value}, follow=True)
    assert "Corriger l'adresse" in to_correct.content.decode()
    assert (
        "déjà noté"
        in pages.post(url, {"reason": Trouble.REFUSED.value}, follow=True).content.decode()
    )
    correct = to_correct.redirect_chain[-1][0]
    same = {"line1": "3 rue des Lilas", "line2": "", "postal_code": "94000", "city": "Créteil"}
    assert "l&#x27;adresse déjà notée" in pages.post(correct, same).content.decode()
    pages.post(correct, same | {"line1": "8 avenue Neuve"})
    with acting(secretary.pk):
        open_ones = ContactPoint.objects.filter(until=None)
        assert [one.line1 for one in open_ones] == ["8 avenue Neuve"]
        assert Approach.objects.get(pk=approach.pk).undelivered
    again = begun(pages, secretary)
    assert again.pk != batch.pk
    with acting(secretary.pk):
        assert Message.objects.count() == 2


def test_who_waits_and_why(pages: Client) -> None:
    family_to_write(address=False, person={"last_name": "Sansadresse"})
    family_to_write(offers=["parent_death"], person={"last_name": "Endeuillée"})
    shown = pages.get(reverse("mail:held")).content.decode()

    assert "Sansadresse" in shown
    assert "Pas d&#x27;adresse connue" in shown
    assert "Deuil récent\xa0: le courrier attend, jusqu'au" in shown


def test_who_waits_is_read_a_page_at_a_time(
    pages: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jalon.web.listing.PAGE", 2)
    monkeypatch.setattr("jalon.outreach.mail_queries._READ_AT_ONCE", 2)
    url = reverse("mail:held")
    names = [f"Sans-{number}" for number in range(5)]
    queries = []
    for name in names:
        family_to_write(address=False, person={"last_name": name})
        family_to_write(person={"last_name": "Prête"})
        with CaptureQueriesContext(connection) as asked:
            first = pages.get(url).content.decode()
        queries.append(len(asked))
        # Nor is it asked again, with each part, who waits.
        assert sum("wall.hindrance" in one["sql"] for one in asked) == 2

    shown = [pages.get(url, {"page": number}).content.decode() for number in (1, 2, 3)]

    assert [[name for name in names if name in page] for page in shown] == [
        names[:2],
        names[2:4],
        names[4:],
    ]
    assert "Prête" not in "".join(shown)
    assert ["Page suivante" in page for page in shown] == [True, True, False]
    assert names[4] in pages.get(url, {"page": "99"}).content.decode()
    assert names[2] not in first
    # Whatever waits beyond the page is not read.
    assert queries[2] == queries[3] == queries[4]


def test_lists_that_stop_say_so(pages: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jalon.web.listing.MOST", 2)
    monkeypatch.setattr("jalon.web.listing.PAGE", 2)
    urls = (reverse("mail:held"), reverse("mail:messages"))

    def partial() -> list[bool]:
        return ["La liste est partielle" in pages.get(url).content.decode() for url in urls]

    for number in range(3):
        assert partial() == [False, False], number
        family_to_write(address=False)
        moved(queued(written_to(12, phone="+33612345678")), state=MessageState.FAILED)
    assert partial() == [True, True]


def test_a_letter_is_shown_to_who_may_see_where_the_family_lives(
    pages: Client, client: Client, secretary: StaffMember
) -> None:
    approach = family_to_write()
    begun(pages, secretary)
    with acting(secretary.pk):
        message = Message.objects.get()
        family = Family.objects.get(pk=approach.family_id)
    url = reverse("mail:letter", args=[message.public_id])
    source = SafetySource.PARTNER
    client.force_login(StaffFactory.create(role=Role.SOCIAL_WORKER))
    assert client.get(url).content.startswith(b"%PDF")
    with acting(secretary.pk):
        say(family=family, flag=Safety.PROTECTED_ADDRESS, source=source, by=secretary)

    assert client.get(url).status_code == 404
    client.force_login(secretary)
    assert client.get(url).content.startswith(b"%PDF")


def test_injection_in_names_and_addresses_is_printed_as_it_is(
    pages: Client, secretary: StaffMember
) -> None:
    approach = family_to_write(
        person={"last_name": '#panic("x") $y$ *z* =HYPERLINK(1)'}, line1="<b>#eval</b> @ref"
    )
    PersonFactory.create(family=approach.family, role="child")
    batch = begun(pages, secretary)

    assert batch.problem == ""
    with acting(secretary.pk):
        assert Batch.objects.get().letters == 1
        assert Batch.objects.get().prepared_at is not None


def test_each_message_to_take_up_again_is_shown_with_what_to_do(
    pages: Client, settings: Settings
) -> None:
    settings.DEMO = True  # a provider that only writes down what it is given
    told: dict[str, Any] = {"state": MessageState.FAILED, "settled_at": timezone.now()}
    dead, unsure, broken = (
        queued(written_to(12, phone=f"+3361234567{number}"), trouble=trouble, **told)
        for number, trouble in enumerate(
            (Trouble.WRONG_NUMBER, Trouble.UNCERTAIN, Trouble.PROVIDER)
        )
    )
    late = queued(written_to(12, phone="+33612345679"), due_at=ago(days=4))
    url = reverse("mail:messages")
    to_correct = reverse("families:contacts", args=[dead.family.public_id])

    def shown(what: str) -> str:
        return pages.get(url, {"faire": what}).content.decode()

    def again(message: Message) -> str:
        return reverse("mail:again", args=[message.public_id])

    # A number that does not exist is corrected; what perhaps left is asked about first.
    assert to_correct in shown("corriger")
    assert "Renvoyer" not in shown("corriger")
    assert reverse("approaches:call", args=[unsure.approach.public_id]) in shown("demander")
    assert again(unsure) in shown("demander")
    assert again(broken) in shown("renvoyer")
    assert again(dead) not in shown("renvoyer")
    assert reverse("mail:cancel", args=[late.public_id]) in shown("retard")
    # Without a word of what is sought, the first thing to do.
    assert to_correct in pages.get(url).content.decode()

    with as_owner():
        dead.family.contact_points.update(value="+33699999999")
    assert to_correct not in shown("corriger")
    assert again(dead) in shown("renvoyer")
    sent = pages.post(again(dead), {"faire": "renvoyer"}, follow=True).content.decode()
    assert "Le message repart" in sent
    assert again(broken) in sent
    with as_owner():
        left = Message.objects.get(approach=dead.approach, state=MessageState.QUEUED)
        assert left.content.destination == "+33699999999"
    called_off = pages.post(reverse("mail:cancel", args=[left.public_id]), follow=True)
    assert "pas envoyé" in called_off.content.decode()
    with as_owner():
        assert Message.objects.get(pk=left.pk).state == MessageState.CANCELLED


@pytest.mark.parametrize("items", [1, 3])
def test_the_list_of_batches_asks_the_same_whatever_their_number(
    pages: Client,
    secretary: StaffMember,
    items: int,
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    for _ in range(items):
        family_to_write()
        batch = begun(pages, secretary)
        pages.post(
            reverse("mail:post", args=[batch.public_id]),
            {"posted_on": timezone.localdate().isoformat()},
        )
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        pages.get(reverse("mail:batches"))
