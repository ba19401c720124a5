"""Measure the counting of a month at national size, beside the same figures asked live.

On the database that `application.py` fills. A month is counted and frozen as the night does it,
then every figure of a dashboard is worked out from a year of facts; live, the ORM asks each of the
rooms' rows. What both count must be the same, or nothing is measured.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import results
from crowd import Crowd
from results import Figure, Section

from jalon.config.database import application
from jalon.rules.calendar import Month

_TARGET: Final = 60
_DASHBOARD: Final = 0.3
_MONTHS: Final = 12
_TIMES: Final = 3


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds some work took, and what it gave."""
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def months_before(last: Month, how_many: int) -> list[Month]:
    """Return so many months, the last one included."""
    found = [last]
    while len(found) < how_many:
        found.insert(0, Month.of(found[0].first_day - timedelta(days=1)))
    return found


def measure(families: int) -> tuple[list[Figure], dict[str, Any]]:
    """Return the figures, of a database that is filled, and all that was timed."""
    from django.utils import timezone  # noqa: PLC0415 - once Django is set up

    from jalon.config.maintenance import migrate  # noqa: PLC0415

    migrate()
    last = Month.of(timezone.localdate().replace(day=1) - timedelta(days=1))
    months = months_before(last, _MONTHS)
    _forget()
    counted = {str(month): _count(month) for month in months}
    again, _ = timed(lambda: _count(last))
    live, asked = _live(last)
    told = _told(last, asked)
    if told != asked:
        wrong = {key: (told[key], asked[key]) for key in asked if told[key] != asked[key]}
        raise SystemExit(f"the facts and the rows do not tell the same: {wrong}")
    dashboard = statistics.median(_dashboard(months) for _ in range(_TIMES))
    how = f"{families:,} families over five years; the slowest of {_MONTHS} months, facts written"
    return [
        Figure("facts of a month of the nation", max(counted.values()), "s", _TARGET, how=how),
        Figure("the same month counted again", again, "s", _TARGET, how="and compared"),
        Figure("some of the same figures, live", live, "s", how=f"{len(asked)} ORM queries"),
        Figure(
            "every indicator over a year, from facts",
            1000 * dashboard,
            "ms",
            1000 * _DASHBOARD,
            how=f"median of {_TIMES}, behind the wall",
        ),
    ], {"counted": counted, "live": live, "dashboard": dashboard}


def _forget() -> None:
    """Have no month counted: what a former measure left."""
    from django.db import connection  # noqa: PLC0415 - once Django is set up

    from jalon.config.maintenance import as_owner  # noqa: PLC0415

    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE steering_fact, steering_reckoning")


def _count(month: Month) -> float:
    from jalon.audit.identity import acting  # noqa: PLC0415 - once Django is set up
    from jalon.steering.actions import reckon_month  # noqa: PLC0415

    with acting(0):
        seconds, _ = timed(lambda: reckon_month(month=month, freeze=True))
    print(f"{month}: {seconds:.2f} s", flush=True)
    return seconds


def _live(month: Month) -> tuple[float, dict[tuple[str, str], dict[str, int]]]:
    import live  # noqa: PLC0415 - once Django is set up

    from jalon.config.maintenance import as_owner  # noqa: PLC0415

    with as_owner():
        return timed(lambda: live.figures(month))


def _told(
    month: Month, asked: dict[tuple[str, str], dict[str, int]]
) -> dict[tuple[str, str], dict[str, int]]:
    """Return what the facts of a month say of all that was asked live; nought is not there."""
    from jalon.config.maintenance import as_owner  # noqa: PLC0415 - once Django is set up
    from jalon.steering.models import Fact  # noqa: PLC0415

    with as_owner():
        return {
            (measure, by): dict(
                Fact.objects.filter(
                    reckoning__month=str(month),
                    reckoning__told=True,
                    measure=measure,
                    breakdown=by,
                    territory="",
                ).values_list("value", "number")
            )
            for measure, by in asked
        }


def _dashboard(months: list[Month]) -> float:
    from jalon.audit.identity import acting  # noqa: PLC0415 - once Django is set up
    from jalon.directory.models import StaffMember  # noqa: PLC0415
    from jalon.directory.roles import Role  # noqa: PLC0415
    from jalon.steering.figures.counts import Counts  # noqa: PLC0415
    from jalon.steering.indicators import INDICATORS  # noqa: PLC0415

    head = StaffMember.objects.get(is_demo=True, grants__role=Role.DEPARTMENT_HEAD.value)

    def work() -> None:
        counts = Counts(INDICATORS.values(), months)
        for one in INDICATORS.values():
            counts.figure(one)
            for month in months:
                counts.figure(one, months=[month])

    with acting(head.pk):
        seconds, _ = timed(work)
    return seconds


def main() -> None:
    """Measure, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=Crowd.families)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data")
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    data = (asked.data / f"application-{asked.families}").absolute()
    os.environ |= {"JALON_MODE": "demo", "JALON_DATA": str(data)}
    with application():
        figures, raw = measure(asked.families)
    section = Section(f"Steering: {asked.families:,} families, five years", figures, raw)
    results.keep("steering", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
