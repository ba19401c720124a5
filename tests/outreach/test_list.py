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
        "?ou=territoire:{territory}",
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

    found = listed(
        client, query.format(area=commune.area.code, territory=commune.area.territory.code)
    )

    assert found == {str(wanted.public_id)}


@pytest.mark.parametrize("text", ["ivry", "Ivry", "IVRY SUR", "ivry-sur-seine", "94041"])
def test_a_commune_is_found_by_the_beginning_of_its_name(
    client: Client, worker: StaffMember, text: str
) -> None:
    assert worker
    wanted = proposed(CommuneFactory.create(code="94041", label="Ivry-sur-Seine"))
    proposed(CommuneFactory.create(code="94081", label="Vitry-sur-Seine"))

    assert listed(client, f"?commune={text}") == {str(wanted.public_id)}


@pytest.mark.parametrize(
    "text", ["Saint Maur", "st maur", "saint-maur-des", "SAINT MAUR DES FOSSES"]
)
def test_a_saint_is_found_without_hyphens(client: Client, worker: StaffMember, text: str) -> None:
    assert worker
    wanted = proposed(CommuneFactory.create(label="Saint-Maur-des-Fossés"))
    proposed(CommuneFactory.create(label="Saint-Mandé"))

    assert listed(client, f"?commune={text}") == {str(wanted.public_id)}


def test_a_whole_name_wins_over_its_beginning(client: Client, worker: StaffMember) -> None:
    assert worker
    wanted = proposed(CommuneFactory.create(label="Orly"))
    proposed(CommuneFactory.create(label="Orly-sur-Morin"))

    assert listed(client, "?commune=orly") == {str(wanted.public_id)}


def test_filters_offer_only_what_there_may_be(client: Client, worker: StaffMember) -> None:
    assert worker
    proposed(offer="separation", month="2026-09")

    def choices(name: str, query: str = "") -> list[str]:
        form = client.get(f"/propositions/{query}").context["form"]
        return [code for code, _ in form.fields[name].choices if code]

    assert choices("mois") == ["2026-09"]
    assert choices("mois", "?mois=2026-08") == ["2026-09", "2026-08"]
    offers = choices("offre")
    assert {"separation", "mediation", "lone_parent"} <= set(offers)
    # Granted from a list, made on request, closed years ago.
    for code in ("aid_holidays", "aid_leisure", "intervention_sheet", "increased_rsa"):
        assert code not in offers

    proposed(offer="increased_rsa")
    assert "increased_rsa" in choices("offre")


def test_the_total_stands_above_the_list(client: Client, worker: StaffMember) -> None:
    assert worker
    proposed()
    proposed()

    shown = client.get("/propositions/").content.decode()

    assert shown.index("2\u00a0propositions") < shown.index("<table")


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
    assert "Plus de 2\N{NO-BREAK SPACE}propositions\xa0: " in answer.content.decode()


@pytest.mark.parametrize(
    "page",
    ["0", "-1", "deux", "9" * 30, pytest.param("9" * 5_000, id="endless"), "²"],
)
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
