"""Who may be one person in two families: a doubt, never a merge."""

from __future__ import annotations

from datetime import date

import pytest

from conftest import as_owner
from factories.directory import CommuneFactory, StaffFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.arrivals import Arrival, Contact, Member, receive
from jalon.families.enums import ContactKind
from jalon.families.models import Doubt, Family

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


@pytest.fixture
def head() -> StaffMember:
    CommuneFactory.create(code="94028")
    member: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return member


def person(register_id: str, last_name: str, first_name: str, born: date) -> Member:
    return Member(register_id, "responsible", last_name, first_name, "F", born, None)


def arrival(number: str, *members: Member, contacts: tuple[Contact, ...] = ()) -> Arrival:
    return Arrival(number, "94028", False, False, members, contacts)  # noqa: FBT003


def arrived(head: StaffMember, *arrivals: Arrival) -> list[str]:
    """Make them known one after the other; return why some may be the same."""
    for one in arrivals:
        with acting(head.pk):
            receive([one], day=DAY, refresh=True)
    with as_owner():
        assert Family.objects.count() == len({one.number for one in arrivals})
        return list(Doubt.objects.values_list("why", flat=True))


def test_one_number_in_two_files_is_a_doubt(head: StaffMember) -> None:
    found = arrived(
        head,
        arrival("H1", person("P1", "Martin", "Claude", date(1980, 1, 1))),
        arrival("H2", person("P1", "Martin", "Claudie", date(1980, 1, 1))),
    )
    assert found == ["Une personne a le même numéro dans les deux dossiers."]


def test_one_name_and_birth_in_two_files_is_a_doubt_whatever_the_accents(
    head: StaffMember,
) -> None:
    found = arrived(
        head,
        arrival("H1", person("P1", "Le Goff", "Hélène", date(1980, 1, 1))),
        arrival("H2", person("P2", "LE-GOFF", "Helene", date(1980, 1, 1))),
    )
    assert found == [
        "Une personne a les mêmes nom, prénom et date de naissance dans les deux dossiers."
    ]


def test_a_doubt_is_raised_once(head: StaffMember) -> None:
    one = arrival("H1", person("P1", "Martin", "Claude", date(1980, 1, 1)))
    other = arrival("H2", person("P1", "Martin", "Claude", date(1980, 1, 1)))
    assert len(arrived(head, one, other, one, other)) == 1


def test_couples_who_share_telephone_mail_address_and_first_name_are_no_doubt(
    head: StaffMember,
) -> None:
    shared = (
        Contact(ContactKind.PHONE, "+33612345678"),
        Contact(ContactKind.EMAIL, "claude@example.org"),
        Contact(ContactKind.ADDRESS, line1="1 rue des Lilas", postal_code="94000", city="Créteil"),
    )
    found = arrived(
        head,
        arrival("H1", person("P1", "Martin", "Claude", date(1980, 1, 1)), contacts=shared),
        arrival("H2", person("P2", "Durand", "Claude", date(1981, 2, 2)), contacts=shared),
    )
    assert found == []


@pytest.mark.parametrize("born", [date(1980, 1, 2), date(1990, 1, 1)])
def test_homonyms_born_another_day_are_no_doubt(head: StaffMember, born: date) -> None:
    found = arrived(
        head,
        arrival("H1", person("P1", "Martin", "Claude", date(1980, 1, 1))),
        arrival("H2", person("P2", "Martin", "Claude", born)),
    )
    assert found == []


def test_people_without_a_name_are_no_doubt(head: StaffMember) -> None:
    found = arrived(
        head,
        arrival("H1", person("P1", "", "", date(1980, 1, 1))),
        arrival("H2", person("P2", "", "", date(1980, 1, 1))),
    )
    assert found == []
