"""What rooms above add to the answer page: steps of their own, at the same address.

The page leads there without knowing them; whoever adds steps does so once Django is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest, QueryDict

from jalon.outreach.reply.answering import Verdict
from jalon.outreach.reply.sealed import Credential
from jalon.outreach.reply.showing import Page

# What comes next for whoever was let in; nothing where the room has nothing to show.
Step = Callable[[HttpRequest, QueryDict, Credential], Page | None]


def _nothing(_request: HttpRequest, _posted: QueryDict, _credential: Credential) -> None:
    return None


@dataclass
class Beyond:
    """What a room adds.

    `entered` is shown to whoever was just let in, rather than the choice; `asked` to who asked
    for a meeting, rather than thanks; `steps` follow by the names that their forms send.
    """

    entered: Step = _nothing
    asked: Step = _nothing
    steps: Mapping[str, Step] = field(default_factory=dict)


_ADDED = Beyond()


def lead_to(beyond: Beyond) -> None:
    """Have the answer page lead to what a room adds, in the place of what was added before."""
    _ADDED.entered, _ADDED.asked, _ADDED.steps = beyond.entered, beyond.asked, beyond.steps


def beyond() -> Beyond:
    """Return what was added."""
    return _ADDED


def turned_away(verdict: Verdict, posted: QueryDict, credential: Credential) -> Page:
    """Return what is shown to who may not go on, or not any more."""
    if verdict is Verdict.OVER:
        return Page("over", state=credential.sealed())
    return Page("code", posted, problem=verdict.value, code=credential.code)
