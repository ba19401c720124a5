"""A month's list reads its own days by an index, once there are years of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.measures import MEASURES
from jalon.steering.rows.finding import Asked, find
from plans import every

pytestmark = pytest.mark.django_db
# As many families, followed and accompanied on one day each, over ten years.
_FILL = """
INSERT INTO families_family (public_id, protected_address, do_not_contact, created_at)
SELECT gen_random_uuid(), false, false, now() FROM generate_series(1, 4000);
INSERT INTO interventions_informationadvice (public_id, family_id, worker_id, origin, referrer,
    other_service, state, opened_on, closed_on, outcome)
SELECT gen_random_uuid(), id, {worker}, 'direct', '', 'none', 'closed', '2016-08-01'::date + day,
    '2016-08-01'::date + day, 'needs_met'
FROM families_family CROSS JOIN LATERAL (SELECT (id % 3600)::integer AS day) AS placed;
INSERT INTO interventions_support (public_id, family_id, worker_id, state, drafted_on, started_on,
    closed_on, closing, suspension)
SELECT gen_random_uuid(), family_id, worker_id, 'closed', opened_on, opened_on, opened_on,
    'reached', ''
FROM interventions_informationadvice;
INSERT INTO interventions_supportevent (support_id, family_id, state, worker_id, why, "on", by_id,
    at)
SELECT id, family_id, 'closed', worker_id, closing, closed_on, worker_id, now()
FROM interventions_support;
ANALYZE families_family, interventions_informationadvice, interventions_support,
    interventions_supportevent
"""


@pytest.mark.parametrize(
    ("measure", "index"),
    [
        ("advice_begun", "advice_opened_on"),
        ("advice_ended", "advice_closed_on"),
        ("support_begun", "support_started_on"),
        ("support_ended", "change_on"),
    ],
)
def test_a_month_is_found_by_its_days(measure: str, index: str) -> None:
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(_FILL.format(worker=worker.pk))
    asked = Asked(MEASURES[measure], (Month(2026, 5),))
    plans: list[Any] = []

    def explained(execute: Any, sql: str, *more: Any) -> Any:
        if "month_begins" in sql:
            execute(f"EXPLAIN (FORMAT JSON) {sql}", *more)
            plans.append(more[-1]["cursor"].fetchone()[0])
        return execute(sql, *more)

    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    with acting(head.pk), connection.execute_wrapper(explained):
        found = find(asked)
    assert found.lines
    ((plan,),) = plans
    used = {one.get("Index Name") for one in every(plan["Plan"])}
    assert index in used
