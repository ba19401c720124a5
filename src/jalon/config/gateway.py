"""Stands between the web server and the pages: nobody's slowness holds a thread that answers.

A body is waited for outside the threads that answer pages, and not for long. One too long to be
kept in memory is an extract: it is read as it comes, by threads of its own, which give up on
whoever sends too slowly. Granian has a limit of time for headers, none for bodies.
"""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

Headers = list[tuple[str, str]]
Environ = dict[str, Any]

_PAGES: Final = 4  # threads of a process, each with its connection to the database
_UPLOADS: Final = 2
_UPLOADS_WAITING: Final = 8
_IN_MEMORY: Final = 256 * 1024  # bytes
_BODY_WITHIN: Final = 10.0  # seconds
_SILENCE: Final = 20.0
_SLOWEST: Final = 16 * 1024  # bytes a second, once the first minute is over
_PATIENCE: Final = 60.0


class _Answer(Iterable[bytes], Protocol):
    """What Django gives back: told whether it streams, and to be closed."""

    streaming: bool

    def close(self) -> None: ...


Application = Callable[[Environ, Callable[..., Any]], _Answer]


class SlowSenderError(OSError):
    """Whoever sends has gone, has fallen silent, or sends too slowly."""


class Gateway:
    """Gives an application of WSGI the requests of Granian, each once it can be answered."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._pages = _Threads(_PAGES, "page")
        self._uploads = _Threads(_UPLOADS, "upload")
        self._uploading = 0

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer a request."""
        length = _length(scope)
        if length is None:
            _refuse(protocol, HTTPStatus.LENGTH_REQUIRED)
        elif length <= _IN_MEMORY:
            try:
                async with asyncio.timeout(_BODY_WITHIN):
                    body = await _whole(protocol, length)
            except TimeoutError:
                _refuse(protocol, HTTPStatus.REQUEST_TIMEOUT)
            except RuntimeError:
                return  # whoever asked has gone
            else:
                await self._answer(self._pages, scope, protocol, io.BytesIO(body))
        elif self._uploading >= _UPLOADS + _UPLOADS_WAITING:
            _refuse(protocol, HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            await self._upload(scope, protocol)

    async def _upload(self, scope: Scope, protocol: HTTPProtocol) -> None:
        self._uploading += 1
        try:
            coming = io.BufferedReader(_Coming(aiter(protocol), asyncio.get_running_loop()))
            await self._answer(self._uploads, scope, protocol, coming)
        finally:
            self._uploading -= 1

    async def _answer(
        self,
        threads: _Threads,
        scope: Scope,
        protocol: HTTPProtocol,
        body: io.BufferedIOBase,
    ) -> None:
        loop = asyncio.get_running_loop()
        told = _Told(protocol, loop)
        environ = _environ(scope, body)
        await threads.run(told.answer, self._application, environ)


class _Threads:
    """Threads that answer, the last to have worked first.

    Its connection to the database knows the tables of the pages already: a server that is little
    asked answers by one warm thread, not by each in turn.
    """

    def __init__(self, number: int, name: str) -> None:
        self._free = asyncio.Semaphore(number)
        self._idle = [ThreadPoolExecutor(1, f"{name}-{one}") for one in range(number)]

    async def run(self, work: Callable[..., object], *given: object) -> None:
        """Run something in a thread, once one is free."""
        await self._free.acquire()
        thread = self._idle.pop()
        running = asyncio.get_running_loop().run_in_executor(thread, work, *given)
        running.add_done_callback(lambda _: self._give_back(thread))
        # Whoever waits may give up: the thread is free when its work is over, no sooner.
        await asyncio.shield(running)

    def _give_back(self, thread: ThreadPoolExecutor) -> None:
        self._idle.append(thread)
        self._free.release()


@dataclass
class _Told:
    """What the application answers, told to whoever asked."""

    protocol: HTTPProtocol
    loop: asyncio.AbstractEventLoop
    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    headers: Headers = field(default_factory=list)

    def answer(self, application: Application, environ: Environ) -> None:
        """Run the application; in a thread that answers."""
        answer = application(environ, self._start)
        try:
            if answer.streaming:
                self._stream(answer)
            else:
                whole = b"".join(answer)
                self.protocol.response_bytes(self.status, self.headers, whole)
        finally:
            answer.close()

    def _start(self, status: str, headers: Headers, *_: object) -> None:
        self.status = int(status.split(maxsplit=1)[0])
        # Django writes a space before a cookie.
        self.headers = [(name, value.strip()) for name, value in headers]

    def _stream(self, answer: Iterable[bytes]) -> None:
        """Send piece by piece, and give up on whoever takes none for a while."""
        transport = self.protocol.response_stream(self.status, self.headers)
        for piece in answer:
            sending = asyncio.run_coroutine_threadsafe(_sent(transport, piece), self.loop)
            try:
                sending.result(_SILENCE)
            except TimeoutError:
                sending.cancel()
                return
            except RuntimeError:  # whoever asked has gone
                return


async def _sent(transport: Any, piece: bytes) -> None:  # noqa: ANN401 - Granian names no type
    await transport.send_bytes(piece)


class _Coming(io.RawIOBase):
    """A body read by a thread as it comes; SlowSenderError where it hardly does."""

    def __init__(self, pieces: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._pieces = pieces
        self._loop = loop
        self._left = b""
        self._began = time.monotonic()
        self._read = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, into: Any) -> int:  # noqa: ANN401 - a buffer, which has no name before 3.12
        """Read what has come, at least a byte unless it is over."""
        if not self._left:
            self._left = self._next()
        taken = self._left[: len(into)]
        into[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)

    def _next(self) -> bytes:
        coming = asyncio.run_coroutine_threadsafe(_following(self._pieces), self._loop)
        try:
            piece = coming.result(_SILENCE)
        except (TimeoutError, RuntimeError) as error:  # silent, or gone
            coming.cancel()
            raise SlowSenderError from error
        self._read += len(piece)
        lasted = time.monotonic() - self._began
        if piece and lasted > _PATIENCE and self._read < _SLOWEST * lasted:
            raise SlowSenderError
        return piece


async def _following(pieces: AsyncIterator[bytes]) -> bytes:
    """Return the next bytes, none at the end; empty pieces mean nothing.

    Granian's own iterator is asked for only once; with a default, `anext` breaks the interpreter
    where it fails.
    """
    try:
        while not (piece := await anext(pieces)):
            pass
    except StopAsyncIteration:
        return b""
    return piece


async def _whole(protocol: HTTPProtocol, length: int) -> bytes:
    if length == 0:
        return b""
    return bytes(await protocol())


def _length(scope: Scope) -> int | None:
    """Return how many bytes a request says that it sends, None where it does not say."""
    told = scope.headers.get("content-length", "")
    if told.isascii() and told.isdigit():
        return int(told)
    return None if told or "transfer-encoding" in scope.headers else 0


def _refuse(protocol: HTTPProtocol, status: HTTPStatus) -> None:
    headers = [("Content-Type", "text/plain"), ("Connection", "close")]
    protocol.response_bytes(status, headers, status.phrase.encode())


def _environ(scope: Scope, body: io.BufferedIOBase) -> Environ:
    """Return the request as WSGI tells it, PEP 3333."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        # `X_Forwarded_For` would be taken for the header that the server in front writes.
        if "_" not in name:
            key = name.upper().replace("-", "_")
            key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
            both = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{both}{value}" if key in environ else value
    return environ
