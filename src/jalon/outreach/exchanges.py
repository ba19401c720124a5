"""What is read of approaches, of what was sent and what was answered, in more than one place."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Final

from django.db.models import Case, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Now

from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.families.models import Family, Involvement, Person
from jalon.outreach.choices import offers_of_service
from jalon.outreach.enums import (
    ACCEPTING,
    IN_PERSON,
    AnswerKind,
    Channel,
    MessageState,
)
from jalon.outreach.message_queries import uncertain_messages
from jalon.outreach.models import Answer, Approach, CodeClosing, Message, Proposal
from jalon.outreach.models.answers import DANGER, WAITS
from jalon.outreach.states import SILENT, standing_at, with_standing

# A family is approached a few times a year, and says a few things.
_MOST_OF_A_FAMILY = 50
_YEAR: Final = timedelta(days=365)


def last_number(approach: Approach) -> int:
    """Return the number of an approach's last answer, 0 where there is none."""
    return int(approach.answers.aggregate(last=Max("number"))["last"] or 0)


def answers() -> QuerySet[Answer]:
    """Return answers, the first said first, with who wrote each down and dealt with it."""
    return Answer.objects.select_related("by", "dealt_by", "place").order_by("number")


def approach_of(public_id: uuid.UUID) -> QuerySet[Approach]:
    """Return the approach of a reference, with all that a page about it shows."""
    return Approach.objects.filter(public_id=public_id).select_related(
        "family__commune", "previous"
    )


def approaches_of(family: Family, today: date) -> list[Approach]:
    """Return a family's approaches, the latest first: where each stands, and all that was said.

    `closed` tells whether too many wrong birthdays closed its code.
    """
    closings = CodeClosing.objects.filter(approach=OuterRef("pk"), opened_at=None)
    found = with_standing(Approach.objects.filter(family=family), today)
    calls = Message.objects.select_related("by").order_by("pk")
    return list(
        found.annotate(closed=Exists(closings))
        .select_related("ended_by", "family")
        .prefetch_related(
            Prefetch("answers", answers()),
            Prefetch("messages", calls),
        )
        .order_by("-pk")[:_MOST_OF_A_FAMILY]
    )


def named() -> QuerySet[Approach]:
    """Return approaches with the family's name, its commune, and what was offered to it."""
    proposals = Proposal.objects.only("label", "reported_on", "approach_id").order_by("pk")
    return Approach.objects.select_related("family", "commune").prefetch_related(
        Prefetch("family__people", Person.objects.order_by("pk")),
        Prefetch("proposals", proposals),
        Prefetch("previous__proposals", proposals),
    )


def listed(today: date) -> QuerySet[Approach]:
    """Return approaches with what a list shows of each: one line a family approached."""
    waiting = Answer.objects.filter(WAITS).select_related("place").order_by("number")
    leads = Involvement.objects.filter(lead=True, until=None).select_related("worker")
    return with_standing(named(), today).prefetch_related(
        Prefetch("family__involvements", leads, "leads"), Prefetch("answers", waiting, "waiting")
    )


def asking(rows: QuerySet[Approach], *kinds: AnswerKind) -> QuerySet[Approach]:
    """Keep the approaches where an answer of these kinds waits for somebody."""
    said = Answer.objects.filter(WAITS, approach=OuterRef("pk"), kind__in=kinds, to_check=False)
    return rows.filter(Exists(said), waits_since__isnull=False)


def in_danger(rows: QuerySet[Approach]) -> QuerySet[Approach]:
    """Keep those of families that said that writing is unsafe, or that perhaps answered since."""
    said = Answer.objects.filter(WAITS, DANGER, approach=OuterRef("pk"))
    return rows.filter(Exists(said), waits_since__isnull=False)


def again(rows: QuerySet[Approach], today: date) -> QuerySet[Approach]:
    """Keep those of families that asked to be taken up again by now."""
    return rows.filter(
        again_on__isnull=False, again_on__lte=today, answer=AnswerKind.LATER, ended_on=None
    )


def ending(rows: QuerySet[Approach], today: date, last: date) -> QuerySet[Approach]:
    """Keep those that nobody answered and whose window ends from today to a last day."""
    return standing_at(rows, SILENT, today).filter(window_ends_on__range=(today, last))


def in_person(rows: QuerySet[Approach], today: date) -> QuerySet[Approach]:
    """Keep those of families that nobody spoke with since they are never to be written to.

    Those written to or called before are among them, whoever protected them: a colleague, the
    family, the register or a merge. Where and how to reach them changed.
    """
    spoken = Message.objects.filter(
        approach=OuterRef("pk"),
        sent_at__gte=OuterRef("in_person_since"),
        medium__in=IN_PERSON,
        state=MessageState.DELIVERED,
    )
    return standing_at(rows, SILENT, today).filter(~Exists(spoken), channel=Channel.IN_PERSON)


def uncertain(rows: QuerySet[Approach]) -> QuerySet[Approach]:
    """Keep those where a message may have left, and nobody knows."""
    return rows.filter(pk__in=uncertain_messages().order_by().values("approach"))


def with_closed_code(rows: QuerySet[Approach]) -> QuerySet[Approach]:
    """Keep those whose answer page too many wrong birthdays closed, as far as one may open it."""
    closings = CodeClosing.objects.filter(opened_at=None)
    return rows.filter(pk__in=closings.values("approach"), ended_on=None)


def offered(rows: QuerySet[Approach], *, offers: list[str], month: str = "") -> QuerySet[Approach]:
    """Keep the approaches with one of these offers, of a month where one is told."""
    made = Proposal.objects.filter(approach=OuterRef("pk"))
    if offers:
        made = made.filter(offer__in=offers)
    if month:
        made = made.filter(month=month)
    return rows.filter(Exists(made))


def for_service(rows: QuerySet[Approach], service: Service) -> QuerySet[Approach]:
    """Keep what concerns a service: it was asked for, or its offer was and none was named."""
    named = Answer.objects.filter(approach=OuterRef("pk"), kind__in=ACCEPTING)
    named = named.exclude(services=[])
    made = Proposal.objects.filter(
        Q(approach=OuterRef("pk")) | Q(approach=OuterRef("previous")),
        offer__in=offers_of_service(service.value),
    )
    return rows.filter(
        Exists(named.filter(services__contains=[service.value])) | Exists(made) & ~Exists(named)
    )


def led_by(rows: QuerySet[Approach], worker: StaffMember) -> QuerySet[Approach]:
    """Keep the approaches of the families that a worker leads."""
    led = Involvement.objects.filter(worker=worker, lead=True, until=None)
    return rows.filter(family__in=led.values("family"))


def led_by_nobody(rows: QuerySet[Approach]) -> QuerySet[Approach]:
    """Keep the approaches of the families that nobody leads."""
    led = Involvement.objects.filter(family=OuterRef("family"), lead=True, until=None)
    return rows.filter(~Exists(led))


def to_assign(rows: QuerySet[Approach]) -> QuerySet[Approach]:
    """Keep the families that accepted within a year and that no worker leads since."""
    led = Involvement.objects.filter(family=OuterRef("family"), lead=True)
    since = led.filter(Q(until=None) | Q(since__gte=OuterRef("accepted_at__date")))
    # Nearly all were given a lead: as a case, this is looked at first; as a mere `Exists`, the
    # database joins it last, after all that costs more.
    unled = Case(When(Exists(since), then=Value(value=False)), default=Value(value=True))
    accepted = rows.filter(unled, accepted_at__gte=Now() - _YEAR, family__merged_into=None)
    return for_service(accepted, Service.SOCIAL_WORK)
