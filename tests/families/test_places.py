"""Where one works: no family that waits is on nobody's list."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import as_owner
from factories.directory import (
    AreaFactory,
    CommuneFactory,
    SectorFactory,
    StaffFactory,
    TeamFactory,
)
from factories.families import FamilyFactory, HouseholdFactory, SnapshotFactory
from factories.outreach import ProposalFactory
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.outreach.models import Proposal

pytestmark = pytest.mark.django_db
_MANAGERS = (Role.TERRITORY_MANAGER, Role.SECRETARY, Role.DEPARTMENT_HEAD)
_WORKERS = (
    *(Role.SOCIAL_WORKER, Role.MEDIATOR, Role.PSYCHOLOGIST, Role.FINANCIAL_AID_OFFICER),
    Role.SECRETARY,
)


def _proposed(**columns: object) -> Family:
    """A protected family that nobody leads, to be reached in person."""
    family: Family = FamilyFactory.create(protected_address=True, **columns)
    file = HouseholdFactory.create(family=family)
    ProposalFactory.create(snapshot=SnapshotFactory.create(file=file), channel="in_person")
    return family


def _lists(client: Client) -> tuple[str, str, str]:
    addresses = ("/", "/familles/sans-referent/", "/propositions/?ou=miennes&voie=in_person")
    day, alone, proposals = (client.get(address).content.decode() for address in addresses)
    return day, alone, proposals


def _in_a_territory(role: Role) -> StaffMember:
    team = TeamFactory.create()
    CommuneFactory.create(area=AreaFactory.create(territory=team.territory))
    member: StaffMember = StaffFactory.create(role=role, team=team)
    return member


@pytest.mark.parametrize("role", _MANAGERS)
def test_a_protected_family_of_no_known_commune_is_on_somebodys_list(
    client: Client, role: Role
) -> None:
    family = _proposed(commune=None)
    client.force_login(_in_a_territory(role))

    day, alone, proposals = _lists(client)

    assert "À joindre en personne" in day
    assert "Familles sans référent" in day
    assert str(family.public_id) in alone
    assert str(family.public_id) in proposals


def test_a_worker_sees_the_families_of_their_communes_alone(client: Client) -> None:
    unknown, elsewhere = _proposed(commune=None), _proposed()
    member = _in_a_territory(Role.SOCIAL_WORKER)
    mine = _proposed(commune=CommuneFactory.create())
    SectorFactory.create(worker=member, commune=mine.commune)
    client.force_login(member)

    _, alone, proposals = _lists(client)

    for shown in (alone, proposals):
        assert str(mine.public_id) in shown
        assert str(unknown.public_id) not in shown
        assert str(elsewhere.public_id) not in shown


@pytest.mark.parametrize("role", _WORKERS)
@pytest.mark.parametrize("team", ["none", "of no commune"])
def test_whoever_has_neither_team_nor_commune_sees_everywhere(
    client: Client, role: Role, team: str
) -> None:
    family = _proposed()
    of = None if team == "none" else TeamFactory.create()
    client.force_login(StaffFactory.create(role=role, team=of))

    day, alone, proposals = _lists(client)

    assert "À joindre en personne" in day
    assert "Elles habitent le département" in day
    assert str(family.public_id) in alone
    assert str(family.public_id) in proposals
    with as_owner():
        assert Proposal.objects.count() == 1
