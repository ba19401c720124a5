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


class Leads(StrEnum):
    """Which page says more of a row; where it has none of its own, that of the family."""

    FAMILY = "family"
    ADVICE = "advice"
    SUPPORT = "support"
    APPOINTMENT = "appointment"


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
    `month_begins` to `month_ends`, which is the first day after it. `day` is a row's date, and
    `family` whose it is, where it is somebody's. The place is `commune` where the row keeps one,
    else where the family lived that day; the team is that of the `worker` that day. `by` says
    what the rows are told by besides, as SQL; a row of which it is not known counts under the
    empty value. What came of working with a family is told by its territory, and not
    `by_commune`: in a village, one is somebody.

    Where each of its rows is a row of another measure, of the same day, place and worker, it is
    `part_of` that one, and what is left is a count as well: in the `split` of that name, where
    parts have no row in common, or those of which `as_value` says what the whole is told by.

    A month that has no row is told as nought, but where what is counted was not kept: `kept_if` is
    the condition that it was, `not_kept` says in French what is lacking else.

    Of a list of its rows, each `leads` to the page of what `key` numbers. Rows that are
    `confided` are read by who follows the family alone (decision 15). Where a row rests on
    others that its reader may not see, `caution` says in French what that does to the list.
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
    kept_if: str = "true"
    not_kept: str = ""
    leads: Leads = Leads.FAMILY
    key: str = "NULL"
    confided: bool = False
    caution: str = ""

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """What it is told by."""
        with_team = () if self.worker == "NULL" else (Breakdown.TEAM,)
        with_commune = (Breakdown.COMMUNE,) if self.by_commune else ()
        return (*with_commune, *with_team, *(one for one in _OWN if one in self.by))

    @property
    def tells_of_families(self) -> bool:
        """Whether its rows are of families, one by one or as a number in a commune."""
        return self.has_families or self.keeps_place

    @property
    def has_families(self) -> bool:
        """Whether each of its rows is a family's."""
        return self.family != "NULL"

    @property
    def keeps_place(self) -> bool:
        """Whether its rows say where they are, wherever the family lived."""
        return self.commune != "NULL"

    @property
    def select(self) -> str:
        """The query of its rows as months are counted, the same columns for every measure."""
        own = (self._told(one) if one in self.by else "NULL" for one in _OWN)
        # Whose a row is tells its place, where it keeps none.
        family = "NULL" if self.keeps_place else self.family
        return (
            f"SELECT '{self.code}'::text, ({self.day})::date, ({family})::bigint, "
            f"({self.commune})::text, {str(self.tells_of_families).lower()}, "
            f"{str(self.by_commune).lower()}, "
            f"({self.worker})::bigint, "
            f"{str(self.worker != 'NULL').lower()}, {', '.join(f'({one})::text' for one in own)}, "
            f"({self.number})::bigint, ({self.total})::numeric FROM {self.rows}"
        )

    @property
    def listed(self) -> str:
        """The query of the same rows, each with whose it is and what it leads to."""
        own = "".join(f", {self._told(one)} AS {one}" for one in self.by)
        return (
            f"SELECT ({self.day})::date AS day, ({self.family})::bigint AS family, "
            f"({self.key})::bigint AS key, ({self.commune})::text AS commune, "
            f"({self.worker})::bigint AS worker, ({self.number})::bigint AS number{own} "
            f"FROM {self.rows}"
        )

    def _told(self, by: Breakdown) -> str:
        return f"coalesce(({self.by[by]})::text, '')"


def within(day: str) -> str:
    """Return the condition that a date is in the month."""
    return f"{day} >= month_begins AND {day} < month_ends"


def during(moment: str) -> str:
    """Return the condition that a moment is in the month, by the clock of who asks.

    A moment compared with a date would be asked row by row after the wall, and by no index.
    """
    return f"{moment} >= month_begins::timestamptz AND {moment} < month_ends::timestamptz"


def band(days: str) -> str:
    """Return the words of a delay, as SQL on a number of days; `BANDS` are all of them."""
    cases = " ".join(
        f"WHEN {days} <= {most} THEN '{name}'" for name, most in BANDS.items() if most
    )
    return f"CASE {cases} ELSE '{_LONGEST}' END"


# The most days of each, the last one without an end; ordered as text as they are in time.
_LONGEST: Final = "91+"
BANDS: Final = {"00-07": 7, "08-15": 15, "16-30": 30, "31-60": 60, "61-90": 90, _LONGEST: 0}
