"""Days and hours in the languages of the answer page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils import timezone, translation
from django.utils.dateformat import format as formatted

from jalon.outreach.enums import Language
from jalon.web import french

# How each writes a day, in Django's own letters; French says 1er.
_DAYS: Final[Mapping[Language, str]] = {
    Language.ENGLISH: "l j F",
    Language.ARABIC: "l j F",
    Language.PORTUGUESE: r"l, j \d\e F",
    Language.TURKISH: "j F l",
}


def day_in(language: Language, moment: datetime) -> str:
    """Write the day of a moment in Paris: « jeudi 3 décembre », « Thursday 3 December »."""
    if language not in _DAYS:
        return french.day_of_week(timezone.localdate(moment))
    with translation.override(language.value):
        return formatted(timezone.localtime(moment), _DAYS[language])


def hour_in(language: Language, moment: datetime) -> str:
    """Write the hour of a moment in Paris: « 9 h 00 », 9:00 elsewhere."""
    if language not in _DAYS:
        return french.clock(moment)
    return f"{timezone.localtime(moment):%H:%M}"
