"""Says in French where an approach stands, what waits in it, and what was sent and said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.outreach.enums import (
    OF_APPOINTMENTS,
    RETURN_REASONS,
    AnswerKind,
    HalfDay,
    Medium,
    MessageState,
    Moment,
    Purpose,
    Refusal,
    Standing,
    Trouble,
)
from jalon.outreach.models import Answer, Approach, Message
from jalon.web import french

# The badge of each standing.
STATES: Final = {
    Standing.TO_CONTACT: "todo",
    Standing.UNWANTED: "stopped",
    Standing.WAITING: "paused",
    Standing.CONTACTED: "active",
    Standing.UNDELIVERED: "waiting",
    Standing.ACCEPTED: "done",
    Standing.DECLINED: "declined",
    Standing.LATER: "paused",
    Standing.UNANSWERED: "stopped",
    Standing.ENDED: "stopped",
}
_WAITS: Final = {
    AnswerKind.CALL: "À rappeler",
    AnswerKind.MEETING: "Rendez-vous à fixer",
    AnswerKind.RULE: "Règle à expliquer",
    AnswerKind.UNSAFE: "Mise en sécurité à vérifier",
}
LIST_HEAD: Final = (
    *("Famille", "Offres", "Commune", "Où elle en est", "Ce qui attend", "Depuis le"),
    *("Réponse jusqu'au", "Référent", "Adresse protégée", "Ne pas contacter"),
)


@dataclass(frozen=True)
class ShownApproach:
    """An approach as lists show it; `since` is when it came to where it stands.

    `waits` is what somebody must do, each with the family's own words.
    """

    approach: Approach
    label: str
    state: str
    offers: list[str]
    waits: list[tuple[str, str]]
    since: date
    lead: StaffMember | None

    @property
    def came_back(self) -> bool:
        """Whether the family came by itself, once the window of what it was offered was over."""
        return self.approach.previous_id is not None

    @property
    def wants_to_meet(self) -> bool:
        """Whether the family waits for an appointment."""
        return any(what == _WAITS[AnswerKind.MEETING] for what, _ in self.waits)

    @property
    def no_end(self) -> str:
        """Why the window has no end, where it has none."""
        made = self.approach.proposals.all()
        timed = any(one.reported_on is not None for one in made)
        return "Un an à compter du courrier" if timed else "Pas de date limite"

    @property
    def cells(self) -> tuple[object, ...]:
        """The cells of a file, under `LIST_HEAD`: what the list shows, no address."""
        one, family = self.approach, self.approach.family
        return (
            *(family.name, ", ".join(self.offers), one.commune.label if one.commune else ""),
            *(self.label, ", ".join(what for what, _ in self.waits)),
            *(self.since, one.answers_until),
            str(self.lead or ""),
            "oui" if family.protected_address else "non",
            "oui" if family.do_not_contact else "non",
        )


def shown(approach: Approach) -> ShownApproach:
    """Show an approach as `exchanges.listed` reads it."""
    leads = approach.family.leads  # type: ignore[attr-defined]
    return ShownApproach(
        approach,
        *standing_of(approach),
        offers_of(approach),
        [(waits_for(one), answer_in_words(one)) for one in approach.waiting],  # type: ignore[attr-defined]
        _since(approach),
        next((one.worker for one in leads), None),
    )


def standing_of(approach: Approach) -> tuple[str, str]:
    """Return where an approach stands, in words, and the state of its badge."""
    standing = Standing(approach.standing)  # type: ignore[attr-defined]
    return str(standing.label), STATES[standing]


def offers_of(approach: Approach) -> list[str]:
    """Return what was offered to the family, or before it came back."""
    made = list(approach.proposals.all())
    if not made and approach.previous is not None:
        made = list(approach.previous.proposals.all())
    return list(dict.fromkeys(one.label for one in made))


def _since(approach: Approach) -> date:
    moment = approach.waits_since or approach.answered_at or approach.contacted_at
    return approach.ended_on or _day(moment or approach.made_at)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def waits_for(answer: Answer) -> str:
    """Return what somebody here must do about an answer."""
    if answer.to_check:
        return f"À vérifier, après un danger : {str(answer).lower()}"
    return _WAITS[AnswerKind(answer.kind)]


def answer_in_words(answer: Answer) -> str:
    """Return what a family said, with its details, in one or two sentences."""
    told = [
        *_listed("Pour", answer.services, Service),
        *([f"Lieu : {answer.place}."] if answer.place else []),
        *_listed("Disponible", answer.half_days, HalfDay),
        *_listed("À appeler", answer.moments, Moment),
        *([f"{Refusal(answer.refusal).label}."] if answer.refusal else []),
        *([f"À reprendre le {french.long_date(answer.again_on)}."] if answer.again_on else []),
        *(["Venue par la page après un danger : ne décide de rien."] if answer.to_check else []),
    ]
    return " ".join(told)


def _listed(lead: str, values: Iterable[str], kind: type[Service | HalfDay | Moment]) -> list[str]:
    said = set(values)
    words = [str(one.label) for one in kind if one.value in said]
    words = [word[:1].lower() + word[1:] for word in words]
    return [f"{lead} : {', '.join(words)}."] if words else []


def message_in_words(message: Message) -> str:
    """Return what was sent or tried: « Courrier posté », « Appel sans réponse »."""
    state, medium = MessageState(message.state), Medium(message.medium)
    if message.purpose == Purpose.CALL:
        reached = "la famille a été jointe" if state == MessageState.DELIVERED else "sans réponse"
        return f"{medium.label} : {reached}"
    purpose = Purpose(message.purpose)
    named = purpose in {Purpose.REMINDER, *OF_APPOINTMENTS}
    what = purpose.label if named else Purpose.OFFER.label
    by = {Medium.LETTER: "courrier", Medium.TEXT: "SMS", Medium.EMAIL: "courriel"}[medium]
    return f"{what} par {by}"


def trouble_in_words(message: Message) -> str:
    """Return why a message did not reach the family; nothing where it did, or nobody knows yet."""
    if not message.trouble:
        return ""
    trouble = Trouble(message.trouble)
    back = "Revenu : " if trouble in RETURN_REASONS else ""
    return f"{back}{trouble.label}."
