"""What a family gives on the answer page: used once a colleague confirmed it, and not before."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import as_owner
from desk.test_contacts import address, kept, known, signed_in
from desk.test_day import day, urgent
from factories.directory import CommuneFactory, SectorFactory, StaffFactory
from factories.families import (
    ContactPointFactory,
    FamilyFactory,
    GivenContactFactory,
    InvolvementFactory,
    PersonFactory,
)
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.contacts import decide_contact
from jalon.families.errors import FamilyError
from jalon.families.models import ContactPoint, Family, GivenContact

pytestmark = pytest.mark.django_db
LIST = "/familles/coordonnees-a-confirmer/"
OLD, NEW = "+33612345678", "+33698765432"


def given(family: Family, **columns: Any) -> GivenContact:
    one: GivenContact = GivenContactFactory.create(family=family, **columns)
    return one


def decide(client: Client, one: GivenContact, what: str, **typed: str) -> Any:
    return client.post(f"{address(one.family)}{one.public_id}/{what}/", typed, follow=True)


def test_confirmed_it_replaces_its_kind_and_says_who_gave_and_who_confirmed(
    client: Client,
) -> None:
    family = known()
    by = signed_in(client)
    one = given(family)
    page = client.get(family.get_absolute_url()).content.decode()
    assert "Téléphone à confirmer" in page
    assert "06 98 76 54 32" in page
    assert f"tel:{NEW}" not in page

    page = decide(client, one, "confirmer").content.decode()

    assert kept(family)[1:] == [("phone", OLD, False), ("phone", NEW, True)]
    assert "à confirmer" not in page
    assert f"donné par la famille, confirmé par {by}" in " ".join(page.split())
    with as_owner():
        old, new = ContactPoint.objects.filter(kind="phone").order_by("pk")
        one.refresh_from_db()
    assert (new.source, new.by, old.source, old.by, old.ended_by) == (
        *("family", by),
        *("register", None, by),
    )
    assert (one.confirmed, one.decided_by) == (True, by)


def test_refused_it_changes_nothing_and_is_gone_from_sight(client: Client) -> None:
    family = known()
    signed_in(client)
    one, before = given(family), kept(family)

    page = decide(client, one, "refuser").content.decode()

    assert kept(family) == before
    assert "à confirmer" not in page
    assert "relisez la page" in decide(client, one, "confirmer").content.decode()
    assert kept(family) == before


def test_what_staff_write_is_confirmed_at_once_and_says_so(client: Client) -> None:
    family = known()
    by = signed_in(client)

    client.post(address(family), {"phone": "07 12 34 56 78"})

    with as_owner():
        new = ContactPoint.objects.get(value="+33712345678")
    assert (new.source, new.by, new.until) == ("staff", by, None)
    page = client.get(family.get_absolute_url()).content.decode()
    assert f"noté par {by}" in " ".join(page.split())


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.SOCIAL_WORKER, False), (Role.DEPARTMENT_HEAD, False), (Role.SECRETARY, True)],
)
def test_of_a_protected_family_it_is_seen_and_decided_by_who_sees_where_it_lives(
    client: Client, role: Role, *, sees: bool
) -> None:
    family = known(protected_address=True)
    by = signed_in(client, role)
    one = given(family, safe=True)

    page = client.get(family.get_absolute_url()).content.decode()
    assert ("06 98 76 54 32" in page) is ("La famille le dit sûr" in page) is sees
    assert ("06 98 76 54 32" in client.get(LIST).content.decode()) is sees
    assert decide(client, one, "confirmer").status_code == (200 if sees else 404)
    assert (("phone", NEW, True) in kept(family)) is sees
    if not sees:
        with acting(by.pk), pytest.raises(FamilyError, match="Adresse protégée"):
            decide_contact(given=one, confirmed=True, by=by)


def waits_for(client: Client, member: StaffMember) -> bool:
    client.force_login(member)
    return "Coordonnées à confirmer" in urgent(day(client))


def test_given_to_another_family_by_a_merge_meanwhile_it_is_to_be_read_again(
    client: Client,
) -> None:
    family, other = known(), FamilyFactory.create()
    by = signed_in(client)
    stale = given(family)
    with as_owner():
        GivenContact.objects.update(family=other)

    with acting(by.pk), pytest.raises(FamilyError, match="relisez la page"):
        decide_contact(given=stale, confirmed=True, by=by)

    with as_owner():
        assert GivenContact.objects.get().confirmed is None
        assert not ContactPoint.objects.filter(value=NEW).exists()


def test_it_waits_in_the_day_of_who_sees_to_it(client: Client) -> None:
    there, elsewhere = CommuneFactory.create(), CommuneFactory.create()
    family = FamilyFactory.create(commune=there)
    given(family)
    lead, other, secretary, away = (
        StaffFactory.create(role=role)
        for role in (Role.SOCIAL_WORKER, Role.SOCIAL_WORKER, Role.SECRETARY, Role.SECRETARY)
    )
    InvolvementFactory.create(family=family, worker=lead, lead=True)
    SectorFactory.create(worker=away, commune=elsewhere)

    assert [waits_for(client, one) for one in (lead, other, secretary, away)] == [
        *(True, False),
        *(True, False),
    ]


def test_decided_from_the_list_it_leads_back_to_it(client: Client) -> None:
    family = known()
    signed_in(client, Role.SECRETARY)
    one = given(family)
    page = client.get(LIST).content.decode()
    assert "06 12 34 56 78" in page
    assert "06 98 76 54 32" in page

    page = decide(client, one, "confirmer", liste="1").content.decode()

    assert "Rien à confirmer" in page


def test_the_list_takes_as_many_queries_however_many(client: Client) -> None:
    signed_in(client, Role.SECRETARY)

    def add() -> None:
        family = PersonFactory.create().family
        ContactPointFactory.create(family=family)
        given(family)

    def counted() -> int:

        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    add()
    client.get(LIST)
    one = counted()
    add()
    add()
    assert counted() == one
