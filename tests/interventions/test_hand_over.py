"""A note goes with a family from one lead worker to the next."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.families import PersonFactory
from factories.interventions import SupportFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.actions import name_lead_worker
from jalon.families.models import Family
from jalon.interventions import relaying, sharing
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import HandOverNote
from jalon.interventions.queries import hand_overs_to_read

pytestmark = pytest.mark.django_db
_WORDS = {"going_on": "Le dossier FSL est déposé.", "due": "Relancer le bailleur le 3."}


def left(family: Family, by: StaffMember, **words: str) -> HandOverNote:
    with acting(by.pk):
        return relaying.leave_note(
            family=family, base={}, words={**_WORDS, **words}, seen=0, by=by
        )


def test_the_next_lead_finds_it_until_they_say_they_read_it(
    client: Client, family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    support = SupportFactory.create(family=family, worker=lead)
    client.force_login(lead)
    written = client.post(reverse("followed:hand_over_note", args=[family.public_id]), _WORDS)
    assert written.status_code == 302
    assert "Notes de relais" not in client.get("/").content.decode()
    client.force_login(manager)
    assert b"FSL" not in client.get(support.get_absolute_url()).content
    to = {"worker": f"{colleague.public_id}"}
    client.post(reverse("supports:hand_over", args=[support.public_id]), to)

    client.force_login(colleague)
    assert "Notes de relais à lire" in client.get("/").content.decode()
    shown = client.get(support.get_absolute_url()).content.decode()
    assert "Le dossier FSL est déposé." in shown
    with acting(colleague.pk):
        note = HandOverNote.objects.get()
    client.post(reverse("followed:acknowledge", args=[note.public_id]))

    assert "Notes de relais à lire" not in client.get("/").content.decode()
    assert b"FSL" not in client.get(support.get_absolute_url()).content
    # It is kept.
    journal = client.get(reverse("followed:journal", args=[family.public_id])).content.decode()
    assert "Le dossier FSL est déposé." in journal
    assert f"Lue par {colleague}" in journal


def test_it_waits_for_who_leads_and_for_nobody_else(
    family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    note = left(family, lead)
    with acting(lead.pk):
        assert not hand_overs_to_read(lead).exists()
        with pytest.raises(InterventionError, match="nouveau référent"):
            relaying.acknowledge(note=note, by=lead)
        sharing.share_family(family=family, worker=colleague, by=lead)
    with acting(colleague.pk):
        assert HandOverNote.objects.exists()
        with pytest.raises(InterventionError, match="nouveau référent"):
            relaying.acknowledge(note=note, by=colleague)
        forged = HandOverNote.objects.filter(pk=note.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            forged.update(read_by=colleague, read_at=timezone.now())
    with acting(manager.pk):
        assert not HandOverNote.objects.exists()


def test_each_writes_their_own_and_once_read_it_is_kept(
    family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    left(family, lead)
    with acting(lead.pk):
        sharing.share_family(family=family, worker=colleague, by=lead)
    with pytest.raises(RevisedMeanwhileError):
        left(family, lead, due="Écrit dans une autre fenêtre")
    left(family, colleague, due="Rien")
    with acting(colleague.pk):
        theirs = HandOverNote.objects.filter(by=lead)
        with pytest.raises(IntegrityError), transaction.atomic():
            theirs.update(due="Des mots d'un autre")
    with acting(manager.pk):
        name_lead_worker(family=family, worker=colleague, by=manager)
    with acting(colleague.pk):
        note = hand_overs_to_read(colleague).get()
        assert note.by == lead
        relaying.acknowledge(note=note, by=colleague)
        with pytest.raises(InterventionError, match="déjà noté"):
            relaying.acknowledge(note=note, by=colleague)
        kept = HandOverNote.objects.filter(pk=note.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            kept.update(going_on="Autre chose")


def test_who_does_not_follow_leaves_none(
    client: Client, lead: StaffMember, colleague: StaffMember, family: Family
) -> None:
    with acting(colleague.pk), pytest.raises(InterventionError, match="référent"):
        relaying.leave_note(family=family, base={}, words=_WORDS, seen=0, by=colleague)
    client.force_login(lead)
    other = PersonFactory.create().family
    address = reverse("followed:hand_over_note", args=[other.public_id])
    assert client.get(address).status_code == 404


def test_it_is_written_and_read_when_it_is(
    family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)
    with acting(lead.pk):
        note = HandOverNote.objects.create(family=family, by=lead, going_on="…", at=long_ago)
    with acting(manager.pk):
        name_lead_worker(family=family, worker=colleague, by=manager)
    with acting(colleague.pk):
        rows = HandOverNote.objects.filter(pk=note.pk)
        rows.update(read_by=colleague, read_at=long_ago)
        told = rows.get()
    assert told.read_at is not None
    assert min(told.at, told.read_at).date() == timezone.now().date()
