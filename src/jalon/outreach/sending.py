"""Sends text messages and e-mails, each claimed before it is given to its provider.

A message is claimed in a transaction of its own: killed between that and the answer, one knows
afterwards that it may have left. It is given again only where its provider knows it again by its
key; anywhere else a person looks at it. Nobody gets a second message.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from jalon.outreach.enums import CARRIED, Medium, MessageState, Trouble
from jalon.outreach.models import Message
from jalon.outreach.providers.interface import (
    Outgoing,
    Provider,
    RefusedForGoodError,
    TryAgainError,
    UncertainError,
)
from jalon.outreach.sending_hours import SendingHours

_LOG: Final = logging.getLogger(__name__)
# Longer than any provider is waited for: whoever claimed it is gone.
ABANDONED_AFTER: Final = timedelta(minutes=10)
# How long to wait after each attempt; one more ends it.
DELAYS: Final = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 120, 240, 480))
MOST_ATTEMPTS: Final = len(DELAYS) + 1
# A provider that fails this often in a row is down: the others wait without being tried.
_DOWN_AFTER: Final = 3
# One that swallowed as many without a word lately is left in peace a while: each is lost to us.
_SILENT_FOR: Final = timedelta(minutes=15)
_CLAIM: Final = "SELECT * FROM wall.claim_message(%s, %s)"


@dataclass(frozen=True)
class Claimed:
    """A message that this process alone may give to a provider; `perhaps` if it may have left."""

    id: int
    key: uuid.UUID
    medium: Medium
    destination: str
    body: Mapping[str, Any]
    attempt: int
    perhaps: bool

    @property
    def outgoing(self) -> Outgoing:
        """What the provider is given."""
        subject = str(self.body.get("subject", ""))
        return Outgoing(str(self.key), self.destination, str(self.body["text"]), subject)


@dataclass(frozen=True)
class _Outcome:
    """What a message becomes, and whether its provider is there at all."""

    state: MessageState
    columns: Mapping[str, Any]
    answers: bool


def send_due(
    providers: Mapping[Medium, Provider], hours: SendingHours, *, seconds: float = 50
) -> Counter[MessageState]:
    """Send what is due for so long at most, and return what became of it, by state.

    As the application itself (`acting(0)`), outside any transaction. Nothing leaves outside the
    hours, nor by a medium without a provider.
    """
    recover(providers)
    until = time.monotonic() + seconds
    done: Counter[MessageState] = Counter()
    failures: Counter[Medium] = Counter()
    working = {medium: one for medium, one in providers.items() if not _is_silent(medium)}
    while working and time.monotonic() < until and hours.are_on(timezone.now()):
        claimed = _claim(working)
        if claimed is None:
            break
        outcome = _give(claimed, working[claimed.medium])
        _settle(claimed, outcome)
        done[outcome.state] += 1
        failures[claimed.medium] = 0 if outcome.answers else failures[claimed.medium] + 1
        if failures[claimed.medium] >= _DOWN_AFTER:
            del working[claimed.medium]
    return done


def recover(providers: Mapping[Medium, Provider]) -> None:
    """Take up again what was claimed and abandoned, where its provider knows it again.

    What it would send twice is left as uncertain, for a person to look at.
    """
    now = timezone.now()
    abandoned = Message.objects.filter(
        state=MessageState.SENDING, medium__in=CARRIED, claimed_at__lt=now - ABANDONED_AFTER
    )
    for medium, provider in providers.items():
        abandoned.filter(
            medium=medium,
            attempts__lt=MOST_ATTEMPTS,
            quiet__startswith__gt=now - provider.remembers,
        ).update(state=MessageState.QUEUED)
    abandoned.update(state=MessageState.FAILED, trouble=Trouble.UNCERTAIN, settled_at=now)


def _claim(providers: Mapping[Medium, Provider]) -> Claimed | None:
    """Claim the next message, committed at once; None where none is due."""
    media = [medium.value for medium in providers]
    memories = [provider.remembers for provider in providers.values()]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [media, memories])
        row = cursor.fetchone()
    if row is None:
        return None
    number, key, medium, destination, body, attempt, perhaps = row
    return Claimed(
        number, key, Medium(medium), destination, json.loads(body), attempt, perhaps=perhaps
    )


def _give(claimed: Claimed, provider: Provider) -> _Outcome:
    """Give a message to its provider, and return what it becomes."""
    try:
        reference = provider.send(claimed.outgoing)
    except RefusedForGoodError:
        return _failed(Trouble.WRONG_NUMBER, answers=True)
    except TryAgainError as error:
        _LOG.warning("not taken: %s", error)
        return _later(claimed, error.after, keep=claimed.perhaps)
    except UncertainError as error:
        _LOG.warning("perhaps taken: %s", error)
        if provider.remembers:
            return _later(claimed, timedelta(0), keep=True)
        return _failed(Trouble.UNCERTAIN, answers=False)
    sent = {
        "sent_at": timezone.now(),
        "settled_at": None,
        "provider_reference": reference,
        "trouble": "",
    }
    return _Outcome(MessageState.SENT, sent, answers=True)


def _later(claimed: Claimed, asked: timedelta, *, keep: bool) -> _Outcome:
    """Queue a message again; what surely did not leave keeps no other from its family."""
    if claimed.attempt >= MOST_ATTEMPTS:
        return _failed(Trouble.UNCERTAIN if keep else Trouble.PROVIDER, answers=False)
    wait = max(DELAYS[claimed.attempt - 1], asked)
    columns: dict[str, Any] = {"due_at": timezone.now() + wait}
    if not keep:
        columns["quiet"] = None
    return _Outcome(MessageState.QUEUED, columns, answers=False)


def _failed(trouble: Trouble, *, answers: bool) -> _Outcome:
    columns = {"trouble": trouble, "settled_at": timezone.now()}
    return _Outcome(MessageState.FAILED, columns, answers=answers)


def _settle(claimed: Claimed, outcome: _Outcome) -> None:
    """Write what became of a message, unless its provider told it first, or another took it up.

    Whoever was slow enough to be thought gone still says that the message left.
    """
    mine = Message.objects.filter(pk=claimed.id, attempts=claimed.attempt)
    held = Q(state=MessageState.SENDING)
    if outcome.state is MessageState.SENT:
        held |= Q(state=MessageState.QUEUED)
        held |= Q(state=MessageState.FAILED, trouble=Trouble.UNCERTAIN)
    mine.filter(held).update(state=outcome.state, **outcome.columns)


def _is_silent(medium: Medium) -> bool:
    """Tell whether a medium lately lost messages one after the other."""
    lost = Message.objects.filter(
        medium=medium,
        state=MessageState.FAILED,
        trouble=Trouble.UNCERTAIN,
        settled_at__gt=timezone.now() - _SILENT_FOR,
    )
    return lost.count() >= _DOWN_AFTER
