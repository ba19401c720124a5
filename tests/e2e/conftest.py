"""A small demonstration, served."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

import installations
from config.embedded.processes import wait_stopped
from e2e.department import Department, opened
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
    return another(tmp_path_factory)


def another(factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of a small demonstration that nobody has touched."""
    return installed(factory, "demonstration", _make, factory.mktemp("demo") / "application")


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
    with served(demonstration_data) as address:
        yield address


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Serve a demonstration from its data folder, its jobs done, and return at which address."""
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*JALON, "serve", "--port", str(port)],
        env=told(data),
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


@pytest.fixture(scope="session")
def department(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Department]:
    """A demonstration of these tests' own, where months go by."""
    data = another(tmp_path_factory)
    with served(data) as address, opened(browser, address, data) as made:
        yield made


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
