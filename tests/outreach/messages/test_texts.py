"""What reminders say: short, neutral, whole on any telephone; a wrong profile is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from jalon.outreach.codes import new_code
from jalon.outreach.message_texts import LINK, LONGEST_LINK, gsm_length, read_messages
from jalon.outreach.wording import read_wording
from jalon.rules.profile import load_profile, profile_names
from jalon.rules.toml_source import ProfileError, read_toml

_WHOLE = """
reminder_days = [12, 30]
from_hour = 9
until_hour = 19
weekdays = ["monday", "saturday"]
text = "Votre Caf : {link}"
email_subject = "Votre courrier"
email = "Bonjour : {link}"
"""


def read(tmp_path: Path, told: str) -> object:
    file = tmp_path / "letters.toml"
    file.write_text(told, encoding="utf-8")
    return read_messages(dict(read_toml(file).items()), file)


@pytest.mark.parametrize("name", profile_names())
def test_a_text_message_is_one_whatever_the_telephone(name: str) -> None:
    texts = read_wording(name).messages
    length = gsm_length(texts.text.replace(LINK, "x" * LONGEST_LINK))
    assert length is not None
    assert length <= 160
    assert len(f"{settings.PUBLIC_URL}/r/{new_code()}") <= LONGEST_LINK


@pytest.mark.parametrize("name", profile_names())
def test_neither_texts_nor_subjects_say_what_it_is_about(name: str) -> None:
    """On a locked screen, whoever holds the telephone reads it."""
    texts, profile = read_wording(name).messages, load_profile(name)
    read_by_all = f"{texts.text} {texts.email_subject} {texts.email}".casefold()
    telling = {
        *("social", "rappel", "rendez-vous", "proposition", "aide", "séparation", "deuil"),
        *("décès", "violence", "loyer", "rsa", "enfant", "médiation", "psycholog", "jalon"),
        *(offer.label.casefold() for offer in profile.offers),
    }
    assert {word for word in telling if word in read_by_all} == set()


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Été à l'école : 10 % @ £", 24),
        ("[x]", 5),
        ("10 €", 5),
        ("reçu", None),
        ("fête", None),
        ("l’an", None),
        ("« oui »", None),
        ("œuf", None),
        ("Ça", 2),
        ("🙂", None),
    ],
)
def test_the_length_of_a_text_message_is_that_of_telephones(text: str, length: int | None) -> None:
    assert gsm_length(text) == length


def test_the_part_of_a_profile_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, _WHOLE + "closed_days = [2026-12-26]")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("from_hour = 9\n", "", "« messages.from_hour » manque"),
        ("from_hour = 9", "from_hour = 20", "cette heure vient trop tôt"),
        ("from_hour = 9", "from_hour = 25", "n'est pas une heure"),
        ("from_hour = 9", "from_our = 9", "Vouliez-vous dire « from_hour »"),
        ("[12, 30]", "[30, 12]", "ne se suivent pas"),
        ("[12, 30]", "[0]", "ne se suivent pas"),
        ("[12, 30]", "[12, 12]", "ne se suivent pas"),
        ("[12, 30]", '["12"]', "n'a pas la bonne forme"),
        ('["monday", "saturday"]', "[]", "aucun message ne partirait"),
        ('"monday"', '"lundi"', "« lundi » n'est pas un jour"),
        ('"Votre Caf : {link}"', '"Votre Caf"', "le lien manque"),
        ('"Votre Caf : {link}"', '"{link} {link}"', "deux fois"),
        ('"Votre Caf : {link}"', '"{link} {name}"', "le lien manque"),
        ('"Votre Caf : {link}"', '"Vous avez reçu : {link}"', "« ç » n'existe pas"),
        ('"Votre Caf : {link}"', f'"{"a" * 109}{{link}}"', "compte 161 caractères"),
        ('"Votre Caf : {link}"', '" "', "est vide"),
        ('"Votre courrier"', '"Votre\\ncourrier"', "cet objet"),
        ('"Votre courrier"', f'"{"a" * 61}"', "cet objet"),
        ('"Votre courrier"', '"{link}"', "cet objet"),
        ('"Bonjour : {link}"', '"Bonjour"', "le lien manque"),
    ],
)
def test_what_cannot_be_sent_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in _WHOLE
    with pytest.raises(ProfileError, match=said):
        read(tmp_path, _WHOLE.replace(old, new))


def test_a_text_of_just_the_right_length_is_taken(tmp_path: Path) -> None:
    assert read(tmp_path, _WHOLE.replace("Votre Caf : {link}", "a" * 108 + "{link}"))
