"""What Ma journée asks is put into SQL once a day: the questions are kept, never their answers."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from desk.test_day import day, labels, proposed, signed_in
from factories.directory import CommuneFactory, RoleGrantFactory, SectorFactory, StaffFactory
from factories.families import FamilyFactory, InvolvementFactory
from jalon.audit.identity import acting
from jalon.desk.waiting import day_of, kept
from jalon.desk.waiting.shape import Asked
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
ALONE = "Familles sans référent"


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEPT", {})


def asked_at(person: StaffMember, at: time, patch: pytest.MonkeyPatch) -> list[tuple[Asked, ...]]:
    moment = timezone.make_aware(datetime.combine(timezone.localdate(), at))
    kept.KEPT.clear()
    with patch.context() as clock, acting(person.pk):
        clock.setattr(timezone, "now", lambda: moment)
        day_of(person)
    return list(kept.KEPT.values())


@pytest.mark.parametrize("role", list(Role))
def test_a_question_is_the_same_at_any_hour(
    client: Client, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = signed_in(client, role)

    early, late = (asked_at(person, time(hour), monkeypatch) for hour in (1, 22))

    assert early == late


def test_what_it_asks_is_answered_anew(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)
    FamilyFactory.create()
    assert labels(day(client)) == [ALONE]
    questions = dict(kept.KEPT)

    InvolvementFactory.create(family=proposed(), worker=member)
    page = day(client)

    assert "Vos familles" in labels(page)
    assert questions == kept.KEPT


def test_it_follows_where_one_works(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)
    here, there = CommuneFactory.create(), CommuneFactory.create()
    SectorFactory.create(worker=member, commune=here)
    FamilyFactory.create(commune=there)
    assert labels(day(client)) == []

    SectorFactory.create(worker=member, commune=there)

    assert labels(day(client)) == [ALONE]


def test_it_is_one_person_s_own(client: Client) -> None:
    first = signed_in(client, Role.SOCIAL_WORKER)
    InvolvementFactory.create(worker=first, lead=True)
    assert labels(day(client)) == ["Vos familles"]

    client.force_login(StaffFactory.create(role=Role.SOCIAL_WORKER, team=first.team))

    assert labels(day(client)) == []


def test_it_is_that_of_the_roles_held_now(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)
    FamilyFactory.create()
    assert "à vous de leur en donner un" not in day(client)

    RoleGrantFactory.create(member=member, role=Role.DEPARTMENT_HEAD.value)

    assert "à vous de leur en donner un" in day(client)


def test_another_day_it_is_another(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    person = signed_in(client, Role.SOCIAL_WORKER)
    with acting(person.pk):
        day_of(person)
        questions = set(kept.KEPT)
        tomorrow = timezone.now() + timedelta(days=1)
        monkeypatch.setattr(timezone, "now", lambda: tomorrow)
        day_of(person)

    assert len(kept.KEPT) == 2 * len(questions)


def test_no_more_are_kept_than_so_many(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    signed_in(client, Role.SOCIAL_WORKER)
    FamilyFactory.create()

    assert [labels(day(client)) for _ in range(2)] == [[ALONE]] * 2
    assert len(kept.KEPT) <= 2
