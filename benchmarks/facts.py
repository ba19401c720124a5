"""Measure the counting of a month at national size, beside the same figures asked live.

On the database that `application.py` fills. A month is counted and frozen as the night does it,
then every figure of a dashboard is worked out from a year of facts; live, the ORM asks each of the
rooms' rows. What both count must be the same, or nothing is measured. Then the facts of the year
are written again under each of the four years before, what pages show is prepared as in the night,
and every page of figures is opened by who reads it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import results
from application import p95, served
from crowd import Crowd
from results import Figure, Section
from visitors import Browser

from jalon.config.database import application
from jalon.rules.calendar import Month

_TARGET: Final = 60
_DASHBOARD: Final = 0.3
_MONTHS: Final = 12
_YEARS_BEFORE: Final = 4
_TIMES: Final = 3
_OPENED: Final = 20
_LISTED: Final = 3
_HEAD: Final = "Responsable du département"
_MANAGER: Final = "Responsable de territoire"
_WORKER: Final = "Travailleur social"
# The facts of a month, under the same month of an earlier year.
_EARLIER: Final = """
WITH made AS (
    INSERT INTO steering_reckoning
        (month, version, cause, told, computed_at, changed, merges, purged, gone)
    SELECT left(month, 4)::int - %(years)s || right(month, 3),
        version, cause, told, computed_at, changed, merges, purged, gone
    FROM steering_reckoning WHERE month = ANY(%(months)s)
    RETURNING id, left(month, 4)::int + %(years)s || right(month, 3) AS after
)
INSERT INTO steering_fact (reckoning_id, measure, territory, breakdown, value, number, total)
SELECT made.id, fact.measure, fact.territory, fact.breakdown, fact.value, fact.number, fact.total
FROM made
JOIN steering_reckoning AS counted ON counted.month = made.after
JOIN steering_fact AS fact ON fact.reckoning_id = counted.id
"""


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


def measure(families: int, data: Path) -> tuple[list[Figure], dict[str, Any]]:
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
    _add_years(months)
    prepared = _prepare()
    pages = _opened(data, _looks(), _OPENED)
    slowest = max(pages, key=lambda name: p95(pages[name]))
    lists = _opened(data, _lists(last), _LISTED)
    longest = max(lists, key=lambda name: max(lists[name]))
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
        Figure(
            "what pages show of five years, prepared",
            prepared,
            "s",
            how="in the night, nothing kept; four of the years are the fifth again",
        ),
        Figure(
            "the slowest page of figures, p95",
            1000 * p95(pages[slowest]),
            "ms",
            1000 * _DASHBOARD,
            how=f"{slowest}, of {len(pages)} pages opened {_OPENED} times each",
        ),
        Figure(
            "any page of figures, median",
            1000 * statistics.median(one for times in pages.values() for one in times),
            "ms",
            1000 * _DASHBOARD,
            how=f"{len(pages) * _OPENED} answers",
        ),
        Figure(
            "the slowest list of a figure's month",
            1000 * max(lists[longest]),
            "ms",
            how=f"{longest}, of {len(lists)} lists opened {_LISTED} times each; who manages a "
            "territory reads the nation's, as a department's",
        ),
        Figure(
            "any list of a figure's month, median",
            1000 * statistics.median(one for times in lists.values() for one in times),
            "ms",
            how=f"{len(lists) * _LISTED} answers",
        ),
    ], {
        "counted": counted,
        "live": live,
        "dashboard": dashboard,
        "pages": pages,
        "lists": lists,
    }


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


def _add_years(months: list[Month]) -> None:
    """Write the facts of a year again, under each year before."""
    from django.db import connection  # noqa: PLC0415 - once Django is set up

    from jalon.config.maintenance import as_owner  # noqa: PLC0415

    with as_owner(), connection.cursor() as cursor:
        for years in range(1, _YEARS_BEFORE + 1):
            cursor.execute(_EARLIER, {"years": years, "months": list(map(str, months))})


def _prepare() -> float:
    """Return how long it takes to prepare what pages show, where nothing is kept."""
    from jalon.audit.identity import acting  # noqa: PLC0415 - once Django is set up
    from jalon.steering.publishing.publication import publish_all  # noqa: PLC0415

    with acting(0):
        seconds, _ = timed(publish_all)
    return seconds


def _looks() -> list[tuple[str, str]]:
    """Return the pages of figures, each with the role that opens it."""
    from jalon.steering.indicators import CHAPTERS  # noqa: PLC0415 - once Django is set up

    codes = [one.code for chapter in CHAPTERS.values() for one in chapter]
    pages = ("equipe", "prevoir", "effets", "rapports", "outil-national")
    own = ("", "equipe/", "equipe/recues/", "prevoir/", "effets/")
    return [
        (_HEAD, "/pilotage/"),
        *((_HEAD, f"/pilotage/indicateurs/{code}/") for code in codes),
        *((_HEAD, f"/pilotage/{page}/") for page in pages),
        *((_MANAGER, f"/pilotage/{page}") for page in own),
        (_WORKER, "/ma-charge/"),
    ]


def _lists(month: Month) -> list[tuple[str, str]]:
    """Return the lists of what figures count in a month, as who manages a territory reads them."""
    from jalon.audit.identity import acting  # noqa: PLC0415 - once Django is set up
    from jalon.directory.models import StaffMember  # noqa: PLC0415
    from jalon.directory.roles import Role  # noqa: PLC0415
    from jalon.steering.figures.opening import counts_of, rows_url  # noqa: PLC0415
    from jalon.steering.indicators import CHAPTERS  # noqa: PLC0415

    managers = StaffMember.objects.filter(is_demo=True, grants__role=Role.TERRITORY_MANAGER.value)
    manager = managers.earliest("pk")
    with acting(manager.pk):
        return [
            (_MANAGER, f"{rows_url(one, month.year, [month])}&compte={count}")
            for chapter in CHAPTERS.values()
            for one in chapter
            for count in range(len(counts_of(one, manager)))
        ]


def _opened(data: Path, looks: list[tuple[str, str]], times: int) -> dict[str, list[float]]:
    """Return how long each page took, opened in turn so many times by its role, once warm."""
    took: dict[str, list[float]] = {}
    with served(data) as address:
        browsers = {role: Browser(address, role) for role in {role for role, _ in looks}}
        for opened in range(times + 1):
            for role, path in looks:
                seconds, _ = timed(partial(browsers[role].open, path))
                if opened:
                    took.setdefault(f"{path} ({role})", []).append(seconds)
    return took


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
        figures, raw = measure(asked.families, data)
    section = Section(f"Steering: {asked.families:,} families, five years", figures, raw)
    results.keep("steering", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
