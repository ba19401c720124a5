"""Composes a family's letter from the fund's words: one, whatever the offers and services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jalon.directory.enums import Service
from jalon.families.models import ContactPoint, Person
from jalon.letters.content import Answer, Choice, Letter, Place, Section, Tone
from jalon.outreach.codes import written
from jalon.outreach.models import Proposal
from jalon.outreach.wording import Wording
from jalon.web import french

_CIVILITIES: Final = {"F": "Madame", "M": "Monsieur"}
# Beyond, the list of places is no help.
_MOST_PLACES: Final = 4


@dataclass(frozen=True)
class Post:
    """What the letters of one batch share: their day, and where families answer."""

    wording: Wording
    dated: date
    reply_by: date
    public_url: str
    places: Mapping[int, Sequence[Place]]


@dataclass(frozen=True)
class ToWrite:
    """A family to write to: who, where, of what; `area` is where its places are looked for.

    `last_day` is until when it may answer, None where its time begins with the letter.
    """

    addressee: Person
    address: ContactPoint
    proposals: Sequence[Proposal]
    area: int | None
    last_day: date | None = None

    def reply_by(self, wished: date) -> date:
        """Return the day by which the letter asks for an answer: never past the last one."""
        return min(wished, self.last_day or wished)


def tone_of(proposals: Sequence[Proposal], wording: Wording) -> Tone:
    """Return the tone of a letter: that of a bereavement as soon as one offer has it."""
    tones = {wording.offer(one.offer).tone for one in proposals}
    return Tone.BEREAVEMENT if Tone.BEREAVEMENT in tones else Tone.ORDINARY


def compose(family: ToWrite, code: str, post: Post) -> Letter:
    """Return the letter of a family, with the code by which it answers."""
    wording = post.wording
    values = {
        "phone": wording.sender.phone,
        "hours": wording.sender.hours,
        "reply_by": french.long_date(family.reply_by(post.reply_by)),
        "rules": " ".join(dict.fromkeys(one.rule.sentence for one in family.proposals)),
    }
    tone = tone_of(family.proposals, wording)
    words = wording.tones[tone]
    site = post.public_url.partition("://")[2]
    return Letter(
        sender=wording.sender,
        recipient=recipient_of(family.addressee, family.address),
        place_and_date=f"{wording.place}, le {french.long_date(post.dated)}",
        subject=words.subject,
        salutation=_salutation(family.addressee, wording),
        paragraphs=tuple(
            one.format_map(values)
            for one in (
                *words.opening,
                *_offered(family.proposals, wording),
                wording.places,
                *words.closing,
            )
        ),
        choices=tuple(Choice(one.name, one.how.format_map(values)) for one in wording.choices),
        answer=Answer(
            code=written(code),
            address=f"{site}/r",
            qr=f"{post.public_url}/r/{code}",
            sentence=words.answer.format_map(values),
        ),
        signature=(*words.signature, wording.sender.name),
        places=tuple(post.places.get(family.area or 0, ())[:_MOST_PLACES]),
        notice=tuple(Section(one.title, one.text.format_map(values)) for one in wording.notice),
        tone=tone,
    )


def _offered(proposals: Sequence[Proposal], wording: Wording) -> list[str]:
    """Return what each offer adds, then what each service brings, each said once."""
    codes = dict.fromkeys(one.offer for one in proposals)
    services = {service for one in proposals for service in one.services}
    said = [wording.offer(code).paragraph for code in codes]
    said += [wording.services[one] for one in Service if one in services]
    return [one for one in said if one]


def recipient_of(addressee: Person, address: ContactPoint) -> tuple[str, ...]:
    """Return the lines of the address, the name first."""
    civility = _CIVILITIES.get(addressee.sex, "")
    name = f"{civility} {addressee.first_name} {addressee.last_name.upper()}".strip()
    return (name, *address.lines)


def _salutation(addressee: Person, wording: Wording) -> str:
    civility = _CIVILITIES.get(addressee.sex)
    return f"{civility}," if civility else wording.salutation_unknown
