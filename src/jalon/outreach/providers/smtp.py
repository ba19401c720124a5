"""Carries e-mails by SMTP, one connection each: what fails is then known to be this message."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from django.utils import timezone

from jalon.outreach.providers.accounts import Encryption, SmtpAccount
from jalon.outreach.providers.interface import (
    Outgoing,
    RefusedForGoodError,
    TryAgainError,
    UncertainError,
)

_TIMEOUT: Final = 20  # seconds, for each answer of the server
_FOR_GOOD: Final = 500
_OK: Final = 250
# RFC 3463: a policy of the server's, nothing that the address is to blame for.
_AGAINST_US: Final = b"5.7."
# What a server takes without extensions, and what no header or command breaks on.
_ADDRESS: Final = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")


@dataclass(frozen=True)
class SmtpProvider:
    """A mail server; it remembers nothing, so what is uncertain is never sent again."""

    account: SmtpAccount
    timeout: float = _TIMEOUT
    remembers: timedelta = timedelta(0)

    def send(self, outgoing: Outgoing) -> str:
        """Give an e-mail to the server, and return its Message-ID; ProviderError."""
        to = _address(outgoing.destination)
        letter = self._letter(outgoing, to)
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise TryAgainError(f"mail server: {type(error).__name__}") from error
        try:
            self._give(server, to, letter)
        finally:
            # It was taken or refused by now: how one takes leave changes nothing.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        return str(letter["Message-ID"])

    def _connected(self) -> smtplib.SMTP:
        account, domain = self.account, self.account.sender.rpartition("@")[2]
        if account.encryption is Encryption.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                account.host,
                account.port,
                domain,
                timeout=self.timeout,
                context=ssl.create_default_context(),
            )
        else:
            server = smtplib.SMTP(account.host, account.port, domain, timeout=self.timeout)
        try:
            if account.encryption is Encryption.STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if account.user:
                server.login(account.user, account.password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server

    def _give(self, server: smtplib.SMTP, to: str, letter: EmailMessage) -> None:
        try:
            _accepted(server.mail(self.account.sender), "MAIL")
            code, said = server.rcpt(to)
            if code >= _FOR_GOOD and not said.startswith(_AGAINST_US):
                raise RefusedForGoodError(f"mail server: RCPT {code}")
            _accepted((code, said), "RCPT")
        except (OSError, smtplib.SMTPException) as error:
            raise TryAgainError(f"mail server: {type(error).__name__}") from error
        try:
            code, said = server.data(letter.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as error:
            # The server would not even listen.
            raise TryAgainError(f"mail server: DATA {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise UncertainError(f"mail server: {type(error).__name__}") from error
        _accepted((code, said), "DATA")

    def _letter(self, outgoing: Outgoing, to: str) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self.account.sender
        letter["To"] = to
        letter["Subject"] = outgoing.subject
        letter["Date"] = format_datetime(timezone.localtime())
        # The same however often it is given: servers that meet it twice may know it again.
        letter["Message-ID"] = f"<{outgoing.key}@{self.account.sender.rpartition('@')[2]}>"
        # Nobody's absence answers it, and nobody's list takes it.
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(outgoing.text, cte="quoted-printable")
        return letter


def _address(destination: str) -> str:
    """Return an address that a server can be told; RefusedForGoodError."""
    name, _, domain = destination.rpartition("@")
    try:
        written = f"{name}@{domain.encode('idna').decode('ascii')}"
        written.encode("ascii")
    except UnicodeError as error:
        raise RefusedForGoodError("address: not ASCII") from error
    if not _ADDRESS.fullmatch(written):
        raise RefusedForGoodError("address: malformed")
    return written


def _accepted(answer: tuple[int, bytes], step: str) -> None:
    """Refuse for now what a server does not take: a lost password or a full disk is mended."""
    code, _ = answer
    if not _OK <= code < _OK + 50:
        raise TryAgainError(f"mail server: {step} {code}")
