"""What a fund decides of its appointments: each can be read, and what is wrong is named."""

from __future__ import annotations

import shutil
from datetime import time, timedelta
from pathlib import Path

import pytest

from jalon.agenda.enums import Half
from jalon.agenda.practice import read_practice
from jalon.rules.profile import built_in_profiles, profile_names
from jalon.rules.toml_source import ProfileError


def _told(**changed: str) -> str:
    """Write what is told of a time fixed, with something else in it."""
    whole = "Le {day} à {hour} : {link}"
    words = {"text": whole, "email_subject": "Rendez-vous", "email": whole} | changed
    return "\n".join(["[fixed]", *(f"{key} = '{text}'" for key, text in words.items())])


@pytest.mark.parametrize("name", profile_names())
def test_every_fund_says_how_it_receives(name: str) -> None:
    practice = read_practice(name)

    assert practice.lasting <= practice.every
    assert practice.hours[Half.MORNING] == (time(9), time(12))


def test_a_fund_replaces_what_it_names_and_keeps_the_rest() -> None:
    assert read_practice("val-de-marne").lasting == timedelta(minutes=45)
    herault = read_practice("herault")
    assert herault.lasting == timedelta(hours=1)
    assert herault.weeks_ahead == read_practice("val-de-marne").weeks_ahead


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("minutes = 45", "ligne 2 : la clé « minutes » n'existe pas ici"),
        ("appointment_minutes = 5", "ligne 2 : « appointment_minutes » est hors de mesure"),
        ("appointment_minutes = '45'", "n'a pas la bonne forme"),
        ("every_minutes = 30", "commencerait avant la fin d'un autre"),
        ("morning = '9-12'", "ces heures ne se lisent pas"),
        ("morning = '09:00-14:00'", "sortent de leur demi-journée"),
        ("afternoon = '17:00-14:00'", "sortent de leur demi-journée"),
        ("video = 'http://visio.example/'", "ce n'est pas une adresse sûre"),
        ("[fixed]\ntext = 'x'", "la clé « email_subject » manque"),
        (_told(text="Le {day} : {link}"), "le jour, l'heure ou le lien manque"),
        (_told(text="{day} {hour} {link} {link}"), "ou y est deux fois"),
        (_told(text="{day} {hour} {link} {nom}"), "ou y est deux fois"),
        (_told(text="Ça {day} {hour} {link} ê"), "ce SMS est trop long, ou a un caractère"),
        (_told(text="{day} {hour} {link} " + "x" * 80), "ce SMS est trop long"),
        (_told(email_subject="{day}"), "cet objet est trop long"),
        (_told(email="Sans lien"), "le jour, l'heure ou le lien manque"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, written: str, said: str) -> None:
    folder = tmp_path / "essai"
    shutil.copytree(built_in_profiles() / "val-de-marne", folder)
    (folder / "practice.toml").write_text(f"source = 'essai'\n{written}\n")

    with pytest.raises(ProfileError, match=said):
        read_practice(str(folder))
