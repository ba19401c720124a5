"""The list of proposals and its filters."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from factories.directory import CommuneFactory, SectorFactory, StaffFactory
from factories.families import FamilyFactory, HouseholdFactory, PersonFactory, SnapshotFactory
from factories.outreach import ProposalFactory
from jalon.directory.models import Commune, StaffMember
from jalon.directory.roles import Role
from jalon.outreach.models import Proposal
from jalon.web import listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(client: Client) -> StaffMember:
    member: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER)
    client.force_login(member)
    return member


def proposed(commune: Commune | None = None, **columns: object) -> Proposal:
    family = FamilyFactory.create(commune=commune or CommuneFactory.create())
    file = HouseholdFactory.create(family=family)
    PersonFactory.create(household=file)
    snapshot = SnapshotFactory.create(file=file)
    proposal: Proposal = ProposalFactory.create(snapshot=snapshot, **columns)
    return proposal


def listed(client: Client, query: str = "") -> set[str]:
    answer = client.get(f"/propositions/{query}")
    assert answer.status_code == 200
    return {str(one.public_id) for one in answer.context["page"].items}


@pytest.mark.parametrize(
    "query",
    [
        "?offre=separation",
        "?service=mediation",
        "?mois=2026-10",
        "?voie=in_person",
        "?commune=94028",
        "?commune=creteil",
        "?ou=secteur:{area}",
        "?ou=miennes",
        "?offre=mediation&voie=in_person",
    ],
)
def test_each_filter_keeps_its_own(client: Client, worker: StaffMember, query: str) -> None:
    commune = CommuneFactory.create(code="94028", label="Créteil")
    SectorFactory.create(worker=worker, commune=commune)
    offer = "separation" if "separation" in query else "mediation"
    wanted = proposed(commune, offer=offer, channel="in_person", month="2026-10")
    proposed(offer="rent_arrears", channel="letter", month="2026-09")

    found = listed(client, query.format(area=commune.area.code))

    assert found == {str(wanted.public_id)}


def test_without_a_filter_all_are_there_the_latest_first(
    client: Client, worker: StaffMember
) -> None:
    assert worker
    first, second = proposed(), proposed()

    answer = client.get("/propositions/")

    assert [one.pk for one in answer.context["page"].items] == [second.pk, first.pk]


def test_a_filter_of_no_value_keeps_nothing_and_says_why(
    client: Client, worker: StaffMember
) -> None:
    assert worker
    proposed()

    answer = client.get("/propositions/?mois=hier")

    assert "Aucune proposition ne répond" in answer.content.decode()


def test_a_long_list_is_never_counted_whole(
    client: Client, worker: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert worker
    monkeypatch.setattr(listing, "MOST", 2)
    for _ in range(4):
        proposed()

    answer = client.get("/propositions/?page=99")

    assert answer.context["page"].capped
    assert "La liste est partielle" in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "deux", "9" * 30, "²"])
def test_any_page_number_answers(client: Client, worker: StaffMember, page: str) -> None:
    assert worker
    wanted = proposed()

    assert listed(client, f"?page={page}") == {str(wanted.public_id)}


def test_the_queries_do_not_grow(client: Client, worker: StaffMember) -> None:
    assert worker
    proposed()
    client.get("/propositions/")
    with CaptureQueriesContext(connection) as one:
        client.get("/propositions/")
    proposed()
    proposed()
    with CaptureQueriesContext(connection) as three:
        client.get("/propositions/")

    assert len(three) == len(one) <= 12


def test_no_address_shows_in_the_list(client: Client, worker: StaffMember) -> None:
    assert worker
    one = proposed(channel="in_person")

    shown = client.get("/propositions/").content.decode()

    assert "En personne, jamais par écrit" in shown
    assert str(one.family.public_id) in shown
