"""Measure the release of a month: from a second person's decision to every family's proposals."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import time
from pathlib import Path
from typing import Any, Final

import results
from results import Figure, Section

from jalon.config.database import application
from jalon.register.synthetic import generate
from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile

FAMILIES: Final = 5_000
# What gives a first month so many families, in Val-de-Marne.
HOUSEHOLDS: Final = 326_000
MONTH: Final = Month(2026, 10)
PROFILE: Final = "val-de-marne"
RUNS: Final = 3


def extract(folder: Path, households: int) -> Path:
    """Return an extract of so many households, generated where it is not there yet."""
    if not folder.exists():
        print(f"Generating {households:,} households into {folder}", flush=True)
        population = load_profile(PROFILE).folder / "population.toml"
        draft = folder.with_name(f"{folder.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        generate(draft, population=population, month=MONTH, households=households)
        draft.rename(folder)
    return folder


def releases(data: Path, month: Path, runs: int) -> tuple[list[float], dict[str, int]]:
    """Return how long each release took, families unknown before, and what the last made."""
    shutil.rmtree(data, ignore_errors=True)
    os.environ |= {"JALON_MODE": "demo", "JALON_DATA": str(data)}
    with application():
        from jalon.config.demonstration import set_up  # noqa: PLC0415 - once Django is set up

        set_up()
        times = []
        for _ in range(runs):
            seconds, made = _release(month)
            times.append(seconds)
    return times, made


def _release(month: Path) -> tuple[float, dict[str, int]]:
    from django.db import connection  # noqa: PLC0415 - once Django is set up

    from jalon.audit.identity import acting  # noqa: PLC0415
    from jalon.config.maintenance import as_owner  # noqa: PLC0415
    from jalon.directory.models import StaffMember  # noqa: PLC0415
    from jalon.directory.roles import Role  # noqa: PLC0415
    from jalon.outreach.actions import take_up  # noqa: PLC0415
    from jalon.targeting.actions import record_run, release_run  # noqa: PLC0415

    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE families_family, targeting_targetingrun CASCADE")
    analyst, head = (
        StaffMember.objects.get(is_demo=True, grants__role=role.value)
        for role in (Role.TARGETING_ANALYST, Role.DEPARTMENT_HEAD)
    )
    with acting(analyst.pk):
        run = record_run(by=analyst, month=MONTH, extract=month)
    with acting(head.pk):
        started = time.perf_counter()
        release_run(by=head, run_id=run.pk)
        proposals = take_up(by=head, run_id=run.pk)
        seconds = time.perf_counter() - started
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM families_family")
            (families,) = cursor.fetchone()
    print(f"{proposals:,} proposals, {families:,} families: {seconds:.2f} s", flush=True)
    return seconds, {"proposals": proposals, "families": families}


def main() -> None:
    """Measure releases, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data")
    parser.add_argument("--runs", type=int, default=RUNS)
    asked = parser.parse_args()
    asked.data.mkdir(parents=True, exist_ok=True)
    month = extract(asked.data.absolute() / f"month-{asked.households}", asked.households)
    load_before = os.getloadavg()[0]
    times, made = releases(asked.data.absolute() / "release", month, asked.runs)
    how = f"{made['families']:,} families, {made['proposals']:,} proposals; median of {len(times)}"
    raw: dict[str, Any] = {"seconds": times, **made}
    held = 10 if made["families"] >= FAMILIES else None
    figure = Figure("release of a month", statistics.median(times), "s", held, how=how)
    section = Section("Release of a month", [figure], raw)
    results.keep("release", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
