"""Ma journée: what waits for each role, the urgent first, and what to do when nothing does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import as_owner
from factories.agenda import AppointmentFactory, at, span
from factories.directory import CommuneFactory, SectorFactory, StaffFactory, TeamFactory
from factories.families import (
    DoubtFactory,
    FamilyFactory,
    HouseholdFactory,
    InvolvementFactory,
    SnapshotFactory,
)
from factories.outreach import ProposalFactory, RunFactory
from jalon.agenda.enums import State
from jalon.agenda.models import Appointment
from jalon.audit.models import Read
from jalon.config.health import look_over
from jalon.directory.enums import Service
from jalon.directory.models import Invitation, StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.rules.calendar import Month, add_months
from jalon.targeting.enums import RunState
from jalon.web import french

pytestmark = pytest.mark.django_db
_SERVICES = {
    Role.MEDIATOR: Service.MEDIATION,
    Role.PSYCHOLOGIST: Service.PSYCHOLOGY,
    Role.FINANCIAL_AID_OFFICER: Service.FINANCIAL_AID,
}


def signed_in(client: Client, role: Role) -> StaffMember:
    team = TeamFactory.create(service=_SERVICES.get(role, Service.SOCIAL_WORK))
    member: StaffMember = StaffFactory.create(role=role, team=team)
    client.force_login(member)
    return member


def day(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1].split("</main>")[0]


def labels(page: str) -> list[str]:
    return re.findall(r"<h3>([^<]+)</h3>", page.replace("&#x27;", "'"))


def urgent(page: str) -> list[str]:
    first = page.split('aria-labelledby="suite"', maxsplit=1)[0]
    return labels(first) if 'id="urgent"' in first else []


def proposed(family: Family | None = None, **columns: Any) -> Family:
    file = HouseholdFactory.create(**({"family": family} if family else {}))
    ProposalFactory.create(snapshot=SnapshotFactory.create(file=file), **columns)
    found: Family = file.family
    return found


def last_month() -> str:
    return str(Month.of(add_months(timezone.localdate().replace(day=1), -1)))


@pytest.mark.parametrize("role", list(Role))
def test_every_link_of_the_day_opens(client: Client, role: Role) -> None:
    """With everything waiting, and with nothing: no door that the role has not."""
    member = signed_in(client, role)
    for fill in (False, True):
        if fill:
            family = proposed(channel="in_person")
            InvolvementFactory.create(family=family, worker=member)
            DoubtFactory.create(one=family, other=proposed())
            RunFactory.create(state=RunState.REVIEW)
            for state in (RunState.FAILED, RunState.RECEIVED):
                RunFactory.create(state=state, computed_at=None)
        for link in set(re.findall(r'<a\s[^>]*href="([^"]+)"', day(client))):
            answer = client.get(link.replace("&amp;", "&"), follow=True)
            assert answer.status_code == 200, link


def test_a_social_worker_sees_the_families_of_their_communes(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)
    commune = CommuneFactory.create()
    SectorFactory.create(worker=member, commune=commune)
    mine = proposed(FamilyFactory.create(commune=commune), channel="in_person")
    followed = FamilyFactory.create(commune=commune)
    InvolvementFactory.create(family=followed, lead=True)
    FamilyFactory.create()

    page = day(client)

    assert urgent(page) == ["À joindre en personne"]
    assert labels(page)[1:] == ["Familles sans référent", "Propositions des sept derniers jours"]
    listed = client.get("/familles/sans-referent/").content.decode()
    assert str(mine.public_id) in listed
    assert listed.count('<th scope="row">') == 1


def test_one_s_own_families_come_with_those_soon_late_first(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)
    today = timezone.localdate()
    for days, lead in ((10, True), (200, False), (-1, False)):
        family = proposed(window_ends_on=today + timedelta(days=days))
        InvolvementFactory.create(family=family, worker=member, lead=lead)
    proposed(window_ends_on=today + timedelta(days=10))

    page = day(client)

    assert urgent(page) == ["Vos familles dont le délai s'achève"]
    assert re.findall(r'waiting-number">([^<]+)<', page)[:2] == ["1", "3"]
    listed = client.get("/familles/les-miennes/").content.decode()
    assert re.findall(r'Vous êtes">([^<]+)<', listed) == ["Référent", "Intervenant", "Intervenant"]


def test_the_families_soon_late_are_those_that_the_day_leads_to(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)
    today = timezone.localdate()
    ends = {days: today + timedelta(days=days) for days in (-1, 3, 10, 30, 31, 200)}
    families = {days: proposed(window_ends_on=end) for days, end in ends.items()}
    for family in families.values():
        InvolvementFactory.create(family=family, worker=member)
    # Two that end soon, of one family; and one that has no end.
    proposed(families[10], window_ends_on=ends[30])
    endless = proposed(window_ends_on=None)
    InvolvementFactory.create(family=endless, worker=member)
    proposed(window_ends_on=ends[10])

    page = day(client)
    (number,) = re.findall(r'waiting-number">([^<]+)<', page.split('aria-labelledby="suite"')[0])
    (link,) = re.findall(r'href="([^"]+delai[^"]+)"', page)
    listed = client.get(link).content.decode()
    everyone = client.get("/familles/les-miennes/").content.decode()

    soon = [families[days] for days in (3, 10, 30)]
    shown = re.findall(r'<th scope="row">\s*<a href="/familles/([0-9a-f-]+)/"', listed)
    assert shown == [str(one.public_id) for one in soon], "the soonest first"
    assert number == str(len(shown))
    said = re.findall(r"jusqu'au\">\s*([^<]+?)\s*<", listed)
    assert said == [french.long_date(ends[days]) for days in (3, 10, 30)]
    assert len(re.findall(r'<th scope="row">', everyone)) == 7
    assert everyone.count("Aucune date") == 2


def test_what_is_over_or_another_s_is_not_mine(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)
    ended = InvolvementFactory.create(worker=member, until=timezone.localdate())
    other = InvolvementFactory.create()

    assert "Vos familles" not in labels(day(client))
    listed = client.get("/familles/les-miennes/").content.decode()
    assert str(ended.family.public_id) not in listed
    assert str(other.family.public_id) not in listed
    assert "dites que vous intervenez" in listed


def test_my_families_take_as_many_queries_however_many(client: Client) -> None:
    member = signed_in(client, Role.SOCIAL_WORKER)

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/familles/les-miennes/").status_code == 200
        return len(queries)

    InvolvementFactory.create(worker=member)
    counted()
    one = counted()
    for _ in range(2):
        InvolvementFactory.create(worker=member, lead=True)

    assert counted() == one <= 12


@pytest.mark.parametrize(
    ("role", "offer"),
    [
        (Role.MEDIATOR, "mediation"),
        (Role.FINANCIAL_AID_OFFICER, "aid_child_death"),
    ],
)
def test_a_service_sees_what_is_proposed_for_it_alone(
    client: Client, role: Role, offer: str
) -> None:
    signed_in(client, role)
    proposed(offer="lone_parent", event="", event_kind="", reported_on=None)

    assert labels(day(client)) == []

    mine = proposed(offer=offer)
    page = day(client)
    link = re.search(r'href="(/propositions/[^"]+)"', page)

    assert labels(page) == ["Propositions des sept derniers jours"]
    assert link
    listed = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert str(mine.public_id) in listed
    assert listed.count('<th scope="row">') == 1


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.TERRITORY_MANAGER])
def test_who_decides_sees_the_doubts(client: Client, role: Role) -> None:
    DoubtFactory.create(one=FamilyFactory.create(), other=FamilyFactory.create())
    signed_in(client, role)

    assert "Doublons possibles" in urgent(day(client))


def test_who_names_the_lead_is_asked_to(client: Client) -> None:
    FamilyFactory.create()
    signed_in(client, Role.DEPARTMENT_HEAD)

    assert "à vous de leur en donner un" in day(client)


def test_a_head_sees_the_runs_to_read_over(client: Client) -> None:
    RunFactory.create(state=RunState.REVIEW)
    signed_in(client, Role.DEPARTMENT_HEAD)

    assert urgent(day(client)) == ["Requêtages à relire"]


def test_the_analyst_waits_for_another_and_deposits_the_month(client: Client) -> None:
    member = signed_in(client, Role.TARGETING_ANALYST)
    RunFactory.create(state=RunState.REVIEW, made_by=member, month="2020-01")
    RunFactory.create(state=RunState.FAILED, made_by=member, computed_at=None, month=last_month())
    RunFactory.create(state=RunState.RECEIVED, made_by=member, computed_at=None, month="2020-02")

    page = day(client)

    assert urgent(page) == ["Extraction à déposer", "Requêtages refusés ce mois-ci"]
    assert labels(page)[2:] == [
        "Requêtages à relire par un responsable",
        "Requêtages en cours de calcul",
    ]

    RunFactory.create(state=RunState.REVIEW, made_by=member, month=last_month())
    assert "Extraction à déposer" not in day(client)


def test_the_officer_sees_the_week_s_readings(client: Client) -> None:
    member = signed_in(client, Role.DATA_PROTECTION_OFFICER)
    with as_owner():
        for days in (1, 8):
            read = Read.objects.create(staff_id=member.pk, page="famille")
            Read.objects.filter(pk=read.pk).update(at=timezone.now() - timedelta(days=days))

    page = day(client)

    assert labels(page) == ["Lectures des sept derniers jours"]
    assert 'waiting-number">1<' in page


def test_the_administrator_sees_links_that_ran_out(client: Client) -> None:
    signed_in(client, Role.TECHNICAL_ADMINISTRATOR)
    now = timezone.now()
    with as_owner():
        for used, expires in ((None, -1), (None, 1), (now, -1)):
            Invitation.objects.create(
                member=(late := StaffFactory.create(last_name=f"Essai{expires}{bool(used)}")),
                token_hash=str(late.pk),
                created_at=now - timedelta(days=9),
                expires_at=now + timedelta(days=expires),
                used_at=used,
            )

    page = day(client)

    assert labels(page) == ["Liens qui n'ont pas servi à temps"]
    assert "Essai-1False" in page
    assert "Ouvrir la fiche" in page


def _job(status: str, *events: tuple[str, int]) -> None:
    """Make a job, and what happened to it: of which kind, so many minutes ago."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args, priority) "
            "VALUES ('default', 'rien', 'todo', '{}', 0) RETURNING id"
        )
        (number,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, number])
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [number])
        cursor.executemany(
            "INSERT INTO procrastinate_events (job_id, type, at) "
            "VALUES (%s, %s, now() - %s * interval '1 minute')",
            [(number, kind, minutes) for kind, minutes in events],
        )


def test_the_administrator_sees_that_nothing_works_in_the_background(client: Client) -> None:
    signed_in(client, Role.TECHNICAL_ADMINISTRATOR)
    _job("todo", ("deferred", 5))
    assert labels(day(client)) == []

    _job("todo", ("deferred", 20))
    _job("failed", ("failed", 20))
    page = day(client)

    assert urgent(page) == ["Travail de fond arrêté", "Tâches de fond en échec cette semaine"]
    assert 'waiting-number">1<' in page


def test_a_job_is_counted_once_and_as_the_check_counts_it(client: Client) -> None:
    signed_in(client, Role.TECHNICAL_ADMINISTRATOR)
    _job("failed", ("deferred", 90), ("failed", 80), ("deferred_for_retry", 60), ("failed", 50))
    _job("todo", ("deferred", 90), ("deferred_for_retry", 60))
    # Only just given back: it has not waited yet.
    _job("todo", ("deferred", 90), ("started", 80), ("deferred_for_retry", 1))

    page = day(client)
    checked = " ".join(one.sentence for one in look_over(settings.ENVIRONMENT) if not one.ok)

    assert urgent(page) == ["Travail de fond arrêté", "Tâches de fond en échec cette semaine"]
    assert re.findall(r'waiting-number">([^<]+)<', page) == ["1", "1"]
    assert "Travaux qui attendent depuis plus d'un quart d'heure : 1." in checked
    assert "Travaux échoués depuis sept jours : 1 ;" in checked


@pytest.mark.parametrize("role", list(Role))
def test_with_nothing_waiting_it_says_what_comes_next(client: Client, role: Role) -> None:
    signed_in(client, role)
    RunFactory.create(month=last_month())

    page = day(client)

    assert "Tout est à jour" in page
    assert "rien ne vous attend" in page
    assert len(re.findall(r'class="btn', page)) == 1


def test_an_account_without_a_role_says_whom_to_ask(client: Client) -> None:
    client.force_login(StaffFactory.create())

    assert "Aucun rôle n&#x27;est donné" in day(client).replace("'", "&#x27;")


def test_the_queries_do_not_grow(client: Client) -> None:
    member = signed_in(client, Role.TERRITORY_MANAGER)

    def add() -> None:
        DoubtFactory.create(one=FamilyFactory.create(), other=FamilyFactory.create())
        RunFactory.create(state=RunState.REVIEW)
        InvolvementFactory.create(family=proposed(channel="in_person"), worker=member)

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            day(client)
        return len(queries)

    add()
    counted()
    one = counted()
    add()
    add()

    assert counted() == one <= 28


def test_who_receives_families_reads_the_day_s_meetings_in_order(client: Client) -> None:
    member, today = signed_in(client, Role.SOCIAL_WORKER), timezone.localdate()
    families = [proposed() for _ in range(4)]
    for family, hour in zip(families, (15, 8, 11, 17), strict=True):
        AppointmentFactory.create(worker=member, family=family, during=span(at(today, hour)))
    with as_owner():
        Appointment.objects.filter(family=families[3]).update(
            state=State.BY_US, cancelled_at=timezone.now()
        )
    AppointmentFactory.create(during=span(at(today, 9)))
    AppointmentFactory.create(worker=member, during=span(at(today + timedelta(days=1), 9)))

    page = day(client)

    told = re.findall(r'class="hour">(\d+)', page)
    assert told == ["8", "11", "15"]
    names = [page.index(family.name) for family in (families[1], families[2], families[0])]
    assert names == sorted(names)
    with as_owner():
        assert Read.objects.filter(staff_id=member.pk, page__contains="rendez-vous").exists()


def test_others_are_told_how_many_meetings_their_team_has(client: Client) -> None:
    manager = signed_in(client, Role.TERRITORY_MANAGER)
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=manager.team)
    # Not over, whenever it is read today.
    AppointmentFactory.create(worker=worker, during=span(at(timezone.localdate(), 23), 120))

    page = day(client)

    assert "Rendez-vous de l'équipe aujourd'hui" in labels(page)
    assert 'class="hour"' not in page
