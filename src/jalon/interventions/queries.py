"""What is read of interventions in more than one place."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet

from jalon.directory.models import StaffMember
from jalon.families.models import Family, Involvement, Person
from jalon.interventions.enums import ActionState, AdviceState
from jalon.interventions.models import AdviceMeeting, Follower, InformationAdvice, PlannedAction

_Row = TypeVar("_Row", bound=Model)


def follows(family: Family, by: StaffMember) -> bool:
    """Tell whether one reads what is written of a family: its lead, or an associated colleague."""
    return followed(Family.objects.filter(pk=family.pk), by).exists()


def followed(families: QuerySet[Family], by: StaffMember) -> QuerySet[Family]:
    """Keep the families that one leads, or is associated to."""
    led = Involvement.objects.filter(family=OuterRef("pk"), worker=by, lead=True, until=None)
    shared = Follower.objects.filter(family=OuterRef("pk"), worker=by, until=None)
    return families.filter(Exists(led) | Exists(shared))


def followers_of(family: Family) -> QuerySet[Follower]:
    """Return the colleagues with whom a family is shared today."""
    return Follower.objects.filter(family=family, until=None).select_related("worker", "by")


def advices() -> QuerySet[InformationAdvice]:
    """Return the information-advices with what a page or a list shows of each."""
    return InformationAdvice.objects.select_related("family", "worker", "proposal").order_by("-pk")


def advices_of(family: Family) -> QuerySet[InformationAdvice]:
    """Return those of a family, as far as one sees them, the latest first."""
    return advices().filter(family=family)


def advice_of(public_id: uuid.UUID) -> QuerySet[InformationAdvice]:
    """Return the one of a reference."""
    return advices().filter(public_id=public_id)


def of_family(rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """Add the name and the commune of each row's family."""
    people = Prefetch("family__people", Person.objects.order_by("pk"))
    return rows.select_related("family__commune").prefetch_related(people)


def still_open(rows: QuerySet[InformationAdvice]) -> QuerySet[InformationAdvice]:
    """Keep those that go on."""
    return rows.filter(state=AdviceState.OPEN)


def meetings_of(advice: InformationAdvice) -> QuerySet[AdviceMeeting]:
    """Return the meetings of one, the latest first."""
    return advice.meetings.select_related("by").order_by("-held_on", "-pk")


def actions() -> QuerySet[PlannedAction]:
    """Return actions, those to do first, the soonest due first."""
    return PlannedAction.objects.select_related("by", "settled_by").order_by(
        "settled_on", "due_on", "pk"
    )


def actions_mine(by: StaffMember) -> QuerySet[PlannedAction]:
    """Return what is to be done in one's own interventions, and with the families one leads."""
    led = Involvement.objects.filter(worker=by, lead=True, until=None)
    own = Q(advice__worker=by) | Q(family__in=led.values("family"))
    return PlannedAction.objects.filter(own, state=ActionState.TODO)


def actions_due(by: StaffMember, until: date) -> QuerySet[PlannedAction]:
    """Return those of one's own that are due by a day."""
    return actions_mine(by).filter(due_on__lte=until)
