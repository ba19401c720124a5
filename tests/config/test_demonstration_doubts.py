"""The demonstration has families that may be one, as registers have them."""

from __future__ import annotations

import pytest

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory, HouseholdFactory, PersonFactory
from jalon.config.demonstration_doubts import add_doubts
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.enums import PersonRole
from jalon.families.models import Doubt, Family

pytestmark = pytest.mark.django_db


def known(*roles: PersonRole) -> None:
    file = HouseholdFactory.create()
    ContactPointFactory.create(family=file.family)
    for role in (PersonRole.RESPONSIBLE, *roles):
        PersonFactory.create(household=file, role=role)


@pytest.fixture
def head() -> StaffMember:
    member: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return member


def test_three_doubts_are_raised_once(head: StaffMember) -> None:
    known(PersonRole.SPOUSE)
    known(PersonRole.CHILD)
    known()
    known(PersonRole.CHILD)

    add_doubts(head)
    add_doubts(head)

    with as_owner():
        assert sorted(Doubt.objects.values_list("why", flat=True)) == [
            "Une personne a le même numéro dans les deux dossiers.",
            "Une personne a le même numéro dans les deux dossiers.",
            "Une personne a les mêmes nom, prénom et date de naissance dans les deux dossiers.",
        ]
        assert Family.objects.count() == 7


def test_a_department_without_such_families_has_none(head: StaffMember) -> None:
    add_doubts(head)

    with as_owner():
        assert not Doubt.objects.exists()
