"""Names found however they are written, and as they sound in French."""

from __future__ import annotations

import pytest

from jalon.families.names import hearings, plain, search_name, sounds
from jalon.families.phones import canonical_phone, phone_in_french


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Traoré", "traore"),
        ("LE GOFF-MARTIN", "le goff martin"),
        ("d’Almeida", "d almeida"),
        ("Lœtitia", "loetitia"),
        ("Ünal  Çelik ", "unal celik"),
        ("", ""),
    ],
)
def test_a_name_loses_its_accents_capitals_and_signs(written: str, found: str) -> None:
    assert plain(written) == found


def test_the_key_has_a_space_around_each_word() -> None:
    assert search_name("Le Goff", "Anne-Marie") == " le goff anne marie "
    assert search_name("", "") == ""


@pytest.mark.parametrize(
    "spellings",
    [
        "Dupont Dupond Dupon",
        "Lefèvre Lefebvre Lefevre",
        "Gauthier Gautier Gaultier",
        "Philippe Filipe",
        "Catherine Katherine",
        "Martin Martain",
        "Leroy Leroi",
        "Mohamed Mohammed",
        "François Francois Fransois",
        "Christophe Kristof",
        "Moreau Morot Moro",
        "Meyer Mayer Maier",
        "Benoît Benoist",
        "Guillaume Guillome",
        "Renaud Renault Reno",
        "Mickaël Michaël Mikael",
        "Quentin Kentin",
        "Souza Sousa",
        "Djamel Jamel",
        "Yacine Yassine",
        "Émilie Emily",
    ],
)
def test_spellings_that_sound_alike_are_the_same(spellings: str) -> None:
    heard = {tuple(sounds(one)) for one in spellings.split()}
    assert len(heard) == 1, heard


def test_each_way_in_which_a_name_may_be_split_is_heard() -> None:
    assert [len(way) for way in hearings("De La Tour 94")] == [3, 2, 2, 1]
    assert hearings("12 34") == []
    assert set(hearings("Delatour")[0]) <= set(sounds("De La Tour", "Awa"))


@pytest.mark.parametrize(
    "names", ["Martin Moreau", "Dupont Durand", "Marie Maria", "Jean Jeanne", "Paul Pauline"]
)
def test_other_names_sound_otherwise(names: str) -> None:
    one, other = names.split()
    assert sounds(one) != sounds(other)


@pytest.mark.parametrize(
    "written",
    ["06 12 34 56 78", "0612345678", "06.12.34.56.78", "+33 6 12 34 56 78", "0033612345678"],
)
def test_a_telephone_is_the_same_in_any_writing(written: str) -> None:
    assert canonical_phone(written) == "+33612345678"


@pytest.mark.parametrize("written", ["", "Martin", "12345", "1234567890123456789"])
def test_what_is_no_telephone_is_none(written: str) -> None:
    assert canonical_phone(written) == ""


def test_a_telephone_is_shown_as_it_is_read() -> None:
    assert phone_in_french("+33612345678") == "06 12 34 56 78"
    assert phone_in_french("+32470123456") == "+32 470 12 34 56"
    assert phone_in_french("poste 12") == "poste 12"
