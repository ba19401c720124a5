"""Carries text messages by a provider's HTTP interface, JSON under a bearer token.

One connection a message, never a kept one: on a connection that the provider had just closed,
nobody could tell whether the message was taken.
"""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from jalon.outreach.providers.accounts import TextAccount
from jalon.outreach.providers.interface import (
    Outgoing,
    RefusedForGoodError,
    TryAgainError,
    UncertainError,
)

_TIMEOUT: Final = 15  # seconds, for each answer of the server
_LONGEST_ANSWER: Final = 64 * 1024  # bytes
_LONGEST_REFERENCE: Final = 100  # characters
_LONGEST_NUMBER: Final = 9  # figures
_LONGEST_WAIT: Final = timedelta(hours=6)
# It says so of this number. An address of the provider's that changed answers 404: no number is
# to blame for that.
_NO_SUCH_NUMBER: Final = HTTPStatus.UNPROCESSABLE_ENTITY
# A gateway that gives up waiting does not know what the server behind it did.
_UNKNOWN: Final = frozenset(
    {
        *(HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY),
        *(HTTPStatus.GATEWAY_TIMEOUT, HTTPStatus.REQUEST_TIMEOUT),
    }
)


@dataclass(frozen=True)
class HttpTextProvider:
    """A provider that takes `{"to", "text", "from", "reference"}` and answers `{"id"}`."""

    account: TextAccount
    timeout: float = _TIMEOUT

    @property
    def remembers(self) -> timedelta:
        """How long the provider promises to know a key again."""
        return self.account.remembers

    def send(self, outgoing: Outgoing) -> str:
        """Give a text message to the provider, and return its reference; ProviderError."""
        url = urlsplit(self.account.url)
        body = json.dumps(
            {
                "to": outgoing.destination,
                "text": outgoing.text,
                "from": self.account.sender,
                "reference": outgoing.key,
            }
        ).encode()
        connection = self._connected(url.scheme, url.hostname or "", url.port)
        try:
            connection.request("POST", url.path or "/", body, self._headers(outgoing.key))
            answer = connection.getresponse()
            told = _read(answer)
        except (OSError, http.client.HTTPException) as error:
            raise UncertainError(f"text provider: {type(error).__name__}") from error
        finally:
            connection.close()
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            _refuse(answer.status, answer.headers.get("Retry-After"))
        return _reference(told)

    def _connected(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        """Open the connection: until it is, nothing was given."""
        connection = (
            http.client.HTTPSConnection(
                host, port, timeout=self.timeout, context=ssl.create_default_context()
            )
            if scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=self.timeout)
        )
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise TryAgainError(f"text provider: {type(error).__name__}") from error
        return connection

    def _headers(self, key: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.account.token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Idempotency-Key": key,
            "Connection": "close",
        }


def _read(answer: http.client.HTTPResponse) -> bytes:
    """Return what the provider says, nothing where it was cut: its status told enough."""
    try:
        return answer.read(_LONGEST_ANSWER)
    except (OSError, http.client.HTTPException):
        return b""


def _refuse(status: int, retry_after: str | None) -> None:
    if status == _NO_SUCH_NUMBER:
        raise RefusedForGoodError(f"text provider: {status}")
    if status in _UNKNOWN:
        raise UncertainError(f"text provider: {status}")
    # A lost token, a bill unpaid, too many at once: nothing that the family's number is to blame
    # for, and that passes once somebody has seen to it.
    said = retry_after or ""
    # A date may stand there too: the usual delays do then.
    seconds = int(said) if said.isdecimal() and len(said) < _LONGEST_NUMBER else 0
    wait = min(timedelta(seconds=seconds), _LONGEST_WAIT)
    raise TryAgainError(f"text provider: {status}", wait)


def _reference(told: bytes) -> str:
    """Return the provider's reference; taken all the same where it gives none that can be kept."""
    try:
        answer: Any = json.loads(told)
    except (ValueError, RecursionError):
        return ""
    found = answer.get("id") if isinstance(answer, dict) else None
    fits = isinstance(found, str) and found.isprintable() and len(found) <= _LONGEST_REFERENCE
    return str(found) if fits else ""
