"""Finds the rows of a measure as one may read them: by the query that months are counted by.

The person who asks runs it, behind the wall: of what a month counted, they find what their own
rights show today.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from jalon.rules.calendar import Month
from jalon.steering.enums import NO_TERRITORY, Breakdown
from jalon.steering.measures import WITH, Measure
from jalon.web.listing import MOST

# Each month has its own rows: what stood on its last day, who was received first in the year. A
# month alone is a constant to the planner, which then knows how few rows are of it.
_FOUND: Final = """
WITH found AS (
    SELECT one.* FROM (VALUES {months}) AS asked (month_begins, month_ends)
    CROSS JOIN LATERAL (WITH {shared} {rows}) AS one
)
SELECT one.day, one.family, one.key, one.number{own},
    count(*) OVER () AS lines, sum(one.number) OVER () AS counted
FROM found AS one
JOIN public.families_family AS family ON family.id = one.family
{placed}
WHERE {kept}
ORDER BY one.day DESC, one.family, one.key
LIMIT {most}
"""
_MONTH: Final = "(%(begins_{0})s::date, %(ends_{0})s::date)"
# Where each was on its day, asked of all rows at once.
_THEN: Final = """
LEFT JOIN (
    SELECT told.* FROM (
        SELECT array_agg(one.{whose}) AS all_of, array_agg(one.day) AS days FROM found AS one
    ) AS asked CROSS JOIN LATERAL wall.{where}(asked.all_of, asked.days) AS told
) AS {where} ON {where}.{whose} = one.{whose} AND {where}.day = one.day
"""
_HOMES: Final = _THEN.format(whose="family", where="homes_on")
_TEAMS: Final = _THEN.format(whose="worker", where="teams_on")
_PLACED: Final = """
LEFT JOIN public.directory_commune AS home ON home.code = {home}
LEFT JOIN public.directory_area AS area ON area.id = home.area_id
LEFT JOIN public.directory_territory AS territory ON territory.id = area.territory_id
"""
_BEFORE_OWN: Final = 4  # the columns before those that a row is told by


@dataclass(frozen=True)
class Asked:
    """Which rows: of a measure, of some months, in a territory, of some values of a breakdown.

    The whole department without a territory, every row without a breakdown.
    """

    measure: Measure
    months: tuple[Month, ...]
    territory: str = ""
    by: Breakdown = Breakdown.ALL
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One of them: its day, whose it is, what it leads to, how many it counts for.

    `told_by` is what it was told by, as codes.
    """

    day: date
    family: int
    key: int | None
    number: int
    told_by: dict[Breakdown, str]


@dataclass(frozen=True)
class Found:
    """The rows that one may read, the latest first and no more than lists show, and all told.

    `number` is what they count for together, shown or not.
    """

    rows: list[Row]
    lines: int
    number: int


def find(asked: Asked) -> Found:
    """Return the rows of a measure that the person acting may read, in one query."""
    own = list(asked.measure.by)
    with _by_the_clock_of_paris() as cursor:
        cursor.execute(_query(asked), _values(asked))
        found = cursor.fetchall()
    lines, number = found[0][-2:] if found else (0, 0)
    return Found([_row(one, own) for one in found], lines, int(number))


def _row(found: tuple[Any, ...], own: list[Breakdown]) -> Row:
    day, family, key, number = found[:_BEFORE_OWN]
    told = found[_BEFORE_OWN : _BEFORE_OWN + len(own)]
    return Row(day, family, key, number, dict(zip(own, told, strict=True)))


def _query(asked: Asked) -> str:
    of = asked.measure
    return _FOUND.format(
        months=", ".join(_MONTH.format(at) for at in range(len(asked.months))),
        own="".join(f", one.{one}" for one in of.by),
        shared=", ".join(one.strip() for one in WITH),
        rows=of.listed,
        placed=_placed(asked),
        kept=" AND ".join(_kept(asked)) or "true",
        most=MOST + 1,
    )


def _placed(asked: Asked) -> str:
    """Return what tells where rows are, as far as they are kept by it."""
    placed = _TEAMS if asked.by is Breakdown.TEAM else ""
    if not asked.territory and asked.by is not Breakdown.COMMUNE:
        return placed
    if asked.measure.keeps_place:
        return placed + _PLACED.format(home="one.commune")
    return placed + _HOMES + _PLACED.format(home="homes_on.commune")


def _kept(asked: Asked) -> Iterator[str]:
    if asked.territory == NO_TERRITORY:
        yield "territory.id IS NULL"
    elif asked.territory:
        yield "territory.code = %(territory)s"
    match asked.by:
        case Breakdown.ALL:
            return
        case Breakdown.COMMUNE:
            yield "coalesce(home.code, '') = ANY(%(values)s)"
        case Breakdown.TEAM:
            yield "coalesce(teams_on.team, '') = ANY(%(values)s)"
        case _:
            yield f"one.{asked.by} = ANY(%(values)s)"


def _values(asked: Asked) -> dict[str, Any]:
    told: dict[str, Any] = {"territory": asked.territory, "values": list(asked.values)}
    for at, month in enumerate(asked.months):
        told[f"begins_{at}"] = month.first_day
        told[f"ends_{at}"] = month.last_day + timedelta(days=1)
    return told


@contextmanager
def _by_the_clock_of_paris() -> Iterator[CursorWrapper]:
    """Open a cursor to which a moment's day is that of Paris, as where months are counted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('timezone')")
        (other,) = cursor.fetchone()
        cursor.execute("SET LOCAL timezone = 'Europe/Paris'")
        yield cursor
        cursor.execute("SELECT set_config('timezone', %s, true)", [other])
