"""Fill diaries with five years of a nation's appointments, and measure what is read of them.

As `application.py` fills families: in the database, by its owner, without history. The department
of the demonstration keeps its places and presences; its workers' own appointments are among the
others'. Times are looked for as a social worker would; weeks are opened as pages.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

import psycopg
import results
from application import filled, p95, served
from crowd import Crowd
from results import Figure, Section
from visitors import Browser

from jalon.config.database import application
from jalon.config.embedded import running

_TABLES: Final = ("agenda_appointment", "agenda_attendance")
_TRIES: Final = 60


@dataclass(frozen=True)
class Meetings:
    """How many there are, over how many years."""

    appointments: int = 3_000_000
    years: int = 5


def fill(connection: psycopg.Connection, meetings: Meetings) -> None:
    """Add appointments to a database that has families and workers, where it has few."""
    found = connection.execute("SELECT count(*) FROM agenda_appointment").fetchone()
    if found is not None and found[0] >= meetings.appointments // 2:
        return
    for table in _TABLES:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    # Checked three million times one by one, what may not overlap would take an hour.
    kept = connection.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 'agenda_appointment'::regclass AND contype = 'x'"
    ).fetchall()
    for name, _ in kept:
        connection.execute(f"ALTER TABLE agenda_appointment DROP CONSTRAINT {name}")
    connection.execute(_WHO)
    connection.execute(_APPOINTMENTS.format(**vars(meetings)))
    connection.execute(_ATTENDANCES)
    for name, definition in kept:
        connection.execute(f"ALTER TABLE agenda_appointment ADD CONSTRAINT {name} {definition}")
    for table in _TABLES:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    connection.execute("VACUUM ANALYZE agenda_appointment, agenda_attendance")


# A worker has one a day or so, from years ago to two months ahead; no family two at once.
_WHO: Final = """
CREATE TEMP TABLE known_families AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM families_family;
CREATE UNIQUE INDEX ON known_families (n);
CREATE TEMP TABLE known_workers AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM directory_staffmember
    WHERE id IN (SELECT member_id FROM directory_rolegrant WHERE role = 'social_worker');
ANALYZE known_families, known_workers
"""
_APPOINTMENTS: Final = """
WITH sizes AS MATERIALIZED (
    SELECT (SELECT count(*) FROM known_families) AS families,
        (SELECT count(*) FROM known_workers) AS workers
), times AS MATERIALIZED (
    SELECT worker.id AS worker, worker.n + k * workers AS nth,
        (worker.n + k * workers) % families AS family, date_trunc('day', now())
        - ({years} * 365 - k * ({years} * 365 + 60) / ({appointments} / workers))
            * interval '1 day' + (8 + worker.n % 7) * interval '1 hour' AS at
    FROM sizes, known_workers AS worker,
        LATERAL generate_series(0, {appointments} / workers) AS k
)
INSERT INTO agenda_appointment (public_id, worker_id, family_id, mode, link, during, state,
    made_at, made_by_id, confirmed_at, noted_at, noted_by_id, cancelled_at, cancelled_by_id)
SELECT gen_random_uuid(), worker, family.id, CASE WHEN nth % 10 < 7 THEN 'home' ELSE 'phone' END,
    '', tstzrange(at, at + interval '45 minutes'), state, at - interval '9 days', worker,
    CASE WHEN state IN ('booked', 'held') THEN at - interval '8 days' END,
    CASE WHEN state = 'held' THEN at + interval '1 hour' END,
    CASE WHEN state = 'held' THEN worker END,
    CASE WHEN state = 'by_family' THEN at - interval '2 days' END,
    CASE WHEN state = 'by_family' THEN worker END
FROM times
JOIN known_families AS family ON family.n = times.family,
LATERAL (SELECT CASE WHEN nth % 14 = 0 THEN 'by_family'
    WHEN at > now() - interval '2 days' THEN 'booked' ELSE 'held' END AS state) AS told
"""
_ATTENDANCES: Final = """
INSERT INTO agenda_attendance (appointment_id, person_id, outcome)
SELECT one.id, person.id, CASE one.state WHEN 'held' THEN 'attended' ELSE '' END
FROM agenda_appointment AS one
JOIN families_person AS person ON person.family_id = one.family_id
    AND person.role = 'responsible'
WHERE NOT EXISTS (SELECT FROM agenda_attendance AS known WHERE known.appointment_id = one.id)
"""


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
    parser.add_argument("--appointments", type=int, default=Meetings.appointments)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data")
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    data = (asked.data / f"application-{asked.families}").absolute()
    filled(data, asked.families)
    with running(data / "postgresql") as server:
        os.environ |= {"JALON_MODE": "demo", "JALON_DATA": str(data)}
        with application():
            from jalon.config.demonstration_diaries import open_places  # noqa: PLC0415
            from jalon.config.maintenance import migrate  # noqa: PLC0415

            migrate()
            open_places()
            with psycopg.connect(server.owner_url, autocommit=True) as connection:
                fill(connection, Meetings(asked.appointments))
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
    section = Section(f"Diaries: {asked.appointments:,} appointments", figures)
    results.keep("diaries", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
