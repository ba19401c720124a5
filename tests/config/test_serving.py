"""What serves the pages, on real sockets: slow visitors, and its own death."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from config.test_commands import (
    ENDS_WITHIN,
    descendants,
    free_port,
    served,
    wait_for,
)
from installations import installed, migrate

_DOOR: Final = "/compte/connexion/"
_FORM: Final = "application/x-www-form-urlencoded"
_LONG: Final = 10**6  # bytes, of a body that is not kept in memory
_SLOW: Final = 8


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = tmp_path_factory.mktemp("serving") / "data"
    return installed(tmp_path_factory, "migrated", migrate, own)


@pytest.fixture(scope="module")
def port(data: Path) -> Iterator[int]:
    with served(data) as (found, _):
        wait_for(200, found)
        yield found


@pytest.fixture(scope="module")
def counting() -> Iterator[int]:
    """The port of a server that tells what it read."""
    port, tests = free_port(), str(Path(__file__).parents[1])
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "config.counting", str(port)],
        env={**os.environ, "PYTHONPATH": tests},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + ENDS_WITHIN
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(ENDS_WITHIN)


def _begun(port: int, length: int, *headers: str, kind: str = _FORM) -> socket.socket:
    """Announce a body, and send four bytes of it."""
    asking = socket.create_connection(("127.0.0.1", port), timeout=30)
    lines = [
        f"POST {_DOOR} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Content-Type: {kind}",
        f"Content-Length: {length}",
        *headers,
    ]
    asking.sendall("\r\n".join([*lines, "", "abcd"]).encode())
    return asking


def _answer(port: int, *lines: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asking:
        asked = [*lines, f"Host: 127.0.0.1:{port}", "Connection: close", "", ""]
        asking.sendall("\r\n".join(asked).encode())
        return _all(asking)


def _all(asking: socket.socket) -> bytes:
    said = b""
    while piece := asking.recv(65536):
        said += piece
    return said


def _seconds_to_answer(port: int) -> float:
    began = time.monotonic()
    assert _answer(port, f"GET {_DOOR} HTTP/1.1").startswith(b"HTTP/1.1 200 ")
    return time.monotonic() - began


@pytest.mark.parametrize("length", [1000, _LONG])
def test_pages_answer_while_bodies_hang(port: int, length: int) -> None:
    with ExitStack() as hanging:
        for _ in range(_SLOW):
            # A token in a cookie has the form read, so that it can be compared.
            cookie = f"Cookie: csrftoken={'a' * 32}"
            hanging.enter_context(_begun(port, length, cookie))
        time.sleep(0.5)

        assert max(_seconds_to_answer(port) for _ in range(10)) < 2


def test_a_body_that_never_comes_is_given_up(port: int) -> None:
    with _begun(port, 1000) as asking:
        began = time.monotonic()
        assert _all(asking).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < 15


def test_a_long_body_is_refused_unread_to_who_is_not_signed_in(port: int) -> None:
    with _begun(port, _LONG) as asking:
        began = time.monotonic()
        assert asking.recv(100).startswith(b"HTTP/1.1 302 ")
        assert time.monotonic() - began < 2


def test_a_body_without_its_length_is_refused(port: int) -> None:
    said = _answer(port, f"POST {_DOOR} HTTP/1.1", "Transfer-Encoding: chunked")

    assert said.startswith(b"HTTP/1.1 411 ")


def test_headers_pages_and_files_go_through_as_they_are(port: int) -> None:
    page = _answer(port, f"GET {_DOOR}?next=%2Fequipe%2F HTTP/1.1", "Accept-Language: fr")
    head = _answer(port, f"HEAD {_DOOR} HTTP/1.1")
    missing = _answer(port, "GET /statique/%C3%A9 HTTP/1.1")
    sheet = _answer(port, "GET /static/web/print.css HTTP/1.1")

    assert b'value="/equipe/"' in page
    assert page.count(b"\r\nset-cookie: csrftoken=") == 1
    assert head.split(b"\r\n\r\n", 1)[1] == b""
    assert missing.startswith((b"HTTP/1.1 302 ", b"HTTP/1.1 404 "))
    assert b"content-type: text/css" in sheet
    assert b"@media print" in sheet or b"@page" in sheet


@pytest.mark.parametrize("length", [0, 1, 250_000, 20_000_001])
def test_every_byte_of_a_body_arrives(counting: int, length: int) -> None:
    body = random.Random(length).randbytes(length)  # noqa: S311 - any bytes
    asking = http.client.HTTPConnection("127.0.0.1", counting, timeout=60)
    for _ in range(2):  # on a connection kept
        asking.request("POST", "/", body=body)
        assert asking.getresponse().read().decode() == f"0 {hashlib.sha256(body).hexdigest()}"
    asking.close()


def test_who_leaves_in_the_middle_of_an_extract_frees_its_thread(counting: int) -> None:
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", counting), timeout=30) as asking:
            asking.sendall(
                f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {_LONG}\r\n\r\na".encode()
            )
    time.sleep(0.5)

    test_every_byte_of_a_body_arrives(counting, 20_000_001)


def _gone(processes: list[int], within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not any(_runs(one) for one in processes):
            return True
        time.sleep(0.1)
    return False


def _runs(process: int) -> bool:
    try:
        state = Path("/proc", str(process), "stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_killed_it_leaves_nothing_behind(data: Path) -> None:
    with served(data) as (port, process):
        wait_for(200, port)
        children = descendants(process.pid)
        assert len(children) >= 2  # what serves pages, and the worker
        process.send_signal(signal.SIGKILL)

        assert _gone(children, within=15)
