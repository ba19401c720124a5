"""Who says that a family is to be kept safe, who takes it back, and what the register undoes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from conftest import as_owner
from factories.directory import RoleGrantFactory, StaffFactory
from factories.families import (
    ContactPointFactory,
    FamilyFactory,
    HouseholdFactory,
    InvolvementFactory,
)
from jalon.audit.identity import acting
from jalon.audit.models import Change
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.actions import lift, say
from jalon.families.arrivals import Arrival, known_flags, receive, refresh_flags
from jalon.families.enums import LiftReason, Safety, SafetySource
from jalon.families.errors import FamilyError
from jalon.families.models import ContactPoint, Family

pytestmark = pytest.mark.django_db
_DAY = date(2026, 11, 22)
_FLAGS = pytest.mark.parametrize("flag", Safety)


def _shows(family: Family, flag: Safety) -> bool:
    with as_owner():
        return bool(Family.objects.values_list(flag.value, flat=True).get(pk=family.pk))


def _told(
    number: str, *, protected: bool | None = False, silent: bool | None = False
) -> list[Arrival]:
    return [Arrival(number, "", protected, silent, (), ())]


def _worker() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER)
    return made


@_FLAGS
@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.MEDIATOR, Role.SECRETARY])
def test_whoever_works_with_a_family_says_it(role: Role, flag: Safety) -> None:
    family, by = FamilyFactory.create(), StaffFactory.create(role=role)

    with acting(by.pk):
        say(family=family, flag=flag, source=SafetySource.FAMILY, by=by)

    assert _shows(family, flag)
    with as_owner():
        last = Change.objects.filter(table_name="families_family").latest("pk")
        assert (last.staff_id, last.family_id) == (by.pk, family.pk)
        assert last.after == {flag.value: True, flag.said_here: True}


def test_ways_to_reach_a_family_are_masked_with_it_and_shown_again() -> None:
    family, by = FamilyFactory.create(), _worker()
    ContactPointFactory.create(family=family)
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER)

    with acting(by.pk):
        say(family=family, flag=Safety.PROTECTED_ADDRESS, source=SafetySource.FAMILY, by=by)
        assert not ContactPoint.objects.exists()
    with acting(manager.pk):
        lift(family=family, flag=Safety.PROTECTED_ADDRESS, reason=LiftReason.OVER, by=manager)
    with acting(by.pk):
        assert ContactPoint.objects.exists()


def test_who_does_not_work_with_families_says_nothing() -> None:
    family, by = FamilyFactory.create(), StaffFactory.create(role=Role.TARGETING_ANALYST)

    with acting(by.pk), pytest.raises(FamilyError, match="Seul qui travaille"):
        say(family=family, flag=Safety.DO_NOT_CONTACT, source=SafetySource.FAMILY, by=by)


@_FLAGS
def test_said_twice_is_told(flag: Safety) -> None:
    family, by = FamilyFactory.create(), _worker()
    with acting(by.pk):
        say(family=family, flag=flag, source=SafetySource.FAMILY, by=by)
        with pytest.raises(FamilyError, match="déjà noté"):
            say(family=family, flag=flag, source=SafetySource.FAMILY, by=by)


@_FLAGS
def test_another_worker_does_not_take_it_back_and_the_lead_does(flag: Safety) -> None:
    family, other = FamilyFactory.create(), _worker()
    lead = InvolvementFactory.create(family=family, lead=True).worker
    with acting(other.pk):
        say(family=family, flag=flag, source=SafetySource.FAMILY, by=other)
        with pytest.raises(FamilyError, match="référent de la famille"):
            lift(family=family, flag=flag, reason=LiftReason.OVER, by=other)
    assert _shows(family, flag)

    with acting(lead.pk):
        lift(family=family, flag=flag, reason=LiftReason.OVER, by=lead)

    assert not _shows(family, flag)


def test_a_lead_who_is_no_longer_a_social_worker_sees_and_lifts_what_others_do() -> None:
    family = FamilyFactory.create(protected_address_here=True)
    ContactPointFactory.create(family=family)
    lead = InvolvementFactory.create(family=family, lead=True).worker
    with acting(lead.pk):
        assert family.contact_points.exists()
    with as_owner():
        lead.grants.update(ended_at=timezone.now())
    RoleGrantFactory.create(member=lead, role=Role.PSYCHOLOGIST.value)

    with acting(lead.pk):
        assert Family.objects.filter(pk=family.pk).exists()
        assert not family.contact_points.exists()
        with pytest.raises(FamilyError, match="référent de la famille"):
            lift(
                family=family,
                flag=Safety.PROTECTED_ADDRESS,
                reason=LiftReason.OVER,
                by=StaffMember.objects.get(pk=lead.pk),
            )
        with pytest.raises(DatabaseError), transaction.atomic():
            Family.objects.filter(pk=family.pk).update(protected_address_here=False)


@_FLAGS
def test_what_the_register_says_is_not_taken_back_here(flag: Safety) -> None:
    family = FamilyFactory.create(**{flag.value: True})
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER)

    with acting(manager.pk):
        with pytest.raises(FamilyError, match="dossier de la Caf"):
            lift(family=family, flag=flag, reason=LiftReason.OVER, by=manager)
        say(family=family, flag=flag, source=SafetySource.FAMILY, by=manager)
        lift(family=family, flag=flag, reason=LiftReason.OVER, by=manager)

    assert _shows(family, flag)


@_FLAGS
@pytest.mark.parametrize("whole", [True, False], ids=["taken up whole", "flags alone"])
def test_the_register_takes_back_its_own_word_and_no_one_else_s(
    flag: Safety, *, whole: bool
) -> None:
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    protected, silent = flag is Safety.PROTECTED_ADDRESS, flag is Safety.DO_NOT_CONTACT
    here, there = HouseholdFactory.create(), HouseholdFactory.create()
    by = _worker()
    with acting(head.pk):
        refresh_flags(_told(there.number, protected=protected, silent=silent))
        assert _shows(there.family, flag)
    with acting(by.pk):
        say(family=here.family, flag=flag, source=SafetySource.FAMILY, by=by)

    with acting(head.pk):
        for one in (here, there):
            if whole:
                receive(_told(one.number), day=_DAY, refresh=True)
            else:
                refresh_flags(_told(one.number))

    assert _shows(here.family, flag)
    assert not _shows(there.family, flag)


@_FLAGS
@pytest.mark.parametrize("whole", [True, False], ids=["taken up whole", "flags alone"])
def test_the_register_s_silence_changes_nothing(flag: Safety, *, whole: bool) -> None:
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    household = HouseholdFactory.create()
    protected, silent = flag is Safety.PROTECTED_ADDRESS, flag is Safety.DO_NOT_CONTACT
    with acting(head.pk):
        for said in (
            _told(household.number, protected=protected, silent=silent),
            _told(household.number, protected=None, silent=None),
        ):
            if whole:
                receive(said, day=_DAY, refresh=True)
            else:
                refresh_flags(said)

    assert _shows(household.family, flag)
    for other in set(Safety) - {flag}:
        assert not _shows(household.family, other)


def test_where_the_register_never_said_the_address_alone_is_protected() -> None:
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    with acting(head.pk):
        receive(_told("H9", protected=None, silent=None), day=_DAY, refresh=False)
        family = Family.objects.get(households__number="H9")

    assert _shows(family, Safety.PROTECTED_ADDRESS)
    assert not _shows(family, Safety.DO_NOT_CONTACT)
    assert timezone.localdate(family.created_at) == _DAY


def test_the_register_is_compared_with_its_own_word() -> None:
    """What was said here alone does not make each month's extract differ."""
    household, by = HouseholdFactory.create(), _worker()
    with acting(by.pk):
        say(
            family=household.family,
            flag=Safety.PROTECTED_ADDRESS,
            source=SafetySource.FAMILY,
            by=by,
        )
        assert known_flags() == [(household.number, False, False)]
