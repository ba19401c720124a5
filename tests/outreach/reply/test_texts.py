"""The page in six languages: each whole, in its own direction, guessed and chosen."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from jalon.outreach.enums import Language
from jalon.outreach.models import AnswerCode
from jalon.outreach.reply import texts
from jalon.outreach.reply.texts import TextsError, guessed, tongues
from outreach.reply.conftest import Telephone

pytestmark = pytest.mark.django_db
_WORDS = {
    Language.FRENCH: "Répondre à notre lettre",
    Language.EASY_FRENCH: "Répondre à la lettre",
    Language.ENGLISH: "Answer our letter",
    Language.ARABIC: "الردّ على رسالتنا",
    Language.PORTUGUESE: "Responder à nossa carta",
    Language.TURKISH: "Mektubumuza cevap verin",
}


def _read(language: Language) -> dict[str, dict[str, str]]:
    path = texts.FOLDER / f"{language.value}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", Language)
def test_every_language_says_everything(language: Language) -> None:
    french, found = _read(Language.FRENCH), _read(language)

    assert {name: [*words] for name, words in found.items()} == {
        name: [*words] for name, words in french.items()
    }
    for section, words in found.items():
        for key, text in words.items():
            assert text.strip() == text != "", (section, key)
            assert texts.placeholders(text) == texts.placeholders(french[section][key])
            if language not in {Language.FRENCH, Language.EASY_FRENCH} and len(text) > 40:
                assert text != french[section][key], (section, key)


def test_no_file_is_left_without_its_language() -> None:
    assert {one.stem for one in texts.FOLDER.glob("*")} == set(Language.values)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("code.title", None), "« code.title » manque"),
        (("code.more", "Plus"), "« code.more » manque, ou est de trop"),
        (("code.title", " "), "« code.title » est vide"),
        (("code.title", "Call {phone}"), "n'a pas les mêmes accolades"),
        (("page.help", "Call {telephone}"), "n'a pas les mêmes accolades"),
        (("page.direction", "up"), "dit ltr ou rtl"),
    ],
)
def test_a_language_that_differs_is_refused(
    change: tuple[str, str | None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = texts._read  # noqa: SLF001 - what is read is changed here

    def changed(language: Language) -> dict[str, Any]:
        found = real(language)
        if language is Language.TURKISH:
            section, key = change[0].split(".")
            if change[1] is None:
                del found[section][key]
            else:
                found[section][key] = change[1]
        return found

    monkeypatch.setattr(texts, "_read", changed)
    with pytest.raises(TextsError, match=re.escape(said)):
        tongues.__wrapped__()


def test_a_language_without_its_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    with pytest.raises(TextsError):
        tongues.__wrapped__()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fr"),
        ("ar-DZ,fr;q=0.8", "ar"),
        ("de,tr;q=0.5,fr;q=0.4", "tr"),
        ("fr;q=0.4, pt-BR;q=0.9", "pt"),
        ("en-GB", "en"),
        ("zh, *;q=0.1", "fr"),
        ("en;q=0, tr;q=0.1", "tr"),
        ("en;q=x, , ;;q=,tr", "tr"),
        ("en;q=nan,tr;q=0.2", "tr"),
        ("x" * 10_000, "fr"),
    ],
)
def test_the_first_language_is_the_browsers(accepted: str, language: str) -> None:
    assert guessed(accepted) == language


@pytest.mark.parametrize("language", Language)
def test_the_page_says_its_language_and_direction(
    telephone: Telephone, language: Language
) -> None:
    telephone.open()
    page = telephone.send(langue=language.value, code="K7M2", day="3")

    code, direction = ("fr" if language == Language.EASY_FRENCH else language.value), "ltr"
    if language is Language.ARABIC:
        direction = "rtl"
    assert f'<html lang="{code}" dir="{direction}">' in page
    assert telephone.title == _WORDS[language]
    # Each says its own name, in itself; nothing typed is lost.
    for one in Language:
        assert f">{one.label}</button>" in page
    assert 'value="K7M2"' in page
    assert 'value="3"' in page
    assert 'role="alert"' not in page


@pytest.mark.parametrize("language", Language)
def test_every_step_is_shown_in_every_language(
    telephone: Telephone, code: AnswerCode, language: Language
) -> None:
    telephone.enter(code.value)
    telephone.send(langue=language.value)
    words = _read(language)
    assert telephone.title == words["choice"]["title"]
    for what in ("meeting", "call", "later", "no", "contact", "stop", "unsafe", "rule"):
        telephone.send(what=what)
        assert telephone.title == words[what]["title"]
        form = telephone.send(weeks="4", phone="06 12 34 56 78")
        assert telephone.title == words["thanks"]["title"]
        assert words["thanks"][what].split("'")[0] in form
        telephone.send(back="1")


def test_the_language_changes_in_the_middle_and_nothing_is_lost(
    telephone: Telephone, code: AnswerCode
) -> None:
    telephone.enter(code.value)
    telephone.send(what="meeting")
    page = telephone.send(langue="ar", half_days=["tue_am"], phone="0612345678")

    assert 'value="tue_am" checked' in page
    assert 'value="0612345678"' in page
    telephone.send(half_days=["tue_am"])
    page = telephone.send(langue="tr")
    assert telephone.title == "Teşekkürler, not ettik"
