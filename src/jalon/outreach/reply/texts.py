"""The words of the answer page, a file a language: all have the same keys and say as much.

A file that lacks a key, has one too many, or another placeholder than the French one is refused
when the page is first asked for: nobody reads half a page in a language that they do not know.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from jalon.families.phones import canonical_phone
from jalon.letters.typography import NARROW, WIDE, french
from jalon.outreach.enums import Language
from jalon.outreach.wording import read_wording
from jalon.rules.errors import ClearError

FOLDER: Final = Path(__file__).with_name("texts")
Words = Mapping[str, Mapping[str, SafeString]]
_DIRECTIONS: Final = ("ltr", "rtl")
# What a browser calls the languages that we have; the rest read French.
_SPOKEN: Final = {
    "fr": Language.FRENCH,
    "en": Language.ENGLISH,
    "ar": Language.ARABIC,
    "pt": Language.PORTUGUESE,
    "tr": Language.TURKISH,
}
_MOST_ASKED: Final = 20  # languages in a header


class TextsError(ClearError):
    """The words of a language are not those of the others."""


@dataclass(frozen=True)
class Tongue:
    """A language of the page: its words, and which way it is written.

    `hours` are when somebody answers the telephone, in French: for who reads it.
    """

    language: Language
    words: Words
    direction: str
    hours: str

    @property
    def code(self) -> str:
        """The value of `lang`: easy French is French."""
        return "fr" if self.language is Language.EASY_FRENCH else self.language.value


def guessed(accepted: str) -> Language:
    """Return the language that a browser would rather have, by its `Accept-Language`."""
    wishes = []
    for rank, asked in enumerate(accepted.split(",")[:_MOST_ASKED]):
        tag, _, quality = asked.partition(";")
        language = _SPOKEN.get(tag.strip().lower().partition("-")[0])
        weight = _weight(quality)
        if language is not None and weight:
            wishes.append((-weight, rank, language))
    return min(wishes)[2] if wishes else Language.FRENCH


def _weight(quality: str) -> float:
    name, _, value = quality.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


@cache
def tongues() -> Mapping[Language, Tongue]:
    """Return every language with its words, the fund's name and telephone in them."""
    read = {one: _read(one) for one in Language}
    expected = dict(_flat(read[Language.FRENCH]))
    for language, found in read.items():
        _compare(language, expected, dict(_flat(found)))
    return {one: _tongue(one, found) for one, found in read.items()}


def _read(language: Language) -> dict[str, Any]:
    try:
        found = tomllib.loads((FOLDER / f"{language.value}.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TextsError(f"Les textes de {language.label} ne se lisent pas : {error}") from error
    return found


def _flat(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for section, texts in found.items():
        if not isinstance(texts, dict):
            raise TextsError(f"« {section} » n'est pas un groupe de textes.")
        for key, text in texts.items():
            yield f"{section}.{key}", text


def _compare(language: Language, expected: Mapping[str, str], found: Mapping[str, Any]) -> None:
    if differing := sorted(expected.keys() ^ found.keys()):
        raise TextsError(f"{language.label} : « {differing[0]} » manque, ou est de trop.")
    for key, text in found.items():
        if not isinstance(text, str) or not text.strip():
            raise TextsError(f"{language.label} : « {key} » est vide.")
        if placeholders(text) != placeholders(expected[key]):
            raise TextsError(f"{language.label} : « {key} » n'a pas les mêmes accolades.")
    if found["page.direction"] not in _DIRECTIONS:
        raise TextsError(f"{language.label} : « page.direction » dit ltr ou rtl.")


def placeholders(text: str) -> set[str]:
    """Return the names that a text has in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _tongue(language: Language, found: Mapping[str, Mapping[str, str]]) -> Tongue:
    sender = read_wording(settings.PROFILE).sender
    # Written from left to right in any language, and called by a touch.
    called = format_html(
        '<a class="tel" href="tel:{}" dir="ltr">{}</a>',
        canonical_phone(sender.phone) or sender.phone,
        sender.phone.replace(" ", WIDE),
    )
    fund = format_html("<bdi>{}</bdi>", sender.name)
    in_french = language in {Language.FRENCH, Language.EASY_FRENCH}
    words = {
        section: {
            key: SafeString(
                conditional_escape(_set(text) if in_french else text).format(
                    phone=called, fund=fund
                )
            )
            for key, text in texts.items()
        }
        for section, texts in found.items()
    }
    hours = _set(f"{sender.hours[:1].upper()}{sender.hours[1:]}.") if in_french else ""
    return Tongue(language, words, found["page"]["direction"], hours)


def _set(text: str) -> str:
    """Return a French text with its unbreakable spaces: old telephones know the wide one alone."""
    return french(text).replace(NARROW, WIDE)
