"""Fill a database with a nation's families and proposals, as runs of five years would leave it.

The logs of readings and changes hold a year of its workers' days.

Rows are made in the database, by its owner, without history: pages are what is measured.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

import jalon.register.synthetic
from jalon.families.names import plain, sounds

_LISTS: Final = Path(jalon.register.synthetic.__file__).parent / "lists"
# As a run freezes them: a group, then its members.
_CLAUSES: Final = [
    {
        "depth": depth,
        "text": text,
        "verdict": "true",
        "found": found,
        "source": "Projet de service 2021, § 4.4.3",
    }
    for depth, text, found in (
        (0, "toutes ces conditions", ""),
        (1, "une séparation a été enregistrée dans le mois", "le 12 octobre 2026"),
        (1, "au moins une de ces conditions", ""),
        (2, "au moins un enfant de moins de 20 ans à charge", "2 enfants"),
        (2, "une grossesse déclarée", "aucune"),
    )
]
_TABLES: Final = (
    *("families_family", "families_household", "families_person", "families_contactpoint"),
    *("families_snapshot", "families_involvement", "targeting_targetingrun"),
    *("outreach_proposal", "outreach_decision", "outreach_approach", "outreach_appliedrule"),
    *("outreach_batch", "outreach_message", "outreach_answer"),
)


@dataclass(frozen=True)
class Crowd:
    """How many there are of each."""

    workers: int = 1_700
    families: int = 750_000
    proposals: int = 1_000_000
    runs: int = 60
    lines: int = 3_000_000
    # A letter each, then reminders, calls and answers: a million and a half exchanges in all.
    letters: int = 750_000
    reminders: int = 400_000
    calls: int = 150_000
    answers: int = 200_000


def fill(owner_url: str, crowd: Crowd) -> None:
    """Add a crowd to a database that has a department's directory and no family."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for table in _TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        _load_names(connection)
        _add_staff(connection, crowd)
        _add_families(connection, crowd)
        _add_proposals(connection, crowd)
        _add_exchanges(connection, crowd)
        _add_logs(connection, crowd)
        for table in _TABLES:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        connection.execute("VACUUM ANALYZE")


def _load_names(connection: psycopg.Connection) -> None:
    connection.execute(
        "CREATE TEMP TABLE names (kind text, n int, name text, plain text, sound text[])"
    )
    for kind, files in (("last", ("families",)), ("first", ("men", "women"))):
        names = [
            name
            for file in files
            for name in (_LISTS / f"{file}.txt").read_text("utf-8").split("\n")
        ]
        rows = [
            (kind, n, name, plain(name), sounds(name))
            for n, name in enumerate(filter(None, names))
        ]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO names VALUES (%s, %s, %s, %s, %s)", rows)


def _add_staff(connection: psycopg.Connection, crowd: Crowd) -> None:
    connection.execute(
        """
        INSERT INTO directory_staffmember
            (public_id, password, email, first_name, last_name, working_time, is_active, is_demo)
        SELECT gen_random_uuid(), '!', 'worker' || n || '@example.org', 'Camille',
            'Exemple ' || n, 1, true, false
        FROM generate_series(1, %(workers)s) AS n
        """,
        {"workers": crowd.workers},
    )
    connection.execute(
        """
        INSERT INTO directory_rolegrant (member_id, role, since)
        SELECT id, 'social_worker', '2021-01-01' FROM directory_staffmember
        WHERE email LIKE 'worker%@example.org'
        """
    )


def _add_families(connection: psycopg.Connection, crowd: Crowd) -> None:
    connection.execute(
        """
        CREATE TEMP TABLE communes AS
        SELECT code, row_number() OVER (ORDER BY code) - 1 AS n FROM directory_commune
        """
    )
    connection.execute(
        """
        INSERT INTO families_family
            (public_id, protected_address, do_not_contact, commune_id, created_at)
        SELECT gen_random_uuid(), k %% 200 = 0, k %% 500 = 1, communes.code,
            now() - (k %% 1800) * interval '1 day'
        FROM generate_series(1, %(families)s) AS k
        JOIN communes ON communes.n = k %% (SELECT count(*) FROM communes)
        ORDER BY k
        """,
        {"families": crowd.families},
    )
    connection.execute(
        """
        INSERT INTO families_household (family_id, number)
        SELECT id, lpad(id::text, 8, '0') FROM families_family
        """
    )
    connection.execute(
        """
        INSERT INTO families_person (family_id, household_id, register_id, role, last_name,
            first_name, sex, birth_date, search_name, sounds)
        SELECT household.family_id, household.id, household.id || '-' || k,
            (ARRAY['responsible', 'spouse', 'child'])[k + 1], last.name, first.name, 'F',
            date '1990-01-01' + ((household.id * 7919 + k * 104729) % 10000)::int,
            ' ' || last.plain || ' ' || first.plain || ' ',
            last.sound || first.sound
        FROM families_household AS household
        CROSS JOIN generate_series(0, 2) AS k
        JOIN names AS last ON last.kind = 'last' AND last.n = (hashint8(household.id) & 2147483647)
            % (SELECT count(*) FROM names WHERE kind = 'last')
        JOIN names AS first ON first.kind = 'first'
            AND first.n = (hashint8(household.id * 3 + k) & 2147483647)
            % (SELECT count(*) FROM names WHERE kind = 'first')
        WHERE k <> 1 OR household.id % 2 = 0
        """
    )
    connection.execute(
        """
        INSERT INTO families_contactpoint
            (family_id, kind, value, line1, line2, postal_code, city, protected, since)
        SELECT id, kind, CASE kind WHEN 'phone' THEN '+336' || lpad(id::text, 8, '0') ELSE '' END,
            CASE kind WHEN 'address' THEN id || ' rue des Tilleuls' ELSE '' END, '', '94000',
            CASE kind WHEN 'address' THEN 'Créteil' ELSE '' END, protected_address, '2021-01-01'
        FROM families_family CROSS JOIN (VALUES ('address'), ('phone')) AS kinds (kind)
        """
    )
    connection.execute(
        """
        INSERT INTO families_involvement (public_id, family_id, service, worker_id, lead, since)
        SELECT gen_random_uuid(), family.id, 'social_work', worker.id, true, '2024-01-01'
        FROM families_family AS family
        JOIN (
            SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM directory_staffmember
            WHERE email LIKE 'worker%%@example.org'
        ) AS worker ON worker.n = family.id %% %(workers)s
        WHERE family.id %% 5 = 0
        """,
        {"workers": crowd.workers},
    )


def _add_proposals(connection: psycopg.Connection, crowd: Crowd) -> None:
    connection.execute(
        """
        INSERT INTO targeting_targetingrun (public_id, month, profile, state, step, problem,
            record, summary, files, extract, incoming, digest, made_by_id, made_at, computed_at)
        SELECT gen_random_uuid(), to_char(day, 'YYYY-MM'), 'val-de-marne', 'released', '', '',
            '{}', '{}', '{}', gen_random_uuid(), '', '',
            (SELECT min(id) FROM directory_staffmember),
            day, day
        FROM generate_series(0, %(runs)s - 1) AS n,
            LATERAL (SELECT date_trunc('month', now()) - (n + 2) * interval '1 month') AS at (day)
        """,
        {"runs": crowd.runs},
    )
    connection.execute(
        "CREATE TEMP TABLE runs AS SELECT id, public_id, month, "
        "row_number() OVER (ORDER BY id) - 1 AS n FROM targeting_targetingrun"
    )
    connection.execute(
        """
        INSERT INTO families_snapshot
            (family_id, file_id, run, month, household, persons, events, taken_at)
        SELECT family.id, file.id, runs.public_id, runs.month,
            '{"family_status": "separated", "family_quotient": "640.00"}', '[]', '[]', now()
        FROM families_family AS family
        JOIN families_household AS file ON file.family_id = family.id
        JOIN runs ON runs.n = family.id % (SELECT count(*) FROM runs)
        """
    )
    connection.execute(
        """
        INSERT INTO outreach_appliedrule (run_id, offer, month, sentence)
        SELECT id, offer, month, 'Une séparation a été enregistrée dans le mois.'
        FROM runs CROSS JOIN (VALUES ('separation'), ('mediation'), ('rent_arrears')) AS o (offer)
        """
    )
    connection.execute("ANALYZE families_family, families_person, families_snapshot")
    connection.execute(
        """
        INSERT INTO outreach_approach
            (public_id, family_id, channel, commune_id, made_at, answer, ending, addressee_id,
            window_ends_on, in_person_since)
        SELECT gen_random_uuid(), family.id,
            CASE WHEN family.protected_address THEN 'in_person' ELSE 'letter' END,
            family.commune_id, (snapshot.month || '-01')::date + interval '1 month', '', '',
            -- Of the family's own: `min(id)` alone may walk through everybody's.
            (SELECT min(person.id + 0) FROM families_person AS person
                WHERE person.family_id = family.id),
            ((snapshot.month || '-01')::date + interval '13 months')::date,
            CASE WHEN family.protected_address
                THEN (snapshot.month || '-01')::date + interval '1 month' END
        FROM families_snapshot AS snapshot
        JOIN families_family AS family ON family.id = snapshot.family_id
        ORDER BY snapshot.month, family.id
        """
    )
    connection.execute("ANALYZE outreach_approach, outreach_appliedrule")
    connection.execute(
        """
        INSERT INTO outreach_proposal (public_id, family_id, offer, label, services, event,
            event_kind, reported_on, channel, window_ends_on, month, run_id, snapshot_id, made_at,
            commune_id, approach_id, rule_id)
        SELECT gen_random_uuid(), snapshot.family_id, offer, label, ARRAY[service], 'E' || k,
            'separation', date '2021-01-15' + (k %% 1800)::int, 'letter',
            date '2022-01-15' + (k %% 1800)::int, snapshot.month, runs.id, snapshot.id, now(),
            family.commune_id, approach.id, rule.id
        FROM generate_series(1, %(proposals)s) AS k
        JOIN families_snapshot AS snapshot ON snapshot.family_id =
            (SELECT min(id) FROM families_family) + k %% %(families)s
        JOIN families_family AS family ON family.id = snapshot.family_id
        JOIN outreach_approach AS approach ON approach.family_id = family.id
        JOIN runs ON runs.public_id = snapshot.run
        JOIN (VALUES (0, 'separation', 'Séparation', 'social_work'),
            (1, 'mediation', 'Médiation familiale', 'mediation'),
            (2, 'rent_arrears', 'Impayés de loyer', 'social_work')
        ) AS offers (m, offer, label, service) ON m = k %% 3
        JOIN outreach_appliedrule AS rule USING (offer)
        WHERE rule.run_id = runs.id
        """,
        {"proposals": crowd.proposals, "families": crowd.families},
    )
    connection.execute(
        """
        INSERT INTO outreach_decision (proposal_id, clauses)
        SELECT id, %(clauses)s
        FROM outreach_proposal
        """,
        {"clauses": json.dumps(_CLAUSES)},
    )


def _add_exchanges(connection: psycopg.Connection, crowd: Crowd) -> None:
    connection.execute(
        """
        INSERT INTO outreach_batch (public_id, made_by_id, made_at, dated, reply_by, letters,
            prepared_at, attempts, problem, posted_on, posted_by_id)
        SELECT gen_random_uuid(), someone.id, day, day, day + 30, 0, day, 0, '', day, someone.id
        FROM runs, LATERAL (SELECT (month || '-06')::date + 31) AS at (day),
            LATERAL (SELECT min(id) FROM directory_staffmember) AS someone (id)
        """
    )
    said = """
        INSERT INTO outreach_message (public_id, approach_id, family_id, medium, purpose, state,
            trouble, reminder, made_at, by_id, claimed_at, quiet, attempts, provider_reference,
            sent_at, settled_at, batch_id, position)
        SELECT gen_random_uuid(), approach.id, approach.family_id, {words}
        FROM outreach_approach AS approach, LATERAL (
            SELECT approach.made_at + interval '{days} days', (SELECT min(id) FROM
                directory_staffmember)
        ) AS at (day, someone)
    """
    # One letter in twenty-five comes back, as the same day's neighbours do.
    letters = """
        'letter', 'offer', CASE WHEN approach.id % 25 = 0 THEN 'returned' ELSE 'sent' END,
        CASE WHEN approach.id % 25 = 0 THEN 'unknown_address' ELSE '' END, NULL::smallint, day,
        someone, NULL, NULL::tstzrange, 0, '', day, CASE WHEN approach.id % 25 = 0
            THEN day + (5 + approach.id % 17) * interval '1 day' END, batch.id, approach.id
    """
    connection.execute(
        f"""
        {said.format(words=letters, days=6)}
        JOIN LATERAL (SELECT min(id) FROM outreach_batch
            WHERE dated >= approach.made_at::date) AS batch (id) ON batch.id IS NOT NULL
        WHERE approach.channel = 'letter' ORDER BY approach.id LIMIT {crowd.letters}
        """
    )
    reminders = """
        'text', 'reminder', 'delivered', '', 1, day, NULL::bigint, day,
        tstzrange(day, day + interval '1 day'), 1, '', day, day, NULL::bigint, NULL::integer
    """
    connection.execute(
        f"""
        {said.format(words=reminders, days=18)}
        WHERE approach.channel = 'letter' AND approach.id % 2 = 0 ORDER BY approach.id
        LIMIT {crowd.reminders}
        """
    )
    calls = """
        'phone', 'call', CASE WHEN approach.id % 3 = 0 THEN 'delivered' ELSE 'failed' END,
        CASE WHEN approach.id % 3 = 0 THEN '' ELSE 'no_reply' END, NULL::smallint, day, someone,
        NULL::timestamptz, NULL::tstzrange, 0, '', day, day, NULL::bigint, NULL::integer
    """
    connection.execute(
        f"{said.format(words=calls, days=25)} WHERE approach.id % 5 = 0 ORDER BY approach.id "
        f"LIMIT {crowd.calls}"
    )
    connection.execute(
        f"""
        INSERT INTO outreach_answer (public_id, approach_id, family_id, number, kind, via,
            said_on, at, language, services, half_days, moments, refusal, again_on, dealt_at,
            dealt_by_id)
        SELECT gen_random_uuid(), id, family_id, 1, kind, 'web', day::date, day, 'fr', '{{}}',
            '{{}}', '{{}}', '', CASE kind WHEN 'later' THEN day::date + 56 END,
            CASE WHEN id % 300 <> 0 THEN day + interval '3 days' END,
            CASE WHEN id % 300 <> 0 THEN (SELECT min(id) FROM directory_staffmember) END
        FROM outreach_approach AS approach,
            -- From the first days to a month later, at any hour of the day.
            LATERAL (SELECT made_at + (4 + id % 27) * interval '1 day'
                    + (id * 7919 % 1440) * interval '1 minute',
                (ARRAY['meeting', 'call', 'no', 'later'])[1 + (id / 7) % 4]) AS at (day, kind)
        WHERE id % 7 < 2 ORDER BY id LIMIT {crowd.answers}
        """
    )
    # What follows from them, as the database's own triggers would have settled it.
    connection.execute(
        """
        SELECT count(wall.settle_approaches(ids)) FROM (
            SELECT array_agg(id) AS ids FROM outreach_approach GROUP BY id / 20000
        ) AS parts
        """
    )
    connection.execute("UPDATE outreach_approach SET mailed_on = contacted_at::date")


def _add_logs(connection: psycopg.Connection, crowd: Crowd) -> None:
    drawn = """
        SELECT now() - k * interval '365 days' / %(lines)s AS at, staff.id AS staff,
            (SELECT min(id) FROM families_family) + (k::bigint * 7919) %% %(families)s AS family
        FROM generate_series(1, %(lines)s) AS k
        JOIN (
            SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM directory_staffmember
        ) AS staff ON staff.n = k %% %(workers)s
    """
    values = vars(crowd)
    connection.execute(
        "INSERT INTO audit_read (at, staff_id, family_id, page) "
        f"SELECT at, staff, family, 'famille' FROM ({drawn}) AS drawn",
        values,
    )
    connection.execute(
        "INSERT INTO audit_change (at, staff_id, table_name, row_id, family_id, action, before, "
        "after) SELECT at, staff, 'families_involvement', family, family, 'update', "
        f"""'{{"until": null}}', '{{"until": "2026-01-01"}}' FROM ({drawn}) AS drawn""",
        values,
    )


def main() -> None:
    """Fill the database of an address with a crowd."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("owner_url")
    parser.add_argument("--families", type=int, default=Crowd.families)
    parser.add_argument("--proposals", type=int, default=Crowd.proposals)
    parser.add_argument("--lines", type=int, default=Crowd.lines)
    asked = parser.parse_args()
    crowd = Crowd(families=asked.families, proposals=asked.proposals, lines=asked.lines)
    fill(asked.owner_url, crowd)


if __name__ == "__main__":
    main()
