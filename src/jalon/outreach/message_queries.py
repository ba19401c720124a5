"""What is read of text messages and e-mails: what a person must look at, and what waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jalon.families.models import Family
from jalon.outreach.enums import CARRIED, MessageState, Trouble
from jalon.outreach.models import Message

# Longer than from a Saturday evening to a Tuesday morning after a public holiday.
_LATE: Final = timedelta(days=3)
_GONE_DEAD: Final = timedelta(minutes=30)


def messages_carried() -> QuerySet[Message]:
    """Return text messages and e-mails, the latest first, with what a list shows of each."""
    carried = Message.objects.filter(medium__in=CARRIED)
    return carried.select_related("approach", "family__commune", "by").order_by("-pk")


def waiting_messages() -> QuerySet[Message]:
    """Return what waits to leave, and may be called off."""
    return messages_carried().filter(state=MessageState.QUEUED)


def failed_messages() -> QuerySet[Message]:
    """Return what did not leave, or perhaps did not, and to which nothing was done since."""
    after = Message.objects.filter(
        approach=OuterRef("approach"), medium__in=CARRIED, pk__gt=OuterRef("pk")
    )
    failed = messages_carried().filter(
        ~Exists(after), state=MessageState.FAILED, approach__answer="", approach__ended_on=None
    )
    return failed.order_by("-settled_at", "-pk")


def uncertain_messages() -> QuerySet[Message]:
    """Return, of those, what perhaps left: one asks the family before sending it again."""
    return failed_messages().filter(trouble=Trouble.UNCERTAIN)


def stuck_messages() -> QuerySet[Message]:
    """Return what should have left days ago, or was being sent when everything stopped."""
    now = timezone.now()
    return messages_carried().filter(
        Q(state=MessageState.QUEUED, due_at__lt=now - _LATE)
        | Q(state=MessageState.SENDING, claimed_at__lt=now - _GONE_DEAD)
    )


def refuses_messages(family: Family) -> bool:
    """Tell whether a family objected to text messages and e-mails, as what sends them asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.refuses_messages(%s)", [family.pk])
        (refused,) = cursor.fetchone()
    return bool(refused)
