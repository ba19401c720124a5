"""Gives the demonstration its reminders, calls and visits, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from jalon.config.demonstration_play import Play
from jalon.families.enums import ContactKind
from jalon.families.models import ContactPoint, Family
from jalon.outreach.enums import Medium, MessageState, Purpose, Trouble
from jalon.outreach.message_texts import LINK
from jalon.outreach.models import AnswerCode, Message, MessageContent
from jalon.outreach.planning import MOBILE, link_before_code

_BECOMES: Final = {
    (MessageState.DELIVERED, ""): 954,
    (MessageState.SENT, ""): 30,
    (MessageState.FAILED, Trouble.WRONG_NUMBER): 10,
    (MessageState.FAILED, Trouble.PROVIDER): 4,
    (MessageState.FAILED, Trouble.UNCERTAIN): 2,
}
_CALLED: Final = 0.06
_CALLED_AFTER: Final = timedelta(days=20)
_IN_PERSON: Final = {Medium.PHONE: 80, Medium.VISIT: 20}


def add_messages(letters: Iterable[Message], silent_until: Mapping[int, date], play: Play) -> None:
    """Remind the families of these letters, and call some, each until the day told of its letter.

    Their contacts in force are on each family, as `ways`.
    """
    letters = list(letters)
    made = Message.objects.filter(
        approach__in=[one.approach_id for one in letters], purpose=Purpose.REMINDER
    )
    # A letter sent again may follow some.
    last = dict(made.order_by("reminder").values_list("approach_id", "reminder"))
    reminders: list[Message] = []
    calls: list[Message] = []
    for letter in letters:
        until = min(silent_until.get(letter.pk, play.today), play.today)
        reminders += _reminders(letter, until, last.get(letter.approach_id) or 0, play)
        calls += _calls(letter, until, play)
    Message.objects.bulk_create([*reminders, *calls])
    codes = dict(
        AnswerCode.objects.filter(approach__in=[one.approach_id for one in reminders]).values_list(
            "approach_id", "value"
        )
    )
    MessageContent.objects.bulk_create(
        _content(one, codes[one.approach_id], play) for one in reminders
    )


def _reminders(letter: Message, until: date, last: int, play: Play) -> Iterator[Message]:
    """Yield the reminders of a family that follow the last, while it is silent and reached."""
    assert letter.sent_at  # noqa: S101 - it was posted
    posted, way = timezone.localdate(letter.sent_at), _way_to(letter.family)
    for number, days in enumerate(play.texts.reminder_days, 1):
        day = posted + timedelta(days=days)
        if way is None or day >= until:
            return
        if number <= last:
            continue
        medium, _ = way
        at = min(play.texts.hours.next(play.moment(day)), timezone.now())
        state, trouble = play.draw(_BECOMES)
        failed = state == MessageState.FAILED
        yield Message(
            approach=letter.approach,
            family=letter.family,
            medium=medium,
            purpose=Purpose.REMINDER,
            reminder=number,
            state=state,
            trouble=trouble,
            made_at=at,
            due_at=at,
            claimed_at=at,
            quiet=(at, at + timedelta(days=1)),
            attempts=1,
            sent_at=None if failed else at,
            settled_at=None if state == MessageState.SENT else at,
        )
        if failed:
            return


def _way_to(family: Family) -> tuple[Medium, str] | None:
    ways: list[ContactPoint] = family.ways  # type: ignore[attr-defined]
    for medium, kind, pattern in (
        (Medium.TEXT, ContactKind.PHONE, MOBILE),
        (Medium.EMAIL, ContactKind.EMAIL, "@"),
    ):
        for one in ways:
            if one.kind == kind and re.search(pattern, one.value):
                return medium, one.value
    return None


def _content(reminder: Message, code: str, play: Play) -> MessageContent:
    way = _way_to(reminder.family)
    assert way  # noqa: S101 - it was sent there
    body = play.texts.bodies[Medium(reminder.medium)]
    link = f"{link_before_code()}{code}"
    return MessageContent(
        message=reminder,
        family=reminder.family,
        destination=way[1],
        body={name: text.replace(LINK, link) for name, text in body.items()},
    )


def _calls(letter: Message, until: date, play: Play) -> Iterator[Message]:
    """Yield what a colleague tried in person with some of the families that stay silent."""
    assert letter.sent_at  # noqa: S101 - it was posted
    day = timezone.localdate(letter.sent_at) + _CALLED_AFTER
    if day >= until or play.chance.random() >= _CALLED:
        return
    at, reached = play.moment(day), play.chance.random() < 1 / 2
    yield Message(
        approach=letter.approach,
        family=letter.family,
        medium=play.draw(_IN_PERSON),
        purpose=Purpose.CALL,
        state=MessageState.DELIVERED if reached else MessageState.FAILED,
        trouble="" if reached else Trouble.NO_REPLY,
        by_id=play.worker(letter.approach) or play.secretary.pk,
        made_at=at,
        sent_at=at,
        settled_at=at,
    )
