"""A private calendar, read back as calendar clients do."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from agenda.conftest import Practice
from conftest import as_owner
from factories.agenda import AppointmentFactory, at, next_day, span
from factories.directory import StaffFactory
from jalon.agenda.actions import cancel, make_feed, move, revoke_feed
from jalon.agenda.actions.booking import Time
from jalon.agenda.enums import Mode
from jalon.agenda.errors import AgendaError
from jalon.agenda.models import Appointment, Feed
from jalon.audit.identity import acting
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
MONDAY = next_day(1)


def _token(worker: StaffMember, *, with_numbers: bool = False) -> str:
    with acting(worker.pk):
        return make_feed(by=worker, with_numbers=with_numbers)


def _read(token: str) -> Any:
    answer = Client().get(reverse("agenda:calendar", args=[token]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"\r\n" in answer.content
    assert not answer.cookies
    return Calendar.from_ical(answer.content)


def _events(token: str) -> list[Any]:
    return list(_read(token).walk("VEVENT"))


@pytest.fixture
def made(practice: Practice) -> Appointment:
    one: Appointment = AppointmentFactory.create(
        worker=practice.worker,
        family=practice.family,
        mode=Mode.PLACE,
        place=practice.place,
        during=span(at(MONDAY, 9)),
    )
    return one


def test_it_tells_when_and_where_and_never_with_whom(
    practice: Practice, made: Appointment
) -> None:
    token = _token(practice.worker)
    calendar = _read(token)
    (event,) = calendar.walk("VEVENT")

    assert event["DTSTART"].dt == at(MONDAY, 9)
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert (event["DTEND"].dt - event["DTSTART"].dt) == timedelta(minutes=45)
    assert str(event["LOCATION"]) == str(practice.place)
    assert str(event["SUMMARY"]) == "Rendez-vous"
    assert str(event["UID"]) == f"{made.public_id}@jalon"
    assert str(event["STATUS"]) == "CONFIRMED"
    whole = calendar.to_ical().decode()
    assert practice.person.last_name not in whole
    assert practice.number not in whole
    assert "BEGIN:VTIMEZONE" in whole


def test_its_time_zone_says_when_the_hour_changes(practice: Practice, made: Appointment) -> None:
    (zone,) = _read(_token(practice.worker)).walk("VTIMEZONE")

    paris = zone.to_tz()
    assert str(zone["TZID"]) == "Europe/Paris"
    for moment in (at(MONDAY, 9), at(next_day(1, MONDAY + timedelta(days=180)), 9)):
        plain = timezone.localtime(moment).replace(tzinfo=None)
        assert plain.replace(tzinfo=paris).astimezone(UTC) == moment
    assert made.pk


def test_what_changes_keeps_its_name_and_counts(practice: Practice, made: Appointment) -> None:
    worker, token = practice.worker, _token(practice.worker)
    (before,) = _events(token)
    time = Time(worker, at(MONDAY, 10), Mode.PLACE, practice.place)
    with acting(worker.pk):
        move(appointment=made, time=time, agreed=False, by=worker)
    (moved,) = _events(token)
    with acting(worker.pk):
        cancel(appointment=made, by_family=True, by=worker)
    (cancelled,) = _events(token)

    assert [str(one["UID"]) for one in (moved, cancelled)] == [str(before["UID"])] * 2
    assert [int(one["SEQUENCE"]) for one in (before, moved, cancelled)] == [0, 1, 2]
    assert [str(one["STATUS"]) for one in (before, moved, cancelled)] == [
        *("CONFIRMED", "TENTATIVE", "CANCELLED")
    ]
    assert moved["DTSTART"].dt == at(MONDAY, 10)


@pytest.mark.usefixtures("made")
def test_the_file_s_number_is_told_to_who_asked_for_it(practice: Practice) -> None:
    (event,) = _events(_token(practice.worker, with_numbers=True))

    assert str(event["SUMMARY"]) == f"Rendez-vous, dossier {practice.number}"


@pytest.mark.usefixtures("made")
def test_it_is_one_s_own_and_of_our_time(practice: Practice) -> None:
    AppointmentFactory.create()
    long_ago = timezone.now() - timedelta(days=60)
    AppointmentFactory.create(worker=practice.worker, during=span(long_ago))

    assert len(_events(_token(practice.worker))) == 1


def test_an_address_closed_replaced_or_unknown_opens_nothing(practice: Practice) -> None:
    worker = practice.worker
    first, second = _token(worker), _token(worker)

    def status(token: str) -> int:
        return Client().get(reverse("agenda:calendar", args=[token])).status_code

    assert [status(first), status(second), status("x" * 43)] == [404, 200, 404]
    with as_owner():
        RoleGrant.objects.filter(member=worker).update(since="2020-01-01", until="2020-01-02")
    assert status(second) == 404
    with as_owner():
        RoleGrant.objects.filter(member=worker).update(until=None)
    with acting(worker.pk):
        revoke_feed(by=worker)
    assert status(second) == 404


def test_of_the_token_the_database_keeps_the_digest(practice: Practice) -> None:
    token = _token(practice.worker)
    other = StaffFactory.create(role=Role.SOCIAL_WORKER)

    with acting(other.pk):
        assert not Feed.objects.exists()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(one)::text FROM agenda_feed AS one")
        assert token not in cursor.fetchone()[0]
        cursor.execute("SELECT after::text FROM audit_change WHERE table_name = 'agenda_feed'")
        (told,) = cursor.fetchone()
        assert "token_hash" not in told
    with acting(practice.secretary.pk), pytest.raises(AgendaError, match="reçoit des familles"):
        make_feed(by=practice.secretary, with_numbers=False)


def test_the_page_shows_the_address_once(practice: Practice) -> None:
    client = Client()
    client.force_login(practice.worker)
    url = reverse("agenda:feed")

    page = client.post(url, {}).content.decode()
    address = page.split("<code>")[1].split("</code>")[0]
    assert Client().get(urlsplit(address).path).status_code == 200
    page = client.get(url).content.decode()
    assert "<code>" not in page
    assert "Une adresse est ouverte" in page
    assert client.post(reverse("agenda:revoke_feed")).status_code == 302
    assert Client().get(urlsplit(address).path).status_code == 404


def test_what_may_be_another_s_goes_with_a_suspension(made: Appointment) -> None:
    """Confirmed again, the account has its roles back, and no address that it had before."""
    token = _token(made.worker)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.suspend_roles(%s, false)", [made.worker_id])
        RoleGrant.objects.filter(member=made.worker).update(confirmed_at=timezone.now())

    assert Client().get(reverse("agenda:calendar", args=[token])).status_code == 404
    made.worker.refresh_from_db()
    assert len(_events(_token(made.worker))) == 1


def test_nobody_keeps_an_address_but_who_receives_families() -> None:
    """Not even one that would sleep until its owner has the role."""
    administrator = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
    with acting(administrator.pk), pytest.raises(ProgrammingError), transaction.atomic():
        Feed.objects.create(
            worker=administrator, token_hash="a" * 64, generation=administrator.generation
        )
