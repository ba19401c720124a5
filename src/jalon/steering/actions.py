"""Counting months: the application does it by itself, and nothing that was told is overwritten."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from jalon.rules.calendar import Month
from jalon.rules.errors import ClearError
from jalon.steering.models import Reckoning
from jalon.steering.queries import months_to_recount, told


class SteeringError(ClearError):
    """A month that cannot be counted, said in one sentence."""


def freeze_months(*, today: date, after_days: int) -> list[str]:
    """Freeze the months over since so many days that are not yet; return them.

    As the application itself (`acting(0)`), a month a transaction: stopped, it goes on next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM wall.months_to_freeze(%s)", [_freezes_before(today, after_days)]
        )
        months = [month for (month,) in cursor.fetchall()]
    for month in months:
        reckon_month(month=Month.parse(month), freeze=True)
    return months


def recount_frozen() -> list[Month]:
    """Count frozen months anew since the last was frozen; return those now told otherwise.

    What was noted late or put right is told from then on, once a month at most: two counts a day
    apart would tell of one family. As the application itself, a month a transaction, as above.
    """
    due = months_to_recount()
    before = dict(told(due).values_list("month", "pk"))
    for month in due:
        reckon_month(month=month, freeze=True)
    after = dict(told(due).values_list("month", "pk"))
    return [one for one in due if before[str(one)] != after[str(one)]]


def count_going_on(*, today: date) -> None:
    """Count anew this month and the one before, which a frozen month is left out of."""
    last = today.replace(day=1) - timedelta(days=1)
    for day in (last, today):
        reckon_month(month=Month.of(day), freeze=False)


@transaction.atomic
def reckon_month(*, month: Month, freeze: bool) -> Reckoning:
    """Count a month and return the `Reckoning` that says what was found.

    As the application itself. Of a frozen month counted again, that is the version told where
    nothing changed, else a new one beside it. SteeringError where it is not over, to be frozen.
    """
    today = timezone.localdate()
    if month.first_day > today or (freeze and month.last_day >= today):
        raise SteeringError(
            f"Le mois {month.of_french} n'est pas fini : il ne peut pas être figé."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.reckon(%s, %s)", [str(month), freeze])
        (number,) = cursor.fetchone()
    return Reckoning.objects.get(pk=number)


def _freezes_before(today: date, after_days: int) -> date:
    """Return the first day of the month that is not frozen yet."""
    return (today - timedelta(days=after_days)).replace(day=1)
