"""Why a proposal was made, kept from those who may not know it, by the database itself."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from factories.directory import StaffFactory
from factories.families import PersonFactory
from factories.outreach import DecisionFactory, ProposalFactory
from jalon.audit.identity import seal
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from jalon.directory.roles import Role

SECRET = ("families_snapshot", "outreach_decision")
SHARED = ("families_family", "families_person", "outreach_proposal")


def counts(
    server: EmbeddedServer, staff_id: int | None, tables: tuple[str, ...]
) -> dict[str, int]:
    """Count rows by raw SQL through the application's own login, having reset all it can."""
    address = server.url(APP, str(connection.settings_dict["NAME"]))
    with psycopg.connect(address, autocommit=True) as login:
        login.execute("RESET ROLE")
        login.execute("DISCARD ALL")
        if staff_id is not None:
            number = login.execute("SELECT wall.connection()").fetchone()
            assert number is not None
            token = seal(staff_id, login.info.backend_pid, number[0])
            login.execute("SELECT set_config('jalon.person', %s, false)", [token])
        found = {}
        for table in tables:
            row = login.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert row is not None
            found[table] = int(row[0])
        return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("role", "sees", "why"),
    [
        (Role.MEDIATOR, 1, 0),
        (Role.PSYCHOLOGIST, 1, 0),
        (Role.SECRETARY, 1, 0),
        (Role.SOCIAL_WORKER, 1, 1),
        (Role.DEPARTMENT_HEAD, 1, 1),
        (Role.TARGETING_ANALYST, 0, 0),
        (Role.TECHNICAL_ADMINISTRATOR, 0, 0),
        (Role.DATA_PROTECTION_OFFICER, 0, 0),
        (None, 0, 0),
    ],
)
def test_raw_sql_shows_each_role_no_more_than_its_own(
    server: EmbeddedServer, role: Role | None, sees: int, why: int
) -> None:
    proposal = ProposalFactory.create()
    DecisionFactory.create(proposal=proposal)
    PersonFactory.create(household=proposal.snapshot.file)
    staff_id = StaffFactory.create(role=role).pk if role else None

    assert counts(server, staff_id, SECRET) == dict.fromkeys(SECRET, why)
    assert counts(server, staff_id, SHARED) == dict.fromkeys(SHARED, sees)
