"""What reminders say and when they leave: the part `[messages]` of a profile's `letters.toml`.

A text message shows on a locked screen, before whoever holds the telephone: it names neither an
offer, nor what happened, nor the social service. What the telephone would cut in two, or not
show, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from jalon.outreach.enums import Medium
from jalon.outreach.sending_hours import SendingHours
from jalon.rules.toml_source import Node, ProfileError, nearest

LINK: Final = "{link}"
# The public address, of forty characters at most, « /r/ » and a code.
LONGEST_LINK: Final = 52
LONGEST_TEXT: Final = 160
_LONGEST_SUBJECT: Final = 60
_LATEST_DAY: Final = 365
_WEEKDAYS: Final = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
_KEYS: Final = (
    *("reminder_days", "from_hour", "until_hour", "weekdays", "closed_days"),
    *("text", "email_subject", "email"),
)
# GSM 03.38: what a text message of 160 characters is made of; those of the second count twice.
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("^{}\\[~]|€")


@dataclass(frozen=True)
class MessageTexts:
    """What a reminder says, by text message and by e-mail, `{link}` standing for the answer page.

    `reminder_days` count from the day the letter was posted, in order.
    """

    reminder_days: tuple[int, ...]
    hours: SendingHours
    text: str
    email_subject: str
    email: str

    @property
    def bodies(self) -> dict[Medium, dict[str, str]]:
        """What the contents of a message are, by its medium, the link still to be put in."""
        return {
            Medium.TEXT: {"text": self.text},
            Medium.EMAIL: {"subject": self.email_subject, "text": self.email},
        }


def gsm_length(text: str) -> int | None:
    """Return how long a text message is, in characters; None where it has one it cannot have."""
    if not set(text) <= _GSM | _GSM_TWICE:
        return None
    return sum(2 if one in _GSM_TWICE else 1 for one in text)


def read_messages(values: Mapping[str, Node], own: Path) -> MessageTexts:
    """Return the part `[messages]` put together from the profiles; ProfileError if refused.

    `own` is the file of the fund's profile, named where something is missing.
    """
    for key, found in values.items():
        if key not in _KEYS:
            raise found.refusal(f"la clé « {key} » n'existe pas ici.", nearest(key, _KEYS))
    return MessageTexts(
        reminder_days=_days(values, own),
        hours=_hours(values, own),
        text=_text_message(values, own),
        email_subject=_subject(values, own),
        email=_with_link(_found(values, own, "email", str)),
    )


def _days(values: Mapping[str, Node], own: Path) -> tuple[int, ...]:
    node = _found(values, own, "reminder_days", list)
    days = tuple(int(one.expect(int).value) for one in node.entries())
    rising = all(one < other for one, other in pairwise(days))
    if not rising or not all(1 <= one <= _LATEST_DAY for one in days):
        raise node.refusal("ces jours ne se suivent pas.", "Écrivez par exemple [12, 30].")
    return days


def _hours(values: Mapping[str, Node], own: Path) -> SendingHours:
    since, until = (_hour(values, own, key) for key in ("from_hour", "until_hour"))
    if since >= until:
        raise values["until_hour"].refusal("cette heure vient trop tôt.", "Écrivez 19, ou 20.")
    node = _found(values, own, "weekdays", list)
    names = [str(one.expect(str).value) for one in node.entries()]
    if wrong := [one for one in names if one not in _WEEKDAYS]:
        raise node.refusal(f"« {wrong[0]} » n'est pas un jour.", nearest(wrong[0], _WEEKDAYS))
    if not names:
        raise node.refusal("aucun message ne partirait.", "Nommez un jour au moins.")
    closed = values["closed_days"].entries() if "closed_days" in values else ()
    return SendingHours(
        since,
        until,
        frozenset(_WEEKDAYS.index(one) for one in names),
        frozenset(one.expect(date).value for one in closed),
    )


def _hour(values: Mapping[str, Node], own: Path, key: str) -> int:
    node = _found(values, own, key, int)
    if not 0 <= node.value <= 24:  # noqa: PLR2004 - hours of a day
        raise node.refusal(f"« {key} » n'est pas une heure.", "Écrivez de 0 à 24.")
    return int(node.value)


def _text_message(values: Mapping[str, Node], own: Path) -> str:
    node = _found(values, own, "text", str)
    text = _with_link(node)
    length = gsm_length(text.replace(LINK, "x" * LONGEST_LINK))
    if length is None:
        wrong = next(one for one in text.replace(LINK, "") if gsm_length(one) is None)
        raise node.refusal(
            f"« {wrong} » n'existe pas dans un SMS ordinaire.",
            "Écrivez « c » pour « ç », « e » pour « ê », une apostrophe droite, ou un autre mot.",
        )
    if length > LONGEST_TEXT:
        raise node.refusal(
            f"ce SMS compte {length} caractères avec son lien.", f"Gardez-en {LONGEST_TEXT}."
        )
    return text


def _subject(values: Mapping[str, Node], own: Path) -> str:
    node = _found(values, own, "email_subject", str)
    subject = str(node.value)
    if not subject.isprintable() or len(subject) > _LONGEST_SUBJECT or "{" in subject:
        raise node.refusal(
            "cet objet est trop long, ou a un caractère de trop.",
            f"Écrivez-le sur une ligne, en {_LONGEST_SUBJECT} caractères, sans accolade.",
        )
    return subject


def _with_link(node: Node) -> str:
    text = str(node.value)
    if text.count(LINK) != 1 or set(text.replace(LINK, "")) & set("{}"):
        raise node.refusal("le lien manque, ou y est deux fois.", f"Écrivez {LINK} une fois.")
    return text


def _found(values: Mapping[str, Node], own: Path, key: str, kind: type) -> Node:
    if key not in values:
        raise ProfileError(
            f"{own} : « messages.{key} » manque, ici comme dans le profil d'origine. Ajoutez-le."
        )
    node = values[key].expect(kind)
    found: Any = node.value
    if kind is str and not found.strip():
        raise node.refusal(f"« {key} » est vide.", "Écrivez le texte.")
    return node
