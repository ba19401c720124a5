"""Measure what is read of five years of diaries: the free times of a family, and weeks.

Times are looked for as a social worker would; weeks are opened as pages, one after the other.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

import results
from application import filled, p95, served
from crowd import Crowd
from meetings import Meetings
from results import Figure, Section
from visitors import Browser

from jalon.config.database import application
from jalon.config.embedded import running

_TRIES: Final = 60


def slots(tries: int) -> list[float]:
    """Return how long it takes to find a family's free times, of all the department's workers."""
    # Once Django is set up.
    from jalon.agenda.models import Presence  # noqa: PLC0415
    from jalon.agenda.slots import Wanted, free_slots  # noqa: PLC0415
    from jalon.audit.identity import acting  # noqa: PLC0415
    from jalon.directory.models import StaffMember  # noqa: PLC0415
    from jalon.directory.roles import Permission  # noqa: PLC0415
    from jalon.families.models import Family  # noqa: PLC0415

    demo = StaffMember.objects.filter(is_demo=True).order_by("pk")
    someone = next(one for one in demo if one.may(Permission.WORK_WITH_FAMILIES))
    times = []
    with acting(someone.pk):
        # Those who receive somewhere: the department.
        everyone = list(Presence.objects.values_list("worker", flat=True).distinct())
        families = Family.objects.exclude(commune=None).order_by("public_id")[:tries]
        for family in list(families):
            started = time.perf_counter()
            found = free_slots(family, Wanted(everyone))
            times.append(time.perf_counter() - started)
            if not found:
                raise RuntimeError("no time is free")
    return times


def pages(data: Path, tries: int) -> dict[str, list[float]]:
    """Return how long the pages of diaries take, opened one after the other."""
    with served(data) as address:
        worker, manager = (
            Browser(address, role) for role in ("Travailleur social", "Responsable de territoire")
        )
        asked = {
            "a worker's week": partial(worker.open, "/agenda/"),
            "a worker's day": partial(worker.open, "/agenda/jour/"),
            "outcomes to note": partial(worker.open, "/agenda/a-noter/"),
            "the week of a team": partial(manager.open, "/agenda/equipe/"),
            "appointments to move": partial(manager.open, "/agenda/a-deplacer/"),
        }
        return {name: _timed(ask, tries) for name, ask in asked.items()}


def _timed(work: Callable[[], object], tries: int) -> list[float]:
    work()
    times = []
    for _ in range(tries):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return times


def main() -> None:
    """Fill diaries where they are not yet, measure, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=Crowd.families)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data")
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    data = (asked.data / f"application-{asked.families}").absolute()
    filled(data, asked.families)
    with running(data / "postgresql"):
        os.environ |= {"JALON_MODE": "demo", "JALON_DATA": str(data)}
        with application():
            found = slots(_TRIES)
        figures = [
            Figure(
                "free times of a family, p95",
                1000 * p95(found),
                "ms",
                200,
                how=f"{len(found)} families, eight weeks, the whole department",
            )
        ]
        for name, times in pages(data, _TRIES).items():
            figures.append(
                Figure(
                    f"{name}, p95",
                    1000 * p95(times),
                    "ms",
                    100,
                    how=f"{len(times)} times in turn, median {1000 * median(times):.0f} ms",
                )
            )
    section = Section(f"Diaries: {Meetings.appointments:,} appointments", figures)
    results.keep("diaries", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
