"""The steps that diaries add to the answer page: times to choose from, the appointment to come."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, QueryDict

from jalon.agenda.reply.asking import Coming, FreeTime, Own, Told, own_diary, settle, take
from jalon.agenda.reply.showing import CALLING_OFF, COMING, TIMES, calling_off, coming, times
from jalon.outreach.enums import AnswerKind
from jalon.outreach.reply.answering import Verdict
from jalon.outreach.reply.beyond import Beyond, turned_away
from jalon.outreach.reply.sealed import Credential
from jalon.outreach.reply.showing import Page, language_of

# What is told to who may not go on; `showing` knows the others.
_TURNED_AWAY: Final = {Told.WRONG, Told.LOCKED, Told.OVER}
_TAKEN, _CONFIRMED, _CALLED_OFF = "taken", "confirmed", "called_off"
_DONE: Final = frozenset({_TAKEN, _CONFIRMED, _CALLED_OFF})
_DONE_BY: Final = {"confirm": _CONFIRMED, "cancel": _CALLED_OFF}
# Moments are written as seconds: no more figures than those of any year to come.
_MOST_DIGITS: Final = 11


def where_it_stands(
    request: HttpRequest, posted: QueryDict, credential: Credential
) -> Page | None:
    """Show the appointments to come; else times to choose from, nothing where there is none."""
    return _stands(own_diary(credential, request), posted, credential)


def choose_time(request: HttpRequest, posted: QueryDict, credential: Credential) -> Page | None:
    """Take the time chosen; who finds none that suits is called."""
    if "none" in posted:
        return Page("thanks", state=credential.sealed(), what=AnswerKind.MEETING)
    chosen = _numbers(posted.get("time", ""))
    if chosen is None or "langue" in posted:
        return _again(request, posted, credential)
    place, second = chosen
    time = FreeTime(place, datetime.fromtimestamp(second, UTC))
    told = take(time, credential=credential, request=request)
    return _after(told, _TAKEN, request, posted, credential)


def see_appointment(
    request: HttpRequest, posted: QueryDict, credential: Credential
) -> Page | None:
    """Confirm what was proposed, or ask whether to call it off."""
    if "langue" in posted:
        return _again(request, posted, credential)
    if (seen := _numbers(posted.get("cancel", ""))) is not None:
        return _ask_whether(seen, request, posted, credential)
    if (seen := _numbers(posted.get("confirm", ""))) is not None:
        return _settled("confirm", seen, request, posted, credential)
    return where_it_stands(request, posted, credential)


def call_off(request: HttpRequest, posted: QueryDict, credential: Credential) -> Page | None:
    """Call off the appointment once sure."""
    seen = _numbers(posted.get("seen", ""))
    if seen is None or "keep" in posted:
        return where_it_stands(request, posted, credential)
    if "sure" not in posted or "langue" in posted:
        return _ask_whether(seen, request, posted, credential)
    return _settled("cancel", seen, request, posted, credential)


BEYOND: Final = Beyond(
    entered=where_it_stands,
    asked=where_it_stands,
    steps={TIMES: choose_time, COMING: see_appointment, CALLING_OFF: call_off},
)


def _stands(
    own: Own, posted: QueryDict, credential: Credential, *, done: str = "", problem: str = ""
) -> Page | None:
    state = credential.sealed()
    if own.coming:
        return coming(own, posted, state, done=done, problem=problem)
    if own.times or done == _CALLED_OFF:
        return times(own, posted, state, done=done, problem=problem)
    if problem == Told.TAKEN:
        return Page("thanks", state=state, what=AnswerKind.MEETING, problem=problem)
    return Page("choice", posted, problem, state=state) if problem else None


def _again(request: HttpRequest, posted: QueryDict, credential: Credential) -> Page | None:
    """Show the same in another language, with what had just been done."""
    said = posted.get("done", "")
    done = said if said in _DONE else ""
    return _stands(own_diary(credential, request), posted, credential, done=done)


def _settled(
    word: str,
    seen: tuple[int, int],
    request: HttpRequest,
    posted: QueryDict,
    credential: Credential,
) -> Page | None:
    second, changes = seen
    told = settle(
        word,
        starts_at=datetime.fromtimestamp(second, UTC),
        changes=changes,
        language=language_of(request),
        credential=credential,
        request=request,
    )
    return _after(told, _DONE_BY[word], request, posted, credential)


def _after(
    told: Told, done: str, request: HttpRequest, posted: QueryDict, credential: Credential
) -> Page | None:
    if told in _TURNED_AWAY:
        return turned_away(Verdict(told.value), posted, credential)
    if told is Told.CALL:
        return Page("thanks", state=credential.sealed(), what=AnswerKind.MEETING)
    own = own_diary(credential, request)
    if told is Told.RIGHT:
        return _stands(own, posted, credential, done=done)
    return _stands(own, posted, credential, problem=told.value)


def _ask_whether(
    seen: tuple[int, int], request: HttpRequest, posted: QueryDict, credential: Credential
) -> Page | None:
    own = own_diary(credential, request)
    for one in own.coming:
        if _as_seen(one) == seen:
            return calling_off(one, posted, credential.sealed())
    return _stands(own, posted, credential, problem=Told.CHANGED.value)


def _as_seen(one: Coming) -> tuple[int, int]:
    return int(one.starts_at.timestamp()), one.changes


def _numbers(value: str) -> tuple[int, int] | None:
    """Return the two numbers that a button holds; None where it holds anything else."""
    one, _, other = value.partition(".")
    for number in (one, other):
        if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
            return None
    return int(one), int(other)
