"""What families are told of appointments by text message and e-mail: tables of `practice.toml`.

A text message shows on a locked screen: it says when, and neither where, with whom nor why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jalon.outreach.enums import Medium
from jalon.outreach.message_texts import LINK, LONGEST_LINK, LONGEST_TEXT, gsm_length
from jalon.rules.toml_source import Node
from jalon.web import french

_DAY, _HOUR = "{day}", "{hour}"
_KEYS: Final = ("text", "email_subject", "email")
_LONGEST_SUBJECT: Final = 60
# As long as a day and an hour can be.
_LONGEST: Final = {LINK: "x" * LONGEST_LINK, _DAY: "mercredi 30 septembre", _HOUR: "14 h 30"}


@dataclass(frozen=True)
class NoticeTexts:
    """What is said of an appointment, `{day}`, `{hour}` and `{link}` standing for its own."""

    text: str
    email_subject: str
    email: str

    @property
    def bodies(self) -> dict[str, dict[str, str]]:
        """What the contents of a message are, by its medium."""
        return {
            Medium.TEXT.value: {"text": self.text},
            Medium.EMAIL.value: {"subject": self.email_subject, "text": self.email},
        }


def read_notice(node: Node) -> NoticeTexts:
    """Return what a table says; ProfileError where a telephone would cut it, or a word lacks."""
    node.only(*_KEYS)
    for key in _KEYS:
        node.required(key, str)
    subject = str(node["email_subject"].value)
    if not subject.isprintable() or len(subject) > _LONGEST_SUBJECT or "{" in subject:
        raise node["email_subject"].refusal(
            "cet objet est trop long, ou a un caractère de trop.",
            f"Écrivez-le sur une ligne, en {_LONGEST_SUBJECT} caractères, sans accolade.",
        )
    text = _whole(node["text"])
    for place, longest in _LONGEST.items():
        text = text.replace(place, longest)
    if (gsm_length(text) or LONGEST_TEXT + 1) > LONGEST_TEXT:
        raise node["text"].refusal(
            "ce SMS est trop long, ou a un caractère qu'un SMS ordinaire n'a pas.",
            f"Gardez {LONGEST_TEXT} caractères, jour, heure et lien compris ; ni « ç » ni « ê ».",
        )
    return NoticeTexts(_whole(node["text"]), subject, _whole(node["email"]))


def days_in_words(first: date, last: date) -> Mapping[str, dict[str, str]]:
    """Return each day from one to another as messages write it, by medium and ISO date."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    said = {day.isoformat(): french.day_of_week(day) for day in days}
    # A text message has no « û ».
    plain = {day: words.replace("û", "u") for day, words in said.items()}
    return {Medium.TEXT.value: plain, Medium.EMAIL.value: said}


def _whole(node: Node) -> str:
    text = str(node.expect(str).value)
    rest = text
    for place in _LONGEST:
        rest = rest.replace(place, "", 1)
    if len(rest) != len(text) - sum(map(len, _LONGEST)) or set(rest) & set("{}"):
        raise node.refusal(
            "le jour, l'heure ou le lien manque, ou y est deux fois.",
            f"Écrivez {_DAY}, {_HOUR} et {LINK} une fois chacun.",
        )
    return text
