"""Ends what `jalon serve` started once it has gone, even killed without a word to anybody."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Final

STARTED_BY: Final = "JALON_STARTED_BY"
_EVERY: Final = 0.5  # seconds
_GRACE: Final = 20.0


def end_with(parent: int) -> None:
    """End this process, politely and then not, as soon as its parent is another than that one.

    The system would tell by itself on Linux alone, and of a thread, not of a process.
    """
    threading.Thread(target=_watch, args=(parent,), name="leash", daemon=True).start()


def end_with_who_started_us() -> None:
    """End with `jalon serve`, where it is what started this process."""
    started_by = os.environ.get(STARTED_BY, "")
    if started_by.isdecimal():
        end_with(int(started_by))


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)  # what was being done is safe to begin again
