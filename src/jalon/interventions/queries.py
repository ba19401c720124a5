"""What is read of interventions in more than one place."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Prefetch, Q, QuerySet

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family, Involvement, Person
from jalon.interventions.enums import NOT_OVER, ActionState, AdviceState
from jalon.interventions.models import (
    AdviceMeeting,
    Contract,
    Document,
    Extension,
    FamilyOpinion,
    Follower,
    HandOverNote,
    HomeVisit,
    InformationAdvice,
    JournalEntry,
    PlannedAction,
    PrivateNote,
    Review,
    RightsCheck,
    RightsClaim,
    Support,
    SupportEvent,
)
from jalon.interventions.reach import actions_of

_Row = TypeVar("_Row", bound=Model)


def follows(family: Family, by: StaffMember) -> bool:
    """Tell whether one reads what is written of a family: its lead, or an associated colleague."""
    return followed(Family.objects.filter(pk=family.pk), by).exists()


def followed(families: QuerySet[Family], by: StaffMember) -> QuerySet[Family]:
    """Keep the families that one leads, or is associated to."""
    led = Involvement.objects.filter(family=OuterRef("pk"), worker=by, lead=True, until=None)
    shared = Follower.objects.filter(family=OuterRef("pk"), worker=by, until=None)
    return families.filter(Exists(led) | Exists(shared))


def may_prepare(family: Family, by: StaffMember) -> bool:
    """Tell whether a support is one's to begin: nobody leads the family, or one follows it."""
    led = Involvement.objects.filter(family=family, lead=True, until=None)
    return follows(family, by) or not led.exists()


def followers_of(family: Family) -> QuerySet[Follower]:
    """Return the colleagues with whom a family is shared today."""
    return Follower.objects.filter(family=family, until=None).select_related("worker", "by")


def advices() -> QuerySet[InformationAdvice]:
    """Return the information-advices with what a page or a list shows of each."""
    return InformationAdvice.objects.select_related("family", "worker", "proposal").order_by("-pk")


def advices_of(family: Family) -> QuerySet[InformationAdvice]:
    """Return those of a family, as far as one sees them, the latest first."""
    return family.advices.select_related("worker").order_by("-pk")


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
    return advice.meetings.select_related("by", "revised_by").order_by("-held_on", "-pk")


def actions() -> QuerySet[PlannedAction]:
    """Return actions, those to do first, the soonest due first."""
    return PlannedAction.objects.order_by("settled_on", "due_on", "pk")


def actions_mine(by: StaffMember) -> QuerySet[PlannedAction]:
    """Return what is to be done in one's own interventions, and with the families one leads."""
    return actions_of(by).filter(state=ActionState.TODO)


def actions_due(by: StaffMember, until: date) -> QuerySet[PlannedAction]:
    """Return those of one's own that are due by a day."""
    return actions_mine(by).filter(due_on__lte=until)


def supports() -> QuerySet[Support]:
    """Return the supports with what a page or a list shows of each."""
    return Support.objects.select_related("family", "worker").order_by("-pk")


def supports_of(family: Family) -> QuerySet[Support]:
    """Return those of a family, as far as one sees them, the latest first."""
    return family.supports.select_related("worker").order_by("-pk")


def under_way(rows: QuerySet[Support]) -> QuerySet[Support]:
    """Keep those that are not over."""
    return rows.filter(state__in=NOT_OVER)


_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=30)


class Due(StrEnum):
    """What a support waits for, by a day: each is a condition on its row."""

    REVIEW = "bilan"  # to look back together
    ENDING = "terme"  # its contract ends, or ended
    LIMIT = "limite"  # it reaches its limit, and no manager was asked
    NEWS = "nouvelles"  # it closed some months ago: how is the family?

    def day(self, today: date) -> date:
        """Return until when one looks ahead for it: the same for a count and for its list."""
        return today + {Due.REVIEW: _WEEK, Due.NEWS: timedelta()}.get(self, _MONTH)

    @property
    def field(self) -> str:
        """The day that it is ordered by."""
        return {
            Due.REVIEW: "next_review_on",
            Due.ENDING: "ends_on",
            Due.LIMIT: "limit_on",
            Due.NEWS: "news_on",
        }[self]

    def by(self, until: date) -> Q:
        """Return the condition that it is due by a day."""
        due = Q(**{f"{self.field}__lte": until})
        if self is Due.NEWS:
            return due
        if self is Due.LIMIT:
            asked = Extension.objects.filter(support=OuterRef("pk"), granted=None)
            due &= Q(~Exists(asked))
        return Q(state__in=NOT_OVER) & due


def due_counts(worker: StaffMember, today: date) -> dict[Due | None, int]:
    """Count a worker's supports that wait for each thing, in one query.

    Under None, those that are not over.
    """
    told = Support.objects.filter(worker=worker).aggregate(
        open=Count("pk", filter=Q(state__in=NOT_OVER)),
        **{due.name: Count("pk", filter=due.by(due.day(today))) for due in Due},
    )
    return {None: told["open"], **{due: told[due.name] for due in Due}}


def extensions_asked(by: StaffMember) -> QuerySet[Extension]:
    """Return the extensions that wait for one's answer: one manages who carries the support."""
    rows = Extension.objects.filter(granted=None).exclude(Q(asked_by=by) | Q(support__worker=by))
    if not by.may(Permission.MANAGE_DEPARTMENT):
        territory = by.team.territory_id if by.team else None
        own = Q(support__worker__team__territory=territory) & ~Q(
            support__worker__team__territory=None
        )
        rows = rows.filter(own) if by.may(Permission.MANAGE_TERRITORY) else rows.none()
    return rows.select_related("support__worker", "support__family", "asked_by").order_by("pk")


def events_of(family: Family) -> QuerySet[SupportEvent]:
    """Return what happened to a family's supports, the first first."""
    return SupportEvent.objects.filter(family=family).select_related("by").order_by("pk")


def journal_of(family: Family) -> QuerySet[JournalEntry]:
    """Return a family's journal, the latest first; nothing to who does not follow it."""
    return JournalEntry.objects.filter(family=family).select_related("by").order_by("-on", "-pk")


def notes_of(family: Family, by: StaffMember) -> QuerySet[PrivateNote]:
    """Return what one noted of a family for oneself, the latest first."""
    return PrivateNote.objects.filter(family=family, author=by).order_by("-pk")


def documents_of(family: Family) -> QuerySet[Document]:
    """Return a family's documents, the latest first; nothing to who does not follow it."""
    return Document.objects.filter(family=family).select_related("by").order_by("-pk")


def hand_overs_of(family: Family) -> QuerySet[HandOverNote]:
    """Return the notes left at changes of lead worker, the latest first."""
    rows = HandOverNote.objects.filter(family=family)
    return rows.select_related("by", "read_by").order_by("-pk")


def own_hand_over(family: Family, by: StaffMember) -> QuerySet[HandOverNote]:
    """Return the note that one left and nobody read yet: one row, or none."""
    return HandOverNote.objects.filter(family=family, by=by, read_by=None)


def hand_overs_to_read(by: StaffMember) -> QuerySet[HandOverNote]:
    """Return the notes that wait for a person: others left them, and one leads the family."""
    led = Involvement.objects.filter(worker=by, lead=True, until=None)
    rows = HandOverNote.objects.filter(read_by=None, family__in=led.values("family"))
    return rows.exclude(by=by).order_by("pk")


def reviews_of(support: Support) -> QuerySet[Review]:
    """Return the reviews of a support, the latest first."""
    return Review.objects.filter(support=support).select_related("by").order_by("-held_on", "-pk")


def opinions_of(support: Support) -> QuerySet[FamilyOpinion]:
    """Return what the family said of a support by itself, the latest first."""
    return FamilyOpinion.objects.filter(support=support).select_related("person").order_by("-pk")


def visits_of(support: Support) -> QuerySet[HomeVisit]:
    """Return the home visits of a support, asked for or made, the latest first."""
    return HomeVisit.objects.filter(support=support).order_by("-pk")


def contracts_of(support: Support) -> QuerySet[Contract]:
    """Return the versions of a support's contract, the last first."""
    return support.contracts.select_related("made_by", "signed_by").order_by("-version")


def rights_checks_of(family: Family) -> QuerySet[RightsCheck]:
    """Return a family's rights checks that one reads, the latest first, without what they say."""
    rows = RightsCheck.objects.filter(family=family).select_related("worker")
    return rows.defer("said", "otherwise", "result").order_by("-pk")


def rights_checks_open(worker: StaffMember) -> QuerySet[RightsCheck]:
    """Return the rights checks that one began and that have no result yet."""
    return RightsCheck.objects.filter(worker=worker, computed_at=None)


def claims_of(check: RightsCheck) -> QuerySet[RightsClaim]:
    """Return the rights claimed after a check, in the order in which they were noted."""
    rows = RightsClaim.objects.filter(rights_check=check)
    return rows.select_related("by", "decided_by").order_by("pk")
