"""Who answers for a support is asked once a list, whatever its length."""

from __future__ import annotations

import pytest
from django.db import connection

from conftest import as_owner
from factories.directory import StaffFactory, TeamFactory
from factories.interventions import SupportEventFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.interventions.models import SupportEvent
from plans import nodes

pytestmark = pytest.mark.django_db
_MANY = 3_000
# As many families, each with a support that ended.
_FILL = """
INSERT INTO families_family (public_id, protected_address, do_not_contact, created_at)
SELECT gen_random_uuid(), false, false, now() FROM generate_series(1, {many});
INSERT INTO interventions_support (public_id, family_id, worker_id, state, drafted_on, closed_on,
    closing, suspension)
SELECT gen_random_uuid(), id, {worker}, 'closed', current_date, current_date, 'not_begun', ''
FROM families_family;
INSERT INTO interventions_supportevent (support_id, family_id, state, worker_id, why, "on", by_id,
    at)
SELECT id, family_id, state, worker_id, closing, closed_on, worker_id, now()
FROM interventions_support;
ANALYZE interventions_support, interventions_supportevent
"""


@pytest.fixture
def worker(db: None) -> StaffMember:  # noqa: ARG001
    """Who carries thousands of supports, in a team; a colleague of elsewhere carries one."""
    member: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(_FILL.format(many=_MANY, worker=member.pk))
    SupportEventFactory.create()
    return member


@pytest.mark.parametrize("role", [Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER])
def test_a_manager_reads_a_list_of_changes_without_asking_of_each(
    worker: StaffMember, role: Role
) -> None:
    by = StaffFactory.create(role=role, team=worker.team)
    SupportEventFactory.create(support__worker=by)
    with acting(by.pk):
        rows = SupportEvent.objects.values("pk")
        whole, *_ = nodes(rows, analyze=True, buffers=True)
        workers = set(SupportEvent.objects.values_list("support__worker", flat=True))
    assert worker.pk in workers
    # Nobody answers for what they carry themselves, nor for another territory.
    assert by.pk not in workers
    assert len(workers) == (2 if role is Role.DEPARTMENT_HEAD else 1)
    assert whole["Actual Rows"] >= _MANY
    assert whole["Shared Hit Blocks"] + whole["Shared Read Blocks"] < _MANY
