"""Shows the answer page: small, whole in one answer, drawing nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from jalon.directory.models import Place
from jalon.outreach.enums import WEEKS, AnswerKind, HalfDay, Language, Moment, Refusal
from jalon.outreach.reply.saying import ADDRESS, FIELDS, Problems
from jalon.outreach.reply.texts import Tongue, Words, guessed, tongues

# The order of the choices, the last ones apart.
CHOICES: Final = (AnswerKind.MEETING, AnswerKind.CALL, AnswerKind.LATER, AnswerKind.NO)
OTHER_CHOICES: Final = (
    *(AnswerKind.CONTACT, AnswerKind.STOP, AnswerKind.UNSAFE, AnswerKind.RULE),
)
# Where « leave this page » leads: a site that tells nothing of who opens it.
ELSEWHERE: Final = "https://meteofrance.com/"
_STYLE: Final = re.sub(
    r"\s*\n\s*", "", Path(__file__).with_name("page.css").read_text(encoding="utf-8")
)
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Option:
    """One thing to tick or to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Page:
    """What one answer shows: a step, in a language, with what was typed and what is wrong.

    `problem` is said of the whole, `problems` of fields; both name texts. A step of another room
    has its own `template`, and `told` says what it shows in a language.
    """

    step: str
    typed: QueryDict = field(default_factory=QueryDict)
    problem: str = ""
    problems: Problems | None = None
    state: str = ""
    what: AnswerKind | None = None
    code: str = ""
    status: int = 200
    template: str = ""
    told: Callable[[Tongue], Mapping[str, Any]] | None = None


def language_of(request: HttpRequest) -> Language:
    """Return the language that was chosen, else the browser's."""
    chosen = request.POST.get("langue") or request.POST.get("lang")
    if chosen in Language.values:
        return Language(chosen)
    return guessed(request.headers.get("Accept-Language", ""))


def shown(page: Page, language: Language) -> HttpResponse:
    """Return a page."""
    tongue = tongues()[language]
    words = tongue.words
    problems = page.problems or {}
    context: dict[str, Any] = {
        "page": page,
        "style": mark_safe(_STYLE),  # noqa: S308 - our own file
        "tongue": tongue,
        "tongues": tongues().values(),
        "t": words,
        "problem": words["problems"][page.problem] if page.problem else "",
        "problems": {name: words["problems"][key] for name, key in problems.items()},
        "elsewhere": ELSEWHERE,
        "hours": tongue.hours,
        **_of_step(page, tongue),
    }
    whole = render_to_string(page.template or f"outreach/reply/{page.step}.html", context)
    return HttpResponse(whole, status=page.status, headers=_HEADERS)


def refused(request: HttpRequest, problem: str, *, status: int) -> HttpResponse:
    """Return the first step with a sentence, of a request whose body nobody read."""
    language = guessed(request.headers.get("Accept-Language", ""))
    return shown(Page("code", problem=problem, status=status), language)


def _of_step(page: Page, tongue: Tongue) -> Mapping[str, Any]:
    if page.told is not None:
        return page.told(tongue)
    if page.step == "code":
        return {"carried": [*_carried(page.typed)]}
    if page.step == "choice":
        words = tongue.words["choice"]
        return {
            "choices": [(one.value, words[one], words[f"{one.value}_hint"]) for one in CHOICES],
            "others": [(one.value, words[one]) for one in OTHER_CHOICES],
        }
    if page.step == "details" and page.what is not None:
        return {"w": tongue.words[page.what], **_details(page, page.what, tongue.words)}
    if page.step == "thanks" and page.what is not None:
        return {"next": tongue.words["thanks"][page.what]}
    return {}


def _carried(typed: QueryDict) -> Iterable[tuple[str, str]]:
    """Return what was typed further on, kept while one says again who answers."""
    for name in ("what", *FIELDS):
        for value in typed.getlist(name):
            yield name, value


def _details(page: Page, what: AnswerKind, words: Words) -> Mapping[str, Any]:
    typed = page.typed
    if what is AnswerKind.MEETING:
        return {"places": _places(typed), "days": _days(typed, words["meeting"])}
    if what in {AnswerKind.CALL, AnswerKind.UNSAFE}:
        return {"moments": _options(Moment.values, typed.getlist("moments"), words["moments"])}
    if what is AnswerKind.LATER:
        weeks = [f"weeks{one}" for one in WEEKS]
        chosen = [f"weeks{typed.get('weeks', '')}"]
        return {
            "weeks": [
                Option(one.value.removeprefix("weeks"), one.label, one.chosen)
                for one in _options(weeks, chosen, words["later"])
            ]
        }
    if what is AnswerKind.NO:
        return {"reasons": _options(Refusal.values, typed.getlist("refusal"), words["no"])}
    if what is AnswerKind.CONTACT:
        return {"lines": ADDRESS}
    return {}


def _options(
    values: Iterable[str], chosen: Sequence[str], words: Mapping[str, str]
) -> list[Option]:
    return [Option(one, words[one], one in chosen) for one in values]


def _places(typed: QueryDict) -> list[Option]:
    """Return every place by its commune: which is near tells nobody where the family lives."""
    places = Place.objects.order_by("commune__label", "name").values_list(
        "pk", "name", "commune__label"
    )
    return [
        Option(str(pk), name_with_commune(name, commune), str(pk) == typed.get("place"))
        for pk, name, commune in places
    ]


def name_with_commune(name: str, commune: str) -> str:
    """Write a place with its commune, unless its name says it: « CCAS du Kremlin-Bicêtre »."""
    said = commune.removeprefix("Le ").removeprefix("Les ")
    return name if said in name else f"{name}, {commune}"


def _days(typed: QueryDict, words: Mapping[str, str]) -> list[tuple[str, list[Option]]]:
    ticked = typed.getlist("half_days")
    return [
        (
            words[day],
            [
                Option(f"{day}_{half}", words[half], f"{day}_{half}" in ticked)
                for half in ("am", "pm")
            ],
        )
        for day in dict.fromkeys(one.split("_")[0] for one in HalfDay.values)
    ]
