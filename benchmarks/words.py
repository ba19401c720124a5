"""Fill interventions with five years of a nation's social work: words, plans, contracts.

As `crowd.py` fills families: in the database, by its owner, without history. Families with a lead
are those who were helped; the demonstration's social workers are given theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import psycopg
from bulk import bare


@dataclass(frozen=True)
class Work:
    """How much was written; the rest is in proportion to the families that have a lead."""

    entries: int = 10_000_000
    families_of_a_worker: int = 95


def fill(connection: psycopg.Connection, work: Work) -> None:
    """Add interventions to a database that has families with leads, where it has few."""
    found = connection.execute("SELECT count(*) FROM interventions_journalentry").fetchone()
    if found is not None and found[0] >= work.entries // 2:
        return
    values = vars(work)
    connection.execute("ALTER TABLE families_involvement DISABLE TRIGGER USER")
    connection.execute(_LEADS.format(**values))
    connection.execute("ALTER TABLE families_involvement ENABLE TRIGGER USER")
    connection.execute(_HELPED)
    for table, statement in _ROWS:
        with bare(connection, f"interventions_{table}"):
            connection.execute(statement.format(**values))


# Each of the demonstration's social workers leads as many families as the model says.
_LEADS: Final = """
INSERT INTO families_involvement (public_id, family_id, service, worker_id, lead, since)
SELECT gen_random_uuid(), family.id, 'social_work', worker.id, true, '2024-01-01'
FROM (
    SELECT member.id, row_number() OVER (ORDER BY member.id) - 1 AS n
    FROM directory_staffmember AS member
    JOIN directory_rolegrant AS held ON held.member_id = member.id
    WHERE held.role = 'social_worker' AND member.email NOT LIKE 'worker%@example.org'
) AS worker
JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM families_family AS family
    WHERE NOT EXISTS (SELECT FROM families_involvement AS known
        WHERE known.family_id = family.id AND known.lead)
    ORDER BY id LIMIT 10000
) AS family ON family.n / {families_of_a_worker} = worker.n
"""
_HELPED: Final = """
CREATE TEMP TABLE helped AS
SELECT family_id AS family, worker_id AS worker, row_number() OVER (ORDER BY family_id) - 1 AS n
FROM families_involvement WHERE service = 'social_work' AND lead AND until IS NULL;
ANALYZE helped
"""
_SENTENCE: Final = (
    "'Fait le point avec la famille sur le logement, les droits et les démarches en cours ; "
    "prochain contact dans trois semaines. Ligne ' || "
)
# Over five years each helped family was informed four times, the last one not long ago, and
# supported once; a support in four goes on.
_ROWS: Final = (
    (
        "informationadvice",
        """
        INSERT INTO interventions_informationadvice (public_id, family_id, worker_id, origin,
            referrer, other_service, state, opened_on, closed_on, outcome)
        SELECT gen_random_uuid(), family, worker, 'direct', '', 'none',
            CASE WHEN open THEN 'open' ELSE 'closed' END, day,
            CASE WHEN NOT open THEN day + 40 END,
            CASE WHEN NOT open THEN 'needs_met' ELSE '' END
        FROM helped, generate_series(0, 3) AS k,
            LATERAL (SELECT current_date - (1800 - k * 590 + n % 30)::int AS day,
                k = 3 AND n % 8 = 0 AS open) AS told
        """,
    ),
    (
        "advicemeeting",
        f"""
        INSERT INTO interventions_advicemeeting (public_id, advice_id, family_id, held_on, mode,
            asked, told, advised, agreed, handed, by_id, at, revision)
        SELECT gen_random_uuid(), id, family_id, opened_on, 'face', {_SENTENCE} id,
            {_SENTENCE} id, '', '', '', worker_id, opened_on, 1
        FROM interventions_informationadvice
        """,
    ),
    (
        "support",
        """
        INSERT INTO interventions_support (public_id, family_id, worker_id, state, drafted_on,
            started_on, ends_on, limit_on, next_review_on, suspension, closed_on, closing)
        SELECT gen_random_uuid(), family, worker,
            CASE WHEN goes_on THEN 'active' ELSE 'closed' END, day, day + 7, day + 187, day + 372,
            CASE WHEN goes_on THEN day + 97 END, '', CASE WHEN NOT goes_on THEN day + 187 END,
            CASE WHEN goes_on THEN '' ELSE 'reached' END
        FROM helped, LATERAL (SELECT n % 4 = 0 AS goes_on, current_date - (CASE WHEN n % 4 = 0
            THEN 20 + n % 150 ELSE 400 + n % 1300 END)::int AS day) AS told
        """,
    ),
    (
        "supportevent",
        """
        INSERT INTO interventions_supportevent
            (support_id, family_id, state, worker_id, why, "on", by_id, at)
        SELECT id, family_id, event.state, worker_id, '', day, worker_id, day
        FROM interventions_support AS support, LATERAL (VALUES ('draft', drafted_on),
            ('active', started_on), ('closed', closed_on)) AS event (state, day)
        WHERE day IS NOT NULL
        """,
    ),
    (
        "appraisal",
        f"""
        INSERT INTO interventions_appraisal
            (support_id, family_id, domain, rating, strengths, obstacles, revision)
        SELECT id, family_id, domain, 'watch', {_SENTENCE} id, {_SENTENCE} id, 1
        FROM interventions_support,
            unnest(ARRAY['rights', 'budget', 'housing', 'family', 'work']) AS domain
        """,
    ),
    (
        "objective",
        f"""
        INSERT INTO interventions_objective
            (public_id, support_id, family_id, domain, aim, detail, result, by_id, at, revision)
        SELECT gen_random_uuid(), id, family_id, domain, 'Garder le logement', {_SENTENCE} id,
            CASE state WHEN 'closed' THEN 'reached' ELSE '' END, worker_id, started_on, 1
        FROM interventions_support, unnest(ARRAY['housing', 'rights']) AS domain
        """,
    ),
    (
        "plannedaction",
        """
        INSERT INTO interventions_plannedaction (public_id, family_id, support_id, objective_id,
            what, who, due_on, state, by_id, at, settled_on, settled_by_id)
        SELECT gen_random_uuid(), one.family_id, support.id, one.id, 'Demander un échéancier',
            'family', support.started_on + 30 + k * 40,
            CASE WHEN todo THEN 'todo' ELSE 'done' END, one.by_id, one.at,
            CASE WHEN NOT todo THEN support.started_on + 20 + k * 40 END,
            CASE WHEN NOT todo THEN one.by_id END
        FROM interventions_objective AS one
        JOIN interventions_support AS support ON support.id = one.support_id,
            generate_series(0, 2) AS k,
            LATERAL (SELECT support.state = 'active'
                AND support.started_on + 20 + k * 40 > current_date AS todo) AS told
        """,
    ),
    (
        "contract",
        f"""
        INSERT INTO interventions_contract (public_id, support_id, family_id, version, purpose,
            family_side, worker_side, starts_on, ends_on, made_by_id, made_at, revision, signed_on,
            signature, signatories, signed_by_id, scan_type, scan_size, scan_sha256)
        SELECT gen_random_uuid(), id, family_id, 1, {_SENTENCE} id, {_SENTENCE} id,
            {_SENTENCE} id, started_on, ends_on, worker_id, started_on, 1, started_on, 'screen',
            'Madame Exemple', worker_id, '', 0, ''
        FROM interventions_support
        """,
    ),
    (
        "review",
        f"""
        INSERT INTO interventions_review (support_id, family_id, kind, held_on, progress,
            family_view, decisions, listened, helped, returns, by_id, at)
        SELECT id, family_id, kind, started_on + after, {_SENTENCE} id, '', '', '', '', '',
            worker_id, started_on + after
        FROM interventions_support,
            (VALUES ('step', 90), ('closing', 180)) AS kinds (kind, after)
        WHERE state = 'closed' OR (kind = 'step' AND started_on + after < current_date)
        """,
    ),
    (
        "journalentry",
        f"""
        INSERT INTO interventions_journalentry
            (public_id, family_id, kind, "on", text, by_id, at, revision)
        SELECT gen_random_uuid(), family, (ARRAY['contact', 'call', 'step'])[1 + k % 3], day,
            {_SENTENCE} k, worker, day, 1
        FROM (SELECT {{entries}} / count(*) AS each FROM helped) AS share, helped,
            LATERAL generate_series(1, each) AS k,
            LATERAL (SELECT current_date - (k * 1800 / each)::int AS day) AS told
        """,
    ),
    (
        "privatenote",
        f"""
        INSERT INTO interventions_privatenote (public_id, family_id, author_id, text, at,
            revision)
        SELECT gen_random_uuid(), family, worker, {_SENTENCE} n, now() - k * interval '200 days',
            1
        FROM helped, generate_series(1, 2) AS k
        """,
    ),
)
