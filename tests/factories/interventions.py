"""Interventions for tests, made past the wall."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory

from factories.directory import StaffFactory, TeamFactory, _PastTheWall
from factories.families import FamilyFactory, HouseholdFactory, PersonFactory
from jalon.directory.roles import Role
from jalon.documents.kinds import Kind
from jalon.interventions.enums import ActionBy, Closing, Domain, MeetingMode, Origin, SupportState
from jalon.interventions.models import (
    AdviceMeeting,
    Appraisal,
    Contract,
    Document,
    Draft,
    Extension,
    FamilyOpinion,
    Follower,
    HandOverNote,
    HomeVisit,
    InformationAdvice,
    JournalEntry,
    Objective,
    PlannedAction,
    PrivateNote,
    RecordExport,
    Review,
    RightsCheck,
    RightsClaim,
    Support,
    SupportEvent,
)

# What a support has once it began, and once it is closed.
BEGUN: dict[str, Any] = {
    "started_on": date(2026, 6, 1),
    "ends_on": date(2026, 12, 1),
    "limit_on": date(2027, 6, 1),
}
CLOSED: dict[str, Any] = {**BEGUN, "closed_on": date(2026, 11, 1), "closing": Closing.REACHED}


class FollowerFactory(_PastTheWall):
    class Meta:
        model = Follower

    family = SubFactory(FamilyFactory)
    worker = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    by = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    since = date(2026, 10, 31)


class DraftFactory(_PastTheWall):
    class Meta:
        model = Draft

    family = SubFactory(FamilyFactory)
    author = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    form = Sequence(lambda number: f"entretien:00000000-0000-4000-8000-{number:012d}")
    content: dict[str, str] = {}  # noqa: RUF012 - never changed


class InformationAdviceFactory(_PastTheWall):
    class Meta:
        model = InformationAdvice

    family = SubFactory(FamilyFactory)
    worker = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER, team=SubFactory(TeamFactory))
    origin = Origin.DIRECT
    opened_on = date(2026, 10, 31)


class AdviceMeetingFactory(_PastTheWall):
    class Meta:
        model = AdviceMeeting

    advice = SubFactory(InformationAdviceFactory)
    family = SelfAttribute("advice.family")
    by = SelfAttribute("advice.worker")
    held_on = date(2026, 11, 2)
    mode = MeetingMode.FACE
    asked = "Comprendre la lettre du bailleur."


class PlannedActionFactory(_PastTheWall):
    class Meta:
        model = PlannedAction

    advice = SubFactory(InformationAdviceFactory)
    family = LazyAttribute(lambda one: (one.advice or one.support).family)
    by = LazyAttribute(lambda one: (one.advice or one.support).worker)
    support = None
    what = "Écrire au bailleur"
    who = ActionBy.FAMILY


class SupportFactory(_PastTheWall):
    class Meta:
        model = Support

    family = SubFactory(FamilyFactory)
    worker = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER, team=SubFactory(TeamFactory))
    state = SupportState.DRAFT
    drafted_on = date(2026, 6, 1)


class _OfSupport(_PastTheWall):
    class Meta:
        abstract = True

    support = SubFactory(SupportFactory)
    family = SelfAttribute("support.family")


class SupportEventFactory(_OfSupport):
    class Meta:
        model = SupportEvent

    state = SupportState.DRAFT
    worker = SelfAttribute("support.worker")
    by = SelfAttribute("support.worker")
    on = date(2026, 6, 1)


class ExtensionFactory(_OfSupport):
    class Meta:
        model = Extension

    until = date(2027, 9, 1)
    why = "Le relogement est promis pour l'été."
    asked_by = SelfAttribute("support.worker")


class AppraisalFactory(_OfSupport):
    class Meta:
        model = Appraisal

    domain = Domain.HOUSING
    rating = "hard"


class ObjectiveFactory(_OfSupport):
    class Meta:
        model = Objective

    domain = Domain.HOUSING
    aim = "Garder le logement"
    by = SelfAttribute("support.worker")


class ContractFactory(_OfSupport):
    class Meta:
        model = Contract

    version = 1
    purpose = "Garder le logement."
    family_side = "Payer le loyer courant."
    worker_side = "Écrire au bailleur."
    starts_on = date(2026, 6, 1)
    ends_on = date(2026, 12, 1)
    made_by = SelfAttribute("support.worker")


class ReviewFactory(_OfSupport):
    class Meta:
        model = Review

    kind = "step"
    held_on = date(2026, 8, 1)
    by = SelfAttribute("support.worker")


class FamilyOpinionFactory(_OfSupport):
    class Meta:
        model = FamilyOpinion

    kind = "later"
    closed_on = date(2026, 8, 1)
    helped = "yes"


class HomeVisitFactory(_OfSupport):
    class Meta:
        model = HomeVisit

    agreed_on = date(2026, 8, 1)
    by = SelfAttribute("support.worker")


class JournalEntryFactory(_PastTheWall):
    class Meta:
        model = JournalEntry

    family = SubFactory(FamilyFactory)
    by = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    kind = "call"
    on = date(2026, 8, 1)
    text = "Appelée pour la rentrée."


class HandOverNoteFactory(_PastTheWall):
    class Meta:
        model = HandOverNote

    family = SubFactory(FamilyFactory)
    by = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    going_on = "Dossier de logement déposé."


class DocumentFactory(_PastTheWall):
    """A row without its file; `documenting.join_document` makes both."""

    class Meta:
        model = Document

    family = SubFactory(FamilyFactory)
    by = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    label = "Bail"
    file = LazyFunction(uuid.uuid4)
    kind = Kind.PDF
    size = 1000
    sha256 = "c" * 64


class RecordExportFactory(_PastTheWall):
    class Meta:
        model = RecordExport

    family = SubFactory(FamilyFactory)
    person = SubFactory(
        PersonFactory,
        household=SubFactory(HouseholdFactory, family=SelfAttribute("...family")),
    )
    asked_on = date(2026, 11, 2)
    identity = "paper"
    by = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)


class RightsCheckFactory(_PastTheWall):
    class Meta:
        model = RightsCheck

    family = SubFactory(FamilyFactory)
    worker = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    month = "2026-10"
    said: dict[str, Any] = {"members": [], "facts": {}}  # noqa: RUF012 - never changed


class RightsClaimFactory(_PastTheWall):
    class Meta:
        model = RightsClaim

    rights_check = SubFactory(RightsCheckFactory)
    family = SelfAttribute("rights_check.family")
    by = SelfAttribute("rights_check.worker")
    kind = "ASF"
    claimed_on = LazyFunction(timezone.localdate)


class PrivateNoteFactory(_PastTheWall):
    class Meta:
        model = PrivateNote

    family = SubFactory(FamilyFactory)
    author = SubFactory(StaffFactory, role=Role.SOCIAL_WORKER)
    text = "Penser à la rappeler."
