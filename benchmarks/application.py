"""Measure the application: its start from cold, and its pages at national size.

Each of ten users opens a page, then thinks; what is timed is the answer, from the request's
first byte sent to the answer's last received. The same pages are opened in turn with the wall
and, by a server that logs in as the schema's owner, without it.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import results
from crowd import Crowd, fill
from results import Figure, Section

from jalon.config.database import application
from jalon.config.embedded import running

USERS: Final = 10
ROUNDS: Final = 12
THINKS: Final = (0.3, 0.9)
ROLE: Final = "Travailleur social"
_READY_WITHIN: Final = 120.0
_ADDRESSES: Final = ("/", "/familles/", "/propositions/", "/equipe/")


def command(*arguments: str) -> list[str]:
    """Return a command of Jalon's, run by this Python."""
    return [sys.executable, "-m", "jalon.cli", *arguments]


@contextmanager
def served(data: Path, **more: str) -> Iterator[str]:
    """Serve a data folder as a demonstration, until the block ends; yield the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    process = subprocess.Popen(
        command("serve", "--no-worker", "--port", str(port)),
        env={**told, "JALON_MODE": "demo", "JALON_DATA": str(data), **more},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/demo/")
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _wait(address: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=30):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"{address} never answered")


@dataclass
class User:
    """One signed-in person with a browser of their own."""

    address: str
    chance: random.Random
    times: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sign in by a click on the demonstration's page."""
        jar = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = self._get("/demo/")
        card = next(part for part in page.split("<form") if ROLE in part.split("</form>")[0])
        hidden = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', card.split("</form>")[0]))
        self._open("/demo/", urllib.parse.urlencode(hidden).encode())
        listed = self._get("/propositions/")
        self.families = sorted(set(re.findall(r'href="(/familles/[0-9a-f-]{36}/)"', listed)))

    def _open(self, path: str, posted: bytes | None = None) -> str:
        request = urllib.request.Request(self.address + path, posted)  # noqa: S310 - our own
        request.add_header("Referer", self.address + path)
        with self.browser.open(request) as answer:
            return str(answer.read().decode())

    def _get(self, path: str) -> str:
        return self._open(path)

    def look(self, rounds: int) -> None:
        """Open each page so many times, thinking in between."""
        for _ in range(rounds):
            for path in (*_ADDRESSES, self.chance.choice(self.families)):
                name = "/familles/…/" if path.count("/") > 2 else path  # noqa: PLR2004
                time.sleep(self.chance.uniform(*THINKS))
                started = time.perf_counter()
                self._get(path)
                self.times.setdefault(name, []).append(time.perf_counter() - started)


def crowd_looks(address: str, rounds: int) -> dict[str, list[float]]:
    """Return how long each page took, for all the users."""
    users = [User(address, random.Random(n)) for n in range(USERS)]  # noqa: S311 - no secret
    threads = [threading.Thread(target=user.look, args=(rounds,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gathered: dict[str, list[float]] = {}
    for user in users:
        for name, times in user.times.items():
            gathered.setdefault(name, []).extend(times)
    if any(len(times) != USERS * rounds for times in gathered.values()):
        raise RuntimeError("a user met an error")
    return gathered


def p95(times: list[float]) -> float:
    """Return what nineteen answers in twenty did not exceed."""
    return statistics.quantiles(times, n=20)[-1]


def cold_start(data: Path) -> float:
    """Return the seconds from the command to the first page, the database stopped before."""
    started = time.perf_counter()
    with served(data):
        return time.perf_counter() - started


def pages(data: Path, owner_url: str, rounds: int) -> list[Figure]:
    """Return the figures of the pages, of a data folder whose database holds a nation."""
    figures = []
    with_wall: dict[str, list[float]] = {}
    without: dict[str, list[float]] = {}
    with (
        served(data) as address,
        served(data, DATABASE_URL=owner_url, DATABASE_OWNER_URL=owner_url) as bare,
    ):
        crowd_looks(address, 1)
        crowd_looks(bare, 1)
        for _ in range(rounds):
            for gathered, at in ((with_wall, address), (without, bare)):
                for name, times in crowd_looks(at, 1).items():
                    gathered.setdefault(name, []).extend(times)
    for name, times in with_wall.items():
        milliseconds = 1000 * p95(times)
        how = f"{len(times)} answers, {USERS} users"
        figures.append(Figure(f"{name}, p95", milliseconds, "ms", 100, how=how))
        ratio = statistics.median(times) / statistics.median(without[name])
        figures.append(
            Figure(f"{name}, with the wall / without", ratio, "times", 1.2, how="medians")
        )
    return figures


def filled(data: Path, families: int) -> None:
    """Make a demonstration's directory and a nation's families, where they are not there yet."""
    if (data / "filled").exists():
        return
    os.environ |= {"JALON_MODE": "demo", "JALON_DATA": str(data)}
    with application():
        from jalon.config.demonstration import set_up  # noqa: PLC0415 - once Django is set up

        print(f"Filling {data} with {families:,} families", flush=True)
        set_up()
        fill(os.environ["DATABASE_OWNER_URL"], Crowd(families=families, proposals=_made(families)))
    (data / "filled").touch()


def _made(families: int) -> int:
    return families * Crowd.proposals // Crowd.families


def main() -> None:
    """Fill a database where it is not there yet, measure, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=Crowd.families)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    data = (asked.data / f"application-{asked.families}").absolute()
    filled(data, asked.families)
    start = cold_start(data)
    figures = [Figure("start, database included", start, "s", 8, how="from stopped to a page")]
    with running(data / "postgresql") as server:
        figures += pages(data, server.owner_url, asked.rounds)
    title = f"Application: {asked.families:,} families, {_made(asked.families):,} proposals"
    section = Section(title, figures)
    results.keep("application", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
