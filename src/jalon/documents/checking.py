"""Takes a file that somebody hands in, or says in one sentence why not."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

from jalon.documents.errors import FileRefusedError
from jalon.documents.kinds import KEPT, Flaw, Kind, kind_of
from jalon.letters.processes import INHERITED

_COMMAND: Final = (sys.executable, "-P", "-m", "jalon.documents.child")
_WITHIN: Final = 20.0  # seconds, while others work too
# A gigabyte each at most: others wait for their turn.
_AT_ONCE: Final = BoundedSemaphore(2)


@dataclass(frozen=True)
class CheckedFile:
    """The bytes of a file that was looked through, and what they are."""

    content: bytes
    kind: Kind

    @property
    def sha256(self) -> str:
        """Its digest, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def checked(content: bytes) -> CheckedFile:
    """Return a file as one that may be kept; FileRefusedError says why it may not.

    What it is is read from its bytes, in a process of its own, which may run out of memory or of
    time without harm. What a photo says of where and when it was taken is not kept.
    """
    kind = kind_of(content)
    found = kind if isinstance(kind, Flaw) else _looked_through(content)
    if isinstance(found, Flaw):
        raise FileRefusedError(found.sentence)
    return CheckedFile(found, Kind(kind))


def _looked_through(content: bytes) -> bytes | Flaw:
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                _COMMAND,
                input=content,
                capture_output=True,
                timeout=_WITHIN,
                check=False,
                env=environment,
            )
        except subprocess.TimeoutExpired:
            return Flaw.TOO_HEAVY
    if done.returncode < 0:  # a limit ended it, or the file did
        return Flaw.TOO_HEAVY
    # What else it says went wrong is not the file's: it could not even begin.
    done.check_returncode()
    word, _, kept = done.stdout.partition(b"\n")
    return kept if word == KEPT else Flaw(word.decode())
