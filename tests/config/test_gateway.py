"""The gateway alone: bodies as they come, answers in one piece or in many."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from jalon.config import gateway
from jalon.config.gateway import Gateway, SlowSenderError

_LONG = 3 * 1024 * 1024


@dataclass
class _Protocol:
    """What Granian gives: pieces of a body, each after a pause, and what was answered."""

    pieces: list[bytes]
    pause: float = 0.0
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            await asyncio.sleep(self.pause)
            yield piece

    async def __call__(self) -> bytes:
        return b"".join([piece async for piece in self])

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.sent = status, headers, [body]

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Any:
        async def send_bytes(piece: bytes) -> None:
            await asyncio.sleep(self.pause)
            self.sent.append(piece)

        self.status, self.headers = status, headers
        return SimpleNamespace(send_bytes=send_bytes)


class _Answer:
    def __init__(self, pieces: list[bytes], *, streaming: bool = False) -> None:
        self.pieces, self.streaming, self.closed = pieces, streaming, False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        self.closed = True


def _scope(protocol: _Protocol, **headers: str) -> Any:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    told.setdefault("content-length", str(sum(map(len, protocol.pieces))))
    return SimpleNamespace(
        method="POST",
        path="/équipe/",
        query_string="a=%20",
        scheme="http",
        server="[::1]:8000",
        client="[::1]:40000",
        headers=told,
    )


def _asked(application: Callable[..., Any], protocol: _Protocol, **headers: str) -> None:
    scope = _scope(protocol, **headers)
    asyncio.run(Gateway(application).__rsgi__(scope, protocol))  # type: ignore[arg-type]


def test_a_request_is_told_as_wsgi_has_it() -> None:
    seen: dict[str, Any] = {}
    answer = _Answer([b"a", b"b"])

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> _Answer:
        seen.update(environ, body=environ["wsgi.input"].read())
        start("201 Created", [("Set-Cookie", " a=1")])
        return answer

    protocol = _Protocol([b"abc", b"", b"def"])
    _asked(application, protocol, cookie="a=1", x_forwarded_for="10.0.0.1", content_type="text/x")

    assert seen["body"] == b"abcdef"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/équipe/"
    assert (seen["REMOTE_ADDR"], seen["SERVER_PORT"]) == ("[::1]", "8000")
    assert (seen["HTTP_COOKIE"], seen["HTTP_X_FORWARDED_FOR"]) == ("a=1", "10.0.0.1")
    assert (seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"]) == ("text/x", "6")
    assert (protocol.status, protocol.sent) == (201, [b"ab"])
    assert protocol.headers == [("Set-Cookie", "a=1")]
    assert answer.closed


def test_a_header_that_passes_for_the_front_server_s_is_dropped() -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> _Answer:
        seen.update(environ)
        start("200 OK", [])
        return _Answer([])

    protocol = _Protocol([])
    scope: Any = SimpleNamespace(
        method="GET",
        path="/",
        query_string="",
        scheme="http",
        server="127.0.0.1:8000",
        client="127.0.0.1:40000",
        headers={"X_Forwarded_Proto": "https"},
    )
    asyncio.run(Gateway(application).__rsgi__(scope, protocol))  # type: ignore[arg-type]

    assert "HTTP_X_FORWARDED_PROTO" not in seen


def _reads_all(environ: dict[str, Any], start: Callable[..., Any]) -> _Answer:
    try:
        length = len(environ["wsgi.input"].read())
    except SlowSenderError:
        length = -1
    start("200 OK", [])
    return _Answer([str(length).encode()])


def test_an_extract_is_read_as_it_comes() -> None:
    protocol = _Protocol([bytes(1024)] * (_LONG // 1024))

    _asked(_reads_all, protocol)

    assert protocol.sent == [str(_LONG).encode()]


@pytest.mark.parametrize("limit", ["_SILENCE", "_PATIENCE"])
def test_an_extract_that_hardly_comes_is_given_up(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(gateway, limit, 0.05)
    protocol = _Protocol([b"a"] * 100, pause=0.1 if limit == "_SILENCE" else 0.02)

    _asked(_reads_all, protocol, content_length=str(_LONG))

    assert protocol.sent == [b"-1"]


def test_a_long_answer_goes_piece_by_piece_and_stops_where_nobody_takes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def application(_: object, start: Callable[..., Any]) -> _Answer:
        start("200 OK", [])
        return answer

    answer, protocol = _Answer([b"a", b"b"], streaming=True), _Protocol([])
    _asked(application, protocol)
    assert protocol.sent == [b"a", b"b"]

    monkeypatch.setattr(gateway, "_SILENCE", 0.05)
    answer, protocol = _Answer([b"a", b"b"], streaming=True), _Protocol([], pause=1)
    _asked(application, protocol)
    assert protocol.sent == []
    assert answer.closed


class _Threads:
    """An application whose answers wait for `go`, and that tells which threads gave them."""

    def __init__(self) -> None:
        self.used: list[str] = []
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()

    def __call__(self, _: dict[str, Any], start: Callable[..., Any]) -> _Answer:
        self.used.append(threading.current_thread().name)
        self.begun.release()
        assert self.go.wait(10)
        start("200 OK", [])
        return _Answer([])

    async def have_begun(self, number: int) -> None:
        """Wait until so many more answers were begun."""
        for _ in range(number):
            assert await asyncio.to_thread(self.begun.acquire, timeout=10)


def _ask(asked: Gateway) -> asyncio.Task[None]:
    protocol = _Protocol([])
    return asyncio.create_task(asked.__rsgi__(_scope(protocol), protocol))  # type: ignore[arg-type]


def test_who_asks_alone_is_answered_by_one_thread_always() -> None:
    application = _Threads()
    application.go.set()

    async def ask() -> None:
        asked = Gateway(application)
        for _ in range(9):
            await _ask(asked)

    asyncio.run(ask())

    assert len(set(application.used)) == 1


def test_four_are_answered_at_once_and_a_fifth_once_one_has_been() -> None:
    application = _Threads()

    async def ask() -> None:
        asked = Gateway(application)
        tasks = [_ask(asked) for _ in range(5)]
        await application.have_begun(4)
        await asyncio.sleep(0.05)
        assert len(set(application.used)) == len(application.used) == 4
        application.go.set()
        await asyncio.gather(*tasks)

    asyncio.run(ask())

    assert len(application.used) == 5


def test_a_thread_that_still_works_for_whoever_gave_up_is_given_to_nobody() -> None:
    application = _Threads()

    async def ask() -> None:
        asked = Gateway(application)
        gave_up = _ask(asked)
        await application.have_begun(1)
        gave_up.cancel()
        await asyncio.gather(gave_up, return_exceptions=True)
        others = [_ask(asked) for _ in range(3)]
        await application.have_begun(3)
        application.go.set()
        await asyncio.gather(*others)

    asyncio.run(ask())

    assert len(set(application.used)) == 4
