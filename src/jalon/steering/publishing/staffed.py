"""What is told of so few workers that it tells of somebody: a team of one is a person.

Facts name no worker, but tell on how many days of a month somebody was in post in each team and
territory: divided by the days of the month, at least so many worked there.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown
from jalon.steering.hiding.layouts import Cell
from jalon.steering.publishing.tabling import Row, when
from jalon.steering.publishing.wholes import PLACES, TERRITORY, TIME, Whole

# The measure that counts days in post.
POSTS: Final = "workers_in_post"
# From this many workers on, what they do together is shown; two know each other's by their own.
FEW: Final = 3
_TEAM: Final = PLACES[Breakdown.TEAM]


class Workers:
    """How many workers were in post at least, in the teams and territories of some months.

    A team of which nobody is known to be a social worker counts as having none.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._teams: dict[str, dict[str, int]] = {}
        self._places: dict[tuple[str, str], int] = {}
        for row in rows:
            if row.by is Breakdown.TEAM:
                months = self._teams.setdefault(row.value, {})
                months[row.month] = months.get(row.month, 0) + row.number
            elif row.by is Breakdown.ALL:
                for place in (row.territory, ""):
                    key = place, row.month
                    self._places[key] = self._places.get(key, 0) + row.number

    def are_few(self, whole: Whole, cell: Cell) -> bool:
        """Tell whether what a cell counts was done by too few, or is of too few.

        By team, where a month had too few: values are told of all the months together, and what a
        month adds to them tells of it. By territory and time, of staff alone: families count where
        they live, and each month has a cell of its own.
        """
        if cell[_TEAM]:
            return _least(self._teams.get(cell[_TEAM][0], {})) < FEW
        return not whole.of.tells_of_families and self._most(cell) < FEW

    def _most(self, cell: Cell) -> int:
        """Return how many there were in a territory, in the month of a time that had most."""
        place = cell[TERRITORY][0] if cell[TERRITORY] else ""
        time = cell[TIME]
        months = {
            month: days
            for (where, month), days in self._places.items()
            if where == place and when(Month.parse(month))[: len(time)] == time
        }
        return max((_at_least(*one) for one in months.items()), default=0)


def _least(months: Mapping[str, int]) -> int:
    return min((_at_least(*one) for one in months.items()), default=0)


def _at_least(month: str, days_in_post: int) -> int:
    parsed = Month.parse(month)
    return -(-days_in_post // monthrange(parsed.year, parsed.month)[1])


def places_hidden(workers: Mapping[str, int], own: Collection[str]) -> frozenset[str]:
    """Return the territories whose staff is not told of to who answers for `own` alone.

    Those of few workers, and others until what the department's total leaves is of enough; the
    total itself, under the empty code, where nothing else will do. `workers` are of every place,
    outside of all territories too.
    """
    others = {place: many for place, many in workers.items() if many and place not in own}
    hidden = {place for place, many in others.items() if many < FEW}
    for place in sorted(others.keys() - hidden, key=lambda one: (others[one], one)):
        if not hidden or sum(others[one] for one in hidden) >= FEW:
            break
        hidden.add(place)
    if hidden and sum(others[one] for one in hidden) < FEW:
        hidden.add("")
    return frozenset(hidden)
