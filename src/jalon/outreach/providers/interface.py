"""What a provider takes, what it gives back, and how it may fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """A message to carry; `key` is its own, the same however often it is tried.

    `destination` is a telephone number as `+33612345678`, or an e-mail address. A text message
    has no subject.
    """

    key: str
    destination: str
    text: str
    subject: str = ""


class ProviderError(Exception):
    """A message that was not taken, or of which one does not know; nothing personal in it."""


class RefusedForGoodError(ProviderError):
    """The provider will never carry it: the number or the address does not exist."""


class TryAgainError(ProviderError):
    """The provider did not take it, surely; `after` is how long it asks to wait, if it says."""

    def __init__(self, reason: str, after: timedelta = timedelta(0)) -> None:
        super().__init__(reason)
        self.after = after


class UncertainError(ProviderError):
    """The provider may have taken it: it fell silent once it had been given the message."""


class Provider(Protocol):
    """Carries messages of one medium.

    `remembers` is how long it knows a message again by its key: within it, the same message may
    be given twice and leaves once. Nothing for one that would send it twice.
    """

    @property
    def remembers(self) -> timedelta:
        """How long a key is known again."""
        ...

    def send(self, outgoing: Outgoing) -> str:
        """Give a message to carry, and return the provider's reference of it; ProviderError."""
        ...
