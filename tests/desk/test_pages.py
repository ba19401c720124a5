"""Searching, deciding of doubts, and what is refused."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import as_owner
from factories.directory import (
    AreaFactory,
    CommuneFactory,
    StaffFactory,
    TeamFactory,
)
from factories.families import (
    DoubtFactory,
    FamilyFactory,
    HouseholdFactory,
    PersonFactory,
    SnapshotFactory,
)
from factories.outreach import ProposalFactory
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.enums import DoubtState
from jalon.families.models import Doubt, Family, Merge

pytestmark = pytest.mark.django_db
_NOBODY = "00000000-0000-4000-8000-000000000000"


def signed_in(client: Client, role: Role) -> StaffMember:
    member: StaffMember = StaffFactory.create(role=role, team=TeamFactory.create())
    client.force_login(member)
    return member


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def counted(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        shown(client, address)
    return len(queries)


def known(last_name: str, **columns: object) -> Family:
    file = HouseholdFactory.create(family=FamilyFactory.create(**columns))
    family: Family = PersonFactory.create(household=file, last_name=last_name).family
    return family


def pair(last_name: str = "Martin") -> Doubt:
    doubt: Doubt = DoubtFactory.create(one=known(last_name), other=known(last_name))
    return doubt


class TestSearch:
    """By what is sent, never by the address."""

    def test_what_is_looked_for_never_shows_in_an_address(self, client: Client) -> None:
        family = known("Traoré", protected_address=True)
        signed_in(client, Role.SOCIAL_WORKER)

        answer = client.post("/familles/", {"q": "traore"})

        assert (answer.status_code, answer["Location"]) == (302, "/familles/")
        page = shown(client, "/familles/")
        assert str(family.public_id) in page
        assert "Adresse protégée" in page

    def test_pages_follow_one_another(self, client: Client) -> None:
        for _ in range(30):
            known("Martin")
        signed_in(client, Role.SOCIAL_WORKER)
        client.post("/familles/", {"q": "martin"})

        assert shown(client, "/familles/").count('<th scope="row">') == 25
        assert shown(client, "/familles/?page=2").count('<th scope="row">') == 5

    def test_nobody_found_says_what_to_try(self, client: Client) -> None:
        signed_in(client, Role.SOCIAL_WORKER)
        client.post("/familles/", {"q": "traore"})

        assert "Aucune famille trouvée" in shown(client, "/familles/")

    def test_nothing_asked_is_refused(self, client: Client) -> None:
        signed_in(client, Role.SOCIAL_WORKER)

        answer = client.post("/familles/", {"q": " "})

        assert "À corriger" in answer.content.decode()

    def test_one_letter_is_too_few_and_says_so(self, client: Client) -> None:
        known("Traoré")
        signed_in(client, Role.SOCIAL_WORKER)
        client.post("/familles/", {"q": "traore"})

        answer = client.post("/familles/", {"q": "t"}).content.decode()

        assert "Tapez au moins deux lettres" in answer
        assert "Aucune famille trouvée" not in answer
        assert "Traoré" not in answer

    def test_another_person_does_not_see_what_was_found(self, client: Client) -> None:
        family = known("Traoré")
        signed_in(client, Role.SOCIAL_WORKER)
        client.post("/familles/", {"q": "traore"})
        client.logout()
        signed_in(client, Role.SOCIAL_WORKER)

        assert str(family.public_id) not in shown(client, "/familles/")

    def test_the_queries_do_not_grow(self, client: Client) -> None:
        known("Martin")
        signed_in(client, Role.SOCIAL_WORKER)
        client.post("/familles/", {"q": "martin"})
        one = counted(client, "/familles/")
        known("Martin")
        known("Martin")
        client.post("/familles/", {"q": "martin"})

        assert counted(client, "/familles/") == one <= 10


class TestRefused:
    """What is refused or missing keeps the way to the rest, for whoever is signed in."""

    @pytest.mark.parametrize(
        ("address", "status", "said"),
        [
            ("/familles/doublons/", 403, "Cette page ne vous est pas ouverte"),
            ("/rien/", 404, "Cette page n&#x27;existe pas"),
            (f"/familles/{_NOBODY}/", 404, "Cette page n&#x27;existe pas"),
        ],
    )
    def test_with_the_navigation_of_the_person(
        self, client: Client, address: str, status: int, said: str
    ) -> None:
        signed_in(client, Role.SOCIAL_WORKER)

        answer = client.get(address)

        page = answer.content.decode()
        assert answer.status_code == status
        assert said in page.replace("'", "&#x27;")
        assert 'aria-label="Principale"' in page
        assert "Propositions" in page
        assert "Requêtages" not in page

    def test_without_it_for_whoever_is_not(self, client: Client) -> None:
        page = client.get("/rien/").content.decode()

        assert "Cette page n" in page
        assert "<nav" not in page


class TestDoubts:
    """Side by side, decided by a person, and undone."""

    def test_a_doubt_is_listed_compared_and_merged_then_undone(self, client: Client) -> None:
        doubt = pair()
        member = signed_in(client, Role.SECRETARY)
        assert doubt.why in shown(client, "/familles/doublons/")
        compared = shown(client, f"/familles/doublons/{doubt.public_id}/")
        assert compared.count("Martin") >= 2

        client.post(f"/familles/doublons/{doubt.public_id}/reunir/")

        with as_owner():
            done = Merge.objects.get()
            assert Doubt.objects.get(pk=doubt.pk).decided_by == member
        assert "Défaire…" in shown(client, "/familles/reunions/")
        assert "Aucun doublon" in shown(client, "/familles/doublons/")

        address = f"/familles/reunions/{done.public_id}/defaire/"
        assert "redeviennent distinctes" in shown(client, address)
        client.post(address)

        with as_owner():
            assert Merge.objects.get().undone_by == member
            assert not Family.objects.filter(merged_into__isnull=False).exists()

    def test_two_families_are_kept_apart(self, client: Client) -> None:
        doubt = pair()
        signed_in(client, Role.TERRITORY_MANAGER)

        client.post(f"/familles/doublons/{doubt.public_id}/separer/")

        with as_owner():
            assert Doubt.objects.get().state == DoubtState.KEPT_APART
            assert not Merge.objects.exists()

    @pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.MEDIATOR, Role.DEPARTMENT_HEAD])
    def test_others_do_not_decide(self, client: Client, role: Role) -> None:
        doubt = pair()
        signed_in(client, role)

        for address in ("", f"{doubt.public_id}/"):
            assert client.get(f"/familles/doublons/{address}").status_code == 403
        for verb in ("reunir", "separer"):
            answer = client.post(f"/familles/doublons/{doubt.public_id}/{verb}/")
            assert answer.status_code == 403

    @pytest.mark.parametrize("address", ["/familles/doublons/", "/familles/reunions/"])
    def test_the_queries_do_not_grow(self, client: Client, address: str) -> None:
        def add() -> None:
            doubt = pair()
            client.post(f"/familles/doublons/{pair().public_id}/reunir/")
            assert doubt.pk

        signed_in(client, Role.SECRETARY)
        add()
        shown(client, address)
        one = counted(client, address)
        add()
        add()

        assert counted(client, address) == one <= 12


def test_a_manager_works_for_the_communes_of_the_territory(client: Client) -> None:
    member = signed_in(client, Role.TERRITORY_MANAGER)
    assert member.team is not None
    area = AreaFactory.create(territory=member.team.territory)
    mine = FamilyFactory.create(commune=CommuneFactory.create(area=area))
    FamilyFactory.create()

    listed = shown(client, "/familles/sans-referent/")

    assert str(mine.public_id) in listed
    assert listed.count('<th scope="row">') == 1


@pytest.mark.parametrize(
    ("query", "kept"), [("?commune=ivry", "first"), ("?offre=mediation", "second")]
)
def test_families_without_lead_are_counted_dated_and_filtered(
    client: Client, query: str, kept: str
) -> None:
    signed_in(client, Role.DEPARTMENT_HEAD)
    files = {
        "first": HouseholdFactory.create(
            family__commune=CommuneFactory.create(label="Ivry-sur-Seine")
        ),
        "second": HouseholdFactory.create(),
    }
    ProposalFactory.create(
        snapshot=SnapshotFactory.create(file=files["second"]), offer="mediation"
    )
    address = "/familles/sans-referent/"

    everyone, some = shown(client, address), shown(client, f"{address}{query}")

    assert "2\u00a0familles" in everyone
    assert "1\u00a0famille<" in some
    assert everyone.count('data-label="Connue depuis"') == 2
    assert [name for name, file in files.items() if str(file.family.public_id) in some] == [kept]
    assert "répond à ces filtres" in shown(client, f"{address}?commune=nulle-part")


def test_families_without_lead_take_as_many_queries_however_many(client: Client) -> None:
    signed_in(client, Role.DEPARTMENT_HEAD)
    HouseholdFactory.create()
    shown(client, "/familles/sans-referent/")
    one = counted(client, "/familles/sans-referent/")
    HouseholdFactory.create_batch(2)

    assert counted(client, "/familles/sans-referent/") == one <= 12
