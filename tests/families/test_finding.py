"""A family is found by a name, a number or a telephone, as far as one may see it."""

from __future__ import annotations

import pytest

from factories.directory import StaffFactory
from factories.families import (
    ContactPointFactory,
    FamilyFactory,
    HouseholdFactory,
    InvolvementFactory,
    PersonFactory,
)
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.families.queries import MOST_FOUND, find_families

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> StaffMember:
    member: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER)
    return member


def known(last_name: str, first_name: str) -> Family:
    family: Family = PersonFactory.create(last_name=last_name, first_name=first_name).family
    return family


def found(by: StaffMember, text: str) -> list[int]:
    with acting(by.pk):
        return find_families(text).families


@pytest.mark.parametrize(
    "text",
    [
        "Traoré",
        "traore",
        "TRAORÉ Aïssatou",
        "aissatou traore",
        "aissatou-marie",
        "tra aïs",
        "Traoret",
        "aissatou mari",
    ],
)
def test_a_name_is_found_in_any_writing(worker: StaffMember, text: str) -> None:
    family = known("Traoré", "Aïssatou-Marie")
    known("Martin", "Claude")

    assert found(worker, text) == [family.pk]


@pytest.mark.parametrize(
    ("known_as", "looked_for"),
    [
        ("Lévêque", "Levesque"),
        ("Levesque", "leveque"),
        ("Duchêne", "Duchesne"),
        ("Mbaye", "M'Baye"),
        ("M'Baye", "Mbaye"),
        ("N’Diaye", "ndiaye"),
        ("d'Almeida", "Almeida"),
        ("Le Goff", "Legoff"),
        ("Legoff", "Le Goff"),
        ("De La Tour", "Delatour"),
        ("Delatour", "de la tour"),
        ("De Latour", "De La Tour"),
        ("Saint-Ouen", "Saintouen"),
        ("Saintouen", "Saint-Ouen"),
        ("Saint-Ouen", "St Ouen"),
        ("Ben Aïssa", "Benaïssa"),
    ],
)
def test_a_name_written_in_the_other_way_is_found(
    worker: StaffMember, known_as: str, looked_for: str
) -> None:
    family = known(known_as, "Awa")
    known("Martin", "Awa")

    assert found(worker, f"{looked_for} awa") == [family.pk]
    assert found(worker, looked_for) == [family.pk]


def test_every_word_counts(worker: StaffMember) -> None:
    known("Traoré", "Aïssatou")

    assert found(worker, "traore claude") == []


def test_a_short_name_is_found_whole(worker: StaffMember) -> None:
    family = known("Ly", "Awa")
    known("Lyonnet", "Anne")

    assert found(worker, "ly") == [family.pk]


def test_the_same_name_comes_before_one_that_begins_so_and_one_that_sounds_so(
    worker: StaffMember,
) -> None:
    sounding, longer, same = known("Morot", "A"), known("Moreaux", "A"), known("Moreau", "A")

    assert found(worker, "moreau") == [same.pk, longer.pk, sounding.pk]


def test_the_same_letters_come_before_what_only_sounds_so(worker: StaffMember) -> None:
    sounding, same = known("Le Gof", "Awa"), known("Le Goff", "Awa")

    assert found(worker, "legoff") == [same.pk, sounding.pk]


@pytest.mark.parametrize(
    ("like_it", "itself", "text"),
    [
        (("Martinez", "Awa"), ("Martin", "Awa"), "awa martin"),
        (("Le Gof", "Awa"), ("Le Goff", "Awa"), "legoff"),
        (("Le Gof", "Awa"), ("Le Goff", "Awa"), "legoff awa"),
        (("De Latoure", "Awa"), ("Delatour", "Awa"), "de la tour awa"),
    ],
)
def test_the_likeliest_comes_first_whatever_number_is_like_it(
    worker: StaffMember, like_it: tuple[str, str], itself: tuple[str, str], text: str
) -> None:
    for _ in range(MOST_FOUND + 1):
        known(*like_it)
    family = known(*itself)

    assert found(worker, text)[0] == family.pk


def test_first_names_are_joined_too_and_never_to_the_last(worker: StaffMember) -> None:
    family = known("Le Goff", "Jean-Pierre")

    assert found(worker, "jeanpierre legoff") == [family.pk]
    assert found(worker, "goffjean") == []


def test_signs_of_patterns_are_only_signs(worker: StaffMember) -> None:
    known("Traoré", "Aïssatou")

    for text in ("%", "_____", "tra%re", "'; --", "\\", "'"):
        assert found(worker, text) == []


def test_a_file_is_found_by_its_number(worker: StaffMember) -> None:
    file = HouseholdFactory.create(number="0012345")
    HouseholdFactory.create(number="0012346")

    assert found(worker, " 001 2345 ") == [file.family_id]


@pytest.mark.parametrize(
    "text",
    [
        "18245",
        "00018245",
        "0018245",
        "n° 00018245",
        "N°18 245",
        "Dossier n° 18245",
        "numéro 18245",
    ],
)
def test_a_number_is_found_however_it_is_written(worker: StaffMember, text: str) -> None:
    file = HouseholdFactory.create(number="00018245")
    HouseholdFactory.create(number="00182450")

    assert found(worker, text) == [file.family_id]


@pytest.mark.parametrize("text", ["06 12 34 56 78", "+33612345678", "06.12.34.56.78"])
def test_a_family_is_found_by_its_telephone(worker: StaffMember, text: str) -> None:
    contact = ContactPointFactory.create(value="+33612345678")

    assert found(worker, text) == [contact.family_id]


def test_a_protected_telephone_answers_only_those_who_see_it(worker: StaffMember) -> None:
    contact = ContactPointFactory.create(
        value="+33612345678", family=FamilyFactory.create(protected_address=True)
    )
    secretary = StaffFactory.create(role=Role.SECRETARY)
    lead = InvolvementFactory.create(family=contact.family, lead=True).worker

    assert found(worker, "0612345678") == []
    assert found(secretary, "0612345678") == [contact.family_id]
    assert found(lead, "0612345678") == [contact.family_id]


@pytest.mark.parametrize(
    "role", [Role.TARGETING_ANALYST, Role.TECHNICAL_ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER]
)
def test_who_may_see_no_family_finds_none(role: Role) -> None:
    known("Traoré", "Aïssatou")

    assert found(StaffFactory.create(role=role), "traore") == []


def test_more_than_can_be_read_says_so(worker: StaffMember) -> None:
    for number in range(MOST_FOUND + 1):
        known("Martin", f"Prénom{number}")

    with acting(worker.pk):
        result = find_families("martin")

    assert len(result.families) == MOST_FOUND
    assert result.more


@pytest.mark.parametrize("text", ["martin", "martin awa", "marthin awa"])
def test_people_of_a_family_hide_no_other_unsaid(worker: StaffMember, text: str) -> None:
    for _ in range(MOST_FOUND // 2 + 1):
        family = known("Martin", "Awa")
        PersonFactory.create(family=family, last_name="Martin", first_name="Awa")

    with acting(worker.pk):
        result = find_families(text)

    assert result.more


def test_all_that_is_found_is_said_to_be_all(worker: StaffMember) -> None:
    for _ in range(3):
        known("Martin", "Awa")

    with acting(worker.pk):
        assert not find_families("martin").more
        assert not find_families("martin awa").more
