"""Makes of what was composed the very letter that is printed, and that is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from jalon.letters.address import address_lines
from jalon.letters.content import Answer, Choice, Letter, Place, Section, Sender
from jalon.letters.errors import LetterRefusedError
from jalon.letters.printable import prose

_BODY, _WAYS, _PLACES, _NOTICE = "Le corps", "Les façons de répondre", "Les lieux", "La notice"
_SENDER, _ANSWER, _SIGNATURE = "L'expéditeur", "La réponse", "La signature"
# More signs than any profile needs; beyond, what must stay together would not fit a page.
_MOST: Final = {_BODY: 12_000, _WAYS: 900, _PLACES: 1_000, _NOTICE: 3_500}
_MOST_ELSEWHERE: Final = 300


def made_printable(letter: Letter) -> Letter:
    """Return the letter that will be printed, French spaces included; twice changes nothing.

    LetterRefusedError, in French, says which part is missing, too long, or holds a letter that
    the fonts do not have.
    """
    return replace(
        letter,
        sender=_sender(letter.sender),
        recipient=address_lines(letter.recipient),
        place_and_date=_needed(letter.place_and_date, "Le lieu et la date"),
        subject=_needed(letter.subject, "L'objet"),
        salutation=_needed(letter.salutation, "La formule d'appel"),
        paragraphs=_texts(letter.paragraphs, _BODY),
        choices=_choices(letter.choices),
        answer=_answer(letter.answer),
        signature=_texts(letter.signature, _SIGNATURE),
        places=_places(letter.places),
        notice=_notice(letter.notice),
    )


def _sender(sender: Sender) -> Sender:
    return Sender(
        name=_needed(sender.name, _SENDER),
        department=prose(sender.department, _SENDER),
        lines=_texts(sender.lines, _SENDER),
        phone=prose(sender.phone, _SENDER),
        hours=prose(sender.hours, _SENDER),
    )


def _answer(answer: Answer) -> Answer:
    return Answer(
        code=_needed(answer.code, _ANSWER),
        address=_needed(answer.address, _ANSWER),
        qr=answer.qr,
        sentence=prose(answer.sentence, _ANSWER),
    )


def _choices(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    told = [Choice(_needed(one.name, _WAYS), _needed(one.how, _WAYS)) for one in choices]
    _short_enough([word for one in told for word in (one.name, one.how)], _WAYS)
    return tuple(told)


def _places(places: Sequence[Place]) -> tuple[Place, ...]:
    told = [
        Place(_needed(one.name, _PLACES), prose(one.address, _PLACES), prose(one.hours, _PLACES))
        for one in places
    ]
    _short_enough([word for one in told for word in (one.name, one.address, one.hours)], _PLACES)
    return tuple(told)


def _notice(notice: Sequence[Section]) -> tuple[Section, ...]:
    told = [Section(_needed(one.title, _NOTICE), _needed(one.text, _NOTICE)) for one in notice]
    _short_enough([word for one in told for word in (one.title, one.text)], _NOTICE)
    return tuple(told)


def _texts(texts: Iterable[str], part: str) -> tuple[str, ...]:
    told = tuple(clean for one in texts if (clean := prose(one, part)))
    if not told:
        raise LetterRefusedError(part, "il n'y a rien d'écrit.")
    _short_enough(told, part)
    return told


def _needed(text: str, part: str) -> str:
    return _texts([text], part)[0]


def _short_enough(texts: Iterable[str], part: str) -> None:
    length, most = sum(map(len, texts)), _MOST.get(part, _MOST_ELSEWHERE)
    if length > most:
        raise LetterRefusedError(part, f"{length} signes, et la page en tient {most}.")
