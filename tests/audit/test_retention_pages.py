"""The pages of conservation: what is due, the purge, and the register of those made."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.kept_long_enough import let_years_go_by
from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import HouseholdFactory, PersonFactory
from jalon.audit import access
from jalon.audit.identity import acting
from jalon.audit.models import Purge, Read
from jalon.audit.purging import carry_on
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> StaffMember:
    made: StaffMember = StaffFactory.create(
        first_name="Odile", last_name="Ferrand", role=Role.DATA_PROTECTION_OFFICER
    )
    return made


@pytest.fixture
def page(client: Client, officer: StaffMember) -> Client:
    client.force_login(officer)
    return client


@pytest.fixture
def due() -> None:
    PersonFactory.create(
        last_name="Zyxwmarque", household=HouseholdFactory.create(number="9455555")
    )
    let_years_go_by()


@pytest.mark.usefixtures("due")
def test_what_is_due_is_told_without_a_name(page: Client) -> None:
    text = page.get(reverse("audit:retention")).content.decode()

    assert "deux ans après la dernière proposition ou intervention" in text
    row = text.split("Familles, et tout ce qui tient à elles")[1].split("</tr>")[0]
    assert 'class="number">1</td>' in row
    assert "Zyxwmarque" not in text
    assert "9455555" not in text
    with as_owner():
        assert Read.objects.filter(page="Contrôle : conservation").exists()


@pytest.mark.usefixtures("due")
def test_a_purge_is_asked_twice_done_by_a_job_and_told_in_the_register(
    page: Client, officer: StaffMember
) -> None:
    asked = page.get(reverse("audit:purge")).content.decode()
    assert "lettres et entretiens compris\xa0: 1." in asked
    assert not Purge.objects.exists()

    begun = page.post(reverse("audit:purge"), follow=True).content.decode()

    assert "La purge commence" in begun
    assert "Purge en cours" in begun
    job = ProcrastinateJob.objects.get(task_name="audit.purge")
    assert job.args["by_id"] == officer.pk
    assert set(job.args) == {"purge_id", "by_id"}
    with acting(officer.pk):
        carry_on(job.args["purge_id"])
    told = page.get(reverse("audit:retention")).content.decode()
    register = told.split("Purges faites")[1]
    assert "Odile Ferrand" in register
    assert 'data-label="Familles" class="number">1</td>' in register
    assert "Zyxwmarque" not in told


def test_a_second_one_waits_for_the_first(page: Client) -> None:
    page.post(reverse("audit:purge"))

    answer = page.post(reverse("audit:purge"), follow=True).content.decode()

    assert "déjà en cours" in answer
    with as_owner():
        assert Purge.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name="audit.purge").count() == 1


def test_one_that_stopped_is_taken_up_again(page: Client) -> None:
    page.post(reverse("audit:purge"))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_purge SET moved_at = now() - interval '1 hour'")

    assert "s'est arrêtée" in page.get(reverse("audit:retention")).content.decode()
    page.post(reverse("audit:purge"))

    with as_owner():
        assert Purge.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name="audit.purge").count() == 2


def test_the_end_is_seen_by_whoever_looks_on(page: Client, officer: StaffMember) -> None:
    page.post(reverse("audit:purge"))
    address, asked = reverse("audit:retention"), {"HX-Request": "true"}
    page.get(address)
    assert "Purge en cours" in page.get(address, headers=asked).content.decode()
    with as_owner():
        assert Read.objects.filter(page="Contrôle : conservation").count() == 1

    with acting(officer.pk):
        carry_on(Purge.objects.get().pk)

    assert page.get(address, headers=asked)["HX-Refresh"] == "true"


def test_the_right_has_one_name() -> None:
    assert Permission.PURGE.value == access.PURGE


def test_whoever_may_purge_is_told_once_it_is_time(page: Client, officer: StaffMember) -> None:
    def day() -> str:
        return page.get(reverse("desk:day")).content.decode()

    assert "Purge à faire" not in day()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_change SET at = at - interval '800 days'")
    assert "Purge à faire" in day()

    page.post(reverse("audit:purge"))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_purge SET moved_at = now() - interval '1 hour'")
    assert "Purge arrêtée en chemin" in day()

    with acting(officer.pk):
        carry_on(Purge.objects.get().pk)
    assert "Purge à faire" not in day()
    assert "Purge arrêtée en chemin" not in day()
