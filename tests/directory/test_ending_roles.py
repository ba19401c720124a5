"""A role that is taken back allows nothing from then on: neither on the pages, nor in SQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.directory import RoleGrantFactory, StaffFactory
from factories.families import PersonFactory
from factories.outreach import ReleaseFactory
from jalon.audit.identity import acting
from jalon.directory import actions
from jalon.directory.errors import DirectoryError
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.queries import staff, ways_in
from jalon.directory.roles import Permission, Role
from jalon.families.models import Family

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
    return made


@pytest.fixture
def office(client: Client, administrator: StaffMember) -> Client:
    """The administrator's browser."""
    client.force_login(administrator)
    return client


def _grant(role: Role, since: int = -10, until: int | None = None) -> RoleGrant:
    """Return a role given to somebody, its days counted from today."""
    today = timezone.localdate()
    made: RoleGrant = RoleGrantFactory.create(
        member=StaffFactory.create(),
        role=role.value,
        since=today + timedelta(days=since),
        until=None if until is None else today + timedelta(days=until),
    )
    return made


def _end(office: Client, grant: RoleGrant, until: str = "") -> str:
    address = reverse("directory:end_role", args=[grant.member.public_id, grant.pk])
    answer = office.post(address, {"until": until}, follow=True)
    text: str = answer.content.decode()
    return text


def _allowed(member: StaffMember, permission: str) -> bool:
    with acting(member.pk), connection.cursor() as cursor:
        cursor.execute("SELECT wall.may(%s)", [permission])
        (found,) = cursor.fetchone()
        return bool(found)


@pytest.mark.parametrize(("since", "until"), [(-10, None), (-10, 0), (-10, 30), (0, None)])
def test_it_allows_nothing_from_the_next_page_on(
    office: Client, since: int, until: int | None
) -> None:
    PersonFactory.create()
    grant = _grant(Role.SECRETARY, since, until)
    browser = Client()
    browser.force_login(grant.member)
    assert browser.get(reverse("families:search")).status_code == 200

    page = _end(office, grant)

    assert "ne permet plus rien" in page
    assert "Terminé" in page
    assert browser.get(reverse("families:search")).status_code == 403
    assert not _allowed(grant.member, "see_families")
    with acting(grant.member.pk):
        assert not Family.objects.exists()
    assert staff().get(pk=grant.member.pk).held == []  # type: ignore[attr-defined]


def test_one_with_a_last_day_holds_until_its_evening(office: Client) -> None:
    grant = _grant(Role.SECRETARY)

    _end(office, grant, timezone.localdate().isoformat())

    grant.refresh_from_db()
    assert (grant.until, grant.ended_at) == (timezone.localdate(), None)
    assert _allowed(grant.member, "see_families")
    _end(office, grant)
    assert not _allowed(grant.member, "see_families")


def test_one_that_has_not_begun_never_does(administrator: StaffMember) -> None:
    grant = _grant(Role.SECRETARY, since=5)

    with acting(administrator.pk):
        ended = actions.end_role(by=administrator, grant=grant)

    assert ended.ended_at
    begun = timezone.localdate() + timedelta(days=5)
    assert not RoleGrant.objects.in_force(begun).filter(pk=grant.pk).exists()


def test_it_ends_once(administrator: StaffMember) -> None:
    grant = _grant(Role.SECRETARY)
    with acting(administrator.pk):
        actions.end_role(by=administrator, grant=grant)
        with pytest.raises(DirectoryError, match="déjà terminé"):
            actions.end_role(by=administrator, grant=grant)


def test_it_is_given_again_or_followed_by_another_the_same_day(
    administrator: StaffMember,
) -> None:
    analyst, secretary = _grant(Role.TARGETING_ANALYST), _grant(Role.SECRETARY)
    today = timezone.localdate()
    with acting(administrator.pk):
        for grant, role in ((analyst, Role.TERRITORY_MANAGER), (secretary, Role.SECRETARY)):
            actions.end_role(by=administrator, grant=grant)
            actions.give_role(by=administrator, member=grant.member, role=role, since=today)
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    with acting(head.pk):
        for waiting in RoleGrant.objects.waiting():
            actions.confirm_role(by=head, grant=waiting, known=ways_in(waiting).known)

    assert _allowed(analyst.member, "release_runs")
    assert not _allowed(analyst.member, "make_runs")
    assert _allowed(secretary.member, "see_families")


def test_an_account_opened_again_the_same_day_has_no_role(administrator: StaffMember) -> None:
    grant = _grant(Role.DEPARTMENT_HEAD)
    with acting(administrator.pk):
        actions.close_account(by=administrator, member=grant.member)
        actions.reopen_account(by=administrator, member=grant.member)

    member = StaffMember.objects.get(pk=grant.member.pk)
    assert not member.may(Permission.SEE_FAMILIES)
    assert not _allowed(member, "see_families")


def test_who_released_and_may_no_longer_is_not_followed(administrator: StaffMember) -> None:
    """What a release leaves to do is done under the name of who still may."""
    grant = _grant(Role.DEPARTMENT_HEAD)
    ReleaseFactory.create(by=grant.member)
    with acting(administrator.pk):
        actions.end_role(by=administrator, grant=grant)

    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.holds(%s, 'release_runs')", [grant.member.pk])
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize(
    "change",
    [
        "ended_at = NULL",
        "ended_at = ended_at - interval '9 days'",
        "ended_at = ended_at + interval '9 days'",
    ],
)
def test_sql_neither_takes_an_end_back_nor_dates_it(
    administrator: StaffMember, change: str
) -> None:
    grant = _grant(Role.SECRETARY)
    with acting(administrator.pk):
        actions.end_role(by=administrator, grant=grant)
        with (
            pytest.raises(ProgrammingError, match="can only be ended"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE directory_rolegrant SET {change} WHERE id = {grant.pk}")


def test_sql_ends_a_role_now_whatever_the_date_it_gives(administrator: StaffMember) -> None:
    grant = _grant(Role.SECRETARY)
    with acting(administrator.pk), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE directory_rolegrant SET until = current_date, ended_at = '2020-01-01' "
            "WHERE id = %s",
            [grant.pk],
        )

    with as_owner():
        grant.refresh_from_db()
    assert grant.ended_at
    assert timezone.now() - grant.ended_at < timedelta(minutes=5)
