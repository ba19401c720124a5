"""What SQL run through the application's own login can do to accounts and roles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from psycopg.errors import ExclusionViolation, InsufficientPrivilege

from conftest import as_owner
from factories.directory import (
    AbsenceFactory,
    CommuneFactory,
    RoleGrantFactory,
    SectorFactory,
    StaffFactory,
    TeamFactory,
)
from jalon.audit.identity import acting
from jalon.audit.models import Change
from jalon.directory.models import Absence, RoleGrant, Sector, StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db

_NOBODY = [
    "UPDATE directory_staffmember SET password = 'x'",
    "UPDATE directory_staffmember SET is_active = NOT is_active",
    "UPDATE directory_staffmember SET email = 'x' || email",
    "UPDATE directory_staffmember SET is_demo = true",
    "UPDATE directory_staffmember SET team_id = NULL, working_time = 0.5",
    "UPDATE directory_staffmember SET public_id = gen_random_uuid()",
    (
        "INSERT INTO directory_staffmember (public_id, email, first_name, last_name, "
        "password, is_active, is_demo, working_time) "
        "VALUES (gen_random_uuid(), 'x', '', '', '!', true, false, "
        "1)"
    ),
    "DELETE FROM directory_staffmember",
    "TRUNCATE directory_staffmember CASCADE",
    (
        "INSERT INTO directory_rolegrant (member_id, role, since) "
        "VALUES (%(other)s, 'secretary', current_date)"
    ),
    "UPDATE directory_rolegrant SET role = 'technical_administrator'",
    "DELETE FROM directory_rolegrant",
    "INSERT INTO directory_rolepermission (role, permission) VALUES ('secretary', 'manage_staff')",
    "DELETE FROM directory_incompatiblerole",
    (
        "INSERT INTO directory_invitation (member_id, token_hash, created_at, expires_at) "
        "VALUES (%(other)s, 'x', now(), now() + interval '1 day')"
    ),
    "UPDATE directory_invitation SET expires_at = now() + interval '1 year'",
    "DELETE FROM directory_invitation",
    "UPDATE mfa_authenticator SET data = '{}'",
    "UPDATE mfa_authenticator SET user_id = %(me)s",
    "DELETE FROM mfa_authenticator",
    (
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at) "
        "VALUES (%(other)s, 'totp', '{}', now())"
    ),
    "SELECT wall.remove_second_factors(%(other)s)",
    (
        'INSERT INTO account_emailaddress (user_id, email, verified, "primary") '
        "VALUES (%(other)s, 'x@example.org', true, true)"
    ),
    (
        "INSERT INTO socialaccount_socialaccount (user_id, provider, uid, last_login, "
        "date_joined, extra_data) VALUES (%(other)s, 'organisme', '1', now(), now(), '{}')"
    ),
    (
        "INSERT INTO socialaccount_socialapp (provider, provider_id, name, client_id, secret, "
        "key, settings) VALUES ('openid_connect', 'x', 'x', 'x', 'x', '', '{}')"
    ),
    "INSERT INTO directory_territory (code, label) VALUES ('x', 'x')",
    "UPDATE directory_commune SET label = 'x'",
    "ALTER TABLE directory_staffmember DISABLE TRIGGER ALL",
    "ALTER TABLE directory_rolegrant DISABLE ROW LEVEL SECURITY",
    "DROP TRIGGER guard ON directory_staffmember",
    "CREATE OR REPLACE FUNCTION wall.guard_staff() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    "SET LOCAL session_replication_role = replica",
]
_SOCIAL_WORKER = [
    *_NOBODY[1:],
    "UPDATE directory_staffmember SET last_login = now() WHERE id = %(other)s",
    "UPDATE directory_staffmember SET password = 'x' WHERE id = %(other)s",
    "UPDATE directory_staffmember SET email = 'x' WHERE id = %(me)s",
    "UPDATE directory_staffmember SET working_time = 0.5 WHERE id = %(me)s",
    (
        "INSERT INTO directory_sector (worker_id, commune_id) "
        "SELECT %(me)s, code FROM directory_commune"
    ),
    "DELETE FROM directory_sector",
    (
        "INSERT INTO directory_absence (member_id, first_day, last_day) "
        "VALUES (%(other)s, '2030-01-01', '2030-01-02')"
    ),
    "DELETE FROM directory_absence WHERE member_id = %(other)s",
]
_ADMINISTRATOR = [
    "UPDATE directory_staffmember SET password = 'x' WHERE id = %(other)s",
    "UPDATE directory_staffmember SET is_demo = true WHERE id = %(other)s",
    "UPDATE directory_staffmember SET is_active = false WHERE id = %(me)s",
    "UPDATE directory_staffmember SET public_id = gen_random_uuid() WHERE id = %(other)s",
    (
        "INSERT INTO directory_staffmember (public_id, email, first_name, last_name, "
        "password, is_active, is_demo, working_time) "
        "VALUES (gen_random_uuid(), 'x', '', '', 'md5$x$x', true, "
        "false, 1)"
    ),
    (
        "INSERT INTO directory_staffmember (public_id, email, first_name, last_name, "
        "password, is_active, is_demo, working_time) "
        "VALUES (gen_random_uuid(), 'x', '', '', '!', true, true, "
        "1)"
    ),
    "DELETE FROM directory_staffmember WHERE id = %(other)s",
    (
        "INSERT INTO directory_rolegrant (member_id, role, since, granted_by_id) "
        "VALUES (%(me)s, 'secretary', current_date, %(me)s)"
    ),
    (
        "INSERT INTO directory_rolegrant (member_id, role, since, granted_by_id) "
        "VALUES (%(me)s, 'secretary', current_date, %(other)s)"
    ),
    (
        "INSERT INTO directory_rolegrant (member_id, role, since, granted_by_id) "
        "VALUES (%(third)s, 'secretary', current_date, %(other)s)"
    ),
    (
        "INSERT INTO directory_rolegrant (member_id, role, since, granted_by_id) "
        "VALUES (%(third)s, 'secretary', current_date, NULL)"
    ),
    (
        "INSERT INTO directory_rolegrant (member_id, role, since, granted_by_id) "
        "VALUES (%(other)s, 'psychologist', current_date, %(me)s)"
    ),
    "UPDATE directory_rolegrant SET role = 'department_head' WHERE member_id = %(other)s",
    "UPDATE directory_rolegrant SET member_id = %(me)s WHERE member_id = %(other)s",
    "UPDATE directory_rolegrant SET member_id = %(third)s WHERE member_id = %(other)s",
    "UPDATE directory_rolegrant SET since = since - 9 WHERE member_id = %(other)s",
    "UPDATE directory_rolegrant SET until = until + 9 WHERE member_id = %(ended)s",
    "UPDATE directory_rolegrant SET until = NULL WHERE member_id = %(ended)s",
    "UPDATE directory_rolegrant SET until = current_date WHERE member_id = %(me)s",
    "DELETE FROM directory_rolegrant",
    (
        "INSERT INTO directory_rolepermission (role, permission) "
        "VALUES ('technical_administrator', 'see_families')"
    ),
    (
        "INSERT INTO directory_invitation (member_id, token_hash, created_at, created_by_id, "
        "expires_at) VALUES (%(me)s, 'x', now(), %(me)s, now() + interval '1 day')"
    ),
    (
        "INSERT INTO directory_invitation (member_id, token_hash, created_at, created_by_id, "
        "expires_at) VALUES (%(third)s, 'x', now(), %(other)s, now() + interval '1 day')"
    ),
    "UPDATE directory_invitation SET used_at = NULL",
    "UPDATE mfa_authenticator SET data = '{}' WHERE user_id = %(other)s",
    "DELETE FROM mfa_authenticator WHERE user_id = %(other)s",
    (
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at) "
        "VALUES (%(other)s, 'webauthn', '{}', now())"
    ),
    "SELECT wall.remove_second_factors(%(me)s)",
    (
        "INSERT INTO directory_sector (worker_id, commune_id) "
        "SELECT %(other)s, code FROM directory_commune"
    ),
    "DELETE FROM directory_absence",
]


@pytest.fixture
def people() -> dict[str, Any]:
    """Someone of each role that a statement is tried as, and those it is tried on."""
    other = StaffFactory.create(role=Role.SOCIAL_WORKER)
    ended = StaffFactory.create()
    yesterday = timezone.localdate() - timedelta(days=1)
    RoleGrantFactory.create(member=ended, since=yesterday, until=yesterday)
    AbsenceFactory.create(member=other)
    SectorFactory.create(worker=other)
    CommuneFactory.create()
    with as_owner():
        Authenticator.objects.create(user=other, type="totp", data={"secret": "x"})
    found = {
        "worker": StaffFactory.create(role=Role.SOCIAL_WORKER),
        "administrator": StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR),
    }
    return {**found, "other": other, "ended": ended, "third": StaffFactory.create()}


def _refused(statement: str, people: dict[str, Any], me: StaffMember | None) -> bool:
    names = {name: member.pk for name, member in people.items()}
    values = {**names, "me": me.pk if me else people["worker"].pk}
    with acting(me.pk if me else None), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement, values)
                return bool(cursor.rowcount == 0)
        except DatabaseError as error:
            # Any other error would be a fault of the statement, not a refusal.
            return isinstance(error.__cause__, (InsufficientPrivilege, ExclusionViolation))


@pytest.mark.parametrize("statement", _NOBODY)
def test_nobody_changes_nothing(people: dict[str, Any], statement: str) -> None:
    assert _refused(statement, people, None)


@pytest.mark.parametrize("statement", _SOCIAL_WORKER)
def test_a_worker_changes_no_account(people: dict[str, Any], statement: str) -> None:
    assert _refused(statement, people, people["worker"])


@pytest.mark.parametrize("statement", _ADMINISTRATOR)
def test_an_administrator_keeps_to_accounts(people: dict[str, Any], statement: str) -> None:
    assert _refused(statement, people, people["administrator"])


@pytest.mark.parametrize(
    ("who", "statement"),
    [
        (None, "UPDATE directory_staffmember SET last_login = now() WHERE id = %(other)s"),
        ("worker", "UPDATE directory_staffmember SET password = 'x' WHERE id = %(me)s"),
        (
            "worker",
            (
                "INSERT INTO directory_absence (member_id, first_day, last_day) "
                "VALUES (%(me)s, '2030-01-01', '2030-01-02')"
            ),
        ),
        (
            "administrator",
            "UPDATE directory_staffmember SET email = 'x', is_active = false WHERE id = %(other)s",
        ),
        (
            "administrator",
            (
                "INSERT INTO directory_rolegrant (member_id, role, since, granted_by_id) "
                "VALUES (%(third)s, 'secretary', current_date, %(me)s)"
            ),
        ),
        (
            "administrator",
            "UPDATE directory_rolegrant SET until = current_date WHERE member_id = %(other)s",
        ),
    ],
)
def test_what_work_needs_goes_through(
    people: dict[str, Any], who: str | None, statement: str
) -> None:
    assert not _refused(statement, people, people[who] if who else None)


def test_a_role_that_the_code_does_not_know_is_given_to_nobody(people: dict[str, Any]) -> None:
    known = pytest.raises(IntegrityError, match="grant_of_a_known_role")
    with as_owner(), known, transaction.atomic():
        RoleGrantFactory.create(member=people["third"], role="sorcerer")


def test_nobody_else_sees_a_second_factor(people: dict[str, Any]) -> None:
    for who in ("worker", "administrator"):
        with acting(people[who].pk):
            assert not Authenticator.objects.exists()
    with acting(people["other"].pk):
        assert Authenticator.objects.count() == 1


def test_sectors_and_absences_show_to_whoever_is_signed_in(people: dict[str, Any]) -> None:
    assert not Sector.objects.exists()
    assert not Absence.objects.exists()
    with acting(people["worker"].pk):
        assert Sector.objects.exists()
        assert Absence.objects.exists()


def test_a_manager_shares_out_the_communes_of_her_territory_alone() -> None:
    mine, theirs = TeamFactory.create(), TeamFactory.create()
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=mine)
    near = StaffFactory.create(role=Role.SOCIAL_WORKER, team=mine)
    far = StaffFactory.create(role=Role.SOCIAL_WORKER, team=theirs)
    homeless = StaffFactory.create(role=Role.SOCIAL_WORKER)
    commune = CommuneFactory.create()

    people = {"near": near, "far": far, "homeless": homeless}
    statement = (
        f"INSERT INTO directory_sector (worker_id, commune_id) VALUES (%(who)s, '{commune.pk}')"
    )
    refused = {
        name: _refused(statement.replace("who", name), people | {"worker": manager}, manager)
        for name in people
    }
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    allowed = not _refused(statement.replace("who", "far"), people | {"worker": head}, head)

    assert refused == {"near": False, "far": True, "homeless": True}
    assert allowed


def test_history_tells_that_a_password_changed_not_what_it_is(people: dict[str, Any]) -> None:
    worker = people["worker"]
    with acting(worker.pk):
        worker.set_password("une phrase toute neuve")
        worker.save()

    with as_owner():
        history = Change.objects.defer(None)
        change = history.filter(table_name="directory_staffmember", action="update").first()
        told = str(list(Change.objects.values_list("before", "after")))
    assert change is not None
    assert change.staff_id == worker.pk
    assert change.after == {"password": None}
    assert worker.password not in told


def test_history_follows_sectors_absences_and_roles(people: dict[str, Any]) -> None:
    assert people
    with as_owner():
        tables = set(Change.objects.values_list("table_name", flat=True))
        grants = RoleGrant.objects.count()
        written = Change.objects.filter(table_name="directory_rolegrant").count()

    assert {"directory_sector", "directory_absence", "directory_rolegrant"} <= tables
    assert written == grants
