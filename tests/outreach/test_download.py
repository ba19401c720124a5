"""The list of proposals leaves as filtered, for those who may both see and export."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.models import Read
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.outreach import downloads
from outreach.test_list import proposed

pytestmark = pytest.mark.django_db
_FILE = "/propositions/telecharger/"


@pytest.fixture
def signed_in(client: Client, head: StaffMember) -> Client:
    client.force_login(head)
    return client


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_it_holds_what_the_filters_keep(signed_in: Client) -> None:
    kept = proposed(offer="mediation", label="Médiation familiale", channel="in_person")
    proposed(offer="separation")

    answer = signed_in.get(f"{_FILE}?offre=mediation&page=3")
    (row,) = rows_of(answer)

    assert re.search(
        r'filename="propositions-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"]
    )
    with as_owner():
        assert row["Famille"] == Family.objects.get(pk=kept.family_id).name
    assert row["Offre"] == "Médiation familiale"
    assert row["Voie"] == "En personne, jamais par écrit"
    assert len(rows_of(signed_in.get(_FILE))) == 2


def test_a_family_s_name_begins_no_formula(signed_in: Client) -> None:
    proposal = proposed()
    with as_owner():
        proposal.family.people.update(last_name='=HYPERLINK("x")', first_name="")

    (row,) = rows_of(signed_in.get(_FILE))

    assert row["Famille"].startswith("'=")


def test_the_page_leads_to_it_with_its_filters(signed_in: Client) -> None:
    proposed(offer="separation")

    page = signed_in.get("/propositions/?offre=separation&page=1").content.decode()

    assert f'href="{_FILE}?offre=separation"' in page


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.TERRITORY_MANAGER, 200), (Role.TARGETING_ANALYST, 403), (Role.SOCIAL_WORKER, 403)],
)
def test_it_leaves_with_both_rights_alone(client: Client, role: Role, status: int) -> None:
    proposed()
    client.force_login(StaffFactory.create(role=role))

    assert client.get(_FILE).status_code == status
    if role is Role.SOCIAL_WORKER:
        assert "telecharger" not in client.get("/propositions/").content.decode()


def test_it_is_on_record(signed_in: Client, head: StaffMember) -> None:
    proposed()
    proposed()

    rows_of(signed_in.get(_FILE))

    with as_owner():
        read = Read.objects.latest("pk")
        assert (read.staff_id, read.page) == (
            head.pk,
            "propositions téléchargées, 2 lignes, sans filtre",
        )


def test_what_filtered_it_is_on_record_but_nothing_that_was_typed(signed_in: Client) -> None:
    signed_in.get(f"{_FILE}?voie=letter&commune=Zvonimirovitch")

    with as_owner():
        page = Read.objects.latest("pk").page
    assert page.endswith("0 lignes, Commune (début du nom), Voie : Courrier"), page
    assert "Zvonimirovitch" not in page


def test_too_long_a_list_is_refused(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "_MOST", 1)
    proposed()
    proposed()

    answer = signed_in.get(f"{_FILE}?offre=separation", follow=True)

    assert answer.redirect_chain == [("/propositions/?offre=separation", 302)]
    assert "filtrez par offre" in answer.content.decode()


def test_the_database_is_asked_as_often_whatever_the_list(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    proposed()
    signed_in.get(_FILE)
    for _ in range(2):
        with django_assert_num_queries(9):
            rows_of(signed_in.get(_FILE))
        proposed()
        proposed()
