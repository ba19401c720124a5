"""Interventions for tests, made past the wall."""

from __future__ import annotations

from datetime import date

from factory.declarations import SelfAttribute, Sequence, SubFactory

from factories.directory import StaffFactory, TeamFactory, _PastTheWall
from factories.families import FamilyFactory
from jalon.directory.roles import Role
from jalon.interventions.enums import ActionBy, MeetingMode, Origin
from jalon.interventions.models import (
    AdviceMeeting,
    Draft,
    Follower,
    InformationAdvice,
    PlannedAction,
)


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
    family = SelfAttribute("advice.family")
    by = SelfAttribute("advice.worker")
    what = "Écrire au bailleur"
    who = ActionBy.FAMILY
