"""The process that starts the server of a folder, and stops it when nobody needs it any more.

Run as `python -m jalon.config.embedded.guardian FOLDER LOCK`, LOCK being the descriptor that
holds the guardian's lock. It says on its output "ready", or the sentence to show.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from jalon.config.embedded.account import admitted_names, become, server_account
from jalon.config.embedded.binaries import find_binaries
from jalon.config.embedded.errors import EmbeddedError, unusable
from jalon.config.embedded.launch import READY
from jalon.config.embedded.place import Place, open_log
from jalon.config.embedded.supervision import Supervision


class _Asked:
    """Whether the system asked us to end."""

    def __init__(self) -> None:
        self._asked = False
        signal.signal(signal.SIGTERM, self._note)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True

    def __call__(self) -> bool:
        return self._asked


def main(folder: Path) -> None:
    """Guard the server of a folder until it has no user left."""
    if os.fork() != 0:
        os._exit(0)  # whoever launched us waits for this one only
    try:
        _guard(folder)
    except EmbeddedError as error:
        _fail(str(error))
    except OSError as error:
        _fail(str(unusable(folder, error)))


def _guard(folder: Path) -> None:
    asked = _Asked()
    account = server_account()
    place = Place(folder, account, admitted_names(), find_binaries(account))
    os.chdir(folder)
    os.umask(0o077)
    become(account)
    open_log()
    supervision = Supervision(place, asked)
    server = supervision.bring_up()
    _answer(READY)
    supervision.watch(server)


def _answer(said: str) -> None:
    """Say it to whoever launched us, once, then hold nothing of theirs."""
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), os.fsencode(said))
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)


def _fail(sentence: str) -> None:
    sys.stderr.write(f"jalon: {sentence}\n")
    _answer(sentence)
    sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
