"""Serves, by Granian and our gateway, an application that tells how long what it read was.

Run as `python -m config.counting PORT`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from jalon.config.gateway import Gateway


class _Answer:
    streaming = False

    def __init__(self, said: bytes) -> None:
        self._said = said

    def __iter__(self) -> Iterator[bytes]:
        yield self._said

    def close(self) -> None:
        """Hold nothing."""


def _count(environ: dict[str, Any], start: Callable[..., Any]) -> _Answer:
    read, body = hashlib.sha256(), environ["wsgi.input"]
    left = int(environ["CONTENT_LENGTH"])
    while left and (piece := body.read(min(left, 65536))):
        read.update(piece)
        left -= len(piece)
    start("200 OK", [])
    return _Answer(f"{left} {read.hexdigest()}".encode())


gateway = Gateway(_count)
if __name__ == "__main__":
    Granian(
        "config.counting:gateway",
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
    ).serve()
