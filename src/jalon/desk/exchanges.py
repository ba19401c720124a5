"""A family's letters, messages, calls and answers: markers of its path, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.outreach.enums import (
    AnswerKind,
    Channel,
    Ending,
    Medium,
    MessageState,
    Purpose,
    Standing,
    Trouble,
)
from jalon.outreach.exchanges import approaches_of
from jalon.outreach.models import Answer, Approach, Message, Proposal, Turn
from jalon.outreach.shown import (
    answer_in_words,
    message_in_words,
    standing_of,
    trouble_in_words,
    waits_for,
)
from jalon.outreach.states import SILENT, may_answer
from jalon.outreach.waves import turn_in_words, waits_in_words
from jalon.web import french
from jalon.web.path import Entry, Kind, NextStep

_STATES: Final = {
    MessageState.QUEUED: "todo",
    MessageState.SENDING: "active",
    MessageState.SENT: "active",
    MessageState.DELIVERED: "done",
    MessageState.FAILED: "waiting",
    MessageState.RETURNED: "waiting",
    MessageState.CANCELLED: "stopped",
}
_KINDS: Final = {
    Medium.LETTER: Kind.LETTER,
    Medium.TEXT: Kind.MESSAGE,
    Medium.EMAIL: Kind.MESSAGE,
    Medium.PHONE: Kind.CALL,
    Medium.VISIT: Kind.CALL,
}
# What to do about an answer that waits, the most pressing first.
_TO_DO: Final = {
    AnswerKind.UNSAFE: "Vérifier que la famille est en sécurité",
    AnswerKind.CALL: "Appeler la famille",
    AnswerKind.MEETING: "Fixer un rendez-vous",
    AnswerKind.RULE: "Expliquer la règle, et comment elle a été appliquée",
}
_CHECK: Final = "Vérifier de qui vient une réponse, donnée après un danger"


@dataclass(frozen=True)
class ShownAnswer:
    """What a family said, in words, and what waits because of it; nothing once dealt with."""

    answer: Answer
    words: str
    waits: str


@dataclass(frozen=True)
class ShownApproach:
    """An approach on the family's page, and what the person looking may do with it.

    `closed` where too many wrong birthdays closed its answer page, to who may open it again.
    """

    approach: Approach
    label: str
    state: str
    waiting: list[ShownAnswer]
    still_open: bool
    may_end: bool
    closed: bool


@dataclass(frozen=True)
class Exchanges:
    """All that was sent to a family and said by it."""

    family: Family
    approaches: list[Approach]
    today: date
    person: StaffMember

    @classmethod
    def of(cls, family: Family, person: StaffMember, today: date) -> Exchanges:
        """Read them, in three queries."""
        return cls(family, approaches_of(family, today), today, person)

    @property
    def shown(self) -> list[ShownApproach]:
        """The approaches, the latest first."""
        writes = self.person.may(Permission.WRITE_TO_FAMILIES)
        return [
            ShownApproach(
                one,
                *standing_of(one),
                [_shown(answer) for answer in _waiting(one)],
                may_answer(one, self.today),
                writes and one.ended_on is None and may_answer(one, self.today),
                one.closed and may_answer(one, self.today),  # type: ignore[attr-defined]
            )
            for one in self.approaches
        ]

    @property
    def asks(self) -> bool:
        """Whether the family said something that waits for somebody."""
        return any(_waiting(one) for one in self.approaches)

    def of_proposal(self, proposal: Proposal) -> tuple[tuple[str, str], date | None]:
        """Return where its approach stands, with the state of its badge, and its last day."""
        for one in self.approaches:
            if one.pk == proposal.approach_id:
                return standing_of(one), one.answers_until
        return ("", ""), proposal.window_ends_on

    def turn_of(self, proposal: Proposal) -> str:
        """Return what became of a proposal's turn, in words; nothing where it had none."""
        turn: Turn | None = getattr(proposal, "turn", None)
        for one in self.approaches:
            if turn is not None and one.pk == proposal.approach_id:
                return turn_in_words(turn, one, _planned(one), self.today)
        return ""

    @property
    def entries(self) -> list[Entry]:
        """A marker for each thing sent, tried and said, and for each window that ended."""
        # Where a protected family lives is not one click away.
        shown = not self.family.protected_address and (
            self.person.may(Permission.SEE_SITUATIONS)
            or self.person.may(Permission.WRITE_TO_FAMILIES)
        )
        first_to_last = reversed(self.approaches)
        return [entry for one in first_to_last for entry in _entries(one, letters_shown=shown)]

    def next_step(self, offers: str, lead: StaffMember | None) -> NextStep | None:
        """Return what comes next: what the family asked, or else to reach it, or to take it up."""
        author = str(lead) if lead else "Sans référent pour l'instant"
        waiting = [(one, answer) for one in self.approaches for answer in _waiting(one)]
        if waiting:
            keeps = self.person.may(Permission.KEEP_DIARIES)
            return _asked(*min(waiting, key=_pressing), author, keeps=keeps)
        if self.family.do_not_contact:
            return None
        for one in self.approaches:
            if one.answer == AnswerKind.LATER and one.ended_on is None and one.again_on:
                return _again(one, self.today, author)
        silent = [one for one in self.approaches if _standing(one) in SILENT]
        if reached := [one for one in silent if _planned(one) is None]:
            return _reach(reached, offers, self.family, author)
        return _await(silent, offers, author) if silent else None


def _standing(one: Approach) -> Standing:
    return Standing(one.standing)  # type: ignore[attr-defined]


def _planned(one: Approach) -> date | None:
    """Return from when its letter is written, where it awaits its turn."""
    planned: date | None = one.letter_from  # type: ignore[attr-defined]
    return planned


def _waiting(one: Approach) -> list[Answer]:
    return [answer for answer in one.answers.all() if answer.waits]


def _pressing(asked: tuple[Approach, Answer]) -> tuple[int, int]:
    _, answer = asked
    if answer.to_check:
        return 0, answer.pk
    return list(_TO_DO).index(AnswerKind(answer.kind)), answer.pk


def _asked(one: Approach, answer: Answer, author: str, *, keeps: bool) -> NextStep:
    since = french.long_date(answer.said_on)
    # Another may have said what is to check, and nobody asks to be in danger.
    heard = answer.to_check or answer.kind == AnswerKind.UNSAFE
    told = "Dit" if heard else "Elle l'a demandé"
    books = keeps and answer.kind == AnswerKind.MEETING and not answer.to_check
    return NextStep(
        _CHECK if answer.to_check else _TO_DO[AnswerKind(answer.kind)],
        f"{told} le {since}. {answer_in_words(answer)}".strip(),
        author=author,
        url=(
            reverse("agenda:book", args=[one.family.public_id])
            if books
            else f"#prise-{one.public_id}"
        ),
        action="Choisir un moment" if books else "Voir sa réponse",
    )


def _again(one: Approach, today: date, author: str) -> NextStep:
    late = one.again_on is not None and one.again_on < today
    return NextStep(
        "Reprendre contact avec la famille",
        "Elle a dit : pas maintenant. Avant ce jour, laissez-la venir.",
        due=one.again_on,
        late=late,
        author=author,
        url=_address("call", one),
        action="Noter un appel",
    )


def _reach(silent: list[Approach], offers: str, family: Family, author: str) -> NextStep:
    first = silent[0]
    due = min((one.window_ends_on for one in silent if one.window_ends_on), default=None)
    standings = {_standing(one) for one in silent}
    if family.protected_address or any(one.channel == Channel.IN_PERSON for one in silent):
        title, text = "Joindre la famille en personne", "Jamais de courrier ni de message."
    elif Standing.UNDELIVERED in standings:
        title, text = (
            "Joindre la famille autrement",
            "Rien de ce qui lui a été envoyé n'est arrivé.",
        )
    elif standings == {Standing.TO_CONTACT}:
        title, text = "Contacter la famille", ""
    else:
        title, text = (
            "Appeler la famille",
            "Un appel après le courrier fait souvent la différence.",
        )
    return NextStep(
        title,
        " ".join(one for one in (f"{offers}." if offers else "", text) if one),
        due=due,
        author=author,
        url=_address("call", first),
        action="Noter un appel",
    )


def _await(silent: list[Approach], offers: str, author: str) -> NextStep:
    """Say that the family waits: nobody is asked to contact it, and it may come by itself."""
    planned = min(day for one in silent if (day := _planned(one)))
    return NextStep(
        waits_in_words(planned),
        f"{offers}. Rien à faire d'ici là ; si elle vient d'elle-même, elle est reçue.",
        author=author,
    )


def _address(view: str, one: Approach) -> str:
    return reverse(f"approaches:{view}", args=[one.public_id])


def _shown(answer: Answer) -> ShownAnswer:
    return ShownAnswer(answer, answer_in_words(answer), waits_for(answer))


def _entries(one: Approach, *, letters_shown: bool) -> Iterator[Entry]:
    for message in one.messages.all():
        yield _sent(message, shown=letters_shown)
    for answer in one.answers.all():
        yield _said(answer)
    if one.ended_on:
        yield Entry(
            one.ended_on,
            Kind.DECISION,
            "Prise de contact close",
            f"{Ending(one.ending).label}.",
            str(one.ended_by),
            state="stopped",
            state_label="Close",
        )
    elif _standing(one) == Standing.UNANSWERED and one.window_ends_on:
        yield Entry(
            one.window_ends_on,
            Kind.WINDOW,
            "Fin du délai, sans réponse",
            "La famille peut toujours revenir d'elle-même.",
            url=_address("answer", one),
            link="Recommencer avec elle",
            state="stopped",
            state_label="Sans réponse",
        )


def _sent(message: Message, *, shown: bool) -> Entry:
    state = MessageState(message.state)
    called = message.purpose == Purpose.CALL
    label = "Incertain" if message.trouble == Trouble.UNCERTAIN else str(state.label)
    moment = message.settled_at if state == MessageState.RETURNED else message.sent_at
    return Entry(
        timezone.localdate(moment or message.made_at),
        _KINDS[Medium(message.medium)],
        message_in_words(message),
        "" if called else trouble_in_words(message),
        str(message.by or ""),
        url=(
            reverse("mail:letter", args=[message.public_id])
            if shown and message.medium == Medium.LETTER
            else ""
        ),
        link="Lire la lettre",
        state="" if called else _STATES[state],
        state_label="" if called else label,
    )


def _said(answer: Answer) -> Entry:
    dealt = answer.dealt_at is not None
    return Entry(
        answer.said_on,
        Kind.ANSWER,
        str(AnswerKind(answer.kind).label),
        answer_in_words(answer),
        f"{answer.get_via_display()}{f', notée par {answer.by}' if answer.by else ''}",
        state="waiting" if answer.waits else "done" if dealt else "",
        state_label="À traiter" if answer.waits else "Traitée" if dealt else "",
    )
