"""What rooms above add to the answer page: steps of their own, at the same address.

The page leads there without knowing them; whoever adds steps does so once Django is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest, QueryDict

from jalon.outreach.reply.answering import Verdict
from jalon.outreach.reply.sealed import Credential
from jalon.outreach.reply.showing import Page

# What comes next for whoever was let in; nothing where the room has nothing to show.
Step = Callable[[HttpRequest, QueryDict, Credential], Page | None]


def _nothing(_request: HttpRequest, _posted: QueryDict, _credential: Credential) -> None:
    return None


@dataclass(frozen=True)
class Beyond:
    """What a room adds.

    `entered` is shown to whoever was just let in, rather than the choice; `late` to whoever may
    not answer any more, rather than why; `asked` to who asked for a meeting, rather than thanks;
    `steps` follow by the names that their forms send.
    """

    entered: Step = _nothing
    late: Step = _nothing
    asked: Step = _nothing
    steps: Mapping[str, Step] = field(default_factory=dict)


_ADDED: Final[list[Beyond]] = []


def lead_to(beyond: Beyond) -> None:
    """Have the answer page lead to what a room adds, after what was added before."""
    if beyond not in _ADDED:
        _ADDED.append(beyond)


def beyond() -> Beyond:
    """Return what all rooms added: of each, the first that has something to show."""
    return Beyond(
        entered=_first([one.entered for one in _ADDED]),
        late=_first([one.late for one in _ADDED]),
        asked=_first([one.asked for one in _ADDED]),
        steps={name: step for one in _ADDED for name, step in one.steps.items()},
    )


def _first(steps: Sequence[Step]) -> Step:
    def shown(request: HttpRequest, posted: QueryDict, credential: Credential) -> Page | None:
        pages = (step(request, posted, credential) for step in steps)
        return next((page for page in pages if page is not None), None)

    return shown


def turned_away(verdict: Verdict, posted: QueryDict, credential: Credential) -> Page:
    """Return what is shown to who may not go on, or not any more."""
    if verdict is Verdict.OVER:
        return Page("over", state=credential.sealed())
    return Page("code", posted, problem=verdict.value, code=credential.code)
