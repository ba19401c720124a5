"""What lists a worker's own work reads it by its keys, once a nation has written much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import FamilyFactory, InvolvementFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.interventions import queries, reach
from jalon.web.listing import MOST
from plans import nodes

pytestmark = pytest.mark.django_db
_LARGE = (
    "interventions_advicemeeting",
    "interventions_informationadvice",
    "interventions_support",
    "interventions_plannedaction",
    "interventions_journalentry",
)
_MANY = 20_000
# Colleagues', of other families than the one that the worker leads.
_FILL = """
INSERT INTO directory_staffmember (public_id, password, email, first_name, last_name, working_time,
    is_active, is_demo)
SELECT gen_random_uuid(), '!', 'colleague' || n || '@example.org', 'Camille', 'Exemple', 1, true,
    false
FROM generate_series(1, {many} / 100) AS n;
CREATE TEMP TABLE colleagues ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM directory_staffmember
WHERE email LIKE 'colleague%';
INSERT INTO families_family (public_id, protected_address, do_not_contact, created_at)
SELECT gen_random_uuid(), false, false, now() FROM generate_series(1, {many} / 10);
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM families_family WHERE id <> {own};
INSERT INTO interventions_informationadvice (public_id, family_id, worker_id, origin, referrer,
    other_service, state, opened_on, closed_on, outcome)
SELECT gen_random_uuid(), known.id, colleagues.id, 'direct', '', 'none', 'closed', current_date,
    current_date, 'needs_met'
FROM generate_series(0, {many} - 1) AS k JOIN known ON known.n = k % ({many} / 10)
JOIN colleagues ON colleagues.n = k % ({many} / 100);
INSERT INTO interventions_support (public_id, family_id, worker_id, state, drafted_on, closed_on,
    closing, suspension)
SELECT gen_random_uuid(), family_id, worker_id, 'closed', current_date, current_date,
    'not_begun', ''
FROM interventions_informationadvice;
INSERT INTO interventions_plannedaction (public_id, family_id, advice_id, what, who, state, by_id,
    at, due_on)
SELECT gen_random_uuid(), family_id, id, 'Écrire', 'family', 'todo', worker_id, now(),
    current_date
FROM interventions_informationadvice;
INSERT INTO interventions_advicemeeting (public_id, advice_id, family_id, held_on, mode, asked,
    told, advised, agreed, handed, by_id, at, revision)
SELECT gen_random_uuid(), id, family_id, current_date, 'face', '', '', '', '', '', worker_id,
    now(), 1
FROM interventions_informationadvice;
INSERT INTO interventions_journalentry (public_id, family_id, kind, "on", text, by_id, at,
    revision)
SELECT gen_random_uuid(), family_id, 'call', current_date, 'Appel', worker_id, now(), 1
FROM interventions_informationadvice;
ANALYZE families_family, interventions_informationadvice, interventions_support,
    interventions_plannedaction, interventions_advicemeeting, interventions_journalentry
"""


@pytest.fixture
def worker(db: None) -> StaffMember:  # noqa: ARG001
    """A social worker who leads one family, among many that colleagues helped."""
    member: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER)
    own = FamilyFactory.create()
    InvolvementFactory.create(family=own, worker=member, lead=True)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(_FILL.format(many=_MANY, own=own.pk))
    return member


_ASKED: dict[str, Callable[[StaffMember], QuerySet[Any, Any]]] = {
    "advices": lambda by: reach.known_to(queries.advices(), by).values("pk")[:MOST],
    "supports": lambda by: reach.known_to(queries.supports(), by).values("pk")[:MOST],
    "actions": lambda by: queries.actions_mine(by).order_by("due_on").values("pk")[:MOST],
    "actions due": lambda by: queries.actions_due(by, timezone.localdate()).values("pk"),
    "entries": lambda by: reach.entries_read(by).order_by("-on").values("pk")[:MOST],
    "meetings": lambda _: reach.meetings_read().values("pk"),
}


def test_what_is_ones_own_is_found_by_its_keys(worker: StaffMember) -> None:
    walked = []
    with acting(worker.pk):
        for name, asked in _ASKED.items():
            rows = asked(worker)
            assert not rows, name
            walked += [
                (name, node["Node Type"], node["Relation Name"], node["Rows Removed by Filter"])
                for node in nodes(rows, analyze=True)
                if node.get("Relation Name") in _LARGE
                and node.get("Rows Removed by Filter", 0) > 100
            ]
    assert not walked
