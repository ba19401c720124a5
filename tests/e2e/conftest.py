"""A small demonstration, served."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

import installations
from config.embedded.processes import wait_stopped
from installations import JALON, installed

HOUSEHOLDS = "3000"
MONTHS = "3"
READY_WITHIN = 60


def told(data: Path) -> dict[str, str]:
    """Return the environment of the commands that work on a demonstration's data folder."""
    return installations.told(data, JALON_MODE="demo")


@pytest.fixture(scope="session")
def demonstration_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small demonstration, of this process's own."""
    own = tmp_path_factory.mktemp("demo") / "application"
    return installed(tmp_path_factory, "demonstration", _make, own)


def _make(data: Path) -> None:
    folder = data.with_name("demonstrated")
    made = subprocess.run(  # noqa: S603 - our own command
        [
            *(*JALON, "demo", "--no-serve", "--out", str(folder)),
            *("--households", HOUSEHOLDS, "--months", MONTHS),
        ],
        env=told(folder / "application"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    wait_stopped(folder / "application" / "postgresql")
    (folder / "application").rename(data)


@pytest.fixture(scope="session")
def demonstration(demonstration_data: Path) -> Iterator[str]:
    """The address at which it is served, its jobs done."""
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*JALON, "serve", "--port", str(port)],
        env=told(demonstration_data),
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
