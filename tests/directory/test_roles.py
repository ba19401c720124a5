"""What each role allows, as a table to read; which roles are never one person's."""

from __future__ import annotations

from itertools import combinations

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from conftest import as_owner
from factories.directory import RoleGrantFactory, StaffFactory
from jalon.audit.identity import acting
from jalon.directory.models import IncompatibleRole, RoleGrant, StaffMember
from jalon.directory.roles import Permission, Role, conflict

_TABLE = """
                          head terr work medi psyc saff secr anal dpo  tech
see_runs                  x    x    .    .    .    .    .    x    .    .
make_runs                 .    .    .    .    .    .    .    x    .    .
release_runs              x    x    .    .    .    .    .    .    .    .
try_rules                 x    x    .    .    .    .    .    x    .    .
see_families              x    x    x    x    x    x    x    .    .    .
see_situations            x    x    x    .    .    x    .    .    .    .
see_protected_addresses   .    x    .    .    .    .    x    .    .    .
lift_protection           .    x    .    .    .    .    .    .    .    .
merge_families            .    x    .    .    .    .    x    .    .    .
write_to_families         .    .    .    .    .    .    x    .    .    .
keep_diaries              x    x    x    .    .    .    x    .    .    .
work_with_families        .    .    x    .    .    .    .    .    .    .
see_interventions         x    x    x    .    .    .    .    .    .    .
open_exceptionally        x    x    x    .    .    .    .    .    .    .
see_figures               x    x    .    .    .    .    .    .    .    .
export                    x    x    .    .    .    .    .    x    .    .
see_staff                 x    x    x    x    x    x    x    .    x    x
manage_staff              .    .    .    .    .    .    .    .    .    x
manage_territory          .    x    .    .    .    .    .    .    .    .
manage_department         x    .    .    .    .    .    .    .    .    .
see_reads                 .    .    .    .    .    .    .    .    x    .
purge                     .    .    .    .    .    .    .    .    x    .
"""
_ALLOWED = {
    Permission(line.split()[0]): {
        role for role, mark in zip(Role, line.split()[1:], strict=True) if mark == "x"
    }
    for line in _TABLE.strip().splitlines()[1:]
}
_ALONE = {
    Role.MEDIATOR,
    Role.PSYCHOLOGIST,
    Role.DATA_PROTECTION_OFFICER,
    Role.TECHNICAL_ADMINISTRATOR,
}
_MAKER, _CHECKERS = Role.TARGETING_ANALYST, {Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER}


def _clash(one: Role, other: Role) -> bool:
    pair = {one, other}
    return bool(pair & _ALONE) or (_MAKER in pair and bool(pair & _CHECKERS))


def test_the_table_names_every_permission() -> None:
    assert set(_ALLOWED) == set(Permission)


@pytest.mark.parametrize("role", Role)
def test_a_role_allows_what_the_table_says(role: Role) -> None:
    assert role.permissions == {one for one, roles in _ALLOWED.items() if role in roles}
    assert role.label
    assert role.purpose.endswith(".")


def test_every_permission_is_said_in_french() -> None:
    assert len({permission.label for permission in Permission}) == len(Permission)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_database_allows_what_the_table_says(role: Role) -> None:
    member = StaffFactory.create(role=role)

    with acting(member.pk), connection.cursor() as cursor:
        for permission, roles in _ALLOWED.items():
            cursor.execute("SELECT wall.may(%s)", [permission.value])
            assert cursor.fetchone() == (role in roles,), permission
            assert member.may(permission) is (role in roles)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["closed", "over", "ahead"])
def test_a_role_that_does_not_hold_today_allows_nothing(state: str) -> None:
    member: StaffMember = StaffFactory.create(is_active=state != "closed")
    days = {"over": "current_date - 9, current_date - 1", "ahead": "current_date + 2, NULL"}
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO directory_rolegrant (member_id, role, since, until) "
            f"VALUES (%s, 'secretary', {days.get(state, 'current_date, NULL')})",
            [member.pk],
        )

    with acting(member.pk), connection.cursor() as cursor:
        cursor.execute("SELECT wall.may('see_families')")
        assert cursor.fetchone() == (False,)
    assert not member.may(Permission.SEE_FAMILIES)


@pytest.mark.parametrize(("one", "other"), combinations(Role, 2))
def test_incompatible_roles_are_told_with_the_reason(one: Role, other: Role) -> None:
    reason = conflict({one, other})

    assert (reason is not None) is _clash(one, other)
    if reason is not None:
        assert one.label in reason
        assert other.label in reason
        assert " sont incompatibles : " in reason


@transaction.atomic
def _give(member: StaffMember, role: Role) -> None:
    RoleGrant.objects.create(member=member, role=role.value, since=timezone.localdate())


@pytest.mark.django_db
def test_the_database_refuses_every_incompatible_pair_whoever_asks() -> None:
    for one, other in combinations(Role, 2):
        for first, second in ((one, other), (other, one)):
            member = StaffFactory.create(role=first)
            if _clash(one, other):
                with as_owner(), pytest.raises(IntegrityError, match="incompatible roles"):
                    _give(member, second)
            else:
                RoleGrantFactory.create(member=member, role=second.value)
    assert IncompatibleRole.objects.count() == 2 * sum(
        _clash(one, other) for one, other in combinations(Role, 2)
    )
