"""Does one thing with several approaches, each for itself: what one refuses stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from jalon.outreach.models import Approach
from jalon.rules.errors import ClearError


@dataclass(frozen=True)
class Refused:
    """An approach that did not change, and why."""

    approach: Approach
    why: str


@dataclass
class Outcome:
    """How many approaches changed, and which did not."""

    done: int = 0
    refused: list[Refused] = field(default_factory=list)


def each(approaches: Iterable[Approach], act: Callable[[Approach], object]) -> Outcome:
    """Act on each approach; an act is atomic, and says by a ClearError why it refuses."""
    outcome = Outcome()
    for one in approaches:
        try:
            act(one)
        except ClearError as error:
            outcome.refused.append(Refused(one, str(error)))
        else:
            outcome.done += 1
    return outcome
