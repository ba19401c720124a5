"""Providers against real servers of this machine, that fail in each way that real ones do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from jalon.outreach.providers.accounts import Encryption, SmtpAccount
from jalon.outreach.providers.interface import (
    Outgoing,
    RefusedForGoodError,
    TryAgainError,
    UncertainError,
)
from jalon.outreach.providers.recording import RecordingProvider
from jalon.outreach.providers.smtp import SmtpProvider
from jalon.outreach.providers.texts import HttpTextProvider
from outreach.messages.servers import Answer, text_server

KEY = "6f1c1a52-7a0c-4a55-9b5c-2f6f7f1f0001"
TEXT = Outgoing(KEY, "+33612345678", "Votre Caf : un courrier vous attend.")
MAIL = Outgoing(KEY, "camille@example.org", "Bonjour,\nun courrier.\n.\nFin.\n", "Votre courrier")


def test_a_text_message_is_given_with_its_key_and_the_token() -> None:
    with text_server() as server:
        reference = HttpTextProvider(server.account()).send(TEXT)

    assert reference == f"ref-{KEY}"
    assert server.asked == [
        {"to": TEXT.destination, "text": TEXT.text, "from": "Caf 94", "reference": KEY}
    ]
    assert server.headers[0]["Authorization"] == "Bearer a-token"
    assert server.headers[0]["Idempotency-Key"] == KEY


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(422), RefusedForGoodError),
        (Answer(400), TryAgainError),
        (Answer(401), TryAgainError),
        (Answer(402), TryAgainError),
        (Answer(404), TryAgainError),
        (Answer(409), TryAgainError),
        (Answer(429), TryAgainError),
        (Answer(503), TryAgainError),
        (Answer(301, headers={"Location": "/elsewhere"}), TryAgainError),
        (Answer(408), UncertainError),
        (Answer(500), UncertainError),
        (Answer(502), UncertainError),
        (Answer(504), UncertainError),
        (Answer(cuts=True), UncertainError),
        (Answer(delay=1), UncertainError),
    ],
)
def test_each_way_to_fail_is_told_apart(answer: Answer, error: type[Exception]) -> None:
    with text_server(behave=lambda _: answer) as server:
        provider = HttpTextProvider(server.account(), timeout=0.3)
        with pytest.raises(error) as failed:
            provider.send(TEXT)

    assert len(server.asked) == 1, "one request, never sent again by itself"
    for personal in (TEXT.destination, TEXT.text, KEY, "a-token"):
        assert personal not in str(failed.value)


def test_a_provider_that_is_not_there_was_given_nothing() -> None:
    with text_server() as server:
        account = server.account()
    with pytest.raises(TryAgainError):
        HttpTextProvider(account).send(TEXT)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("99999999", timedelta(hours=6)),
        ("9" * 5000, timedelta(0)),
        ("-1", timedelta(0)),
        ("Wed, 21 Oct 2026 07:28:00 GMT", timedelta(0)),
    ],
)
def test_it_may_say_when_to_ask_again(said: str, wait: timedelta) -> None:
    answer = Answer(429, headers={"Retry-After": said})
    with text_server(behave=lambda _: answer) as server, pytest.raises(TryAgainError) as failed:
        HttpTextProvider(server.account()).send(TEXT)
    assert failed.value.after == wait


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"id": 5}',
        b'{"id": "' + b"x" * 101 + b'"}',
        b"\xff\xfe",
        b"null",
        b"[" * 60_000,
    ],
)
def test_it_is_taken_all_the_same_where_the_reference_cannot_be_kept(body: bytes) -> None:
    with text_server(behave=lambda _: Answer(body=body)) as server:
        assert HttpTextProvider(server.account()).send(TEXT) == ""


def test_the_demonstration_carries_nothing() -> None:
    assert RecordingProvider().send(TEXT) == f"demo-{KEY}"


@dataclass
class Mailbox:
    """What a mail server took, and how it answers each command."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    cuts: bool = False
    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's own
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802 - the library's own
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        if self.data.startswith("250"):
            self.taken.append((envelope.mail_from or "", envelope.rcpt_tos, content))
        if self.cuts and server.transport:
            server.transport.close()
        return self.data


@contextmanager
def mail_server(box: Mailbox, **given: Any) -> Iterator[int]:
    """A real SMTP server, on a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **given)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def provider(port: int, **changes: Any) -> SmtpProvider:
    told = {"encryption": Encryption.NONE, "sender": "service-social@caf.example"} | changes
    return SmtpProvider(SmtpAccount("127.0.0.1", port, **told), timeout=2)


def test_an_e_mail_reaches_a_real_server_whole() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        reference = provider(port).send(MAIL)

    ((sender, to, content),) = box.taken
    found = message_from_bytes(content, policy=default)
    assert reference == f"<{KEY}@caf.example>" == found["Message-ID"]
    assert (sender, to) == ("service-social@caf.example", ["camille@example.org"])
    assert found["Subject"] == "Votre courrier"
    assert found["To"] == "camille@example.org"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"]
    assert found.get_content().replace("\r\n", "\n") == MAIL.text, "lone dots are kept"
    assert b"Received" not in content


def test_accents_are_written_as_mail_wants_them() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        provider(port).send(Outgoing(KEY, "camille@exämple.org", "Été : à l'année.\n", "Reçu"))
    ((_, to, content),) = box.taken
    found = message_from_bytes(content, policy=default)
    assert to == ["camille@xn--exmple-cua.org"]
    assert (found["Subject"], found.get_content().strip()) == ("Reçu", "Été : à l'année.")
    assert content.isascii()


@pytest.mark.parametrize("address", ["a..b@example.org", ".a@example.org", "a+b'c@example.org"])
def test_an_address_that_looks_wrong_is_for_its_server_to_judge(address: str) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        provider(port).send(Outgoing(KEY, address, MAIL.text, MAIL.subject))
    assert [to for _, to, _ in box.taken] == [[address]]


@pytest.mark.parametrize(
    ("box", "error"),
    [
        (Mailbox(rcpt="550 5.1.1 no such user"), RefusedForGoodError),
        (Mailbox(rcpt="553 bad mailbox"), RefusedForGoodError),
        (Mailbox(rcpt="550 5.7.1 relaying denied"), TryAgainError),
        (Mailbox(rcpt="451 4.7.1 greylisted"), TryAgainError),
        (Mailbox(rcpt="452 too many"), TryAgainError),
        (Mailbox(data="554 5.7.1 looks like spam"), TryAgainError),
        (Mailbox(data="452 disk full"), TryAgainError),
        (Mailbox(cuts=True), UncertainError),
    ],
)
def test_each_way_a_mail_server_fails_is_told_apart(box: Mailbox, error: type[Exception]) -> None:
    with mail_server(box) as port, pytest.raises(error) as failed:
        provider(port).send(MAIL)
    assert MAIL.destination not in str(failed.value)
    assert len(box.taken) == (error is UncertainError)


def test_a_mail_server_that_is_not_there_was_given_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(TryAgainError):
        provider(port).send(MAIL)


def test_a_mail_server_that_never_speaks_was_given_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = SmtpProvider(
            SmtpAccount("127.0.0.1", mute.getsockname()[1], Encryption.NONE, "a@caf.example"), 0.2
        )
        with pytest.raises(TryAgainError):
            silent.send(MAIL)


@pytest.mark.parametrize("quits", [b"221 bye\r\n", b"500 what\r\n", b""])
def test_once_taken_it_is_sent_however_one_takes_leave(quits: bytes) -> None:
    """A server that dies on QUIT took the message: raising would send it twice."""
    script = (b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            there, _ = listener.accept()
            with there, there.makefile("rb") as lines:
                for said in script:
                    there.sendall(said)
                    if said != script[-1]:
                        lines.readline()
                while lines.readline() != b".\r\n":
                    pass
                there.sendall(b"250 taken\r\n")
                lines.readline()
                there.sendall(quits)

        thread = threading.Thread(target=serve)
        thread.start()
        assert provider(port).send(MAIL) == f"<{KEY}@caf.example>"
        thread.join()


class _Gate:
    def __call__(self, _server: Any, _session: Any, _envelope: Any, _kind: str, data: Any) -> Any:
        right = (data.login, data.password) == (b"jalon", b"secret")
        return AuthResult(success=right)


# Only this machine hears the password.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_user_signs_in_and_a_wrong_password_is_our_own_fault() -> None:
    box = Mailbox()
    gate = {"authenticator": _Gate(), "auth_required": True, "auth_require_tls": False}
    with mail_server(box, **gate) as port:
        provider(port, user="jalon", password="secret").send(MAIL)  # noqa: S106 - a test's own
        with pytest.raises(TryAgainError):
            provider(port, user="jalon", password="wrong").send(MAIL)  # noqa: S106 - likewise
        with pytest.raises(TryAgainError):
            provider(port).send(MAIL)
    assert len(box.taken) == 1


def test_a_server_that_does_not_encrypt_is_given_neither_password_nor_message() -> None:
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(TryAgainError):
        provider(port, encryption=Encryption.STARTTLS).send(MAIL)
    assert box.taken == []


@pytest.mark.parametrize(
    "address",
    [
        *("", "camille", "@example.org", "camille@", "a b@example.org", "camille@example"),
        "camille@example.org\r\nRCPT TO:<other@example.org>",
        "camille@example.org\nBcc: other@example.org",
        "camille@example.org, other@example.org",
        "<camille@example.org>",
        "hélène@example.org",
        "camille@" + "x" * 80 + ".org",
    ],
)
def test_an_address_that_cannot_be_one_goes_to_no_server(address: str) -> None:
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(RefusedForGoodError):
        provider(port).send(Outgoing(KEY, address, MAIL.text, MAIL.subject))
    assert box.taken == []
