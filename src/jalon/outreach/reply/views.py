"""The answer page: a code and a birthday, a choice, its details, thanks; one address for all.

What a step needs of the one before comes with its form. The address says nothing from the second
step on, for telephones remember addresses.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from jalon.outreach.codes import read_code, written
from jalon.outreach.enums import AnswerKind
from jalon.outreach.reply.answering import Verdict, open_reply, write_down
from jalon.outreach.reply.beyond import beyond, turned_away
from jalon.outreach.reply.saying import UnclearError, in_sight, plain, read_reply
from jalon.outreach.reply.sealed import ClosedError, Credential
from jalon.outreach.reply.showing import CHOICES, OTHER_CHOICES, Page, language_of, refused, shown

_LONGEST_SHOWN = 20  # characters of a code in an address
_DAYS, _MONTHS = range(1, 32), range(1, 13)


# Without a session there is nothing that a form from elsewhere could borrow: whoever sends the
# code and the birthday is who answers.
@login_not_required
@csrf_exempt
def answer(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show the first step, or answer the step that was sent."""
    if request.method in {"GET", "HEAD"}:
        known = read_code(code)
        seen = written(known) if known else in_sight(code[:_LONGEST_SHOWN])
        return shown(Page("code", code=seen), language_of(request))
    if request.method != "POST" or code:
        wrong = refused(request, "not_understood", status=405)
        wrong.headers["Allow"] = "GET, HEAD" if code else "GET, HEAD, POST"
        return wrong
    if (request.content_params or {}).get("charset", "utf-8").lower() != "utf-8":
        return refused(request, "not_understood", status=400)
    try:
        posted = plain(request.POST)
    except (BadRequest, LookupError, MultiPartParserError, SuspiciousOperation):
        # A part may name its fields in an encoding that is none.
        return refused(request, "not_understood", status=400)
    return shown(_next(request, posted), language_of(request))


def _next(request: HttpRequest, posted: QueryDict) -> Page:
    """Return what comes after a step; the same one, where only the language changes."""
    step = posted.get("step", "")
    if step not in {"choice", "details", "thanks", "over", *beyond().steps}:
        if "langue" in posted or step != "code":
            return Page("code", posted, code=posted.get("code", ""))
        return _entered(request, posted)
    try:
        credential = Credential.opened(posted.get("state", ""))
    except ClosedError as closed:
        return Page("code", posted, problem="closed", code=closed.code)
    return _followed(request, posted, credential, step)


def _followed(request: HttpRequest, posted: QueryDict, credential: Credential, step: str) -> Page:
    """Return what comes after a step of whoever said already who answers."""
    state, what = credential.sealed(), _kind(posted)
    if step == "over":
        return Page("over", state=state)
    if step in beyond().steps and "back" not in posted:
        added = beyond().steps[step](request, posted, credential)
        return added or Page("choice", posted, state=state)
    if what is None or "back" in posted:
        return Page("choice", posted, state=state)
    if step == "thanks":
        return Page("thanks", state=state, what=what)
    if step == "choice" or "langue" in posted:
        return Page("details", posted, state=state, what=what)
    return _sent(request, posted, credential, what)


def _kind(posted: QueryDict) -> AnswerKind | None:
    what = posted.get("what", "")
    return AnswerKind(what) if what in {*CHOICES, *OTHER_CHOICES} else None


def _entered(request: HttpRequest, posted: QueryDict) -> Page:
    """Check who answers; what was typed is shown again where it is wrong."""
    typed = posted.get("code", "")
    code, day, month = (
        read_code(typed),
        _number(posted, "day", _DAYS),
        _number(posted, "month", _MONTHS),
    )
    problems = {}
    if code is None:
        problems["code"] = "wrong_code" if typed.strip() else "missing_code"
    if day is None:
        problems["day"] = "wrong_day"
    if month is None:
        problems["month"] = "wrong_month"
    if code is None or day is None or month is None:
        return Page("code", posted, problems=problems, code=typed)
    credential = Credential(code, day, month)
    verdict = open_reply(credential, request)
    if verdict is Verdict.OVER and (late := beyond().late(request, posted, credential)):
        return late
    if verdict is not Verdict.RIGHT:
        return turned_away(verdict, posted, credential)
    if what := _kind(posted):
        return Page("details", posted, state=credential.sealed(), what=what)
    first = beyond().entered(request, posted, credential)
    return first or Page("choice", posted, state=credential.sealed())


def _number(posted: QueryDict, name: str, within: range) -> int | None:
    """Return what was typed as a number, in any figures; None where it is not one of these."""
    typed = posted.get(name, "").strip()
    if not typed.isdecimal() or len(typed) > len("31"):
        return None
    return int(typed) if int(typed) in within else None


def _sent(
    request: HttpRequest, posted: QueryDict, credential: Credential, what: AnswerKind
) -> Page:
    try:
        reply = read_reply(what, posted)
    except UnclearError as unclear:
        state = credential.sealed()
        return Page("details", posted, problems=unclear.problems, state=state, what=what)
    verdict = write_down(
        reply, credential=credential, language=language_of(request), request=request
    )
    if verdict is Verdict.FULL:
        step = "details" if what is AnswerKind.CONTACT else "thanks"
        return Page(step, posted, problem="full", state=credential.sealed(), what=what)
    if verdict is not Verdict.RIGHT:
        return turned_away(verdict, posted, credential)
    asked = beyond().asked(request, posted, credential) if what is AnswerKind.MEETING else None
    return asked or Page("thanks", state=credential.sealed(), what=what)
