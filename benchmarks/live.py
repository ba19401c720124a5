"""The same figures as a month's facts, asked of the rooms' rows by the ORM, one query each.

What a page would do that had no facts: each figure reads the years to find its month. Asked as the
owner, without the wall, which is the least that it could cost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from jalon.agenda.models import Appointment, Attendance
from jalon.interventions.models import (
    Contract,
    HomeVisit,
    InformationAdvice,
    Support,
    SupportEvent,
)
from jalon.outreach.models import Answer, Approach, Message, Proposal
from jalon.rules.calendar import Month

Told = dict[str, int]
_GO_ON: Final = ("active", "suspended", "reopened")
_LEFT: Final = ("sent", "delivered", "returned")


def figures(month: Month) -> dict[tuple[str, str], Told]:
    """Return what each measure was in a month: by a breakdown, or under "" as a whole."""
    return {key: ask(month) for key, ask in _ASKED.items()}


def _whole(rows: QuerySet[Any]) -> Told:
    return {"": rows.count()}


def _by(rows: QuerySet[Any], column: str) -> Told:
    counted = rows.values_list(column).annotate(Count("pk", distinct=True))
    return {value or "": number for value, number in counted}


def _in(month: Month, column: str) -> Q:
    return Q(**{f"{column}__range": (month.first_day, month.last_day)})


def _at(month: Month, column: str) -> Q:
    return Q(
        **{
            f"{column}__date__gte": month.first_day,
            f"{column}__date__lte": month.last_day,
        }
    )


def _proposals(month: Month) -> QuerySet[Any]:
    return Proposal.objects.filter(_at(month, "made_at"), doubled=False)


def _approaches(month: Month) -> QuerySet[Any]:
    return Approach.objects.filter(_at(month, "made_at"), previous=None).exclude(ending="joined")


def _posted(month: Month) -> QuerySet[Any]:
    letters = Message.objects.filter(medium="letter", state__in=_LEFT, doubled=False)
    first = letters.values("approach").annotate(first=Min("sent_at"))
    return first.filter(_at(month, "first"))


def _first_said(month: Month, *kinds: str) -> QuerySet[Any]:
    said = Answer.objects.filter(kind__in=kinds, to_check=False)
    first = said.values("approach").annotate(first=Min("said_on"))
    return first.filter(_in(month, "first"))


def _returned(month: Month) -> QuerySet[Any]:
    return Message.objects.filter(
        _at(month, "settled_at"), medium="letter", state="returned", doubled=False
    )


def _kept(month: Month) -> QuerySet[Any]:
    there = Attendance.objects.filter(appointment=OuterRef("pk"), outcome="attended")
    return Appointment.objects.filter(Exists(there), _at(month, "starts_at"), state="held")


def _ended(month: Month) -> QuerySet[Any]:
    return SupportEvent.objects.filter(
        _in(month, "on"), state="closed", support__started_on__isnull=False
    ).exclude(why="not_begun")


def _running(month: Month) -> int:
    after = month.last_day + timedelta(days=1)
    last = (
        SupportEvent.objects.filter(on__lt=after)
        .order_by("support", "-on", "-pk")
        .distinct("support")
    )
    return sum(one in _GO_ON for one in last.values_list("state", flat=True))


def _advice_running(month: Month) -> QuerySet[Any]:
    return InformationAdvice.objects.filter(
        Q(closed_on=None) | Q(closed_on__gt=month.last_day), opened_on__lte=month.last_day
    )


_ACCEPTS: Final = ("meeting", "call")
_ASKED: Final[dict[tuple[str, str], Callable[[Month], Told]]] = {
    ("proposals_made", ""): lambda month: _whole(_proposals(month)),
    ("proposals_made", "offer"): lambda month: _by(_proposals(month), "offer"),
    ("proposals_made", "event"): lambda month: _by(_proposals(month), "event_kind"),
    ("proposals_made", "commune"): lambda month: _by(_proposals(month), "commune"),
    ("families_targeted", ""): lambda month: _whole(_approaches(month)),
    ("families_targeted", "channel"): lambda month: _by(_approaches(month), "channel"),
    ("families_posted", ""): lambda month: _whole(_posted(month)),
    ("families_answered", ""): lambda month: _whole(_first_said(month, *_ACCEPTS, "later", "no")),
    ("families_accepted", ""): lambda month: _whole(_first_said(month, *_ACCEPTS)),
    ("families_declined", ""): lambda month: _whole(_first_said(month, "no")),
    ("families_postponed", ""): lambda month: _whole(_first_said(month, "later")),
    ("letters_returned", "outcome"): lambda month: _by(_returned(month), "trouble"),
    ("appointments_kept", ""): lambda month: _whole(_kept(month)),
    ("appointments_kept", "mode"): lambda month: _by(_kept(month), "mode"),
    ("advice_begun", ""): lambda month: _whole(
        InformationAdvice.objects.filter(_in(month, "opened_on"))
    ),
    ("advice_begun", "origin"): lambda month: _by(
        InformationAdvice.objects.filter(_in(month, "opened_on")), "origin"
    ),
    ("advice_ended", "outcome"): lambda month: _by(
        InformationAdvice.objects.filter(_in(month, "closed_on")), "outcome"
    ),
    ("advice_running", ""): lambda month: _whole(_advice_running(month)),
    ("support_begun", ""): lambda month: _whole(Support.objects.filter(_in(month, "started_on"))),
    ("support_ended", ""): lambda month: _whole(_ended(month)),
    ("support_ended", "outcome"): lambda month: _by(_ended(month), "why"),
    ("support_running", ""): lambda month: {"": _running(month)},
    ("contracts_signed", ""): lambda month: _whole(
        Contract.objects.filter(_in(month, "signed_on"))
    ),
    ("visits_done", ""): lambda month: _whole(HomeVisit.objects.filter(_in(month, "done_on"))),
}
