"""The family's page, as each role sees it."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from conftest import as_owner
from factories.directory import (
    AreaFactory,
    RoleGrantFactory,
    SectorFactory,
    StaffFactory,
    TeamFactory,
)
from factories.families import (
    ContactPointFactory,
    FamilyFactory,
    HouseholdFactory,
    InvolvementFactory,
    PersonFactory,
    SnapshotFactory,
)
from factories.outreach import DecisionFactory, ProposalFactory
from jalon.audit.models import Read
from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family, Household, Involvement
from jalon.outreach.models import Decision

pytestmark = pytest.mark.django_db
_ADDRESS = "12 rue des Lilas"


def signed_in(client: Client, role: Role, service: Service = Service.SOCIAL_WORK) -> StaffMember:
    member: StaffMember = StaffFactory.create(role=role, team=TeamFactory.create(service=service))
    client.force_login(member)
    return member


def managing(client: Client, worker: StaffMember) -> StaffMember:
    """Sign in as the manager of a worker's territory, from another of its teams."""
    me = signed_in(client, Role.TERRITORY_MANAGER)
    assert worker.team
    with as_owner():
        me.team = TeamFactory.create(territory=worker.team.territory)
        me.save(update_fields=["team"])
    return me


def known(**flags: bool) -> Family:
    """A family with a person, an address, and a proposal that has its reasons."""
    family: Family = FamilyFactory.create(**flags)
    file = HouseholdFactory.create(family=family, number="0077001")
    PersonFactory.create(household=file, last_name="Traoré", first_name="Aïssatou")
    ContactPointFactory.create(
        family=family,
        kind="address",
        value="",
        line1=_ADDRESS,
        protected=family.protected_address,
    )
    add_proposal(family)
    return family


def add_proposal(family: Family) -> None:
    snapshot = SnapshotFactory.create(file=file_of(family))
    DecisionFactory.create(proposal=ProposalFactory.create(snapshot=snapshot))


def file_of(family: Family) -> Household:
    with as_owner():
        return Household.objects.select_related("family__commune").get(family=family)


def page(client: Client, family: Family) -> str:
    answer = client.get(f"/familles/{family.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_social_worker_sees_who_they_are_and_why(client: Client) -> None:
    family = known()
    signed_in(client, Role.SOCIAL_WORKER)

    shown = page(client, family)

    for text in (
        "Aïssatou Traoré",
        "0077001",
        _ADDRESS,
        "Proposition\xa0: Séparation",
        "Pourquoi cette famille\u202f?",
        "Événement du mois\xa0: séparation",
        "Contacter la famille",
    ):
        assert text in shown


def test_the_dead_are_not_shown_as_living(client: Client) -> None:
    family: Family = FamilyFactory.create()
    file = HouseholdFactory.create(family=family)
    died = {"last_name": "Monnier", "death_date": date(2026, 8, 29)}
    PersonFactory.create(household=file, first_name="Oumar", sex="M", **died)
    PersonFactory.create(household=file, last_name="Monnier", first_name="Léa", role="spouse")
    signed_in(client, Role.SOCIAL_WORKER)
    event = {"event_id": "E1", "occurred_on": "2026-08-29"}
    snapshot = SnapshotFactory.create(file=file, events=[event])
    ProposalFactory.create(
        snapshot=snapshot, event="E1", event_kind="adult_death", label="Décès d'un parent"
    )

    shown = page(client, family)
    client.post("/familles/", {"q": "Oumar Monnier"})
    listed = client.get("/familles/").content.decode()

    assert "<h1>Léa Monnier</h1>" in shown
    assert "Décès d&#x27;un adulte\xa0: Oumar Monnier" in shown
    for text in (shown, listed):
        assert "Léa Monnier et Oumar" not in text
        assert "décédé le 29 août 2026" in text
    assert "Oumar Monnier, décédé le 29 août 2026" in listed


def test_a_family_whose_adults_all_died_says_so() -> None:
    family: Family = FamilyFactory.create()
    file = HouseholdFactory.create(family=family)
    PersonFactory.create(
        household=file, last_name="Gomez", first_name="Ana", death_date=date(2026, 8, 29)
    )

    with as_owner():
        assert family.name == "Ana Gomez, décédée le 29 août 2026"


def test_why_is_said_with_its_groups(client: Client) -> None:
    family = known()
    with as_owner():
        decision = Decision.objects.get()
        (event,) = decision.clauses
        group = {**event, "id": "rsa", "text": "L'un au moins :", "found": "", "source": ""}
        members = [{**event, "depth": 1}, {**event, "depth": 1, "verdict": "false"}]
        decision.clauses = [event, group, *members]
        decision.save()
    signed_in(client, Role.SOCIAL_WORKER)

    why = page(client, family).split("Pourquoi cette famille\u202f?")[1].split("</details>")[0]

    assert re.findall(r"clause clause-(\d)", why) == ["0", "0", "1", "1"]
    assert why.index("L&#x27;un au moins\xa0:") < why.index("clause-1")
    assert why.count("trouvé\xa0: séparation") == 3


@pytest.mark.parametrize(
    ("role", "service"),
    [
        (Role.MEDIATOR, Service.MEDIATION),
        (Role.PSYCHOLOGIST, Service.PSYCHOLOGY),
        (Role.SECRETARY, Service.SOCIAL_WORK),
    ],
)
def test_others_see_that_a_proposal_exists_not_why(
    client: Client, role: Role, service: Service
) -> None:
    family = known()
    signed_in(client, role, service)

    shown = page(client, family)

    assert "Proposition\xa0: Séparation" in shown
    assert "Pourquoi cette famille" not in shown
    assert "Événement du mois" not in shown
    assert "Fait générateur</dt>" not in shown


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.MEDIATOR, Role.DEPARTMENT_HEAD])
def test_a_protected_address_is_masked(client: Client, role: Role) -> None:
    family = known(protected_address=True)
    signed_in(client, role)

    shown = page(client, family)

    assert _ADDRESS not in shown
    assert "Jamais de courrier ni de message" in shown
    assert "voient ses coordonnées" in shown


def test_the_lead_worker_and_the_secretary_see_a_protected_address(client: Client) -> None:
    family = known(protected_address=True)
    signed_in(client, Role.SECRETARY)
    assert _ADDRESS in page(client, family)

    worker = signed_in(client, Role.SOCIAL_WORKER)
    assert _ADDRESS not in page(client, family)
    InvolvementFactory.create(family=family, worker=worker, lead=True)
    assert _ADDRESS in page(client, family)


def test_a_family_that_wants_no_contact_says_so_and_has_no_next_step(client: Client) -> None:
    family = known(do_not_contact=True)
    signed_in(client, Role.SOCIAL_WORKER)

    shown = page(client, family)

    assert "Ne pas contacter" in shown
    assert "Prochaine étape" not in shown


def test_each_opening_is_written_down(client: Client) -> None:
    family = known()
    member = signed_in(client, Role.SOCIAL_WORKER)

    page(client, family)
    page(client, family)

    with as_owner():
        reads = Read.objects.values_list("staff_id", "family_id", "page")
        assert list(reads) == [(member.pk, family.pk, "famille")] * 2


def test_who_and_how_to_reach_them_come_first(client: Client) -> None:
    family = known()
    ContactPointFactory.create(family=family, value="+33612345678")
    ContactPointFactory.create(family=family, kind="email", value="awa@example.org")
    signed_in(client, Role.SOCIAL_WORKER)

    shown = page(client, family).split("<main")[1]

    assert '<a class="d-block" href="tel:+33612345678">06 12 34 56 78</a>' in shown
    assert 'href="mailto:awa@example.org"' in shown
    top = shown.split("</h1>")[1]
    order = ["dossier 0077001", "tel:", "Naissance le", 'id="parcours"', 'id="propositions"']
    assert [top.index(one) for one in order] == sorted(top.index(one) for one in order)


@pytest.mark.parametrize("flag", ["do_not_contact", "protected_address"])
def test_whom_nobody_writes_to_is_not_one_click_away(client: Client, flag: str) -> None:
    family = known(**{flag: True})
    ContactPointFactory.create(
        family=family, kind="email", value="awa@example.org", protected=family.protected_address
    )
    signed_in(client, Role.SECRETARY)

    shown = page(client, family)

    assert "awa@example.org" in shown
    assert "mailto:" not in shown


def test_an_event_is_said_in_its_gender_and_a_month_after_its_preposition(
    client: Client,
) -> None:
    family = known()
    signed_in(client, Role.SOCIAL_WORKER)

    shown = page(client, family)

    assert "Séparation, enregistrée le" in shown
    assert "Requêtage d&#x27;octobre 2026" in shown


def test_an_offer_without_event_has_no_deadline_and_says_so(client: Client) -> None:
    snapshot = SnapshotFactory.create()
    ProposalFactory.create(snapshot=snapshot, event="", event_kind="", reported_on=None)
    family = snapshot.family
    signed_in(client, Role.SOCIAL_WORKER)

    assert "pas de date limite" in page(client, family)
    listed = client.get("/propositions/").content.decode()
    assert "Pas de date limite" in listed
    assert "ans délai" not in page(client, family) + listed


def test_a_family_that_is_not_there_is_not_found(client: Client) -> None:
    signed_in(client, Role.SOCIAL_WORKER)

    assert client.get(f"/familles/{uuid.uuid4()}/").status_code == 404


def test_a_merged_family_leads_to_the_one_kept(client: Client) -> None:
    kept = FamilyFactory.create()
    absorbed = FamilyFactory.create(merged_into=kept)
    signed_in(client, Role.SOCIAL_WORKER)

    answer = client.get(f"/familles/{absorbed.public_id}/")

    assert answer.status_code == 302
    assert answer["Location"] == f"/familles/{kept.public_id}/"


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.MEDIATOR])
def test_the_queries_do_not_grow_with_the_family(
    client: Client, role: Role, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    family = known()
    signed_in(client, role)
    page(client, family)
    counted = _counted(client, family)
    for _ in range(3):
        add_proposal(family)
        PersonFactory.create(household=file_of(family))
        InvolvementFactory.create(family=family)

    with django_assert_num_queries(counted):
        page(client, family)


def _counted(client: Client, family: Family) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, family)
    assert len(queries) <= 21
    return len(queries)


class TestInvolvement:
    """Each says so of its own service."""

    def test_a_service_says_that_it_is_involved(self, client: Client) -> None:
        family = known()
        member = signed_in(client, Role.MEDIATOR, Service.MEDIATION)

        client.post(f"/familles/{family.public_id}/intervenir/", {"who": "me"})

        with as_owner():
            one = Involvement.objects.get()
        assert (one.service, one.worker_id, one.lead) == ("mediation", member.pk, False)
        assert "Médiation familiale" in page(client, family)

    def test_it_is_not_said_twice(self, client: Client) -> None:
        family = known()
        signed_in(client, Role.MEDIATOR, Service.MEDIATION)
        for _ in range(2):
            answer = client.post(
                f"/familles/{family.public_id}/intervenir/", {"who": "service"}, follow=True
            )

        assert "C&#x27;est déjà noté." in answer.content.decode()
        with as_owner():
            assert Involvement.objects.count() == 1

    def test_only_its_own_service_ends_it(self, client: Client) -> None:
        family = known()
        one = InvolvementFactory.create(family=family, service=Service.MEDIATION)
        signed_in(client, Role.SOCIAL_WORKER)
        address = f"/familles/{family.public_id}/interventions/{one.public_id}/terminer/"

        client.post(address)
        with as_owner():
            assert Involvement.objects.get().until is None

        signed_in(client, Role.MEDIATOR, Service.MEDIATION)
        assert f'href="{address}"' in page(client, family)
        asked = client.get(address).content.decode()
        assert "Terminer l&#x27;intervention" in asked
        with as_owner():
            assert Involvement.objects.get().until is None
        client.post(address)
        with as_owner():
            assert Involvement.objects.get().until is not None

    def test_a_manager_names_the_lead_worker_who_takes_over(self, client: Client) -> None:
        family = known()
        before = InvolvementFactory.create(family=family, lead=True, since=date(2026, 1, 1))
        worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
        SectorFactory.create(worker=worker, commune=family.commune)
        managing(client, worker)

        client.post(f"/familles/{family.public_id}/referent/", {"worker": worker.public_id})

        with as_owner():
            leads = Involvement.objects.filter(lead=True, until=None)
            assert [one.worker_id for one in leads] == [worker.pk]
            assert Involvement.objects.get(pk=before.pk).until is not None

    def test_a_worker_of_several_areas_is_offered_once_and_named(self, client: Client) -> None:
        family = known()
        assert family.commune
        area = family.commune.area
        team = TeamFactory.create(territory=area.territory)
        AreaFactory.create_batch(2, territory=area.territory)
        worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team)
        SectorFactory.create(worker=worker, commune=family.commune)
        managing(client, worker)

        shown = page(client, family)
        assert shown.count(f'value="{worker.public_id}"') == 1
        assert "Choisissez une personne" in shown
        assert "-----" not in shown
        client.post(f"/familles/{family.public_id}/referent/", {"worker": worker.public_id})

        with as_owner():
            assert Involvement.objects.get(lead=True).worker_id == worker.pk

    def test_a_manager_names_nobody_of_another_territory(self, client: Client) -> None:
        family = known(protected_address=True)
        mine, theirs = (
            StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
            for _ in range(2)
        )
        for worker in (mine, theirs):
            SectorFactory.create(worker=worker, commune=family.commune)
        managing(client, mine)

        shown = page(client, family)
        client.post(f"/familles/{family.public_id}/referent/", {"worker": theirs.public_id})

        assert f'value="{mine.public_id}"' in shown
        assert f'value="{theirs.public_id}"' not in shown
        with as_owner():
            assert not Involvement.objects.exists()

    def test_a_manager_who_is_a_social_worker_too_does_not_name_oneself(
        self, client: Client
    ) -> None:
        family = known(protected_address=True)
        worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
        me = managing(client, worker)
        RoleGrantFactory.create(member=me, role=Role.SOCIAL_WORKER.value)
        SectorFactory.create(worker=me, commune=family.commune)

        assert f'value="{me.public_id}"' not in page(client, family)
        client.post(f"/familles/{family.public_id}/referent/", {"worker": me.public_id})

        with as_owner():
            assert not Involvement.objects.exists()

    def test_who_is_still_involved_comes_first_and_the_lead_is_on_the_path(
        self, client: Client
    ) -> None:
        family = known()
        over = InvolvementFactory.create(
            family=family, since=date(2026, 10, 1), until=date(2026, 11, 1)
        )
        lead = InvolvementFactory.create(family=family, since=date(2026, 9, 1), lead=True)
        signed_in(client, Role.SOCIAL_WORKER)

        shown = page(client, family)

        path, rest = shown.split('id="propositions"')
        assert f"Référent\xa0: {lead.worker}" in path
        involved = rest.split('id="intervenants"')[1]
        assert involved.index(str(lead.worker)) < involved.index(str(over.worker))

    def test_nobody_makes_oneself_the_lead(self, client: Client) -> None:
        family = known(protected_address=True)
        worker = signed_in(client, Role.SOCIAL_WORKER)
        address = f"/familles/{family.public_id}/referent/"

        assert client.post(address, {"worker": worker.public_id}).status_code == 403

    def test_who_is_no_social_worker_leads_nobody(self, client: Client) -> None:
        family = known()
        mediator = StaffFactory.create(role=Role.MEDIATOR)
        signed_in(client, Role.TERRITORY_MANAGER)

        client.post(f"/familles/{family.public_id}/referent/", {"worker": mediator.public_id})

        with as_owner():
            assert not Involvement.objects.exists()
