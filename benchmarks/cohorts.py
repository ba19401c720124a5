"""The extract, the catalogue and the SQL that the measured ways of finding a cohort share."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

import ibis

from jalon.register.extract import Extract, open_extract
from jalon.rules.calendar import Month
from jalon.rules.engines.ibis_cohort import cohort
from jalon.rules.offers import Catalogue
from jalon.rules.profile import load_profile
from jalon.targeting.engine.run import COHORT_COLUMNS, accepted_tables

PROFILE: Final = "val-de-marne"
MONTH: Final = Month(2026, 10)
COLUMNS: Final = COHORT_COLUMNS
OFFERS: Final = frozenset(
    {
        *("aid_child_death", "aid_holidays", "aid_leisure", "aid_multiple_birth"),
        *("aid_parent_death", "child_death", "child_illness", "lone_parent", "mediation"),
        *("parent_death", "rent_arrears", "separation"),
    }
)
FLOOR: Final = Path(__file__).with_name("floor.sql")

# A row of a cohort, its cells in the order of COLUMNS.
CohortRow: TypeAlias = tuple[
    str, str, str | None, date | None, str, str | None, str | None, date | None, str
]


@dataclass(frozen=True)
class Bounds:
    """What the hand-written rules take from the catalogue: the day and the two amounts."""

    day: date
    quotient: Decimal
    wage: Decimal

    def as_sql(self) -> dict[str, Any]:
        """Return the parameters of the hand-written SQL."""
        return asdict(self)


def catalogue_of(month: Month) -> Catalogue:
    """Return the catalogue that the hand-written rules repeat; ValueError where they would not."""
    catalogue = load_profile(PROFILE).catalogue(month)
    if {offer.code for offer in catalogue.targeted} != OFFERS:
        raise ValueError(f"the hand-written rules are not those of {PROFILE} in {month}")
    return catalogue


def bounds_of(catalogue: Catalogue) -> Bounds:
    """Return the day and the amounts of a catalogue."""
    return Bounds(
        day=catalogue.day,
        quotient=catalogue.values["family_quotient.aids_ceiling"],
        wage=catalogue.values["minimum_wage.gross_year_n2"],
    )


def opened(folder: Path, month: Month) -> Extract:
    """Open an accepted extract; ValueError where it lacks a column the hand-written rules read."""
    extract = open_extract(folder, month=month)
    if any(extract.missing_columns.values()):
        extract.close()
        raise ValueError(f"{folder} lacks columns that the hand-written rules rely on")
    return extract


def engine_sql(extract: Extract, catalogue: Catalogue) -> str:
    """Return the SQL that Ibis makes of the catalogue."""
    backend = ibis.duckdb.from_connection(extract.connection)
    return str(backend.compile(cohort(accepted_tables(extract, backend), catalogue)))


def floor_sql() -> str:
    """Return the SQL written by hand."""
    return FLOOR.read_text(encoding="utf-8")


def fill(extract: Extract, table: str, query: str, parameters: dict[str, Any] | None) -> None:
    """Put what a query finds into a temporary table."""
    extract.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}", parameters)


def count_differences(extract: Extract, one: str, other: str) -> int:
    """Count the rows that one table has and the other has not, both ways."""
    columns = ", ".join(COLUMNS)

    def only_in(first: str, second: str) -> str:
        return (
            f"SELECT * FROM (SELECT {columns} FROM {first} "
            f"EXCEPT ALL SELECT {columns} FROM {second})"
        )

    found = extract.connection.execute(
        f"SELECT count(*) FROM ({only_in(one, other)} UNION ALL {only_in(other, one)})"
    ).fetchone()
    return int(found[0]) if found else 0
