"""Fill diaries with five years of a nation's appointments.

As `crowd.py` fills families: in the database, by its owner, without history. The department of the
demonstration keeps its places and presences; its workers' own appointments are among the others'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import psycopg
from bulk import bare


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
    connection.execute(_WHO)
    with bare(connection, "agenda_appointment"):
        connection.execute(_APPOINTMENTS.format(**vars(meetings)))
    with bare(connection, "agenda_attendance"):
        connection.execute(_ATTENDANCES)


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
# Told apart first: as the table fills, what is looked for in it would be read again each time.
_ATTENDANCES: Final = """
WITH known AS MATERIALIZED (SELECT appointment_id FROM agenda_attendance)
INSERT INTO agenda_attendance (appointment_id, person_id, outcome)
SELECT one.id, person.id, CASE one.state WHEN 'held' THEN 'attended' ELSE '' END
FROM agenda_appointment AS one
JOIN families_person AS person ON person.family_id = one.family_id
    AND person.role = 'responsible'
WHERE one.id NOT IN (SELECT appointment_id FROM known)
"""
