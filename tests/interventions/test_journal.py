"""Journal, private notes, search, reviews and home visits: who writes and reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.interventions import (
    BEGUN,
    CLOSED,
    AdviceMeetingFactory,
    HomeVisitFactory,
    InformationAdviceFactory,
    JournalEntryFactory,
    PrivateNoteFactory,
    SupportFactory,
)
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions import noting, sharing, visiting
from jalon.interventions.enums import EntryKind, ReviewKind, SupportState
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Draft, HomeVisit, JournalEntry, PrivateNote, Review
from jalon.interventions.searching import search

pytestmark = pytest.mark.django_db
_CALL: dict[str, Any] = {"on": date(2026, 6, 1), "kind": EntryKind.CALL, "text": "Le bailleur"}
_WORDS: dict[str, Any] = {"progress": "", "family_view": "Ça va", "decisions": ""}


@pytest.fixture(autouse=True)
def _as_lead(request: pytest.FixtureRequest) -> Iterator[None]:
    with acting(request.getfixturevalue("lead").pk):
        yield


def test_who_follows_a_family_keeps_its_journal(
    family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    entry = noting.write_entry(family=family, words=_CALL, by=lead)
    with acting(colleague.pk):
        assert not JournalEntry.objects.exists()
        with pytest.raises(InterventionError, match="référent"):
            noting.write_entry(family=family, words=_CALL, by=colleague)
    with acting(manager.pk):
        assert not JournalEntry.objects.exists()
    sharing.share_family(family=family, worker=colleague, by=lead)
    with acting(colleague.pk):
        assert JournalEntry.objects.get() == entry
        with pytest.raises(InterventionError, match="ce qu'il a écrit"):
            noting.revise_entry(entry=entry, base={}, words=_CALL, seen=1, by=colleague)
        with pytest.raises(InterventionError, match="à venir"):
            noting.write_entry(
                family=family, words={**_CALL, "on": date(2999, 1, 1)}, by=colleague
            )


def test_a_private_note_is_its_author_s_alone_even_for_who_shares_the_family(
    family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    note = noting.write_note(family=family, text="À moi", by=lead)
    sharing.share_family(family=family, worker=colleague, by=lead)
    for person in (colleague, manager):
        with acting(person.pk):
            assert not PrivateNote.objects.exists()
            with pytest.raises(InterventionError):
                noting.erase_note(note=note, by=person)
            with pytest.raises(InterventionError):
                noting.revise_note(note=note, base={}, text="À eux", seen=1, by=person)
    noting.erase_note(note=note, by=lead)
    assert not PrivateNote.objects.exists()


def test_a_private_note_open_in_two_windows_loses_nothing(
    client: Client, family: Family, lead: StaffMember
) -> None:
    note = noting.write_note(family=family, text="Rappeler lundi", by=lead)
    address = reverse("followed:own_note", args=[note.public_id])
    client.force_login(lead)
    read = {"seen": "1", "base": '{"text": "Rappeler lundi"}'}
    assert b"Rappeler lundi" in client.get(address).content

    assert client.post(address, {**read, "text": "Rappeler mardi"}).status_code == 302
    clash = client.post(address, {**read, "text": "Ne plus rappeler"})

    assert clash.status_code == 409
    assert "Rappeler mardi" in clash.content.decode()
    assert "Ne plus rappeler" in clash.content.decode()
    note.refresh_from_db()
    assert (note.text, note.revision) == ("Rappeler mardi", 2)
    noting.erase_note(note=note, by=lead)
    with pytest.raises(InterventionError, match="n'existe plus"):
        noting.revise_note(note=note, base={}, text="Encore", seen=2, by=lead)


def test_what_was_noted_for_oneself_is_not_in_history(family: Family, lead: StaffMember) -> None:
    note = noting.write_note(family=family, text="Un autre secret", by=lead)
    noting.revise_note(
        note=note, base={"text": note.text}, text="Un secret à moi", seen=1, by=lead
    )
    with as_owner(), transaction.atomic():
        from django.db import connection  # noqa: PLC0415 - a look past the wall

        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_change WHERE after::text LIKE '%secret%'")
            assert cursor.fetchone() == (0,)


def test_words_are_found_among_what_one_reads_alone(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    JournalEntryFactory.create(family=family, by=colleague, text="L'échéancier du bailleur")
    JournalEntryFactory.create(text="Un bailleur ailleurs")
    PrivateNoteFactory.create(family=family, author=colleague, text="bailleur, à part")
    PrivateNoteFactory.create(family=family, author=lead, text="Relire le BAILLEUR")
    advice = InformationAdviceFactory.create(family=family, worker=colleague)
    AdviceMeetingFactory.create(advice=advice, asked="Répondre au bailleur")

    found = search("bailleur", lead)

    assert {one.what for one in found} == {"Appel", "Note personnelle", "Entretien"}
    assert {one.family for one in found} == {family}
    assert [one.what for one in search("echeancier bailleur", lead)] == ["Appel"]


def test_the_words_searched_for_are_in_no_address(client: Client, lead: StaffMember) -> None:
    client.force_login(lead)
    answer = client.post(reverse("followed:find"), {"q": "bailleur"})
    assert answer.status_code == 200
    assert "Rien ne contient ces mots" in answer.content.decode()


def test_a_review_sets_the_day_of_the_next(family: Family, lead: StaffMember) -> None:
    today = timezone.localdate()
    begun = {**BEGUN, "started_on": today - timedelta(weeks=7), "next_review_on": today}
    support = SupportFactory.create(
        family=family, worker=lead, state=SupportState.ACTIVE, **begun, drafted_on=date(2026, 1, 1)
    )
    words = {**_WORDS, "held_on": today}
    visiting.review(support=support, kind=ReviewKind.STEP, words=words, by=lead)
    support.refresh_from_db()
    assert support.next_review_on == today + timedelta(weeks=6)
    with pytest.raises(InterventionError, match="ne se fait pas"):
        visiting.review(support=support, kind=ReviewKind.LATER, words=words, by=lead)


def test_news_taken_wait_no_more(family: Family, lead: StaffMember) -> None:
    today = timezone.localdate()
    support = SupportFactory.create(
        family=family, worker=lead, state=SupportState.CLOSED, **CLOSED, news_on=today
    )
    words = {**_WORDS, "held_on": today}
    visiting.review(support=support, kind=ReviewKind.LATER, words=words, by=lead)
    support.refresh_from_db()
    assert support.news_on is None
    end = {**words, "listened": "yes", "helped": "rather", "returns": ""}
    visiting.review(support=support, kind=ReviewKind.CLOSING, words=end, by=lead)
    assert Review.objects.filter(helped="rather").count() == 1


def _told(**told: Any) -> visiting.Visit:
    nothing = {"planned_on": None, "preparation": "", "safety": "", "done_on": None, "report": ""}
    return visiting.Visit(**{**nothing, **told})


def test_no_visit_is_planned_or_made_without_the_family_s_agreement(
    family: Family, lead: StaffMember
) -> None:
    today = timezone.localdate()
    support = SupportFactory.create(family=family, worker=lead)
    declined = visiting.ask_visit(support=support, agreed=False, on=today, by=lead)
    with pytest.raises(InterventionError, match="ne veut pas"):
        visiting.tell_visit(visit=declined, base={}, told=_told(done_on=today), seen=1, by=lead)
    for columns in ({"planned_on": today}, {"done_on": today}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HomeVisit.objects.filter(pk=declined.pk).update(**columns)

    agreed = visiting.ask_visit(support=support, agreed=True, on=today, by=lead)
    with pytest.raises(InterventionError, match="avant l'accord"):
        visiting.tell_visit(
            visit=agreed, base={}, told=_told(planned_on=date(2026, 1, 1)), seen=1, by=lead
        )
    told = _told(planned_on=today, safety="Deuxième étage")
    planned = visiting.tell_visit(visit=agreed, base={}, told=told, seen=1, by=lead)
    visiting.decline_visit(visit=planned, by=lead)
    with pytest.raises(InterventionError, match="ne veut pas"):
        visiting.tell_visit(visit=planned, base={}, told=told, seen=2, by=lead)


def test_a_visit_once_made_is_not_declined(family: Family, lead: StaffMember) -> None:
    support = SupportFactory.create(family=family, worker=lead)
    visit = HomeVisitFactory.create(support=support, done_on=date(2026, 8, 2))
    with pytest.raises(InterventionError, match="déjà faite"):
        visiting.decline_visit(visit=visit, by=lead)


def test_the_pages_write_what_is_sent(client: Client, family: Family, lead: StaffMember) -> None:
    client.force_login(lead)
    today = f"{timezone.localdate()}"
    support = SupportFactory.create(family=family, worker=lead, state=SupportState.ACTIVE, **BEGUN)
    reference, of = [support.public_id], [family.public_id]
    entry = {"on": today, "kind": "call", "text": "Appelée"}
    client.post(reverse("followed:write_entry", args=of), entry)
    client.post(reverse("followed:note", args=of), {"text": "Pour moi"})
    shown = client.get(reverse("followed:journal", args=of)).content.decode()
    assert "Appelée" in shown
    assert "Pour moi" in shown

    client.post(reverse("supports:ask_visit", args=reference), {"agreed": "oui", "on": today})
    visit = HomeVisit.objects.get()
    told = {"planned_on": today, "preparation": "Les papiers", "seen": "1"}
    client.post(reverse("supports:visit", args=[visit.public_id]), told)
    review = {"held_on": today, "progress": "Le loyer est à jour"}
    client.post(reverse("supports:review", args=[support.public_id, "step"]), review)
    shown = client.get(support.get_absolute_url()).content.decode()
    for words in ("Les papiers", "Le loyer est à jour", "Prévue"):
        assert words in shown
    client.post(reverse("supports:decline_visit", args=[visit.public_id]))
    assert "La famille ne veut pas" in client.get(support.get_absolute_url()).content.decode()
    assert not Draft.objects.exists()
