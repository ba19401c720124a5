"""Delivery reports: genuine ones are believed once; forged, old, strange and late ones are not."""

from __future__ import annotations

import base64
import json
import time
import uuid
from typing import Any

import psycopg
import pytest
from django.db import InternalError, ProgrammingError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.config.messaging import Messaging
from jalon.directory.roles import Role
from jalon.outreach.delivery import Report, settle_delivery
from jalon.outreach.enums import Medium, MessageState, Trouble
from jalon.outreach.models import Message
from jalon.outreach.providers.accounts import TextAccount
from jalon.outreach.providers.webhooks import Sealed, is_genuine, read_key, seal
from outreach.messages.letters import ago, moved, queued, seen, written_to

pytestmark = pytest.mark.django_db
KEY = b"k" * 32
PHONE = "+33612345678"


@pytest.fixture(autouse=True)
def _provider(settings: Settings) -> None:
    account = TextAccount("https://sms.example/", "token", "Caf 94", webhook_key=KEY)
    settings.MESSAGING = Messaging(None, account)


def sent(**columns: Any) -> Message:
    message = queued(written_to(12, phone=PHONE))
    told = {"state": MessageState.SENT, "sent_at": ago(hours=1), "provider_reference": "ref-1"}
    moved(message, **(told | columns))
    return message


def tell(
    told: Any, changes: dict[str, str] | None = None, *, at: float = 0, key: bytes = KEY
) -> int:
    """Send a report as the provider does, and return the status that answers it."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    stamp = str(int(time.time() + at))
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": seal("msg_1", stamp, body, key),
    } | (changes or {})
    client = Client(enforce_csrf_checks=True)
    address = reverse("messages:report", args=["sms"])
    answer = client.post(address, body, content_type="application/json", headers=headers)
    assert answer.content == b""
    assert "Set-Cookie" not in answer.headers
    return answer.status_code


def test_a_delivered_message_is_known_as_such() -> None:
    message = sent()
    assert tell({"id": "ref-1", "status": "delivered"}) == 204
    found = seen(message)
    assert (found.state, found.trouble) == (MessageState.DELIVERED, "")
    assert found.settled_at is not None


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [("no_such_number", Trouble.WRONG_NUMBER), ("expired", Trouble.PROVIDER), (None, "provider")],
)
def test_a_failed_one_too_and_the_day_is_free_again(reason: str | None, trouble: str) -> None:
    message = sent(quiet=(ago(hours=1), ago(hours=-23)))
    assert tell({"id": "ref-1", "status": "failed", "reason": reason}) == 204
    found = seen(message)
    assert (found.state, found.trouble, found.quiet) == (MessageState.FAILED, trouble, None)


def test_said_twice_or_out_of_order_it_changes_nothing() -> None:
    message = sent()
    assert tell({"id": "ref-1", "status": "delivered"}) == 204
    before = seen(message)
    for status in ("delivered", "sent", "failed", "queued"):
        assert tell({"id": "ref-1", "status": status}) == 204
    assert seen(message).state == MessageState.DELIVERED
    assert seen(message).settled_at == before.settled_at


def test_a_failure_said_first_stays() -> None:
    message = sent()
    for status in ("failed", "delivered", "sent"):
        assert tell({"id": "ref-1", "status": status}) == 204
    assert seen(message).state == MessageState.FAILED


def test_an_unknown_message_is_answered_alike() -> None:
    message = sent()
    strangers = (
        {"id": "ref-2", "status": "delivered"},
        {"reference": str(uuid.uuid4()), "status": "failed"},
        {"id": "", "status": "failed"},
        {"id": "ref-2", "reference": str(message.public_id), "status": "failed"},
    )
    assert [tell(told) for told in strangers] == [204] * 4
    assert seen(message).state == MessageState.SENT


def test_the_provider_may_be_faster_than_its_own_answer() -> None:
    """It tells of a message by our key before we have written its reference down."""
    message = sent(state=MessageState.SENDING, sent_at=None, provider_reference="")
    moved(message, claimed_at=ago(minutes=1))
    told = {"id": "ref-9", "reference": str(message.public_id), "status": "delivered"}
    assert tell(told) == 204
    found = seen(message)
    assert (found.state, found.provider_reference) == (MessageState.DELIVERED, "ref-9")
    assert found.sent_at == found.claimed_at


def test_what_was_uncertain_is_known_once_the_provider_tells() -> None:
    message = sent(
        state=MessageState.FAILED,
        trouble=Trouble.UNCERTAIN,
        sent_at=None,
        provider_reference="",
        claimed_at=ago(hours=1),
    )
    assert tell({"reference": str(message.public_id), "status": "delivered"}) == 204
    assert (seen(message).state, seen(message).trouble) == (MessageState.DELIVERED, "")


def test_what_waits_and_never_left_is_not_delivered() -> None:
    message = sent(state=MessageState.QUEUED, sent_at=None, provider_reference="")
    assert tell({"reference": str(message.public_id), "status": "delivered"}) == 204
    assert seen(message).state == MessageState.QUEUED


@pytest.mark.parametrize("medium", [Medium.EMAIL])
def test_the_provider_of_texts_says_nothing_of_other_messages(medium: Medium) -> None:
    message = sent()
    letter = written_to(1)
    moved(message, state=MessageState.SENT)
    email = queued(letter, medium=medium)
    moved(email, state=MessageState.SENT, sent_at=ago(hours=1), provider_reference="ref-7")
    assert tell({"id": "ref-7", "status": "failed"}) == 204
    assert seen(email).state == MessageState.SENT


@pytest.mark.parametrize(
    "forged",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "١٧٠٠٠٠٠٠٠٠"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1a,forged"},
        {"webhook-signature": "v1,é"},
    ],
)
def test_a_report_that_is_forged_is_refused(forged: dict[str, str]) -> None:
    message = sent()
    assert tell({"id": "ref-1", "status": "delivered"}, forged) == 403
    assert seen(message).state == MessageState.SENT


def test_a_report_under_another_key_or_of_another_hour_is_refused() -> None:
    message, told = sent(), {"id": "ref-1", "status": "delivered"}
    assert tell(told, key=b"x" * 32) == tell(told, at=-302) == tell(told, at=302) == 403
    assert seen(message).state == MessageState.SENT
    assert tell(told, at=-290) == 204
    assert seen(message).state == MessageState.DELIVERED


def test_a_body_changed_on_the_way_is_refused() -> None:
    stamp = str(int(time.time()))
    seals = seal("msg_1", stamp, b'{"id": "ref-1", "status": "failed"}', KEY)
    changed = {"webhook-timestamp": stamp, "webhook-signature": seals}
    assert tell({"id": "ref-1", "status": "delivered"}, changed) == 403


def test_one_of_several_seals_is_enough_while_a_key_changes() -> None:
    message, told = sent(), b'{"id": "ref-1", "status": "delivered"}'
    stamp = str(int(time.time()))
    seals = " ".join(seal("msg_1", stamp, told, key) for key in (b"n" * 32, KEY))
    changed = {"webhook-timestamp": stamp, "webhook-signature": seals}
    assert tell(told, changed) == 204
    assert seen(message).state == MessageState.DELIVERED
    crowd = " ".join(["v1,x"] * 50 + [seal("msg_1", stamp, told, KEY)])
    assert tell(told, changed | {"webhook-signature": crowd}) == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 5000, 400),
        (b"[]", 204),
        (b"null", 204),
        (b'{"id": {"a": 1}, "status": "delivered"}', 204),
        (b'{"id": "ref-1", "status": ["delivered"]}', 204),
        (b'{"id": "ref-1\\u0000", "status": "delivered"}', 204),
        (b'{"id": "ref-1", "reference": 5, "status": "sent"}', 204),
        (b'{"id": "' + b"r" * 101 + b'", "status": "delivered"}', 204),
        (b" " * 8193, 413),
    ],
)
def test_strange_reports_break_nothing(body: bytes, status: int) -> None:
    message = sent()
    assert tell(body) == status
    assert seen(message).state == MessageState.SENT


def test_nothing_is_heard_without_a_key_nor_from_another_provider(settings: Settings) -> None:
    told = {"id": "ref-1", "status": "delivered"}
    other = reverse("messages:report", args=["autre"])
    assert Client().post(other, told, content_type="application/json").status_code == 403
    assert Client().get(reverse("messages:report", args=["sms"])).status_code == 405
    account = TextAccount("https://sms.example/", "token", "Caf 94")
    settings.MESSAGING = Messaging(None, account)
    assert tell(told, key=b"") == 403
    settings.MESSAGING = Messaging(None, None)
    assert tell(told) == 403


def test_a_report_costs_one_query_whatever_it_is_about(django_assert_num_queries: Any) -> None:
    sent()
    for told in ("ref-1", "ref-2"):
        with django_assert_num_queries(1):
            assert tell({"id": told, "status": "delivered"}) == 204


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.DEPARTMENT_HEAD, None])
def test_nobody_but_the_application_itself_settles(role: Role | None) -> None:
    number = StaffFactory.create(role=role).pk if role else None
    report = Report("ref-1", None, delivered=True, no_such_number=False)
    with acting(number), pytest.raises((ProgrammingError, InternalError)) as refused:
        settle_delivery(report)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_the_seal_is_that_of_the_convention() -> None:
    """The example of the Standard Webhooks libraries."""
    key = read_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    report = Sealed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        b'{"test": 2432232314}',
    )
    assert is_genuine(report, key, 1614265330)
    assert not is_genuine(report, b"", 1614265330)


@pytest.mark.parametrize("written", ["", "whsec_", "whsec_%%%", "whsec_c2hvcnQ=", "é"])
def test_a_key_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_key(written)


def test_a_key_is_read_with_or_without_its_mark() -> None:
    written = base64.b64encode(KEY).decode()
    assert read_key(written) == read_key(f"whsec_{written}") == KEY
