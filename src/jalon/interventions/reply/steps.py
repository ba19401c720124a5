"""The step that interventions add to the answer page: what a family thinks of what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest, QueryDict

from jalon.interventions.enums import Opinion, ReviewKind
from jalon.interventions.reply.asking import QUESTIONS, Heard, Said, asked_of, give
from jalon.outreach.reply.answering import Verdict
from jalon.outreach.reply.beyond import Beyond, turned_away
from jalon.outreach.reply.sealed import Credential
from jalon.outreach.reply.showing import Option, Page
from jalon.outreach.reply.texts import Tongue

_OPINION: Final = "opinion"
_GIVEN: Final = "opinion_given"
_TEMPLATE: Final = "interventions/reply/{}.html"


def entered(request: HttpRequest, posted: QueryDict, credential: Credential) -> Page | None:
    """Ask for an opinion where one is waited for."""
    return _question(request, posted, credential, late=False)


def late(request: HttpRequest, posted: QueryDict, credential: Credential) -> Page | None:
    """Ask for it too where the letter itself is not answered any more."""
    return _question(request, posted, credential, late=True)


def say(request: HttpRequest, posted: QueryDict, credential: Credential) -> Page | None:
    """Write down what is said, once something is; whoever passes is led to the choice."""
    late = "late" in posted
    if "skip" in posted and not late:
        return None
    kind = _kind(posted)
    if kind is None or "langue" in posted:
        again = _question(request, posted, credential, late=late)
        return again or (turned_away(Verdict.OVER, posted, credential) if late else None)
    said = Said(kind, _answers(kind, posted))
    if not said.answers:
        problems = {QUESTIONS[kind][0]: "missing_opinion"}
        return _asking(kind, posted, credential, late=late, problems=problems)
    heard = give(said, credential=credential, request=request)
    if heard in {Heard.RIGHT, Heard.GIVEN}:
        text = "given" if heard is Heard.RIGHT else "already"
        return _thanks(text, credential, late=late)
    return turned_away(Verdict(heard.value), posted, credential)


def thanked(_request: HttpRequest, posted: QueryDict, credential: Credential) -> Page | None:
    """Thank in another language; whoever goes on is led to the choice, where there is one."""
    late = "late" in posted
    if "langue" not in posted and not late:
        return None
    text = "already" if posted.get("said") == "already" else "given"
    return _thanks(text, credential, late=late)


BEYOND: Final = Beyond(entered=entered, late=late, steps={_OPINION: say, _GIVEN: thanked})


def _question(
    request: HttpRequest, posted: QueryDict, credential: Credential, *, late: bool
) -> Page | None:
    kind = asked_of(credential, request)
    return _asking(kind, posted, credential, late=late) if kind else None


def _asking(
    kind: ReviewKind,
    posted: QueryDict,
    credential: Credential,
    *,
    late: bool,
    problems: Mapping[str, str] | None = None,
) -> Page:
    def told(tongue: Tongue) -> Mapping[str, Any]:
        words = tongue.words[_OPINION]
        questions = [
            (
                name,
                words[name],
                [Option(one, words[one], posted.get(name) == one) for one in Opinion.values],
            )
            for name in QUESTIONS[kind]
        ]
        return {"w": words, "kind": kind.value, "questions": questions, "late": late}

    return _page(_OPINION, credential, told, posted=posted, problems=problems)


def _thanks(text: str, credential: Credential, *, late: bool) -> Page:
    def told(tongue: Tongue) -> Mapping[str, Any]:
        words = tongue.words[_OPINION]
        return {"w": words, "said": text, "text": words[text], "late": late}

    return _page(_GIVEN, credential, told)


def _page(
    step: str,
    credential: Credential,
    told: Callable[[Tongue], Mapping[str, Any]],
    *,
    posted: QueryDict | None = None,
    problems: Mapping[str, str] | None = None,
) -> Page:
    return Page(
        step,
        QueryDict() if posted is None else posted,
        problems=problems,
        state=credential.sealed(),
        template=_TEMPLATE.format(step),
        told=told,
    )


def _kind(posted: QueryDict) -> ReviewKind | None:
    said = posted.get("kind", "")
    return next((one for one in QUESTIONS if one == said), None)


def _answers(kind: ReviewKind, posted: QueryDict) -> dict[str, Opinion]:
    told = {name: posted.get(name, "") for name in QUESTIONS[kind]}
    return {name: Opinion(one) for name, one in told.items() if one in Opinion.values}
