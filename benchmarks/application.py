"""Measure the application: its start from cold, and its pages at national size.

Each of ten people opens a page, then thinks, some seconds, or hardly; what is timed is the answer,
from the request's first byte sent to the answer's last received; a search, answered by a page
that leads to what it found, is two answers. The same pages are opened in turn
with the wall and, by a server that logs in as the schema's owner, without it; each goes first
every other time.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import meetings
import psycopg
import results
import words
from crowd import Crowd, fill
from meetings import Meetings
from release import MONTH, extract
from results import Figure, Section
from visitors import HURRIED, PEOPLE, THINKS, Browser, Visitor, all_look, gathered, pools
from words import Work

from jalon.config.database import application
from jalon.config.embedded import running
from jalon.rules.calendar import Month, add_months

# So that each page is opened a hundred times on each side: a p95 of fewer means little.
ROUNDS: Final = 10
_DEPARTMENT: Final = 257_504
_READY_WITHIN: Final = 120.0
_TARGET: Final = 100  # ms
_HURRIED_ROUNDS: Final = 4
_PREVIEWS: Final = 3


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
    drawn_from = pools(owner_url)
    with (
        served(data) as address,
        served(data, DATABASE_URL=owner_url, DATABASE_OWNER_URL=owner_url) as bare,
    ):
        with_wall, without = (
            [Visitor(at, drawn_from, seed) for seed in range(PEOPLE)] for at in (address, bare)
        )
        # What a day's work reads is in memory, as where it is read all day; the figure of a family
        # opened for the first time says what that hides.
        with_wall[0].look_at_all()
        first_times = with_wall[0].times["family"][:]
        all_look(with_wall, HURRIED)
        all_look(without, HURRIED)
        for one in (*with_wall, *without):
            one.times.clear()
        # Both sides draw the same families: whoever opens one first has it read for the other.
        sides = [with_wall, without]
        for _ in range(rounds):
            for side in sides:
                all_look(side)
            sides.reverse()
        walled, open_to_all = gathered(with_wall), gathered(without)
        for one in with_wall:
            one.times.clear()
        for _ in range(_HURRIED_ROUNDS):
            all_look(with_wall, HURRIED)
        hurried = gathered(with_wall)
    figures = []
    for name, times in walled.items():
        how = f"{len(times)} answers, {PEOPLE} people at once, {_between(THINKS)} between pages"
        figures.append(Figure(f"{name}, p95", 1000 * p95(times), "ms", _TARGET, how=how))
    unread = f"{len(first_times)} families in turn, as the disk gives them"
    figures.append(
        Figure(
            "a family never opened, median",
            1000 * statistics.median(first_times),
            "ms",
            how=unread,
        )
    )
    within = sum(p95(times) <= _TARGET / 1000 for times in hurried.values())
    figures.append(
        Figure(
            "hurried people, pages within the target",
            within,
            f"of {len(hurried)}",
            how=f"{_HURRIED_ROUNDS * PEOPLE} answers each, {_between(HURRIED)} between pages",
        )
    )
    every = [one for times in hurried.values() for one in times]
    figures.append(
        Figure(
            "hurried people, any page, p95", 1000 * p95(every), "ms", how=f"{len(every)} answers"
        )
    )
    for name, times in walled.items():
        ratio = statistics.median(times) / statistics.median(open_to_all[name])
        figures.append(
            Figure(f"{name}, with the wall / without", ratio, "times", 1.2, how="medians")
        )
    return figures


def preview(data: Path) -> Figure:
    """Return how long the data-protection officer waits for what is due to be purged."""
    times = []
    with served(data) as address:
        officer = Browser(address, "Délégué à la protection des données")
        for _ in range(_PREVIEWS):
            started = time.perf_counter()
            officer.open("/controle/conservation/")
            times.append(time.perf_counter() - started)
    how = f"the slowest of {_PREVIEWS}, the first as the disk gives it"
    return Figure("what is due to be purged, previewed", max(times), "s", 10, how=how)


def _between(thinks: tuple[float, float]) -> str:
    return f"{thinks[0]:g} to {thinks[1]:g} s"


def filled(data: Path, families: int) -> None:
    """Make a demonstration's directory and a nation's families, where they are not there yet.

    Two months of a department's runs are computed besides, for the pages that read their files.
    """
    if (data / "filled-with-years").exists():
        return
    data.mkdir(parents=True, exist_ok=True)
    month = extract(data.parent / f"month-{_DEPARTMENT}", _DEPARTMENT)
    os.environ |= {"JALON_MODE": "demo", "JALON_DATA": str(data)}
    with application():
        from jalon.config.demonstration import set_up  # noqa: PLC0415 - once Django is set up

        print(f"Filling {data} with {families:,} families", flush=True)
        set_up()
        share = families / Crowd.families
        crowd = Crowd(
            families=families,
            proposals=round(Crowd.proposals * share),
            lines=round(Crowd.lines * share),
            letters=round(Crowd.letters * share),
            reminders=round(Crowd.reminders * share),
            calls=round(Crowd.calls * share),
            answers=round(Crowd.answers * share),
        )
        fill(os.environ["DATABASE_OWNER_URL"], crowd)
        _add_years(share)
        _compute(month)
    (data / "filled-with-years").touch()


def _add_years(share: float) -> None:
    """Add five years of appointments, and of what was written."""
    from jalon.config.demonstration_diaries import open_places  # noqa: PLC0415 - as above

    open_places()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        meetings.fill(connection, Meetings(round(Meetings.appointments * share)))
        words.fill(connection, Work(round(Work.entries * share)))


def _compute(month: Path) -> None:
    from jalon.audit.identity import acting  # noqa: PLC0415 - once Django is set up
    from jalon.directory.models import StaffMember  # noqa: PLC0415
    from jalon.directory.roles import Role  # noqa: PLC0415
    from jalon.targeting.actions import record_run  # noqa: PLC0415

    analyst = StaffMember.objects.get(is_demo=True, grants__role=Role.TARGETING_ANALYST.value)
    with acting(analyst.pk):
        for one in (Month.of(add_months(MONTH.first_day, -1)), MONTH):
            record_run(by=analyst, month=one, extract=month)


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
        figures.append(preview(data))
    title = f"Application: {asked.families:,} families, four proposals for three of them"
    section = Section(title, figures)
    results.keep("application", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
