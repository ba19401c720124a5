"""Who entered and who left a cohort since another run: sets compared by the database of files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from jalon.targeting.cohort_files import cohort_of, query

_REMEMBERED: Final = 256  # pairs of runs


class Side(StrEnum):
    """How a household stands in a run against another, for an offer."""

    ENTERED = "entered"
    LEFT = "left"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Movement:
    """How many households entered an offer, left it, or are in both runs."""

    offer: str
    entered: int
    left: int
    unchanged: int


@dataclass(frozen=True)
class Mover:
    """A household that entered, left or stayed; `number` is its row in the run that has it."""

    number: int
    offer: str
    household_id: str
    commune: str


def _selected(folder: Path) -> str:
    return (
        "(SELECT offer, household_id, min(file_row_number) AS number, "
        "coalesce(min(commune), '') AS commune "
        f"FROM {cohort_of(folder)} WHERE outcome = 'selected' GROUP BY offer, household_id)"
    )


_SIDES: Final = {
    Side.ENTERED: "was.household_id IS NULL",
    Side.LEFT: "now.household_id IS NULL",
    Side.UNCHANGED: "now.household_id IS NOT NULL AND was.household_id IS NOT NULL",
}


def _joined(now: Path, was: Path) -> str:
    return (
        f"{_selected(now)} AS now FULL JOIN {_selected(was)} AS was "
        "ON now.offer = was.offer AND now.household_id = was.household_id"
    )


@lru_cache(_REMEMBERED)
def movements(now: Path, was: Path) -> tuple[Movement, ...]:
    """Compare the households that two runs select, offer by offer.

    Once a process: a computed run's files do not change, and are not read where they did.
    """
    counted = ", ".join(f"count(*) FILTER (WHERE {_SIDES[side]})" for side in Side)
    rows = query(
        f"SELECT coalesce(now.offer, was.offer) AS offer, {counted} FROM {_joined(now, was)} "
        "GROUP BY 1 ORDER BY 1"
    )
    return tuple(Movement(*row) for row in rows)


def movers(  # noqa: PLR0913 - two runs, which of their households, which page
    now: Path, was: Path, side: Side, offer: str, *, first: int, most: int
) -> list[Mover]:
    """Return `most` households of one side from the `first`, of one offer or of all."""
    owner = "was" if side is Side.LEFT else "now"
    of_offer = f"AND {owner}.offer = $offer" if offer else ""
    rows = query(
        f"SELECT {owner}.number, {owner}.offer, {owner}.household_id, {owner}.commune "
        f"FROM {_joined(now, was)} WHERE {_SIDES[side]} {of_offer} "
        f"ORDER BY {owner}.number LIMIT {most:d} OFFSET {first:d}",
        **({"offer": offer} if offer else {}),
    )
    return [Mover(*row) for row in rows]
