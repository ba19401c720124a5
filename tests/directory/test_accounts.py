"""Opening and closing accounts, giving roles, sharing communes, from the pages."""

from __future__ import annotations

import re
import threading
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from directory.signing_in import sign_in, signed_in
from factories.directory import (
    PASSWORD,
    CommuneFactory,
    RoleGrantFactory,
    StaffFactory,
    TeamFactory,
)
from jalon.audit.identity import acting
from jalon.audit.models import Change
from jalon.directory import actions
from jalon.directory.actions.accounts import Details
from jalon.directory.errors import DirectoryError
from jalon.directory.models import Absence, Invitation, RoleGrant, Sector, StaffMember
from jalon.directory.queries import second_factors
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
_UNLIKE = "une phrase assez longue"
_NEW = {
    "first_name": "Odile",
    "last_name": "Ferrand",
    "email": "Odile.Ferrand@example.org",
    "percentage": "80",
}


@pytest.fixture
def administrator() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR, password=PASSWORD)
    return made


@pytest.fixture
def office(client: Client, administrator: StaffMember) -> Client:
    """The administrator's browser."""
    client.force_login(administrator)
    return client


def _to(name: str, member: StaffMember, *more: object) -> str:
    return reverse(f"directory:{name}", args=[member.public_id, *more])


def _link(page: Any) -> str:
    found = re.search(r">(http://testserver/equipe/invitation/[^<]+)<", page.content.decode())
    assert found
    return found[1]


def test_an_invited_person_chooses_a_password_and_signs_in(office: Client) -> None:
    page = office.post(reverse("directory:open_account"), _NEW, follow=True)
    link = _link(page)
    member = StaffMember.objects.get(last_name="Ferrand")
    assert member.email == "odile.ferrand@example.org"
    assert str(member.working_time) == "0.80"
    assert not member.has_usable_password()

    guest = Client()
    choosing = guest.get(link, follow=True)
    assert "odile.ferrand@example.org" in choosing.content.decode()
    assert link.split("/")[-2] not in choosing.redirect_chain[-1][0]
    form = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    guest.post(reverse("directory:choose_password"), form)
    member.refresh_from_db()
    sign_in(guest, member)

    assert signed_in(guest)
    assert guest.get(link, follow=True).status_code == 404
    with as_owner():
        change = Change.objects.filter(
            table_name="directory_staffmember", row_id=member.pk, after={"password": None}
        )
        assert change.count() == 1


def test_a_link_is_shown_once(office: Client) -> None:
    """In the answer that made it, and nowhere after: not even in one's own session."""
    before = dict(office.session)
    page = office.post(reverse("directory:open_account"), _NEW)
    assert page.status_code == 200
    member = StaffMember.objects.get(last_name="Ferrand")
    token = _link(page).split("/")[-2]

    assert dict(office.session) == before
    assert token not in office.get(_to("person", member)).content.decode()
    with acting(None):
        assert Invitation.objects.get(member=member).token_hash != token


@pytest.mark.parametrize("state", ["old", "replaced", "closed", "wrong"])
def test_a_link_that_is_over_opens_nothing(office: Client, state: str) -> None:
    member = StaffFactory.create()
    link = _link(office.post(_to("invite", member), follow=True))
    if state == "old":
        with as_owner():
            Invitation.objects.update(
                created_at=timezone.now() - timedelta(days=4),
                expires_at=timezone.now() - timedelta(hours=1),
            )
    if state == "replaced":
        office.post(_to("invite", member))
    if state == "closed":
        office.post(_to("close", member))
    if state == "wrong":
        link = link[:-4] + "AAA/"

    guest = Client()
    page = guest.get(link, follow=True)

    assert page.status_code == 404
    assert "Ce lien ne sert plus" in page.content.decode()
    assert not actions.accept_invitation(token=link.split("/")[-2], password=PASSWORD)


@pytest.mark.parametrize("password", ["court", _UNLIKE, "123456789012345", "Ferrand12345"])
def test_a_password_that_is_easily_guessed_is_refused(office: Client, password: str) -> None:
    link = _link(office.post(reverse("directory:open_account"), _NEW, follow=True))
    guest = Client()
    guest.get(link)
    form = {"new_password1": password, "new_password2": password}
    if password == _UNLIKE:
        form["new_password2"] = "autre chose"

    assert guest.post(reverse("directory:choose_password"), form).status_code == 200
    assert not StaffMember.objects.get(last_name="Ferrand").has_usable_password()


def test_an_address_has_one_account(office: Client, administrator: StaffMember) -> None:
    form = {**_NEW, "email": administrator.email.upper()}
    for address in (
        reverse("directory:open_account"),
        _to("change", StaffFactory.create(first_name="Odile")),
    ):
        page = office.post(address, form)
        assert page.status_code == 200
        assert "Cette adresse a déjà un compte." in page.content.decode()


def test_details_change(office: Client) -> None:
    member, team = StaffFactory.create(), TeamFactory.create()

    office.post(_to("change", member), {**_NEW, "team": team.pk})

    member.refresh_from_db()
    assert (member.last_name, member.team, str(member.working_time)) == ("Ferrand", team, "0.80")


def test_a_closed_account_loses_roles_sessions_and_links(office: Client) -> None:
    member = StaffFactory.create(role=Role.SOCIAL_WORKER, password=PASSWORD)
    guest = Client()
    sign_in(guest, member)
    RoleGrantFactory.create(
        member=member,
        role=Role.SECRETARY,
        since=timezone.localdate() + timedelta(days=5),
    )

    office.post(_to("close", member))

    assert guest.get("/equipe/roles/").status_code == 302
    assert all(grant.until is not None for grant in RoleGrant.objects.filter(member=member))
    office.post(_to("reopen", member))
    member.refresh_from_db()
    assert member.is_active
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert not RoleGrant.objects.in_force(tomorrow).filter(member=member).exists()


def test_nobody_closes_or_invites_oneself(office: Client, administrator: StaffMember) -> None:
    for name in ("close", "invite", "forget_factors"):
        office.post(_to(name, administrator))

    administrator.refresh_from_db()
    assert administrator.is_active
    assert not Invitation.objects.exists()


def test_lost_keys_are_removed(office: Client, administrator: StaffMember) -> None:
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    member = StaffFactory.create()
    with as_owner():
        Authenticator.objects.create(user=member, type="totp", data={})
    assert "moyen en service" in office.get(_to("person", member)).content.decode()

    office.post(_to("forget_factors", member))

    with acting(administrator.pk):
        assert second_factors(member) == 0
    with as_owner():
        removed = Change.objects.get(table_name="mfa_authenticator", action="delete")
    assert removed.staff_id == administrator.pk


def _role_form(role: Role, until: str = "") -> dict[str, str]:
    return {"role": role.value, "since": timezone.localdate().isoformat(), "until": until}


def test_a_role_is_given_and_ended(office: Client, administrator: StaffMember) -> None:
    member = StaffFactory.create()

    office.post(_to("give_role", member), _role_form(Role.SECRETARY))

    grant = RoleGrant.objects.get(member=member)
    assert (grant.role, grant.granted_by) == (Role.SECRETARY, administrator)
    page = office.get(_to("person", member)).content.decode()
    assert "Secrétaire" in page
    assert str(administrator) in page
    office.post(_to("end_role", member, grant.pk), {"until": timezone.localdate().isoformat()})
    grant.refresh_from_db()
    assert grant.until == timezone.localdate()


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.TARGETING_ANALYST, "qui fait un requêtage ne le libère pas"),
        (Role.MEDIATOR, "la médiation est impartiale et confidentielle"),
        (Role.TERRITORY_MANAGER, "est déjà donné à ces dates"),
    ],
)
def test_a_role_that_does_not_fit_is_refused_with_the_reason(
    office: Client, role: Role, said: str
) -> None:
    member = StaffFactory.create(role=Role.TERRITORY_MANAGER)

    page = office.post(_to("give_role", member), _role_form(role))

    assert said in page.content.decode()
    assert RoleGrant.objects.filter(member=member).count() == 1


def test_incompatible_roles_may_follow_each_other(office: Client) -> None:
    member = StaffFactory.create()
    yesterday = timezone.localdate() - timedelta(days=1)
    RoleGrantFactory.create(
        member=member, role=Role.TARGETING_ANALYST, since=yesterday, until=yesterday
    )

    office.post(_to("give_role", member), _role_form(Role.TERRITORY_MANAGER))

    assert RoleGrant.objects.filter(member=member).count() == 2


def test_nobody_gives_or_ends_their_own_role(office: Client, administrator: StaffMember) -> None:
    grant = RoleGrant.objects.get(member=administrator)
    page = office.post(_to("give_role", administrator), _role_form(Role.SECRETARY))
    ending = office.post(
        _to("end_role", administrator, grant.pk), {"until": timezone.localdate().isoformat()}
    )

    assert "Personne ne se donne un rôle" in page.content.decode()
    assert "Personne ne retire son propre rôle" in ending.content.decode()
    assert list(RoleGrant.objects.filter(until=None)) == [grant]


@pytest.mark.parametrize("until", [date(2020, 1, 1), None])
def test_the_end_of_a_role_is_never_put_off(
    administrator: StaffMember, until: date | None
) -> None:
    today = timezone.localdate()
    last = today + timedelta(days=3)
    grant = RoleGrantFactory.create(since=today, until=last)

    with acting(administrator.pk):
        with pytest.raises(DirectoryError, match="prolongerait"):
            actions.end_role(by=administrator, grant=grant, until=last + timedelta(days=1))
        ended = actions.end_role(by=administrator, grant=grant, until=until)

    assert ended.until == today


@pytest.mark.parametrize("role", [role for role in Role if role != "technical_administrator"])
def test_only_the_administrator_manages_accounts(client: Client, role: Role) -> None:
    me, member = StaffFactory.create(role=role), StaffFactory.create()
    grant = RoleGrantFactory.create(member=member)
    client.force_login(me)

    for name in ("change", "close", "reopen", "forget_factors", "invite", "give_role"):
        assert client.post(_to(name, member), {}).status_code == 403
    assert client.post(_to("end_role", member, grant.pk), {}).status_code == 403
    assert client.post(reverse("directory:open_account"), _NEW).status_code == 403
    with acting(me.pk), pytest.raises(PermissionDenied):
        actions.close_account(by=me, member=member)
    member.refresh_from_db()
    assert member.is_active


def test_a_manager_shares_out_communes(client: Client) -> None:
    team, commune, other = TeamFactory.create(), CommuneFactory.create(), CommuneFactory.create()
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team)
    client.force_login(manager)

    client.post(_to("sectors", worker), {"communes": [commune.pk, other.pk]})
    client.post(_to("sectors", worker), {"communes": [other.pk]})

    with acting(manager.pk):
        assert [one.commune for one in Sector.objects.filter(worker=worker)] == [other]
    page = client.get(_to("sectors", worker)).content.decode()
    assert page.count("personne ne la suit") == 1
    assert page.count("checked") == 1
    assert str(commune) in page


def test_communes_elsewhere_are_another_manager_s(client: Client) -> None:
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=TeamFactory.create())
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
    client.force_login(manager)

    assert client.get(_to("sectors", worker)).status_code == 403
    assert client.post(_to("sectors", worker), {}).status_code == 403


def test_absences_are_noted_by_oneself_or_one_s_manager(client: Client) -> None:
    team = TeamFactory.create()
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team)
    colleague = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team)
    days = [
        {"first_day": f"20{year}-07-01", "last_day": f"20{year}-07-15"} for year in (90, 91, 92)
    ]

    for me, form, status in zip((worker, manager, colleague), days, (302, 302, 403), strict=True):
        client.force_login(me)
        assert client.post(_to("declare_absence", worker), form).status_code == status
    client.force_login(worker)
    page = client.post(_to("declare_absence", worker), days[0])
    backwards = client.post(
        _to("declare_absence", worker), {"first_day": "2095-01-02", "last_day": "2095-01-01"}
    )

    assert "déjà notée" in page.content.decode()
    assert "finit avant de commencer" in backwards.content.decode()
    with acting(worker.pk):
        noted = list(Absence.objects.filter(member=worker))
    assert len(noted) == 2
    client.post(_to("withdraw_absence", worker, noted[0].pk))
    with acting(worker.pk):
        assert list(Absence.objects.filter(member=worker)) == noted[1:]


def test_the_first_administrator_is_opened_by_the_owner_and_once() -> None:
    details = Details("chef@example.org", "Léa", "Roux", None, StaffMember().working_time)
    with as_owner():
        token = actions.open_first_account(details=details)
        with pytest.raises(DirectoryError, match="existe déjà"):
            actions.open_first_account(details=details)

    assert actions.accept_invitation(token=token, password=PASSWORD)
    member = StaffMember.objects.get(email="chef@example.org")
    assert member.check_password(PASSWORD)
    assert member.roles == {Role.TECHNICAL_ADMINISTRATOR}


@pytest.mark.django_db(transaction=True)
def test_two_incompatible_roles_at_once_one_is_refused() -> None:
    with transaction.atomic():
        first = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
        second = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
        member = StaffFactory.create()
    given, refused = [], []
    together = threading.Barrier(2)

    def give(by: StaffMember, role: Role) -> None:
        try:
            with acting(by.pk):
                together.wait(5)
                given.append(
                    actions.give_role(by=by, member=member, role=role, since=timezone.localdate())
                )
        except DirectoryError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=give, args=(first, Role.MEDIATOR)),
        threading.Thread(target=give, args=(second, Role.SECRETARY)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(given) == len(refused) == 1
    assert RoleGrant.objects.filter(member=member).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_incompatible_roles_written_at_once() -> None:
    first = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
    second = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
    member = StaffFactory.create()
    written, refused = threading.Event(), []

    def write(by: StaffMember, role: Role, then: float) -> None:
        try:
            with acting(by.pk), transaction.atomic():
                RoleGrant.objects.create(
                    member=member, role=role.value, since=timezone.localdate(), granted_by=by
                )
                written.set()
                time.sleep(then)
        except IntegrityError as error:
            refused.append(str(error))
        finally:
            connection.close()

    holding = threading.Thread(target=write, args=(first, Role.MEDIATOR, 1.0))
    holding.start()
    assert written.wait(10)
    write(second, Role.SECRETARY, 0)
    holding.join(20)

    assert len(refused) == 1
    assert "incompatible roles" in refused[0]
    assert RoleGrant.objects.get(member=member).role == Role.MEDIATOR
