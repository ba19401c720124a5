"""Plans what families are told of their appointments: it leaves as every other message does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from jalon.agenda.notice_texts import days_in_words
from jalon.agenda.practice import Practice
from jalon.outreach.enums import Medium
from jalon.outreach.planning import MOBILE, link_before_code
from jalon.outreach.sending_hours import SendingHours

_AT_ONCE: Final = 500  # a transaction each
# Nobody has an appointment further away.
_HORIZON: Final = timedelta(days=370)
_PLAN: Final = "SELECT wall.plan_notices(%s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s)"


def plan_notices(practice: Practice, hours: SendingHours, media: Iterable[Medium]) -> int:
    """Plan what is to be told now, by these media, and return how much.

    As the application itself (`acting(0)`); twice, it plans nothing more. Each is looked at again
    when it leaves.
    """
    today = timezone.localdate()
    given = (
        practice.reminder_days,
        [one.value for one in media],
        MOBILE,
        link_before_code(),
        json.dumps({kind.value: texts.bodies for kind, texts in practice.notices.items()}),
        json.dumps(days_in_words(today, today + _HORIZON)),
        hours.next(timezone.now()),
        _AT_ONCE,
    )
    planned = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.forget_notices()")
        while True:
            with transaction.atomic():
                cursor.execute(_PLAN, given)
                (made,) = cursor.fetchone()
            planned += int(made)
            if made < _AT_ONCE:
                return planned
