"""A worker killed at any moment while it sends: nobody gets two, and nobody is forgotten."""

from __future__ import annotations

import asyncio
import random
import socket
from collections import Counter
from email import message_from_bytes
from email.policy import default
from itertools import repeat
from typing import Final

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection
from django.utils import timezone

from conftest import as_owner
from factories.directory import CommuneFactory
from factories.families import FamilyFactory
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from jalon.outreach.enums import Medium, MessageState, Trouble
from jalon.outreach.models import Message
from killed import Aim, killed_until_done, of_the_application
from outreach.messages.letters import posted, queued, written_to
from outreach.messages.servers import Answer, text_server

_FAMILIES: Final = 120
_MOST_KILLS: Final = 40
_MOST_STARTS: Final = 20
# As a worker does each minute, but that what was abandoned is taken up at any hour, once the
# database knows that whoever was killed is gone; and that neither a failing provider nor a lost
# message makes it wait: the test would take a day.
_WORK: Final = """
from datetime import timedelta
from jalon.audit.identity import acting
from jalon.outreach import sending
from jalon.outreach.providers.choosing import providers
from jalon.outreach.sending_hours import SendingHours
sending.ABANDONED_AFTER = timedelta(seconds=0.5)
sending.DELAYS = (timedelta(0),) * 200
sending.MOST_ATTEMPTS = 200
sending._DOWN_AFTER = 1_000_000
def work():
    with acting(0):
        sending.send_due(providers(), SendingHours(0, 24, frozenset(range(7))), seconds=60)
"""


def _kill_until_all_is_sent(
    server: EmbeddedServer, chance: random.Random, **provider: str
) -> Counter[str]:
    url = server.url(APP, str(connection.settings_dict["NAME"]))
    return killed_until_done(
        _WORK,
        of_the_application(url, settings.DATA_FOLDER, **provider),
        [*repeat(Aim(0.25), _MOST_KILLS), *repeat(Aim(60), _MOST_STARTS)],
        goes_on=_pending,
        chance=chance,
    )


def _pending() -> bool:
    states = [MessageState.QUEUED, MessageState.SENDING]
    with as_owner():
        return Message.objects.filter(state__in=states).exists()


def _states(medium: Medium) -> Counter[tuple[str, str]]:
    with as_owner():
        found = Message.objects.filter(medium=medium).values_list("state", "trouble")
        return Counter((str(state), str(trouble)) for state, trouble in found)


def _families(medium: Medium) -> list[str]:
    commune = CommuneFactory.create()
    batch = posted(timezone.localdate())
    numbers = []
    for number in range(_FAMILIES):
        phone, email = f"+3360000{number:04}", f"famille{number}@example.org"
        family = FamilyFactory.create(commune=commune)
        approach = written_to(12, phone=phone, email=email, batch=batch, family=family)
        queued(approach, medium=medium)
        numbers.append(phone if medium is Medium.TEXT else email)
    return numbers


@pytest.mark.django_db(transaction=True)
def test_killed_while_texts_leave_every_family_gets_exactly_one(server: EmbeddedServer) -> None:
    """By a provider that fails, delays, cuts the connection once it has taken, and remembers."""
    numbers = _families(Medium.TEXT)
    chance = random.Random(20261122)  # noqa: S311 - moments to kill at, ways to fail

    def behave(_: int) -> Answer:
        return chance.choices(
            [
                Answer(delay=chance.uniform(0, 0.02)),
                Answer(cuts=True),
                Answer(503, takes=False),
                Answer(504),
                Answer(502, takes=False),
            ],
            weights=[80, 8, 4, 4, 4],
        )[0]

    with text_server(behave=behave) as provider:
        kills = _kill_until_all_is_sent(
            server,
            chance,
            JALON_SMS_URL=provider.account().url,
            JALON_SMS_TOKEN="a-token",  # noqa: S106 - of the provider above
            JALON_SMS_SENDER="Caf 94",
            JALON_SMS_REMEMBERS_HOURS="24",
        )

    assert kills.total() >= 20
    assert _states(Medium.TEXT) == {("sent", ""): _FAMILIES}
    assert provider.by_number == dict.fromkeys(numbers, 1)
    assert len(provider.by_key) == _FAMILIES
    assert len(provider.asked) > _FAMILIES, "some were given twice, and left once"


class _Mailbox:
    """A mail server that keeps what it takes, and sometimes dies once it has."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.taken: Counter[str] = Counter()
        self.keys: Counter[str] = Counter()

    async def handle_DATA(  # noqa: N802 - the library's own
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.chance.uniform(0, 0.01))
        dice = self.chance.random()
        if dice < 0.05:
            return "451 later"
        self.taken.update(envelope.rcpt_tos)
        content = message_from_bytes(envelope.original_content or b"", policy=default)
        self.keys[content["Message-ID"]] += 1
        if dice < 0.1 and server.transport:
            server.transport.close()
        return "250 OK"


@pytest.mark.django_db(transaction=True)
def test_killed_while_mails_leave_no_family_gets_two_and_doubts_are_told(
    server: EmbeddedServer,
) -> None:
    """A mail server remembers nothing: what perhaps left is never sent again by itself."""
    addresses = _families(Medium.EMAIL)
    chance = random.Random(20261123)  # noqa: S311 - moments to kill at, ways to fail
    box = _Mailbox(chance)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        kills = _kill_until_all_is_sent(
            server,
            chance,
            JALON_SMTP_HOST="127.0.0.1",
            JALON_SMTP_PORT=str(port),
            JALON_SMTP_SECURITY="none",
            JALON_SMTP_FROM="service-social@caf.example",
        )
    finally:
        controller.stop()

    states = _states(Medium.EMAIL)
    doubts = states["failed", str(Trouble.UNCERTAIN)]
    assert kills.total() >= 20
    assert set(states) <= {("sent", ""), ("failed", str(Trouble.UNCERTAIN))}
    assert sum(states.values()) == _FAMILIES
    assert max(box.taken.values()) == 1 == max(box.keys.values())
    # Whoever got none is among those that a person looks at.
    assert doubts >= len(set(addresses) - set(box.taken))
    assert 0 < doubts < _FAMILIES / 2
