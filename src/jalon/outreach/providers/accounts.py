"""What the fund's settings say of each provider; read at start, by `config.messaging`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Encryption(StrEnum):
    """How the connection to a mail server is kept from other eyes."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True)
class SmtpAccount:
    """A mail server; `sender` is the address that families see and may answer.

    Without a user, it asks for no password: a relay inside the fund's walls.
    """

    host: str
    port: int
    encryption: Encryption
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class TextAccount:
    """A provider of text messages, by HTTP; `sender` is the name on the telephone.

    `remembers` is how long the provider knows a message again by its key, and sends it once
    however often it is asked: nothing where it does not promise that. `webhook_key` proves that
    what is told of a delivery comes from the provider.
    """

    url: str
    token: str = field(repr=False)
    sender: str
    remembers: timedelta = timedelta(0)
    webhook_key: bytes = field(default=b"", repr=False)
