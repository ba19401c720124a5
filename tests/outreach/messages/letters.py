"""Families that were written to, and their reminders, made past the wall."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory, FamilyFactory
from factories.outreach import ApproachFactory, MessageContentFactory, MessageFactory
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.enums import ContactKind
from jalon.outreach.codes import new_code
from jalon.outreach.enums import Medium, MessageState, Purpose
from jalon.outreach.message_texts import MessageTexts
from jalon.outreach.models import AnswerCode, Approach, Batch, Message
from jalon.outreach.sending_hours import SendingHours

ALWAYS = SendingHours(0, 24, frozenset(range(7)))
TEXTS = MessageTexts(
    (12, 30), ALWAYS, "Votre Caf : {link}", "Votre courrier", "Bonjour.\n{link}\n"
)
BOTH = (Medium.TEXT, Medium.EMAIL)


def secretary() -> StaffMember:
    found: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return found


def written_to(
    days_ago: int, *, phone: str = "", email: str = "", batch: Batch | None = None, **approach: Any
) -> Approach:
    """Return the approach of a family whose letter was posted so many days ago."""
    day = timezone.localdate() - timedelta(days=days_ago)
    at = timezone.now() - timedelta(days=days_ago)
    family = approach.pop("family", None) or FamilyFactory.create()
    made: Approach = ApproachFactory.create(family=family, mailed_on=day, **approach)
    batch = batch or posted(day)
    with as_owner():
        AnswerCode.objects.create(approach=made, value=new_code())
        Message.objects.create(
            approach=made,
            family=family,
            medium=Medium.LETTER,
            purpose=Purpose.OFFER,
            state=MessageState.SENT,
            sent_at=at,
            batch=batch,
            position=batch.messages.count() + 1,
            by=batch.made_by,
        )
    for kind, value in ((ContactKind.PHONE, phone), (ContactKind.EMAIL, email)):
        if value:
            ContactPointFactory.create(family=family, kind=kind, value=value)
    return made


def letter(approach: Approach, state: str) -> Message:
    """Return the letter of an approach, posted today, as it is now."""
    batch = posted(timezone.localdate())
    made: Message = MessageFactory.create(
        approach=approach,
        medium=Medium.LETTER,
        purpose=Purpose.OFFER,
        reminder=None,
        state=state,
        sent_at=timezone.now(),
        batch=batch,
        position=1,
        by=batch.made_by,
    )
    return made


def posted(day: Any) -> Batch:
    """Return a batch of letters handed to the post on a day."""
    by = secretary()
    with as_owner():
        return Batch.objects.create(
            made_by=by,
            dated=day,
            reply_by=day + timedelta(days=30),
            prepared_at=timezone.now(),
            posted_on=day,
            posted_by=by,
        )


def queued(approach: Approach, *, medium: Medium = Medium.TEXT, **columns: Any) -> Message:
    """Return a reminder that waits to leave now, to the family's own number or address."""
    kind = ContactKind.PHONE if medium is Medium.TEXT else ContactKind.EMAIL
    with as_owner():
        known = approach.family.contact_points.filter(kind=kind).order_by("pk").last()
    made: Message = MessageFactory.create(
        approach=approach, medium=medium, **({"due_at": ago(minutes=1)} | columns)
    )
    MessageContentFactory.create(
        message=made,
        destination=known.value if known else "+33600000000",
        body={"text": "Votre Caf.", "subject": "Votre courrier"},
    )
    return made


def seen(message: Message) -> Message:
    """Return a message as it is now."""
    with as_owner():
        return Message.objects.get(pk=message.pk)


def moved(message: Message, **columns: Any) -> None:
    """Change a message past the wall."""
    with as_owner():
        Message.objects.filter(pk=message.pk).update(**columns)


def ago(**given: float) -> datetime:
    # At the same hour there, whichever side of a change of time.
    return timezone.localtime() - timedelta(**given)
