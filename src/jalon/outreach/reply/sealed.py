"""What the page keeps from one step to the next: who answers, sealed, for half an hour."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
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
    """What a family answers by: the code of its letter and the addressee's birthday."""

    code: str
    day: int
    month: int

    def sealed(self) -> str:
        """Return it as a form carries it, read by nobody."""
        return sealer(_PURPOSE).encrypt(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def opened(cls, token: str) -> Credential:
        """Return what was sealed; ClosedError where it does not hold, or not any more."""
        if len(token) > _LONGEST or not token.isascii():
            raise ClosedError
        opener = sealer(_PURPOSE)
        try:
            found = cls(**json.loads(opener.decrypt(token)))
        except InvalidToken:
            raise ClosedError from None
        if opener.extract_timestamp(token) < time.time() - _LASTS:
            raise ClosedError(found.code)
        return found
