"""Ma journée: what families wait for, by role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from desk.test_day import day, labels, signed_in, urgent
from desk.test_exchanges import approached
from factories.directory import CommuneFactory, SectorFactory, StaffFactory
from factories.families import FamilyFactory, InvolvementFactory
from factories.outreach import AnswerFactory, MessageFactory
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.outreach.models import Approach
from outreach.messages.letters import letter

pytestmark = pytest.mark.django_db


def led(worker: StaffMember, **columns: Any) -> Approach:
    approach = approached(**columns)
    InvolvementFactory.create(family=approach.family, worker=worker, lead=True)
    return approach


def said(approach: Approach, kind: str, **columns: Any) -> Approach:
    AnswerFactory.create(approach=approach, kind=kind, **columns)
    return approach


def opens(client: Client, label: str, page: str) -> list[int]:
    """Open the list that a line of the day leads to."""
    line = page.split(f"<h3>{label}</h3>")[1]
    link = line.split('href="')[1].split('"')[0].replace("&amp;", "&")
    answer = client.get(link)
    assert answer.status_code == 200
    rows = answer.context["rows"]
    return [(one[0] if isinstance(one, tuple) else one).approach.pk for one in rows]


def test_a_social_worker_sees_their_own_families(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)
    today = timezone.localdate()
    call = said(led(member), "call")
    meeting = said(led(member), "meeting")
    again = said(led(member), "later", again_on=today)
    said(led(member), "later", again_on=today + timedelta(days=1))
    said(led(StaffFactory.create(role=Role.SOCIAL_WORKER)), "call")
    said(led(member), "call", dealt_at=timezone.now(), dealt_by=member)

    page = day(client)

    for label, approach in (
        ("Vos familles à rappeler", call),
        ("Vos familles qui veulent un rendez-vous", meeting),
        ("À reprendre aujourd&#x27;hui", again),
    ):
        assert opens(client, label, page) == [approach.pk]
    assert set(urgent(page)) >= {"Vos familles à rappeler", "À reprendre aujourd'hui"}


def test_who_answered_is_not_said_to_be_late(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)
    soon = timezone.localdate() + timedelta(days=5)
    said(led(member, window_ends_on=soon), "no")

    assert "Vos familles dont le délai s'achève" not in labels(day(client))

    led(member, window_ends_on=soon)
    assert "Vos familles dont le délai s'achève" in labels(day(client))


def test_a_secretary_sees_calls_letters_and_what_came_to_nothing(client: Client) -> None:
    signed_in(client, Role.SECRETARY)
    call = said(approached(), "call")
    back = approached()
    letter(back, "returned")
    unsure = approached()
    MessageFactory.create(approach=unsure, state="failed", trouble="uncertain")
    today = timezone.localdate()
    again = said(approached(), "later", again_on=today)
    said(led(StaffFactory.create(role=Role.SOCIAL_WORKER)), "later", again_on=today)

    page = day(client)

    assert opens(client, "À reprendre aujourd&#x27;hui", page) == [again.pk]

    assert opens(client, "Familles à rappeler", page) == [call.pk]
    assert back.pk in opens(client, "Familles que rien n&#x27;a atteintes", page)
    assert opens(client, "Messages peut-être partis", page) == [unsure.pk]
    assert "Courriers à préparer" in urgent(page)


@pytest.mark.parametrize("role", [Role.TERRITORY_MANAGER, Role.DEPARTMENT_HEAD])
def test_a_manager_sees_whom_nobody_leads_and_who_asks_for_the_rule(
    client: Client, role: Role
) -> None:
    member = signed_in(client, role)
    commune = CommuneFactory.create(area__territory=member.team.territory)  # type: ignore[union-attr]
    free = said(approached(FamilyFactory.create(commune=commune)), "meeting")
    rule = said(approached(FamilyFactory.create(commune=commune)), "rule")

    unsafe = said(approached(FamilyFactory.create(commune=commune)), "unsafe")

    page = day(client)

    assert opens(client, "Familles à mettre en sécurité", page) == [unsafe.pk]
    assert opens(client, "Familles à attribuer", page) == [free.pk]
    assert opens(client, "Demandes de la règle", page) == [rule.pk]


@pytest.mark.parametrize(
    ("role", "service"),
    [
        (Role.MEDIATOR, "mediation"),
        (Role.PSYCHOLOGIST, "psychology"),
        (Role.FINANCIAL_AID_OFFICER, "financial_aid"),
    ],
)
def test_a_service_sees_who_accepted_it(client: Client, role: Role, service: str) -> None:
    member = signed_in(client, role)
    commune = CommuneFactory.create()
    SectorFactory.create(worker=member, commune=commune)
    there = FamilyFactory.create(commune=commune)
    wanted = said(approached(there), "meeting", services=[service])
    said(approached(FamilyFactory.create(commune=commune)), "meeting", services=["social_work"])
    said(approached(), "meeting", services=[service])
    seen_to = {"dealt_at": timezone.now(), "dealt_by": member}
    beside = approached(FamilyFactory.create(commune=commune))
    said(beside, "meeting", services=[service], **seen_to)

    page = day(client)

    assert opens(client, "Familles qui attendent votre service", page) == [wanted.pk]
