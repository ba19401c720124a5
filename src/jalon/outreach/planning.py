"""Plans reminders: on the days that the profile sets, to who was written to and is silent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from jalon.outreach.enums import Medium
from jalon.outreach.message_texts import MessageTexts

# Mobile numbers as they are kept: here, and in the departments overseas.
MOBILE: Final = (
    r"^\+(33[67][0-9]{8}|262(692|693)[0-9]{6}|590(690|691)[0-9]{6}|594694[0-9]{6}"
    r"|596(696|697)[0-9]{6})$"
)
_AT_ONCE: Final = 2_000  # a transaction each
_PLAN: Final = "SELECT wall.plan_reminders(%s, %s, %s, %s, %s::jsonb, %s, %s)"


def link_before_code() -> str:
    """Return what stands before a code in the link by which a family answers."""
    return f"{settings.PUBLIC_URL}/r/"


def plan_reminders(texts: MessageTexts, media: Iterable[Medium]) -> int:
    """Plan the reminders whose day has come, by these media, and return how many.

    As the application itself (`acting(0)`); twice, it plans nothing more. Each is looked at again
    when it leaves.
    """
    given = (
        list(texts.reminder_days),
        [one.value for one in media],
        MOBILE,
        link_before_code(),
        json.dumps(texts.bodies),
        texts.hours.next(timezone.now()),
        _AT_ONCE,
    )
    planned = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_PLAN, given)
            (made,) = cursor.fetchone()
            planned += int(made)
            if made < _AT_ONCE:
                return planned
