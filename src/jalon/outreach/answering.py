"""What staff write down of what a family says, and of how they tried to reach it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from jalon.directory.models import Place, StaffMember
from jalon.directory.roles import Permission
from jalon.families.actions import say
from jalon.families.enums import Safety, SafetySource
from jalon.families.models import Family
from jalon.outreach.enums import (
    ACCEPTING,
    CHOSEN_ENDINGS,
    IN_PERSON,
    AnswerKind,
    AnswerVia,
    Channel,
    Ending,
    Medium,
    MessageState,
    Purpose,
    Trouble,
)
from jalon.outreach.errors import AnsweredMeanwhileError, ApproachError, OverError
from jalon.outreach.exchanges import last_number
from jalon.outreach.locks import locked_approach
from jalon.outreach.models import Answer, Approach, CodeClosing, Message
from jalon.outreach.models.answers import DANGER
from jalon.outreach.states import may_answer
from jalon.rules.calendar import one_year_after
from jalon.web import french

# What a family that comes back may want: it is offered something again.
BEGINS_ANEW: Final = (*ACCEPTING, AnswerKind.LATER)


@dataclass(frozen=True)
class Said:
    """What a family said, how, and when; each kind of answer has its own details."""

    kind: AnswerKind
    via: AnswerVia
    said_on: date
    services: tuple[str, ...] = ()
    place: Place | None = None
    half_days: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    refusal: str = ""
    again_on: date | None = None


@transaction.atomic
def record_answer(*, approach: Approach, said: Said, seen: int, by: StaffMember) -> Answer:
    """Write down what a family said; `seen` is the number of its last answer that one knew, or 0.

    That writing to it is unsafe protects the family at once. OverError once its window is over or
    the approach ended; AnsweredMeanwhileError where there is an answer that one did not know.
    """
    _work_with_families(by)
    current = locked_approach(approach.pk)
    if not may_answer(current, timezone.localdate()):
        raise OverError("Cette prise de contact est terminée : la famille recommence.")
    answer = _write(current, said, seen, by)
    if said.kind is AnswerKind.UNSAFE:
        _protect(current.family, by)
    return answer


def _write(approach: Approach, said: Said, seen: int, by: StaffMember) -> Answer:
    if last_number(approach) != seen:
        raise AnsweredMeanwhileError
    try:
        with transaction.atomic():
            return Answer.objects.create(
                approach=approach,
                family_id=approach.family_id,
                number=seen + 1,
                kind=said.kind,
                via=said.via,
                said_on=said.said_on,
                by=by,
                services=list(said.services),
                place=said.place,
                half_days=list(said.half_days),
                moments=list(said.moments),
                refusal=said.refusal,
                again_on=said.again_on,
            )
    except IntegrityError as error:
        # Of two who write at the same moment, the database lets one.
        if "answer_once" not in str(error):
            raise
        raise AnsweredMeanwhileError from error


def _protect(family: Family, by: StaffMember) -> None:
    if not family.protected_address_here:
        flag = Safety.PROTECTED_ADDRESS
        say(family=family, flag=flag, source=SafetySource.FAMILY, by=by)


@transaction.atomic
def start_anew(*, approach: Approach, said: Said, by: StaffMember) -> Approach:
    """Begin again with a family that comes back once its window is over, with what it says.

    It has a year from today, for the offers of before. ApproachError where the family may still
    answer, began anew already, or says something that is no beginning.
    """
    _work_with_families(by)
    today = timezone.localdate()
    approach = locked_approach(approach.pk)
    if may_answer(approach, today):
        raise ApproachError("La famille peut encore répondre : notez sa réponse.")
    if said.kind not in BEGINS_ANEW:
        raise ApproachError(
            "Rien ne recommence : la famille ne demande ni rendez-vous, ni appel, ni plus tard."
        )
    family = approach.family
    try:
        with transaction.atomic():
            begun = Approach.objects.create(
                family=family,
                previous=approach,
                channel=Channel.IN_PERSON if family.protected_address else Channel.LETTER,
                commune=family.commune,
                window_ends_on=one_year_after(today),
            )
    except IntegrityError as error:
        raise ApproachError("Quelqu'un vient de recommencer avec cette famille.") from error
    _write(begun, said, 0, by)
    return begun


@transaction.atomic
def deal_with(*, answer: Answer, by: StaffMember) -> None:
    """Say that one did what an answer asked; ApproachError where somebody did already."""
    _work_with_families(by)
    locked_approach(answer.approach_id)
    waiting = Answer.objects.filter(pk=answer.pk, dealt_at=None)
    if not waiting.update(dealt_at=timezone.now(), dealt_by=by):
        done = Answer.objects.select_related("dealt_by").get(pk=answer.pk)
        who = done.dealt_by or "La famille, qui a choisi un moment elle-même,"
        raise ApproachError(f"{who} l'a déjà traitée, le {french.long_moment(done.dealt_at)}.")


@transaction.atomic
def deal_with_all(*, approach: Approach, by: StaffMember) -> int:
    """Say that one did what all the answers of an approach ask; return how many waited.

    ApproachError where none did, or a family says that it is dangerous to write to it, or perhaps
    said something since: that is opened, and dealt with by itself.
    """
    _work_with_families(by)
    locked_approach(approach.pk)
    waiting = Answer.objects.filter(approach=approach, dealt_at=None)
    if waiting.filter(DANGER).exists():
        raise ApproachError("Il peut être dangereux de lui écrire : ouvrez sa page.")
    if not (dealt := waiting.update(dealt_at=timezone.now(), dealt_by=by)):
        raise ApproachError("Aucune réponse n'attend.")
    return dealt


@transaction.atomic
def record_call(*, approach: Approach, medium: Medium, reached: bool, by: StaffMember) -> Message:
    """Write down that one called or visited a family, and whether one spoke with it.

    ApproachError where the approach was ended.
    """
    _work_with_families(by)
    if medium not in IN_PERSON:
        raise ApproachError("Seuls un appel ou une visite se notent ici.")
    current = locked_approach(approach.pk)
    if current.ended_on is not None:
        raise ApproachError("Cette prise de contact est close.")
    now = timezone.now()
    return Message.objects.create(
        approach=current,
        family_id=current.family_id,
        medium=medium,
        purpose=Purpose.CALL,
        state=MessageState.DELIVERED if reached else MessageState.FAILED,
        trouble="" if reached else Trouble.NO_REPLY,
        by=by,
        sent_at=now,
        settled_at=now,
    )


@transaction.atomic
def open_code(*, approach: Approach, by: StaffMember) -> None:
    """Let a family answer on the page again, after too many wrong birthdays; ApproachError.

    The code stays the letter's: who tried may go on, thirty times more at most, five a day.
    """
    if not by.may(Permission.WRITE_TO_FAMILIES):
        raise ApproachError("Le secrétariat rouvre la page de réponse.")
    closed = CodeClosing.objects.filter(approach=approach, opened_at=None)
    if not closed.update(opened_at=timezone.now(), opened_by=by):
        raise ApproachError("La page de réponse n'est pas fermée, ou quelqu'un l'a déjà rouverte.")


@transaction.atomic
def end_approach(*, approach: Approach, cause: Ending, by: StaffMember) -> None:
    """End an approach before its window does; ApproachError where one may not, or it ended."""
    if not by.may(Permission.WRITE_TO_FAMILIES):
        raise ApproachError("Le secrétariat clôt les prises de contact.")
    if cause not in CHOSEN_ENDINGS:
        raise ApproachError("Un seul courrier pour deux prises de contact les joint de lui-même.")
    still = Approach.objects.filter(pk=approach.pk, ended_on=None)
    if not still.update(ended_on=timezone.localdate(), ending=cause, ended_by=by):
        raise ApproachError("Cette prise de contact est déjà close.")


def _work_with_families(by: StaffMember) -> None:
    if not by.may(Permission.SEE_FAMILIES):
        raise ApproachError("Seul qui travaille avec les familles note ce qu'elles disent.")
