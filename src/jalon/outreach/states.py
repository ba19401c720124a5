"""Where an approach stands: one ordered list, from which filters and labels both follow.

Nothing of this is stored: a window ends by the date alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Final

from django.db.models import Case, CharField, Exists, Q, QuerySet, Value, When

from jalon.outreach.enums import ACCEPTING, AnswerKind, Standing
from jalon.outreach.models import Approach
from jalon.outreach.waves import Asked, awaits_turn, letter_from, row_by_row

# Of whom nothing was heard yet, and who may still answer.
SILENT: Final = (
    *(Standing.TO_CONTACT, Standing.UNWANTED, Standing.WAITING),
    *(Standing.CONTACTED, Standing.UNDELIVERED),
)


def _rules(today: date, there_is: Asked = Exists) -> list[tuple[Standing, Q]]:
    """Return what makes each standing, the first that holds deciding."""
    return [
        (Standing.ENDED, Q(ended_on__isnull=False)),
        (Standing.ACCEPTED, Q(answer__in=ACCEPTING)),
        (Standing.DECLINED, Q(answer=AnswerKind.NO)),
        (Standing.LATER, Q(answer=AnswerKind.LATER)),
        (Standing.UNANSWERED, Q(window_ends_on__lt=today)),
        (Standing.UNDELIVERED, Q(undelivered=True)),
        (Standing.CONTACTED, Q(contacted_at__isnull=False)),
        (Standing.UNWANTED, Q(family__do_not_contact=True)),
        (Standing.WAITING, awaits_turn(today, there_is)),
        (Standing.TO_CONTACT, Q()),
    ]


def may_answer(approach: Approach, today: date) -> bool:
    """Tell whether a family may still answer: `answers_until`, unless the approach was ended.

    `wall.check_reply` and `wall.hindrance` compare it alike, for the family's page and for mail.
    """
    until: date | None = approach.answers_until
    return approach.ended_on is None and (until is None or until >= today)


def with_standing(rows: QuerySet[Approach], today: date) -> QuerySet[Approach]:
    """Tell of each approach where it stands on a day, as `standing`.

    With it, from when its letter is planned where it waits for its turn, as `letter_from`.
    """
    *whens, (last, _) = _rules(today, row_by_row)
    return rows.annotate(
        standing=Case(
            *(When(condition, then=Value(standing.value)) for standing, condition in whens),
            default=Value(last.value),
            output_field=CharField(),
        ),
        letter_from=letter_from(today),
    )


def standing_at(
    rows: QuerySet[Approach], standings: Iterable[Standing], today: date
) -> QuerySet[Approach]:
    """Keep the approaches that stand so on a day, by conditions that indexes know."""
    wanted, kept, before = set(standings), [], Q()
    for chosen, rules in groupby(_rules(today), lambda rule: rule[0] in wanted):
        conditions = [condition for _, condition in rules]
        if chosen:
            # The last one holds of all the rest.
            kept.append(reduce(or_, conditions) & before if all(conditions) else before)
        for condition in filter(None, conditions):
            before &= ~condition
    return rows.filter(reduce(or_, kept)) if kept else rows.none()
