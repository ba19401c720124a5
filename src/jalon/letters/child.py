"""Renders parts for another process: asked on standard input, answered on standard output.

Each message is its length (eight bytes, most significant first), then so many bytes. It ends as
soon as nobody can ask any more, so that it never outlives a process that was killed.
"""

from __future__ import annotations

import json
import signal
import sys
from datetime import date
from typing import IO, Any, Final

from jalon.letters.errors import RenderingFailedError
from jalon.letters.layout import Ready, laid_out

_LENGTH: Final = 8


def send(to: IO[bytes], *messages: bytes) -> None:
    """Write messages, each after its length."""
    for one in messages:
        to.write(len(one).to_bytes(_LENGTH, "big"))
        to.write(one)
    to.flush()


def receive(source: IO[bytes]) -> bytes | None:
    """Read a message; None where the other side has gone, in the middle of one too."""
    length = source.read(_LENGTH)
    if len(length) < _LENGTH:
        return None
    expected = int.from_bytes(length, "big")
    message = source.read(expected)
    return message if len(message) == expected else None


def main() -> None:
    """Answer each question, and the letters that follow it, with what was found, then the PDF."""
    # Whoever asked may be killed before the answer: it ends without a word in the log.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    while (question := receive(sys.stdin.buffer)) and (data := receive(sys.stdin.buffer)):
        told, pdf = _answer(json.loads(question), data)
        send(sys.stdout.buffer, json.dumps(told).encode(), pdf)


def _answer(asked: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    ready = Ready(asked["letters"], data)
    try:
        part = laid_out(ready, on=date.fromisoformat(asked["on"]), for_paper=True)
    except RenderingFailedError as failed:
        return {"failed": str(failed)}, b""
    return {"placed": [(one.first_page, one.pages) for one in part.placed]}, part.pdf


if __name__ == "__main__":
    main()
