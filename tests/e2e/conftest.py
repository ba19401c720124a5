"""A small demonstration, served."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest

HOUSEHOLDS = "3000"
MONTHS = "3"
READY_WITHIN = 60


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small demonstration, its jobs done."""
    folder = tmp_path_factory.mktemp("demo")
    told = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_")}
    command = [sys.executable, "-m", "jalon.cli"]
    made = subprocess.run(  # noqa: S603 - our own command
        [
            *(*command, "demo", "--no-serve", "--out", str(folder)),
            *("--households", HOUSEHOLDS, "--months", MONTHS),
        ],
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "serve", "--port", str(port)],
        env={**told, "JALON_MODE": "demo", "JALON_DATA": str(folder / "application")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(READY_WITHIN)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            with urlopen(f"{address}/demo/", timeout=5):  # noqa: S310 - our own server
                return
        except (URLError, OSError):
            assert time.monotonic() < deadline, "the demonstration never answered"
            time.sleep(0.1)
