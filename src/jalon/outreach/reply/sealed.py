"""What the page keeps from one step to the next: who answers, sealed, half an hour in all."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Final

from cryptography.fernet import InvalidToken

from jalon.audit.sealing import sealer

_PURPOSE: Final = "jalon.outreach.reply"
_LASTS: Final = 30 * 60  # seconds
_LONGEST: Final = 500


class ClosedError(Exception):
    """What was sealed is too old, or was not sealed here; `code` is the letter's, where known."""

    def __init__(self, code: str = "") -> None:
        super().__init__("the page was open for too long")
        self.code = code


@dataclass(frozen=True)
class Credential:
    """What a family answers by: the code of its letter and the addressee's birthday.

    `since` is when it was first given, in seconds: the steps that follow make it last no longer.
    """

    code: str
    day: int
    month: int
    since: int = field(default_factory=lambda: int(time.time()))

    def sealed(self) -> str:
        """Return it as a form carries it, read by nobody."""
        told = json.dumps({"code": self.code, "day": self.day, "month": self.month})
        return sealer(_PURPOSE).encrypt_at_time(told.encode(), self.since).decode()

    @classmethod
    def opened(cls, token: str) -> Credential:
        """Return what was sealed; ClosedError where it does not hold, or not any more."""
        if len(token) > _LONGEST or not token.isascii():
            raise ClosedError
        opener = sealer(_PURPOSE)
        try:
            told = json.loads(opener.decrypt(token))
        except InvalidToken:
            raise ClosedError from None
        found = cls(**told, since=opener.extract_timestamp(token))
        if found.since < time.time() - _LASTS:
            raise ClosedError(found.code)
        return found
