"""The list of the staff, one member's page, and the page of roles."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from factories.directory import AbsenceFactory, SectorFactory, StaffFactory, TeamFactory
from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission, Role

pytestmark = pytest.mark.django_db
_STAFF = "/equipe/"


@pytest.fixture
def me(client: Client) -> StaffMember:
    made: StaffMember = StaffFactory.create(
        role=Role.SECRETARY, first_name="Zoé", last_name="Aubin"
    )
    client.force_login(made)
    return made


def _names(page: Any) -> list[str]:
    return [row["member"].last_name for row in page.context["rows"]]


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_list_asks_as_much_for_one_as_for_three(client: Client, me: StaffMember) -> None:
    assert me.pk
    alone = _queries(client, _STAFF)

    for _ in range(2):
        member = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
        AbsenceFactory.create(member=member)

    assert _queries(client, _STAFF) == alone
    assert alone <= 12


def test_a_page_asks_as_much_for_one_commune_as_for_three(client: Client, me: StaffMember) -> None:
    address = reverse("directory:person", args=[me.public_id])
    SectorFactory.create(worker=me)
    one = _queries(client, address)
    SectorFactory.create_batch(2, worker=me)

    assert _queries(client, address) == one


def test_the_list_is_in_order_and_says_who_is_away(client: Client, me: StaffMember) -> None:
    assert me.pk
    StaffFactory.create(last_name="Zola", role=Role.MEDIATOR)
    AbsenceFactory.create(member=StaffFactory.create(last_name="barthes"))

    page = client.get(_STAFF)

    assert _names(page) == ["Aubin", "barthes", "Zola"]
    assert page.content.decode().count("Absence") == 1
    assert "Médiateur familial" in page.content.decode()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("benoit", ["Benoît"]),
        ("BENOÎT", ["Benoît"]),
        ("d'ornano", ["D'Ornano"]),
        ("aissatou orn", ["D'Ornano"]),
        ("agent-x@", ["D'Ornano"]),
        ("%", []),
        ("personne", []),
    ],
)
def test_a_name_is_found_whatever_its_accents(
    client: Client, me: StaffMember, words: str, found: list[str]
) -> None:
    assert me.pk
    StaffFactory.create(last_name="Benoît")
    StaffFactory.create(first_name="Aïssatou", last_name="D'Ornano", email="agent-x@example.org")

    page: Any = client.post(_STAFF, {"name": words})

    assert _names(page) == found
    assert ("Personne ne correspond" in page.content.decode()) is not bool(found)
    assert "benoit" not in page.request["QUERY_STRING"]


def test_the_list_is_narrowed_by_the_address(client: Client, me: StaffMember) -> None:
    assert me.pk
    team = TeamFactory.create(service=Service.MEDIATION)
    inside = StaffFactory.create(last_name="Dedans", team=team)
    StaffFactory.create(last_name="Dehors", team=TeamFactory.create())
    StaffFactory.create(last_name="Parti", is_active=False)

    for query in ("service=mediation", f"team={team.pk}", f"territory={team.territory.pk}"):
        assert _names(client.get(f"{_STAFF}?{query}")) == [inside.last_name], query
    assert _names(client.get(f"{_STAFF}?accounts=closed")) == ["Parti"]
    assert len(_names(client.get(f"{_STAFF}?accounts=all"))) == 4
    assert len(_names(client.get(f"{_STAFF}?service=x&team=x&page=x"))) == 3


def test_a_long_list_has_pages(client: Client, me: StaffMember) -> None:
    assert me.pk
    StaffFactory.create_batch(30)

    assert len(_names(client.get(_STAFF))) == 25
    assert len(_names(client.get(f"{_STAFF}?page=2"))) == 6


@pytest.mark.parametrize("role", Role)
def test_the_staff_shows_to_those_whose_work_needs_it(client: Client, role: Role) -> None:
    me = StaffFactory.create(role=role)
    client.force_login(me)
    status = 200 if Permission.SEE_STAFF in role.permissions else 403

    assert client.get(_STAFF).status_code == status
    assert client.get(reverse("directory:person", args=[me.public_id])).status_code == status
    assert client.get(reverse("directory:roles")).status_code == 200


def test_an_unknown_number_is_not_there(client: Client, me: StaffMember) -> None:
    assert me.pk
    nowhere = "00000000-0000-4000-8000-000000000000"

    assert client.get(reverse("directory:person", args=[nowhere])).status_code == 404


def test_without_an_account_one_sees_none_of_it(client: Client) -> None:
    for address in (_STAFF, reverse("directory:roles"), reverse("directory:open_account")):
        assert client.get(address).headers["Location"].startswith(reverse("account_login"))


def test_the_page_of_roles_is_made_from_them(client: Client, me: StaffMember) -> None:
    assert me.pk
    page = client.get(reverse("directory:roles")).content.decode().replace("\u00a0", " ")

    for role in Role:
        assert f"<h2>{role.label}</h2>".replace("'", "&#x27;") in page
    for permission in Permission:
        assert permission.label.replace("'", "&#x27;") in page
    assert page.count("Votre rôle") == 1
    assert "qui fait un requêtage ne le libère pas" in page


def test_only_the_administrator_sees_links_to_manage(client: Client, me: StaffMember) -> None:
    assert me.pk
    other = StaffFactory.create(role=Role.SOCIAL_WORKER)
    address = reverse("directory:person", args=[other.public_id])
    words = ("Modifier la fiche", "Fermer le compte", "Donner un rôle", "Changer les communes")

    page = client.get(address).content.decode()
    assert not any(word in page for word in words)

    client.force_login(StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR))
    page = client.get(address).content.decode()
    assert all(word in page for word in words[:3])
    assert words[3] not in page
