"""A provider of text messages on this machine, that fails as real ones do, and counts."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jalon.outreach.providers.accounts import TextAccount


@dataclass
class Answer:
    """How the provider answers a request: after `delay`, or by cutting the connection.

    `takes` is whether it carries the message before.
    """

    status: int = 202
    takes: bool = True
    cuts: bool = False
    delay: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass
class TextServer:
    """What the provider was asked, what it carried, by key and by number.

    It carries a key once however often it is asked, where it `remembers`.
    """

    remembers: bool = True
    behave: Callable[[int], Answer] = lambda _: Answer()
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    by_key: Counter[str] = field(default_factory=Counter)
    by_number: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0

    def account(self, **changes: Any) -> TextAccount:
        told = {"token": "a-token", "sender": "Caf 94"} | changes
        return TextAccount(f"http://127.0.0.1:{self.port}/v1/messages", **told)

    def take(self, told: dict[str, Any]) -> None:
        """Carry a message."""
        key = told["reference"]
        if not (self.remembers and self.by_key[key]):
            self.by_key[key] += 1
            self.by_number[told["to"]] += 1


@contextmanager
def text_server(**given: Any) -> Iterator[TextServer]:
    """A provider that listens until the block ends."""
    state = TextServer(**given)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with state.lock:
                state.asked.append(told)
                state.headers.append(dict(self.headers))
                answer = state.behave(len(state.asked))
                if answer.takes and answer.status < 300:
                    state.take(told)
            time.sleep(answer.delay)
            if answer.cuts:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            body = answer.body
            if body is None:
                body = json.dumps({"id": f"ref-{told['reference']}"}).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                return  # whoever asked was killed

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
