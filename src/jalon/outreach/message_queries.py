"""What is read of text messages and e-mails: what a person must look at, and what waits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from jalon.families.enums import ContactKind
from jalon.families.models import ContactPoint, Family
from jalon.outreach.enums import (
    CARRIED,
    OF_APPOINTMENTS,
    Medium,
    MessageState,
    Purpose,
    ToDo,
    Trouble,
)
from jalon.outreach.mailing import why_not
from jalon.outreach.models import Message, MessageContent
from jalon.outreach.planning import MOBILE

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
    """Return what did not leave, or perhaps did not, to whom one may still write.

    Nothing was done about it since: no other message, nor a word with the family. What tells of
    an appointment is not sent again in other words: see `failed_notices`.
    """
    failed = _failed("").filter(approach__answer="")
    return failed.exclude(purpose__in=OF_APPOINTMENTS)


def failed_notices() -> QuerySet[Message]:
    """Return what a person tells of an appointment, since no message could.

    Nothing was said since, the appointment is still as the message has it, and one may write.
    """
    overtaken = Func(F("pk"), function="wall.overtaken", output_field=BooleanField())
    failed = _failed("", Trouble.ANSWERED).filter(purpose__in=OF_APPOINTMENTS)
    return failed.alias(overtaken=overtaken).filter(overtaken=False)


def _failed(*hindered_by: str) -> QuerySet[Message]:
    """Return what did not leave and nobody saw to; what hinders writing is one of these."""
    spoken = Q(purpose=Purpose.CALL, state=MessageState.DELIVERED)
    after = Message.objects.filter(
        Q(medium__in=CARRIED) | spoken, approach=OuterRef("approach"), pk__gt=OuterRef("pk")
    )
    failed = messages_carried().alias(why=why_not(timezone.localdate(), "approach_id"))
    failed = failed.filter(~Exists(after), state=MessageState.FAILED, why__in=hindered_by)
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


def to_do(media: Collection[Medium]) -> dict[ToDo, QuerySet[Message]]:
    """Return the messages that need somebody, by what is to be done."""
    failed = with_way(failed_messages(), media).exclude(trouble=Trouble.UNCERTAIN)
    return {
        ToDo.CORRECT: failed.filter(way=None),  # type: ignore[misc]
        ToDo.ASK: uncertain_messages(),
        ToDo.TELL: failed_notices(),
        ToDo.RESEND: failed.filter(way__isnull=False),  # type: ignore[misc]
        ToDo.LATE: stuck_messages().filter(state=MessageState.QUEUED),
    }


def with_way(messages: QuerySet[Message], media: Collection[Medium]) -> QuerySet[Message]:
    """Tell of each message the key of the contact by which its family is reached now, as `way`.

    By telephone first; never where a message of the same approach could not arrive.
    """
    dead = MessageContent.objects.filter(
        message__approach=OuterRef(OuterRef("approach")),
        message__trouble=Trouble.WRONG_NUMBER,
        destination=OuterRef("value"),
    )
    carried = Q(pk__in=[])
    if Medium.TEXT in media:
        carried |= Q(kind=ContactKind.PHONE, value__regex=MOBILE)
    if Medium.EMAIL in media:
        carried |= Q(kind=ContactKind.EMAIL) & ~Q(value="")
    ways = ContactPoint.objects.filter(
        carried, ~Exists(dead), family=OuterRef("family"), until=None, protected=False
    )
    # "phone" before "email".
    return messages.annotate(
        way=Subquery(ways.order_by("-kind", "-since", "-pk").values("pk")[:1])
    )


def refuses_messages(family: Family) -> bool:
    """Tell whether a family objected to text messages and e-mails, as what sends them asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.refuses_messages(%s)", [family.pk])
        (refused,) = cursor.fetchone()
    return bool(refused)
