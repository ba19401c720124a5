"""The words of letters: every fund's can be read, and what is wrong is named with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jalon.letters.content import Tone
from jalon.outreach.wording import read_wording
from jalon.rules.profile import built_in_profiles, load_profile, profile_names
from jalon.rules.toml_source import ProfileError

_SENDER = """
[sender]
name = "Caf"
department = "Service social"
lines = ["1 rue", "94000 CRETEIL"]
place = "Créteil"
phone = "01"
hours = "de 9 h à 16 h"
"""
_FORBIDDEN = ("convoc", "obligatoire", "sanction", "vous devez", "score")


@pytest.mark.parametrize("name", profile_names())
def test_every_fund_has_its_words_for_each_offer_that_it_writes_of(name: str) -> None:
    wording = read_wording(name)
    written = {
        one.code
        for one in load_profile(name).offers
        if one.request is None and not one.granted_from_list and one.valid_until is None
    }
    silent = {code for code in written if code not in wording.offers}

    assert {code for code in silent if not code.startswith("aid_")} == set()
    assert wording.sender.name.startswith("Caf")
    assert set(wording.tones) == set(Tone)


@pytest.mark.parametrize("name", profile_names())
def test_letters_offer_and_never_summon(name: str) -> None:
    wording = read_wording(name)
    texts = [
        *(text for tone in wording.tones.values() for text in (*tone.opening, *tone.closing)),
        *(one.paragraph for one in wording.offers.values()),
        *wording.services.values(),
        *(tone.subject for tone in wording.tones.values()),
    ]
    for text in texts:
        assert not [word for word in _FORBIDDEN if word in text.lower()], text
    for tone in wording.tones.values():
        assert not [one for one in ("séparation", "décès", "impayé") if one in tone.subject]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[sender]\nnom = 'x'", "ligne 3 : la clé « nom » n'existe pas ici"),
        ("[tones.ordinary]\nsubject = ''", "ligne 3 : « subject » est vide"),
        ("[tones.ordinary]\nopening = ['{prenom}']", "« {prenom} » n'est pas connu"),
        ("[tones.ordinary]\nopening = ['{phone']", "une accolade n'est pas fermée"),
        ("[offers.rien]\nparagraph = 'x'", "« rien » n'est pas une offre du profil"),
        ("[offers.separation]\ntone = 'gai'\nparagraph = ''", "« gai » n'est pas un ton"),
        ("[letter]\nreply_within_days = 900", "hors de mesure"),
        ("[lettre]\nx = 1", "la clé « lettre » n'existe pas ici"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, written: str, said: str) -> None:
    folder = tmp_path / "profiles"
    shutil.copytree(built_in_profiles() / "val-de-marne", folder / "essai")
    sender = "" if "[sender]" in written else _SENDER
    (folder / "essai" / "letters.toml").write_text(f"source = 'essai'\n{written}\n{sender}")

    with pytest.raises(ProfileError, match=said.replace("{", r"\{").replace("}", r"\}")):
        read_wording(str(folder / "essai"))


def test_without_an_address_nobody_writes(tmp_path: Path) -> None:
    folder = tmp_path / "essai"
    shutil.copytree(built_in_profiles() / "val-de-marne", folder)
    (folder / "letters.toml").unlink()

    with pytest.raises(ProfileError, match="« sender » manque"):
        read_wording(str(folder))
