"""What was said is written from its appointment, which keeps the link within one's rights."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.agenda import AppointmentFactory, span
from factories.directory import StaffFactory
from factories.families import PersonFactory
from factories.interventions import HomeVisitFactory
from interventions.test_support_pages import full
from jalon.agenda.models import Appointment
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.interventions.drafting import keep_draft
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import (
    AdviceMeeting,
    HomeVisit,
    InformationAdvice,
    JournalEntry,
    Review,
)
from jalon.interventions.visiting import Visit, tell_visit

pytestmark = pytest.mark.django_db
_TODAY = timezone.localdate().isoformat()


def met(family: Family, worker: StaffMember, *, hours: int = -2) -> Appointment:
    at = timezone.now() + timedelta(hours=hours)
    made: Appointment = AppointmentFactory.create(family=family, worker=worker, during=span(at))
    return made


def links(client: Client, one: Appointment) -> list[str]:
    """Return where the page of an appointment leads to write what was said."""
    page = client.get(one.get_absolute_url()).content.decode()
    return re.findall(rf'href="([^"]+\?rendez-vous={one.public_id})"', page)


def carried(page: bytes) -> str:
    found = re.search(r'name="appointment" value="([^"]+)"', page.decode())
    assert found
    return found[1]


def test_each_text_is_one_click_away_and_keeps_its_appointment(
    client: Client, family: Family, lead: StaffMember
) -> None:
    support = full(lead, family)
    visit = HomeVisitFactory.create(support=support, agreed_on=timezone.localdate())
    one = met(family, lead)
    client.force_login(lead)
    told = {
        "advice:open": {"come": "direct", "other_service": "none"},
        "followed:write_entry": {"on": _TODAY, "kind": "call", "text": "Appelée"},
        "supports:review": {"held_on": _TODAY, "progress": "Bien avancé"},
        "supports:visit": {"done_on": _TODAY, "report": "Vue chez elle"},
    }
    of: dict[str, list[Any]] = {
        "advice:open": [family.public_id],
        "followed:write_entry": [family.public_id],
        "supports:review": [support.public_id, "step"],
        "supports:visit": [visit.public_id],
    }
    there = links(client, one)

    for name, words in told.items():
        address = reverse(name, args=of[name], query={"rendez-vous": str(one.public_id)})
        assert address in there, name
        hidden = {"seen": "1", "base": "{}"}
        if name != "advice:open":
            hidden["appointment"] = carried(client.get(address).content)
        answer = client.post(address, {**hidden, **words})
        assert answer.status_code == 302, (name, answer.content.decode())
        if name == "advice:open":
            meet = answer.headers["Location"]
            meeting = {"held_on": _TODAY, "mode": "face", "asked": "Une aide"}
            meeting["appointment"] = carried(client.get(meet).content)
            assert client.post(meet, meeting).status_code == 302

    with acting(lead.pk):
        for model in (AdviceMeeting, JournalEntry, Review, HomeVisit):
            assert model.objects.filter(appointment=one).count() == 1, model
        assert InformationAdvice.objects.get().family == family
    page = client.get(one.get_absolute_url()).content.decode()
    for written in (
        "Entretien, par",
        "Appel, par",
        "Bilan d&#x27;étape, par",
        "Visite à domicile",
    ):
        assert written in page.replace("’", "&#x27;").replace("'", "&#x27;"), written


def test_who_does_not_follow_the_family_reads_and_writes_less(
    client: Client, family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    one = met(family, lead)
    with acting(lead.pk):
        JournalEntry.objects.create(
            family=family, kind="call", on=_TODAY, text="Appelée", by=lead, appointment=one
        )
    client.force_login(colleague)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Appel, par" not in page
    assert links(client, one) == [
        reverse(
            "advice:open",
            args=[family.public_id],
            query={"rendez-vous": str(one.public_id)},
        )
    ]
    client.force_login(StaffFactory.create(role=Role.SECRETARY, team=lead.team))
    assert "Ce qui s'est dit" not in client.get(one.get_absolute_url()).content.decode()


def test_only_an_appointment_of_the_family_whose_time_has_come(
    client: Client, family: Family, lead: StaffMember
) -> None:
    ahead, elsewhere = met(family, lead, hours=30), met(PersonFactory.create().family, lead)
    client.force_login(lead)
    write = reverse("followed:write_entry", args=[family.public_id])
    words = {"on": _TODAY, "kind": "call", "text": "Appelée"}
    assert links(client, ahead) == []
    for one in (ahead, elsewhere):
        asked = client.get(write, {"rendez-vous": str(one.public_id)})
        assert asked.status_code == 404
        sent = client.post(write, {**words, "appointment": str(one.public_id)})
        assert "n&#x27;est pas de cette famille" in sent.content.decode().replace("’", "&#x27;")
        with acting(lead.pk), pytest.raises(IntegrityError), transaction.atomic():
            JournalEntry.objects.create(family=family, by=lead, appointment=one, **words)
    assert client.get(write, {"rendez-vous": "rien"}).status_code == 404
    with as_owner():
        assert not JournalEntry.objects.exists()


def test_a_draft_keeps_its_words_and_not_the_appointment_of_another_day(
    client: Client, family: Family, lead: StaffMember
) -> None:
    before, today = met(family, lead, hours=-30), met(family, lead)
    begun = {"text": "À finir", "appointment": str(before.public_id)}
    with acting(lead.pk):
        keep_draft(form=f"journal:{family.public_id}", family=family, content=begun, by=lead)
    client.force_login(lead)
    address = reverse("followed:write_entry", args=[family.public_id])

    opened = client.get(f"{address}?rendez-vous={today.public_id}").content
    assert carried(opened) == str(today.public_id)
    assert "À finir" in opened.decode()
    assert carried(client.get(address).content) == str(before.public_id)


def test_a_visit_told_from_one_appointment_is_told_from_no_other(
    family: Family, lead: StaffMember
) -> None:
    visit = HomeVisitFactory.create(support=full(lead, family), agreed_on=timezone.localdate())
    told = Visit(planned_on=None, preparation="", safety="", done_on=None, report="Vue")
    for number, one in enumerate([met(family, lead, hours=-30), met(family, lead)]):
        with acting(lead.pk):
            again = pytest.raises(InterventionError, match="autre rendez-vous")
            with again if number else nullcontext():
                tell_visit(visit=visit, base={}, told=told, seen=1, by=lead, appointment=one)
