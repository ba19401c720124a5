"""Families for tests, made past the wall."""

from __future__ import annotations

import uuid
from datetime import date

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory

from factories.directory import CommuneFactory, StaffFactory, _PastTheWall
from jalon.directory.enums import Service
from jalon.directory.roles import Role
from jalon.families.enums import ContactKind, PersonRole, Safety, SafetySource
from jalon.families.models import (
    ContactPoint,
    Doubt,
    Family,
    GivenContact,
    Household,
    Involvement,
    Person,
    SafetyWord,
    Snapshot,
)
from jalon.families.names import search_name, sounds


class FamilyFactory(_PastTheWall):
    class Meta:
        model = Family

    commune = SubFactory(CommuneFactory)


class HouseholdFactory(_PastTheWall):
    class Meta:
        model = Household

    family = SubFactory(FamilyFactory)
    number = Sequence(lambda number: f"{7_000_000 + number}")


class PersonFactory(_PastTheWall):
    class Meta:
        model = Person

    household = SubFactory(HouseholdFactory)
    family = SelfAttribute("household.family")
    register_id = Sequence(lambda number: f"P{number}")
    role = PersonRole.RESPONSIBLE
    last_name = Sequence(lambda number: f"Nom{number}")
    first_name = "Camille"
    sex = "F"
    birth_date = date(1990, 5, 1)
    search_name = LazyAttribute(lambda one: search_name(one.last_name, one.first_name))
    sounds = LazyAttribute(lambda one: sounds(one.last_name, one.first_name))


class ContactPointFactory(_PastTheWall):
    class Meta:
        model = ContactPoint

    family = SubFactory(FamilyFactory)
    kind = ContactKind.PHONE
    value = "+33612345678"
    since = date(2026, 10, 31)


class GivenContactFactory(_PastTheWall):
    class Meta:
        model = GivenContact

    family = SubFactory(FamilyFactory)
    kind = ContactKind.PHONE
    value = "+33698765432"
    given_at = LazyFunction(timezone.now)


class SnapshotFactory(_PastTheWall):
    class Meta:
        model = Snapshot

    file = SubFactory(HouseholdFactory)
    family = SelfAttribute("file.family")
    run = LazyFunction(uuid.uuid4)
    month = "2026-10"
    household = LazyFunction(lambda: {"commune": "94028"})
    persons = LazyFunction(list)
    events = LazyFunction(list)


class InvolvementFactory(_PastTheWall):
    class Meta:
        model = Involvement

    family = SubFactory(FamilyFactory)
    service = Service.SOCIAL_WORK
    worker = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    since = date(2026, 10, 31)


class SafetyWordFactory(_PastTheWall):
    class Meta:
        model = SafetyWord

    family = SubFactory(FamilyFactory)
    flag = Safety.PROTECTED_ADDRESS
    source = SafetySource.FAMILY
    by = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)


class DoubtFactory(_PastTheWall):
    """Give the family known first as `one`."""

    class Meta:
        model = Doubt

    one = SubFactory(FamilyFactory)
    other = SubFactory(FamilyFactory)
    why = "Une personne a le même numéro dans les deux dossiers."
