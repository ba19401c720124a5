"""Narrows what is listed to what one may see, by keys that indexes know.

Policies keep the rest away whatever is asked; but they are tried row by row, and alone would read
all that a nation wrote to list one worker's.
"""

from __future__ import annotations

from typing import Final, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Involvement
from jalon.interventions.models import (
    AdviceMeeting,
    InformationAdvice,
    JournalEntry,
    PlannedAction,
    Support,
)

_Row = TypeVar("_Row", bound=Model)
_FOLLOWED: Final = "wall.families_followed()"
_MANAGED: Final = "wall.staff_managed()"
_ADVICES: Final = "wall.advices_read()"


class _Among(Func):
    """Whether a column is one of a set, asked once a query: an array, which an index takes."""

    template = "%(expressions)s = ANY (ARRAY(SELECT %(among)s))"
    output_field = BooleanField()

    def __init__(self, column: str, among: str) -> None:
        super().__init__(F(column), among=among)


def known_to(rows: QuerySet[_Row], by: StaffMember) -> QuerySet[_Row]:
    """Keep the interventions that one holds, follows or answers for."""
    if by.may(Permission.MANAGE_DEPARTMENT):
        return rows
    known = rows.order_by().filter(
        Q(worker=by) | Q(_Among("family_id", _FOLLOWED)) | Q(_Among("worker_id", _MANAGED))
    )
    # All found first: looked for in the order of the list, they are sought one by one backwards.
    keys = ArraySubquery(known.values("pk"))
    one_of = Func(
        F("pk"),
        keys,
        template="%(expressions)s)",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )
    return rows.filter(one_of)


def entries_read(by: StaffMember) -> QuerySet[JournalEntry]:
    """Return the journals of the families that one follows, and what one wrote elsewhere."""
    return JournalEntry.objects.filter(Q(_Among("family_id", _FOLLOWED)) | Q(by=by))


def meetings_read() -> QuerySet[AdviceMeeting]:
    """Return the meetings whose words one reads."""
    return AdviceMeeting.objects.filter(_Among("advice_id", _ADVICES))


def actions_of(by: StaffMember) -> QuerySet[PlannedAction]:
    """Return the actions of one's own interventions, and of the families that one leads."""
    led = Involvement.objects.filter(worker=by, lead=True, until=None).values("family")
    held = (
        rows.objects.filter(worker=by).values("family") for rows in (InformationAdvice, Support)
    )
    own = Q(advice__worker=by) | Q(support__worker=by) | Q(family__in=led)
    return PlannedAction.objects.filter(own, family__in=led.union(*held))
