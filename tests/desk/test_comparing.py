"""Two families that may be one, side by side: what is the same, and what differs."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import as_owner
from factories.directory import CommuneFactory, StaffFactory, TeamFactory
from factories.families import (
    ContactPointFactory,
    DoubtFactory,
    FamilyFactory,
    HouseholdFactory,
    InvolvementFactory,
    PersonFactory,
    SnapshotFactory,
)
from factories.outreach import ProposalFactory
from jalon.audit.models import Read
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Doubt, Household

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def decider(client: Client) -> StaffMember:
    member: StaffMember = StaffFactory.create(role=Role.SECRETARY, team=TeamFactory.create())
    client.force_login(member)
    return member


def files() -> tuple[Household, Household]:
    commune = CommuneFactory.create(label="Créteil")
    one, other = (HouseholdFactory.create(family__commune=commune) for _ in range(2))
    return one, other


def doubt_of(one: Household, other: Household) -> Doubt:
    doubt: Doubt = DoubtFactory.create(one=one.family, other=other.family)
    return doubt


def lines(client: Client, doubt: Doubt) -> dict[str, str]:
    """What the page says on each line, as it is read: without tags."""
    page = client.get(f"/familles/doublons/{doubt.public_id}/")
    assert page.status_code == 200
    body = page.content.decode().split("<tbody")[1].split("</tbody>")[0]
    found = {}
    for row in body.split("<tr")[1:]:
        text = " ".join(re.sub(r"<[^>]+>", " ", row.partition(">")[2]).split())
        label = re.search(r'<th scope="row">([^<]+)<', row)
        assert label
        found[label[1]] = text.removeprefix(label[1]).strip()
    return found


def test_everything_known_of_both_is_compared(client: Client) -> None:
    one, other = files()
    for file, street in ((one, "3 rue Haute"), (other, "8 rue Basse")):
        PersonFactory.create(household=file, last_name="Diallo", first_name="Awa")
        ContactPointFactory.create(family=file.family, value="+33612345678")
        ContactPointFactory.create(family=file.family, kind="address", value="", line1=street)
        ProposalFactory.create(snapshot=SnapshotFactory.create(file=file), event=street)
    lead = InvolvementFactory.create(family=other.family, lead=True).worker

    found = lines(client, doubt_of(one, other))

    assert found["Personnes"].endswith("Identique")
    assert "3 rue Haute" in found["Adresse"]
    assert "8 rue Basse" in found["Adresse"]
    assert found["Adresse"].endswith("Différent")
    assert found["Téléphone"].endswith("Identique")
    assert found["Commune"] == "Créteil Créteil Identique"
    assert found["Dossier"].endswith("Différent")
    assert found["Qui intervient"].startswith("Rien Travail social")
    assert f"{lead}, référent" in found["Qui intervient"]
    assert found["Qui intervient"].endswith("D'un seul côté".replace("'", "&#x27;"))
    assert found["Propositions"].count("Séparation") == 2
    assert "Adresse électronique" not in found


def test_a_homonym_of_another_birth_is_another_person(client: Client) -> None:
    one, other = files()
    for file, born in ((one, date(1990, 5, 1)), (other, date(1991, 5, 1))):
        PersonFactory.create(household=file, last_name="Diallo", first_name="Awa", birth_date=born)

    found = lines(client, doubt_of(one, other))

    assert found["Personnes"].endswith("Différent")
    assert "Dans les deux" not in found["Personnes"]


def test_who_is_in_both_is_said_where_others_are_not(client: Client) -> None:
    one, other = files()
    for file, first_name in ((one, "Moussa"), (other, "Karim")):
        PersonFactory.create(household=file, last_name="Diallo", first_name=first_name)
        PersonFactory.create(
            household=file,
            last_name="Diallo",
            first_name="Lina",
            role="child",
            register_id="P-LINA",
        )

    found = lines(client, doubt_of(one, other))

    assert found["Personnes"].count("Dans les deux") == 2
    assert re.search(r"Lina Diallo, .*? Dans les deux", found["Personnes"])
    assert found["Personnes"].endswith("En partie identique")


def test_a_protection_of_one_alone_shows(client: Client) -> None:
    one, other = (
        HouseholdFactory.create(),
        HouseholdFactory.create(family=FamilyFactory.create(protected_address=True)),
    )

    found = lines(client, doubt_of(one, other))

    assert found["Protection"].startswith("Rien Adresse protégée")


def test_both_readings_are_written_down_and_the_queries_do_not_grow(
    client: Client, decider: StaffMember
) -> None:
    one, other = files()
    doubt = doubt_of(one, other)

    def fill() -> None:
        for file in (one, other):
            PersonFactory.create(household=file)
            ContactPointFactory.create(family=file.family)
            InvolvementFactory.create(family=file.family)
            ProposalFactory.create(snapshot=SnapshotFactory.create(file=file))

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            lines(client, doubt)
        return len(queries)

    fill()
    lines(client, doubt)
    first = counted()
    fill()
    fill()

    assert counted() == first <= 20
    with as_owner():
        read = set(Read.objects.filter(staff_id=decider.pk).values_list("family_id", flat=True))
    assert read >= {one.family_id, other.family_id}
