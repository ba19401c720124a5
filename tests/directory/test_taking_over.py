"""What whoever keeps the accounts leaves in a colleague's account opens nothing for them."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.urls import reverse

from conftest import as_owner
from directory.test_confirming import _by_address, _confirm, _given, _in, _may, _to
from factories.directory import PASSWORD, StaffFactory
from jalon.audit.identity import acting
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from jalon.directory import actions
from jalon.directory.errors import DirectoryError
from jalon.directory.invitations import digest
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.queries import ways_in
from jalon.directory.roles import Role
from wall.world import Login

_LATER = "une autre phrase que nul ne devine"


@pytest.fixture
def administrator() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
    return made


@pytest.fixture
def head() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return made


def _key(member: StaffMember, name: str) -> None:
    with acting(member.pk):
        Authenticator.objects.create(user=member, type="webauthn", data={"name": name})


def _keys(member: StaffMember) -> list[str]:
    with as_owner():
        return [one.data["name"] for one in Authenticator.objects.filter(user=member)]


def _sees(browser: Client) -> bool:
    return browser.get(reverse("families:search")).status_code == 200


@pytest.mark.django_db
class TestPlanted:
    """Sessions, keys and passwords put there by somebody who had the account for a while."""

    def test_under_another_address(self, administrator: StaffMember, head: StaffMember) -> None:
        member = StaffFactory.create(role=Role.SOCIAL_WORKER, password=PASSWORD)
        honest = member.email
        _key(member, "hers")
        _by_address(administrator, member)
        member.refresh_from_db()
        intruder = _in(member)
        _key(member, "planted")
        with acting(member.pk):
            member.set_password(_LATER)
            member.save(update_fields=["password"])
        intruder.force_login(member)
        details = {"first_name": "A", "last_name": "B", "email": honest, "percentage": "100"}
        assert _in(administrator).post(_to("change", member), details).status_code == 302
        assert intruder.get(reverse("desk:day")).status_code == 302
        grant = RoleGrant.objects.get(member=member)

        _confirm(_in(head), grant)

        assert _may(member)
        assert not _sees(intruder)
        assert _keys(member) == []
        member.refresh_from_db()
        assert not member.has_usable_password()

    def test_before_the_first_confirmation(
        self, administrator: StaffMember, head: StaffMember
    ) -> None:
        """The account is the administrator's own until it has its owner's address."""
        member = StaffFactory.create()
        grant = _given(administrator, member)
        intruder = _in(member)
        _key(member, "planted")
        _by_address(administrator, member)

        _confirm(_in(head), grant)

        assert _may(member)
        assert not _sees(intruder)
        assert _keys(member) == []

    def test_a_link_leaves_nothing_of_before(self, administrator: StaffMember) -> None:
        member = StaffFactory.create(role=Role.SOCIAL_WORKER, password=PASSWORD)
        _key(member, "earlier")
        before = _in(member)

        with acting(administrator.pk):
            token = actions.invite(by=administrator, member=member)
        assert actions.accept_invitation(token=token, password=_LATER)

        assert before.get(reverse("desk:day")).status_code == 302
        assert _keys(member) == []
        assert StaffMember.objects.get(pk=member.pk).check_password(_LATER)

    def test_confirming_ends_the_sessions_of_whoever_is_in(
        self, administrator: StaffMember, head: StaffMember
    ) -> None:
        member = StaffFactory.create()
        grant = _given(administrator, member)
        inside = _in(member)
        assert inside.get(reverse("desk:day")).status_code == 200

        _confirm(_in(head), grant)

        assert inside.get(reverse("desk:day")).status_code == 302
        member.refresh_from_db()
        assert _sees(_in(member))

    def test_each_key_is_shown_and_what_came_since_is_refused(
        self, administrator: StaffMember, head: StaffMember
    ) -> None:
        member = StaffFactory.create(password=PASSWORD)
        grant = _given(administrator, member)
        _key(member, "hers")
        with acting(head.pk):
            shown = ways_in(grant)
        page = _in(head).get(_to("confirm_role", member, grant.pk)).content.decode()
        _key(member, "planted")

        with acting(head.pk), pytest.raises(DirectoryError, match="vient de changer"):
            actions.confirm_role(by=head, grant=grant, known=shown.known)

        assert "hers" in page
        assert "Un mot de passe" in page
        assert not _may(member)

    def test_without_having_asked_nothing_is_confirmed(
        self, administrator: StaffMember, head: StaffMember
    ) -> None:
        member = StaffFactory.create()
        grant = _given(administrator, member)
        with acting(head.pk):
            known = ways_in(grant).known

        answer = _in(head).post(_to("confirm_role", member, grant.pk), {"known": known})

        assert answer.status_code == 200
        assert not _may(member)

    def test_a_manager_takes_all_of_it_away(
        self, administrator: StaffMember, head: StaffMember
    ) -> None:
        """Somebody who comes by the provider knows neither this password nor this key."""
        member = StaffFactory.create(password=PASSWORD)
        grant = _given(administrator, member)
        _key(member, "planted")
        intruder, manager = _in(member), _in(head)

        assert manager.post(_to("remove_ways_in", member, grant.pk)).status_code == 302
        _confirm(manager, grant)

        assert _may(member)
        assert not _sees(intruder)
        assert _keys(member) == []
        member.refresh_from_db()
        assert not member.has_usable_password()

    def test_only_of_whom_they_confirm(self, administrator: StaffMember) -> None:
        manager = StaffFactory.create(role=Role.TERRITORY_MANAGER)
        member = StaffFactory.create(password=PASSWORD)
        grant = _given(administrator, member)

        for by in (manager, administrator):
            address = _to("remove_ways_in", member, grant.pk)
            assert _in(by).post(address).status_code == 403

        member.refresh_from_db()
        assert member.has_usable_password()


@pytest.mark.django_db
def test_an_account_opened_again_has_no_session_of_before(administrator: StaffMember) -> None:
    member = StaffFactory.create()
    before = _in(member)
    with acting(administrator.pk):
        actions.close_account(by=administrator, member=member)
        actions.reopen_account(by=administrator, member=member)

    assert before.get(reverse("desk:day")).status_code == 302
    member.refresh_from_db()
    assert _in(member).get(reverse("desk:day")).status_code == 200


@pytest.mark.django_db(transaction=True)
class TestMeanwhile:
    """Two connections: the administrator holds the account's row while a manager confirms."""

    def _login(self, server: EmbeddedServer, member: StaffMember | None) -> Login:
        url = server.url(APP, str(connection.settings_dict["NAME"]))
        login = Login(psycopg.connect(url, autocommit=True))
        login.act_as(member.pk if member else None)
        return login

    def _enter(self, login: Login, member: StaffMember, by: StaffMember) -> None:
        token = secrets.token_urlsafe(32)
        login.run(
            "INSERT INTO directory_invitation "
            "(member_id, token_hash, created_at, created_by_id, expires_at) "
            "VALUES (%s, %s, now(), %s, now() + interval '1 day')",
            *(member.pk, digest(token), by.pk),
        )
        login.run("SELECT wall.accept_invitation(%s, 'theirs')", token)

    def _change_address(self, login: Login, member: StaffMember, by: StaffMember) -> None:
        del by
        login.run(
            "UPDATE directory_staffmember SET email = 'theirs@example.org' WHERE id = %s",
            member.pk,
        )

    def _remove_keys(self, login: Login, member: StaffMember, by: StaffMember) -> None:
        del by
        login.run("SELECT wall.remove_second_factors(%s)", member.pk)

    @pytest.mark.parametrize("way", ["_enter", "_change_address", "_remove_keys"])
    def test_who_enters_while_a_manager_confirms_gets_no_role(
        self, administrator: StaffMember, head: StaffMember, server: EmbeddedServer, way: str
    ) -> None:
        member = StaffFactory.create(password=PASSWORD)
        grant = _given(administrator, member)
        with acting(head.pk):
            known = ways_in(grant).known
        theirs, managers = self._login(server, administrator), self._login(server, head)
        change: Callable[..., None] = getattr(self, way)
        answers: list[bool] = []

        def confirm() -> None:
            answers.append(managers.one("SELECT wall.confirm_role(%s, %s)", grant.pk, known))

        with theirs.connection.transaction():
            theirs.run(
                "UPDATE directory_staffmember SET first_name = first_name WHERE id = %s",
                member.pk,
            )
            thread = threading.Thread(target=confirm)
            thread.start()
            thread.join(0.5)
            assert thread.is_alive(), "the manager waits for the account's row"
            change(theirs, member, administrator)
        thread.join(30)

        assert answers == [False]
        assert not _may(member)
        for login in (theirs, managers):
            login.connection.close()

    @pytest.mark.parametrize("way", ["_enter", "_change_address", "_remove_keys"])
    def test_who_looks_at_an_earlier_state_is_refused(
        self, administrator: StaffMember, head: StaffMember, server: EmbeddedServer, way: str
    ) -> None:
        member = StaffFactory.create(password=PASSWORD)
        grant = _given(administrator, member)
        theirs = self._login(server, administrator)
        change: Callable[..., None] = getattr(self, way)
        theirs.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

        theirs.connection.autocommit = False
        theirs.run("SELECT count(*) FROM directory_rolegrant")
        with acting(head.pk):
            actions.confirm_role(by=head, grant=grant, known=ways_in(grant).known)
        with pytest.raises(psycopg.errors.SerializationFailure):
            change(theirs, member, administrator)

        theirs.connection.close()
        member.refresh_from_db()
        assert member.check_password(PASSWORD)
        assert _may(member)
