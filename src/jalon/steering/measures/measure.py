"""What a measure is: a name, what it counts in words, and the query that gives its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jalon.steering.enums import Breakdown

# What a row is told by of itself; commune and team follow from its family and its worker.
_OWN: Final = tuple(
    one for one in Breakdown if one not in {Breakdown.ALL, Breakdown.COMMUNE, Breakdown.TEAM}
)


class Total(StrEnum):
    """What the rows of a measure add up, besides how many there are."""

    NOTHING = "rien"
    DAYS = "jours"
    HOURS = "heures"
    FULL_TIMES = "temps pleins"
    EUROS = "euros"


@dataclass(frozen=True)
class Measure:
    """One kind of fact, dated in the month that it is counted in, or standing on its last day.

    `rows` is what stands after FROM: tables, and a condition that keeps the month's rows, from
    `month_begins` to `month_ends`, which is the first day after it. `day` is a row's date. The
    place is `commune` where the row keeps one, else where the `family` lived that day; the team
    is that of the `worker` that day. `by` says what the rows are told by besides, as SQL; a row
    of which it is not known counts under the empty value. What came of working with a family is
    told by its territory, and not `by_commune`: in a village, one is somebody.

    Where each of its rows is a row of another measure, of the same day, place and worker, it is
    `part_of` that one, and what is left is a count as well: in the `split` of that name, where
    parts have no row in common, or those of which `as_value` says what the whole is told by.
    """

    code: str
    label: str
    rows: str
    day: str
    family: str = "NULL"
    commune: str = "NULL"
    worker: str = "NULL"
    by: dict[Breakdown, str] = field(default_factory=dict)
    by_commune: bool = False
    number: str = "1"
    total: str = "0"
    adds: Total = Total.NOTHING
    part_of: str = ""
    split: str = "part"
    as_value: tuple[Breakdown, str] | None = None

    @property
    def of_staff(self) -> bool:
        """Whether its rows are of workers alone, where their team is, and of no family."""
        return self.family == "NULL" and self.commune == "NULL"

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """What it is told by."""
        with_team = () if self.worker == "NULL" else (Breakdown.TEAM,)
        with_commune = (Breakdown.COMMUNE,) if self.by_commune else ()
        return (*with_commune, *with_team, *(one for one in _OWN if one in self.by))

    @property
    def select(self) -> str:
        """The query of its rows, the same columns for every measure."""
        own = (
            f"coalesce(({self.by[one]})::text, '')" if one in self.by else "NULL" for one in _OWN
        )
        return (
            f"SELECT '{self.code}'::text, ({self.day})::date, ({self.family})::bigint, "
            f"({self.commune})::text, {str(not self.of_staff).lower()}, "
            f"{str(self.by_commune).lower()}, ({self.worker})::bigint, "
            f"{str(self.worker != 'NULL').lower()}, {', '.join(f'({one})::text' for one in own)}, "
            f"({self.number})::bigint, ({self.total})::numeric FROM {self.rows}"
        )


def within(day: str) -> str:
    """Return the condition that a date, or a moment by the clock of Paris, is in the month."""
    return f"{day} >= month_begins AND {day} < month_ends"


def band(days: str) -> str:
    """Return the words of a delay, as SQL on a number of days; `BANDS` are all of them."""
    cases = " ".join(
        f"WHEN {days} <= {most} THEN '{name}'" for name, most in BANDS.items() if most
    )
    return f"CASE {cases} ELSE '{_LONGEST}' END"


# The most days of each, the last one without an end; ordered as text as they are in time.
_LONGEST: Final = "91+"
BANDS: Final = {"00-07": 7, "08-15": 15, "16-30": 30, "31-60": 60, "61-90": 90, _LONGEST: 0}
