"""Of an account closed for a year, the name stays, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from audit.kept_long_enough import found_anywhere
from conftest import as_owner
from factories.agenda import OpeningFactory, PresenceFactory
from factories.directory import StaffFactory
from jalon.audit.declaring import Kept
from jalon.audit.identity import acting
from jalon.audit.models import Change, Purge
from jalon.audit.personal import DECLARED
from jalon.audit.purging import begin_purge, carry_on
from jalon.audit.retention import preview
from jalon.directory.models import Absence, RoleGrant, Sector, StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
_HELD_BY = {
    "agenda_presence": "worker_id",
    "directory_absence": "member_id",
    "directory_rolegrant": "member_id",
    "directory_sector": "worker_id",
    "mfa_authenticator": "user_id",
}


@pytest.fixture
def officer() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    return made


def colleague(address: str) -> StaffMember:
    """Return somebody with everything that an account holds."""
    made: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, email=address)
    opening = OpeningFactory.create()
    place = opening.place
    PresenceFactory.create(worker=made, place=place, weekday=opening.weekday, half=opening.half)
    with as_owner():
        Absence.objects.create(member=made, first_day=date(2026, 1, 1), last_day=date(2026, 1, 2))
        Sector.objects.create(worker=made, commune=place.commune)
        Authenticator.objects.create(user=made, type="totp", data={})
    return made


def closed(member: StaffMember, *, days: int) -> StaffMember:
    """Close an account, so many days ago."""
    with as_owner(), connection.cursor() as cursor:
        StaffMember.objects.filter(pk=member.pk).update(is_active=False)
        cursor.execute(
            "UPDATE audit_change SET at = at - make_interval(days => %s) "
            "WHERE table_name = 'directory_staffmember' AND row_id = %s",
            [days, member.pk],
        )
    return member


def purged(by: StaffMember) -> Purge:
    with acting(by.pk):
        purge = begin_purge(by=by)
        carry_on(purge.pk)
        purge.refresh_from_db()
    return purge


def held(member: StaffMember) -> dict[str, int]:
    with as_owner(), connection.cursor() as cursor:
        found = {}
        for table, column in _HELD_BY.items():
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [member.pk])
            (found[table],) = cursor.fetchone()
    return found


def test_each_table_kept_with_an_account_is_looked_at() -> None:
    kept = {name for name, one in DECLARED.items() if one.kept == Kept.ACCOUNT}
    assert kept == {*_HELD_BY, "directory_staffmember"}


def test_a_year_after_it_was_closed_the_name_alone_is_left(officer: StaffMember) -> None:
    gone = closed(colleague("zyxwmarque@caf.example"), days=370)
    recent = closed(colleague("recent@caf.example"), days=300)
    still = colleague("still@caf.example")
    assert all(held(gone).values())
    with acting(officer.pk):
        due = {one.rule.previewed: one.number for one in preview()}
    assert due["accounts"] == 1

    purge = purged(officer)

    assert purge.accounts == 1
    assert found_anywhere("zyxwmarque") == set()
    assert not any(held(gone).values())
    assert all(held(recent).values())
    assert all(held(still).values())
    with as_owner():
        left = StaffMember.objects.get(pk=gone.pk)
        assert (left.first_name, left.last_name) == (gone.first_name, gone.last_name)
        assert not left.has_usable_password()
        assert not left.is_active
        told = Change.objects.filter(table_name="directory_rolegrant", subject_id=gone.pk)
        assert told.exists()
        assert not told.exclude(before=None, after=None).exists()
    assert purged(officer).accounts == 0


def test_one_opened_again_stays(officer: StaffMember) -> None:
    back = closed(colleague("back@caf.example"), days=370)
    with as_owner():
        StaffMember.objects.filter(pk=back.pk).update(is_active=True)

    assert purged(officer).accounts == 0
    assert all(held(back).values())
    with as_owner():
        assert RoleGrant.objects.filter(member=back).exists()
