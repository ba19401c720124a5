"""Correcting how a family is reached."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory, FamilyFactory, InvolvementFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.contacts import correct_contacts
from jalon.families.errors import FamilyError
from jalon.families.models import ContactPoint, Family

pytestmark = pytest.mark.django_db
_ADDRESS = {"line1": "3 rue Neuve", "line2": "Bât. B", "postal_code": "94000", "city": "Créteil"}


def signed_in(client: Client, role: Role = Role.SOCIAL_WORKER) -> StaffMember:
    member: StaffMember = StaffFactory.create(role=role)
    client.force_login(member)
    return member


def known(**flags: bool) -> Family:
    family: Family = FamilyFactory.create(**flags)
    ContactPointFactory.create(family=family)
    ContactPointFactory.create(family=family, kind="address", value="", line1="12 rue des Lilas")
    return family


def address(family: Family) -> str:
    return f"/familles/{family.public_id}/coordonnees/"


def kept(family: Family) -> list[tuple[str, str, bool]]:
    with as_owner():
        rows = ContactPoint.objects.filter(family=family).order_by("kind", "pk")
        return [(one.kind, one.value or one.line1, one.until is None) for one in rows]


def test_what_is_corrected_takes_the_place_of_its_kind_alone(client: Client) -> None:
    family = known()
    signed_in(client)
    assert "12 rue des Lilas" in client.get(address(family)).content.decode()

    client.post(address(family), {"phone": "07 12 34 56 78"})

    assert kept(family) == [
        ("address", "12 rue des Lilas", True),
        ("phone", "+33612345678", False),
        ("phone", "+33712345678", True),
    ]


def test_an_address_is_taken_whole(client: Client) -> None:
    family = known()
    signed_in(client)

    for missing in ("line1", "postal_code", "city"):
        shown = client.post(address(family), {**_ADDRESS, missing: ""})
        assert "À corriger" in shown.content.decode()
    client.post(address(family), _ADDRESS)

    with as_owner():
        new = ContactPoint.objects.get(family=family, kind="address", until=None)
    assert new.lines == ["3 rue Neuve", "Bât. B", "94000 Créteil"]
    assert len(kept(family)) == 3


def test_what_is_known_already_stays_as_it_is(client: Client) -> None:
    family = known()
    signed_in(client)
    before = kept(family)

    client.post(address(family), {"phone": "+33 6 12 34 56 78"})

    assert kept(family) == before


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"phone": "06 12"},
        {"email": "pas une adresse"},
        {**_ADDRESS, "postal_code": "94 00"},
        {**_ADDRESS, "line1": "x" * 49},
    ],
)
def test_what_is_wrong_is_refused(client: Client, told: dict[str, Any]) -> None:
    family = known()
    signed_in(client)
    before = kept(family)

    assert "À corriger" in client.post(address(family), told).content.decode()
    assert kept(family) == before


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SOCIAL_WORKER, 403), (Role.DEPARTMENT_HEAD, 403), (Role.SECRETARY, 200)],
)
def test_a_protected_address_is_corrected_by_who_sees_it(
    client: Client, role: Role, status: int
) -> None:
    family = known(protected_address=True)
    signed_in(client, role)

    answer = client.get(address(family))
    client.post(address(family), {"phone": "0712345678"})

    assert answer.status_code == status
    assert (("phone", "+33712345678", True) in kept(family)) is (status == 200)
    with as_owner():
        assert all(one.protected for one in ContactPoint.objects.filter(family=family))


def test_no_other_page_corrects_it_either() -> None:
    family = known(protected_address=True)
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER)

    with acting(worker.pk), pytest.raises(FamilyError, match="Adresse protégée"):
        correct_contacts(family=family, given=[], by=worker)


def test_the_lead_corrects_it_too(client: Client) -> None:
    family = known(protected_address=True)
    InvolvementFactory.create(family=family, worker=signed_in(client), lead=True)

    client.post(address(family), {"email": "lea@example.org"})

    assert ("email", "lea@example.org", True) in kept(family)


def test_what_began_today_ends_no_earlier(client: Client) -> None:
    family = FamilyFactory.create()
    ContactPointFactory.create(family=family, since=date(2040, 1, 1))
    signed_in(client)

    client.post(address(family), {"phone": "0712345678"})

    with as_owner():
        old = ContactPoint.objects.get(value="+33612345678")
    assert old.until == date(2040, 1, 1)
