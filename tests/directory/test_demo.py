"""The demonstration: one account a role, entered by one click, in demonstration mode alone."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.directory.actions import set_up_department
from jalon.directory.demo import open_demo_accounts
from jalon.directory.errors import DirectoryError
from jalon.directory.models import Absence, RoleGrant, Sector, StaffMember
from jalon.directory.queries import (
    choices_of_demo,
    demo_accounts_exist,
    shared_communes,
    social_workers,
)
from jalon.directory.roles import Role
from jalon.rules.profile import load_profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.DEMO = True
    with as_owner():
        set_up_department(profile=load_profile("val-de-marne"))
        open_demo_accounts()


@pytest.mark.usefixtures("demo")
def test_there_is_an_account_for_each_role_and_a_worker_for_each_commune() -> None:
    assert [choice.role_label for choice in choices_of_demo()] == [role.label for role in Role]
    assert social_workers().count() == 13
    assert RoleGrant.objects.filter(role=Role.TERRITORY_MANAGER).count() == 2
    with acting(StaffMember.objects.all()[0].pk):
        assert Absence.objects.count() == 5
        assert all(commune.workers for commune in shared_communes())
        for sector in Sector.objects.select_related("worker__team", "commune__area"):
            assert sector.worker.team is not None
            assert sector.worker.team.territory_id == sector.commune.area.territory_id
    assert len(set(social_workers().values_list("working_time", flat=True))) > 2
    assert all(email.endswith("@example.org") for email in _emails())


def _emails() -> list[str]:
    return list(StaffMember.objects.values_list("email", flat=True))


@pytest.mark.usefixtures("demo")
def test_opening_twice_is_opening_once() -> None:
    before = (_emails(), RoleGrant.objects.count())

    with as_owner():
        open_demo_accounts()

    assert (_emails(), RoleGrant.objects.count()) == before


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("role", Role)
def test_one_click_signs_in_as_each_role(client: Client, role: Role) -> None:
    choice = next(one for one in choices_of_demo() if one.role_label == role.label)
    page = client.get(reverse("directory:demo"))

    answer = client.post(reverse("directory:demo"), {"account": choice.pk})

    assert page.content.decode().count('name="account"') == len(Role)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(choice.pk)
    assert StaffMember.objects.get(pk=choice.pk).roles == {role}


@pytest.mark.usefixtures("demo")
def test_one_click_changes_from_one_account_to_another(client: Client) -> None:
    first, second, *_ = choices_of_demo()
    client.post(reverse("directory:demo"), {"account": first.pk})

    client.post(reverse("directory:demo"), {"account": second.pk, "next": "//evil.example"})

    assert client.session["_auth_user_id"] == str(second.pk)


@pytest.mark.usefixtures("demo")
def test_a_real_account_is_not_entered_by_a_click(client: Client) -> None:
    real = StaffFactory.create(role=Role.SECRETARY)

    for number in (str(real.pk), "0", "x", "", "²"):
        assert client.post(reverse("directory:demo"), {"account": number}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("demo")
def test_the_page_is_not_there_otherwise(client: Client, settings: Settings) -> None:
    first = choices_of_demo()[0]
    settings.DEMO = False

    assert client.get(reverse("directory:demo")).status_code == 404
    assert client.post(reverse("directory:demo"), {"account": first.pk}).status_code == 404
    assert "demo" not in client.get(reverse("account_login")).content.decode()


@pytest.mark.usefixtures("demo")
def test_the_ordinary_sign_in_page_leads_to_it(client: Client) -> None:
    assert reverse("directory:demo") in client.get(reverse("account_login")).content.decode()


def test_an_empty_demonstration_says_what_to_do(client: Client, settings: Settings) -> None:
    settings.DEMO = True

    assert "make demo" in client.get(reverse("directory:demo")).content.decode()


def test_the_demonstration_does_not_settle_beside_real_accounts() -> None:
    StaffFactory.create()
    with as_owner():
        set_up_department(profile=load_profile("val-de-marne"))
        with pytest.raises(DirectoryError, match="vrais comptes"):
            open_demo_accounts()
    assert not demo_accounts_exist()


@pytest.mark.usefixtures("demo")
def test_the_application_itself_makes_no_demonstration_account() -> None:
    administrator = StaffMember.objects.get(grants__role=Role.TECHNICAL_ADMINISTRATOR)

    assert demo_accounts_exist()
    with acting(administrator.pk), pytest.raises(DatabaseError), transaction.atomic():
        StaffMember.objects.create(
            email="x@example.org",
            last_name="X",
            password="!",  # noqa: S106
            is_demo=True,
        )
