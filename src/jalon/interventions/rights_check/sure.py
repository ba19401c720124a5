"""What is rare and true: a question that the family answered by « c'est bien cela »."""

from __future__ import annotations

from typing import Final

from jalon.interventions.rights_check.situations import questions
from jalon.interventions.rights_check.told import Told
from jalon.rights.questions import Question
from jalon.rules.calendar import Month

# What nobody said is confirmed as such: a tenant who pays no rent.
_NOTHING: Final = "none"


def sure_name(group: str, about: str) -> str:
    """Return the name of the fact that something rare is confirmed."""
    return f"{group}-{about}-sure"


def sure_value(told: Told, group: str, about: str) -> str:
    """Return what is confirmed: what is said today, so that another answer asks again."""
    return told.value(group, about) or _NOTHING


def is_sure(told: Told, group: str, about: str) -> bool:
    """Tell whether somebody confirmed what is said today."""
    return told.value(group, f"{about}-sure") == sure_value(told, group, about)


def left_to_ask(told: Told, month: Month) -> list[tuple[str, Question]]:
    """Return what is to be asked before computing, without what was confirmed."""
    return [
        (group, one)
        for group, one in questions(told, month)
        if not (one.confirmable and is_sure(told, group, one.about))
    ]
