"""The words of letters, as a fund's profile has them: `letters.toml`, over the profile above.

A fund's file replaces what it names and keeps the rest of the profile that it inherits from. What
is missing, misspelt, or promises a value that Jalon does not know is refused with its line.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jalon.directory.enums import Service
from jalon.letters.content import Choice, Section, Sender, Tone
from jalon.outreach.message_texts import MessageTexts, read_messages
from jalon.rules.profile import lineage, load_profile
from jalon.rules.toml_source import Node, ProfileError, nearest, read_toml

FILE: Final = "letters.toml"
# What Jalon knows how to put in a text.
_PLACEHOLDERS: Final = frozenset({"phone", "hours", "reply_by", "rules"})


@dataclass(frozen=True)
class ToneWords:
    """The words around the offers: how a letter begins and ends, and when it may leave.

    `wait_days` counts from the day the event was registered.
    """

    subject: str
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    answer: str
    signature: tuple[str, ...]
    wait_days: int = 0


@dataclass(frozen=True)
class OfferWords:
    """What one offer adds to a letter; an offer that adds nothing has no paragraph."""

    paragraph: str
    tone: Tone


@dataclass(frozen=True)
class Wording:
    """All the words of a fund's letters."""

    sender: Sender
    place: str
    reply_within_days: int
    salutation_unknown: str
    choices: tuple[Choice, ...]
    places: str
    tones: Mapping[Tone, ToneWords]
    services: Mapping[Service, str]
    offers: Mapping[str, OfferWords]
    notice: tuple[Section, ...]
    messages: MessageTexts

    def offer(self, code: str) -> OfferWords:
        """Return an offer's words, none where the profile has none for it."""
        return self.offers.get(code, OfferWords("", Tone.ORDINARY))


@lru_cache(maxsize=8)
def read_wording(name: str) -> Wording:
    """Return the words of a fund's profile, by name or folder; ProfileError if refused."""
    profile = load_profile(name)
    node = _Words.over(_files(profile.folder), profile.folder / FILE)
    sender = node.table("sender")
    sender.only("name", "department", "lines", "place", "phone", "hours")
    return Wording(
        sender=Sender(
            name=sender.text("name"),
            department=sender.text("department"),
            lines=sender.texts("lines"),
            phone=sender.text("phone"),
            hours=sender.text("hours"),
        ),
        place=sender.text("place"),
        **_letter(node.table("letter")),
        tones={tone: _tone(node.table("tones").table(tone)) for tone in Tone},
        services={one: node.table("services").text(one) for one in Service},
        offers=dict(_offers(node.table("offers"), {one.code for one in profile.offers})),
        notice=tuple(
            Section(one.text("title"), one.text("text")) for one in node.items_of("notice")
        ),
        messages=read_messages(node.table("messages").values, node.own),
    )


def _letter(node: _Words) -> dict[str, Any]:
    node.only("reply_within_days", "salutation_unknown", "choices", "places")
    return {
        "reply_within_days": node.number("reply_within_days", most=365),
        "salutation_unknown": node.text("salutation_unknown"),
        "choices": tuple(
            Choice(one.text("name"), one.text("how")) for one in node.items_of("choices")
        ),
        "places": node.text("places"),
    }


def _tone(node: _Words) -> ToneWords:
    node.only("subject", "opening", "closing", "answer", "signature", "wait_days")
    return ToneWords(
        subject=node.text("subject"),
        opening=node.texts("opening"),
        closing=node.texts("closing"),
        answer=node.text("answer"),
        signature=node.texts("signature"),
        wait_days=node.number("wait_days", most=365) if "wait_days" in node.values else 0,
    )


def _offers(node: _Words, known: set[str]) -> Iterator[tuple[str, OfferWords]]:
    for code, found in node.values.items():
        one = node.table(code)
        one.only("paragraph", "tone")
        # The national file speaks of offers that a fund may not have; the fund's own does not.
        if code not in known and found.file == node.own:
            raise found.refusal(f"« {code} » n'est pas une offre du profil.", "Corrigez son code.")
        tone = one.values["tone"].value if "tone" in one.values else Tone.ORDINARY
        if tone not in set(Tone):
            raise one.values["tone"].refusal(
                f"« {tone} » n'est pas un ton.", f"Possibles : {', '.join(Tone)}."
            )
        yield code, OfferWords(one.text("paragraph", empty=True), Tone(tone))


def _files(profile: Path) -> list[Node]:
    """Return the files of a profile and of those above it, the nearest first."""
    found = []
    for folder in lineage(profile):
        if (folder / FILE).is_file():
            node = read_toml(folder / FILE)
            node.only(
                *("source", "assumptions", "sender", "letter", "tones", "services", "offers"),
                *("notice", "messages"),
            )
            node.required("source", str)
            node.texts("assumptions")
            found.append(node)
    return found


@dataclass(frozen=True)
class _Words:
    """A table put together from several files, the nearest first; `own` is the fund's file."""

    path: str
    values: Mapping[str, Node]
    own: Path

    @classmethod
    def over(cls, files: list[Node], own: Path) -> _Words:
        merged: dict[str, Node] = {}
        for node in reversed(files):
            merged = _merged(merged, node)
        return cls("", merged, own)

    def only(self, *keys: str) -> None:
        """Refuse any key that is not one of these."""
        for key, found in self.values.items():
            if key not in keys:
                raise found.refusal(f"la clé « {key} » n'existe pas ici.", nearest(key, keys))

    def table(self, key: str) -> _Words:
        found = self._found(key)
        values = found.value if isinstance(found.value, dict) else {}
        found.expect(dict)
        return _Words(f"{self.path}{key}.", {name: found[name] for name in values}, self.own)

    def text(self, key: str, *, empty: bool = False) -> str:
        found = self._found(key).expect(str)
        if not empty and not found.value.strip():
            raise found.refusal(f"« {key} » est vide.", "Écrivez le texte.")
        return _checked(found, str(found.value))

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._found(key)
        return tuple(_checked(one, str(one.expect(str).value)) for one in found.entries())

    def number(self, key: str, *, most: int) -> int:
        found = self._found(key).expect(int)
        if not 0 <= found.value <= most:
            raise found.refusal(f"« {key} » est hors de mesure.", f"Écrivez de 0 à {most}.")
        return int(found.value)

    def items_of(self, key: str) -> Iterator[_Words]:
        for one in self._found(key).entries():
            one.expect(dict)
            yield _Words(f"{self.path}{key}.", dict(one.items()), self.own)

    def _found(self, key: str) -> Node:
        if key not in self.values:
            raise ProfileError(
                f"{self.own} : « {self.path}{key} » manque, ici comme dans le profil d'origine. "
                "Ajoutez-le."
            )
        return self.values[key]


def _merged(under: Mapping[str, Node], over: Node) -> dict[str, Node]:
    """Return tables joined key by key; lists and texts are replaced whole."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if below is not None and isinstance(value.value, dict) and isinstance(below.value, dict):
            joined = _merged({name: below[name] for name in below.value}, value)
            merged[key] = Node(value.file, value.path, joined, value.lines)
        else:
            merged[key] = value
    return merged


def _checked(node: Node, text: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise node.refusal("une accolade n'est pas fermée.", "Écrivez {phone}.") from error
    if wrong := sorted(names - _PLACEHOLDERS):
        known = ", ".join(f"{{{one}}}" for one in sorted(_PLACEHOLDERS))
        raise node.refusal(f"« {{{wrong[0]}}} » n'est pas connu.", f"Possibles : {known}.")
    return text
