"""Whoever keeps the accounts shows nobody a family alone: a manager confirms each role."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conftest import as_owner
from factories.directory import PASSWORD, RoleGrantFactory, StaffFactory, TeamFactory
from jalon.audit.identity import acting
from jalon.directory import actions
from jalon.directory.errors import DirectoryError
from jalon.directory.invitations import digest
from jalon.directory.models import Invitation, RoleGrant, StaffMember
from jalon.directory.queries import may_confirm, never_came_in, to_confirm
from jalon.directory.roles import Permission, Role
from jalon.rules.calendar import Month
from jalon.targeting.capacity import capacity_after

pytestmark = pytest.mark.django_db
_TOKEN = "a token"  # noqa: S105 - of no account but the tests'
_NEW_PASSWORD = "une phrase que nul ne devinera"  # noqa: S105 - of no account but the tests'


@pytest.fixture
def team() -> Any:
    return TeamFactory.create()


@pytest.fixture
def administrator() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
    return made


@pytest.fixture
def head() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return made


def _to(name: str, member: StaffMember, *more: object) -> str:
    return reverse(f"directory:{name}", args=[member.public_id, *more])


def _in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _given(by: StaffMember, member: StaffMember, role: Role = Role.SOCIAL_WORKER) -> RoleGrant:
    with acting(by.pk):
        return actions.give_role(by=by, member=member, role=role, since=timezone.localdate())


def _may(member: StaffMember, permission: str = "see_families") -> bool:
    """Tell what the database allows; what the application says is the same."""
    with acting(member.pk), connection.cursor() as cursor:
        cursor.execute("SELECT wall.may(%s)", [permission])
        (allowed,) = cursor.fetchone()
    fresh = StaffMember.objects.get(pk=member.pk)
    assert fresh.may(Permission(permission)) is allowed
    return bool(allowed)


def test_an_invented_person_sees_no_family(administrator: StaffMember) -> None:
    """The whole way that an administrator had: account, role, link, password, sign-in."""
    office = _in(administrator)
    details = {"first_name": "Anne", "last_name": "Onyme", "percentage": "100"}
    page = office.post(
        reverse("directory:open_account"), {**details, "email": "anne@example.org"}
    ).content.decode()
    invented = StaffMember.objects.get(email="anne@example.org")
    role = {"role": "social_worker", "since": timezone.localdate().isoformat()}
    told = office.post(_to("give_role", invented), role, follow=True).content.decode()
    browser = Client()
    browser.get(re.search(r"/equipe/invitation/[\w-]{43}/", page)[0])  # type: ignore[index]
    twice = {"new_password1": _NEW_PASSWORD, "new_password2": _NEW_PASSWORD}
    browser.post(reverse("directory:choose_password"), twice)
    browser.post(
        reverse("account_login"), {"login": "anne@example.org", "password": _NEW_PASSWORD}
    )

    assert browser.get(reverse("desk:day")).status_code == 200
    assert browser.get(reverse("families:search")).status_code == 403
    assert not _may(invented)
    assert "ne permet rien tant" in told
    assert "À confirmer" in told


@pytest.mark.parametrize("role", Role)
def test_every_role_waits_but_the_one_that_keeps_the_accounts(
    administrator: StaffMember, role: Role
) -> None:
    member = StaffFactory.create()

    _given(administrator, member, role)

    allowed = [one for one in role.permissions if _may(member, one)]
    assert bool(allowed) is (role is Role.TECHNICAL_ADMINISTRATOR)


def test_a_manager_confirms_what_waits(
    administrator: StaffMember, head: StaffMember, client: Client
) -> None:
    member = StaffFactory.create()
    grant = _given(administrator, member)
    client.force_login(head)
    assert "Rôles à confirmer" in client.get(reverse("desk:day")).content.decode()
    listed = client.get(reverse("directory:to_confirm")).content.decode()
    asked = client.get(_to("confirm_role", member, grant.pk)).content.decode()

    _confirm(client, grant)

    assert str(member) in listed
    assert "Demandez à la personne elle-même" in asked
    assert _may(member)
    grant.refresh_from_db()
    assert grant.confirmed_by == head
    assert str(head) in client.get(_to("person", member)).content.decode()
    assert str(member) not in client.get(reverse("directory:to_confirm")).content.decode()
    assert "Rôles à confirmer" not in client.get(reverse("desk:day")).content.decode()


def test_a_manager_declines_what_waits(
    administrator: StaffMember, head: StaffMember, client: Client
) -> None:
    member = StaffFactory.create()
    grant = _given(administrator, member)
    client.force_login(head)

    client.post(_to("decline_role", member, grant.pk))
    form = {"known": "x", "asked": "on"}
    address = _to("confirm_role", member, grant.pk)
    late = client.post(address, form, follow=True).content.decode()

    assert "n&#x27;attend plus" in late
    assert not _may(member)
    grant.refresh_from_db()
    assert grant.ended_at is not None
    assert grant.confirmed_at is None


@pytest.mark.parametrize(
    ("role", "mine"),
    [
        (Role.SOCIAL_WORKER, True),
        # Who prepares letters holds more: the department head confirms them.
        (Role.SECRETARY, False),
        (Role.FINANCIAL_AID_OFFICER, True),
        (Role.MEDIATOR, True),
        (Role.PSYCHOLOGIST, True),
        (Role.TERRITORY_MANAGER, False),
        (Role.DEPARTMENT_HEAD, False),
        (Role.TARGETING_ANALYST, False),
        (Role.DATA_PROTECTION_OFFICER, False),
    ],
)
def test_within_a_territory_nobody_confirms_more_than_they_hold(
    administrator: StaffMember, team: Any, role: Role, *, mine: bool
) -> None:
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
    near, far = StaffFactory.create(team=team), StaffFactory.create(team=TeamFactory.create())
    grants = {one.pk: _given(administrator, one, role) for one in (near, far)}
    browser = _in(manager)

    listed = browser.get(reverse("directory:to_confirm")).content.decode()
    statuses = [_confirm(browser, grants[one.pk]).status_code for one in (near, far)]

    assert statuses == [302 if mine else 403, 403]
    assert (str(near) in listed) is mine
    assert str(far) not in listed
    assert not _raw(manager, f"SELECT wall.confirm_role({grants[far.pk].pk}, '')")
    confirmed = RoleGrant.objects.exclude(confirmed_at=None).filter(member__in=[near, far])
    assert confirmed.count() == mine


def _confirm(browser: Client, grant: RoleGrant) -> HttpResponse:
    """Confirm a role as a manager does: read the page, ask the person, tick, send."""
    address = _to("confirm_role", grant.member, grant.pk)
    known = re.search(r'name="known" value="(\w*)"', browser.get(address).content.decode())
    form = {"known": known[1] if known else "", "asked": "on"}
    return browser.post(address, form)  # type: ignore[return-value]


def _raw(by: StaffMember | None, statement: str) -> bool:
    """Tell whether a statement slipped into the application changes something."""
    with acting(by.pk if by else None), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement)
                if statement.startswith("SELECT"):
                    return bool(cursor.fetchone()[0])
                return bool(cursor.rowcount)
        except DatabaseError:
            return False


def _forgeries(grant: RoleGrant, by: StaffMember, head: StaffMember) -> list[str]:
    update = "UPDATE directory_rolegrant SET"
    insert = (
        "INSERT INTO directory_rolegrant "
        "(member_id, role, since, granted_by_id, confirmed_at, confirmed_by_id) "
        f"VALUES ({grant.member_id}, 'secretary', current_date, {by.pk}, now(), "
    )
    return [
        f"{update} confirmed_at = now() WHERE id = {grant.pk}",
        f"{update} confirmed_at = now(), confirmed_by_id = {head.pk} WHERE id = {grant.pk}",
        f"{update} role = 'technical_administrator' WHERE id = {grant.pk}",
        f"SELECT wall.confirm_role({grant.pk}, '')",
        f"SELECT wall.confirm_role({grant.pk}, wall.ways_in({grant.pk}) ->> 'known')",
        f"SELECT wall.confirm_role({grant.pk}, wall.ways_into({grant.member_id}))",
        f"SELECT wall.remove_ways_in({grant.pk})",
        f"UPDATE directory_staffmember SET generation = 9 WHERE id = {grant.member_id}",
        f"SELECT wall.decline_role({grant.pk})",
        f"SELECT wall.suspend_roles({grant.member_id}, true)",
        f"SELECT wall.suspend_roles({head.pk}, true)",
        f"{insert} {head.pk})",
        f"{insert} NULL)",
    ]


def test_no_confirmation_is_forged(administrator: StaffMember, head: StaffMember) -> None:
    other = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
    member = StaffFactory.create()
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER)
    grant = _given(administrator, member)

    for by in (administrator, other, member, worker, None):
        for statement in _forgeries(grant, by or administrator, head):
            _raw(by, statement)
            assert not _may(member), (by, statement)
    grant.refresh_from_db()
    assert (grant.confirmed_at, grant.ended_at) == (None, None)
    assert _may(head, "manage_department")


def test_giver_and_receiver_never_confirm(administrator: StaffMember, head: StaffMember) -> None:
    """Even one who became a manager since, and even by the owner's hand."""
    mine = _given(administrator, head, Role.SECRETARY)
    theirs = _given(administrator, StaffFactory.create())
    with as_owner():
        RoleGrant.objects.filter(member=administrator).delete()
        RoleGrantFactory.create(member=administrator, role=Role.DEPARTMENT_HEAD.value)
        for grant, by in ((mine, head), (theirs, administrator)):
            with pytest.raises(IntegrityError), transaction.atomic():
                RoleGrant.objects.filter(pk=grant.pk).update(
                    confirmed_by=by, confirmed_at=timezone.now()
                )

    for grant, by in ((mine, head), (theirs, administrator)):
        known = f"wall.ways_in({grant.pk}) ->> 'known'"
        assert not _raw(by, f"SELECT wall.confirm_role({grant.pk}, {known})")
        assert _in(by).get(_to("confirm_role", grant.member, grant.pk)).status_code == 403
        listed = _in(by).get(reverse("directory:to_confirm")).content.decode()
        assert _to("confirm_role", grant.member, grant.pk) not in listed


def _by_link(by: StaffMember, member: StaffMember) -> None:
    with acting(by.pk):
        token = actions.invite(by=by, member=member)
    assert actions.accept_invitation(token=token, password=_NEW_PASSWORD)


def _without_keys(by: StaffMember, member: StaffMember) -> None:
    with acting(by.pk):
        actions.remove_second_factors(by=by, member=member)


def _by_address(by: StaffMember, member: StaffMember) -> None:
    changed = {
        "first_name": member.first_name,
        "last_name": member.last_name,
        "email": "somebody.else@example.org",
        "percentage": "100",
    }
    assert _in(by).post(_to("change", member), changed).status_code == 302


@pytest.mark.parametrize("enter", [_by_link, _without_keys, _by_address])
def test_an_account_that_could_be_taken_over_sees_nothing_until_confirmed_again(
    administrator: StaffMember,
    head: StaffMember,
    enter: Callable[[StaffMember, StaffMember], None],
) -> None:
    member = StaffFactory.create(role=Role.SOCIAL_WORKER, password=PASSWORD)
    with as_owner():
        Authenticator.objects.create(user=member, type="totp", data={})
    assert _may(member)

    enter(administrator, member)

    assert not _may(member)
    grant = RoleGrant.objects.get(member=member)
    assert grant.suspended_at is not None
    assert (
        "suspendu depuis" in _in(head).get(_to("confirm_role", member, grant.pk)).content.decode()
    )
    _confirm(_in(head), grant)
    assert _may(member)


def test_what_one_changes_oneself_suspends_nothing() -> None:
    member = StaffFactory.create(role=Role.SOCIAL_WORKER, password=PASSWORD)

    with acting(member.pk):
        member.set_password(_NEW_PASSWORD)
        member.save(update_fields=["password"])

    assert _may(member)


def test_nothing_is_confirmed_while_a_link_waits(
    administrator: StaffMember, head: StaffMember
) -> None:
    """Confirmed first, the role would be in force for whoever kept the link."""
    member = StaffFactory.create()
    grant = _given(administrator, member)
    with acting(administrator.pk):
        token = actions.invite(by=administrator, member=member)
    browser = _in(head)

    _confirm(browser, grant)
    early = browser.get(_to("confirm_role", member, grant.pk)).content.decode()

    assert "Un lien de mot de passe attend encore" in early
    assert not _may(member)
    assert "Rôles à confirmer" not in browser.get(reverse("desk:day")).content.decode()
    assert actions.accept_invitation(token=token, password=_NEW_PASSWORD)
    assert "Rôles à confirmer" in browser.get(reverse("desk:day")).content.decode()
    _confirm(browser, grant)
    assert _may(member)


def test_a_link_made_by_the_installation_suspends_nothing() -> None:
    """The first administrator's own account comes so."""
    member = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    with as_owner():
        Invitation.objects.create(
            member=member,
            token_hash=digest(_TOKEN),
            expires_at=timezone.now() + timedelta(days=1),
        )

    assert actions.accept_invitation(token=_TOKEN, password=_NEW_PASSWORD)

    assert _may(member)


def test_the_operator_confirms_only_where_nobody_answers_for_the_department(
    administrator: StaffMember,
) -> None:
    first, second = StaffFactory.create(), StaffFactory.create()
    for one in (first, second):
        _given(administrator, one, Role.DEPARTMENT_HEAD)

    with as_owner():
        assert actions.confirm_as_installer(email=first.email) == [Role.DEPARTMENT_HEAD]
        with pytest.raises(DirectoryError, match="répond du département"):
            actions.confirm_as_installer(email=second.email)
        with pytest.raises(DirectoryError, match="n'attend"):
            actions.confirm_as_installer(email=first.email)

    assert _may(first, "manage_department")
    assert not _may(second, "manage_department")


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_number_of_queries(
    administrator: StaffMember,
    head: StaffMember,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for _ in range(number):
        _given(administrator, StaffFactory.create(team=TeamFactory.create()))
    client.force_login(head)
    client.get(reverse("directory:to_confirm"))

    with django_assert_num_queries(5):
        page = client.get(reverse("directory:to_confirm")).content.decode()

    assert page.count('confirmer/"') == number


def test_who_waits_is_told_whom_to_call(administrator: StaffMember) -> None:
    """Given, then suspended in the middle of a day."""
    newcomer, worker = StaffFactory.create(), StaffFactory.create(role=Role.SOCIAL_WORKER)
    _given(administrator, newcomer)
    browser = _in(worker)
    before = browser.get(reverse("desk:day")).content.decode()
    _by_link(administrator, worker)
    worker.refresh_from_db()

    for one in (newcomer, worker):
        browser = _in(one)
        day = browser.get(reverse("desk:day")).content.decode()
        refused = browser.get(reverse("families:search"))
        assert refused.status_code == 403
        for page in (day, refused.content.decode()):
            assert "attend d&#x27;être confirmé par votre responsable" in page
        assert "Aucun rôle n&#x27;est donné" not in day
        assert "Aucun rôle n'est donné" not in day
    assert "confirmé par votre responsable" not in before


def test_a_role_that_waits_receives_no_family(
    administrator: StaffMember, head: StaffMember
) -> None:
    month = Month.of(timezone.localdate())
    before = capacity_after(month).workers
    grant = _given(administrator, StaffFactory.create())

    waiting = capacity_after(month).workers
    _confirm(_in(head), grant)

    assert (waiting, capacity_after(month).workers) == (before, before + 1)


def test_whoever_came_in_otherwise_is_not_said_never_to_have_come() -> None:
    early = timezone.now() - timedelta(days=5)
    for login in (None, timezone.now()):
        member = StaffFactory.create(role=Role.SOCIAL_WORKER, last_login=login)
        with as_owner():
            Invitation.objects.create(
                member=member,
                token_hash=digest(str(login)),
                created_at=early,
                expires_at=early + timedelta(days=3),
            )

    with as_owner():
        assert [one.last_login for one in never_came_in()] == [None]


@pytest.mark.parametrize("manager", [Role.TERRITORY_MANAGER, Role.DEPARTMENT_HEAD, Role.SECRETARY])
def test_the_pages_and_the_database_agree_on_who_confirms(
    administrator: StaffMember, team: Any, manager: Role
) -> None:
    """For every role, near, far, or of no territory; of a manager with and without one."""
    places = (team, TeamFactory.create(), TeamFactory.create(territory=None), None)
    grants = [
        _given(administrator, StaffFactory.create(team=place), role)
        for place in places
        for role in Role
        if role is not Role.TECHNICAL_ADMINISTRATOR
    ]
    for place in places:
        by = StaffFactory.create(role=manager, team=place)
        with acting(by.pk), connection.cursor() as cursor:
            listed = set(to_confirm(by).values_list("pk", flat=True))
            for grant in grants:
                cursor.execute("SELECT wall.may_confirm(%s)", [grant.pk])
                (decided,) = cursor.fetchone()
                assert may_confirm(by, grant) is decided is (grant.pk in listed), (place, grant)
