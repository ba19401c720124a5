"""Reads what a run wrote, a page at a time: a cohort is never loaded whole."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb

from jalon.register import sql
from jalon.rules.offers import Service
from jalon.rules.records import rebuild
from jalon.targeting.engine.keeping import LISTED, OTHERS, kept_file
from jalon.targeting.engine.outputs import COHORT_PARQUET, REJECTS_CSV
from jalon.targeting.errors import CHANGED, RunError

# Reading a page takes little: a request never takes the machine from the others.
_SETTINGS: Final[dict[str, str | int | float | list[str]]] = {
    "threads": 1,
    "memory_limit": "512MB",
    "autoload_known_extensions": False,
}
_AT_ONCE: Final = 2000
_GONE: Final = "Les fichiers de ce requêtage ne sont plus gardés : refaites-le pour les relire."


@dataclass(frozen=True)
class Line:
    """A row of a cohort; `number` is its place in the file, from 0."""

    number: int
    offer: str
    household_id: str
    event_id: str | None
    reported_on: date | None
    outcome: str
    reasons: tuple[str, ...]
    channel: str | None
    window_ends_on: date | None
    commune: str


@dataclass(frozen=True)
class Reject:
    """A fault of a line of the extract, or a line that another's fault rejects."""

    file: str
    line: int
    table: str
    column: str | None
    value: str | None
    reason: str
    kind: str


@dataclass(frozen=True)
class Summary:
    """What the pages of a run count, without any family in it.

    `labels` gives each offer's label, `targeted` those looked for, `granted` the aids granted
    from the list, that nobody is proposed, `social_work` those that social workers meet families
    for, `rows` what was read, accepted and rejected of each table,
    `warnings` what the computing said, `families` how many households each commune has that
    social work's offers newly select, `reasons` the rows of each outcome, offer and reason,
    `rejects` those of each table, column and reason.
    """

    labels: dict[str, str]
    targeted: list[str]
    granted: list[str]
    social_work: list[str]
    rows: dict[str, dict[str, int]]
    warnings: list[str]
    families: dict[str, int] = field(default_factory=dict)
    reasons: list[tuple[str, str, str, int]] = field(default_factory=list)
    rejects: list[tuple[str, str, str, str, int]] = field(default_factory=list)


def cohort_of(folder: Path) -> str:
    """Return the relation of a run's cohort; RunError where its file is gone."""
    path = folder / COHORT_PARQUET
    if not path.is_file():
        raise RunError(_GONE)
    return f"read_parquet({sql.text(glob.escape(str(path)))}, file_row_number=true)"


def _rejects_of(folder: Path) -> str:
    path = folder / REJECTS_CSV
    if not path.is_file():
        raise RunError(_GONE)
    return (
        f"read_csv({sql.text(glob.escape(str(path)))}, delim=';', header=true, quote='\"', "
        "escape='\"', all_varchar=true, auto_detect=false, columns={'file': 'VARCHAR', "
        "'line': 'VARCHAR', 'table': 'VARCHAR', 'column': 'VARCHAR', 'value': 'VARCHAR', "
        "'reason': 'VARCHAR', 'kind': 'VARCHAR'})"
    )


@cache
def _engine(_process: int) -> duckdb.DuckDBPyConnection:
    """Return the engine of this process, which no fork shares; starting one costs a page."""
    return duckdb.connect(config=_SETTINGS)


def start_reading() -> None:
    """Start the engine of this process, which the first page that reads files would wait for."""
    with reading() as connection:
        connection.execute("SELECT 1")


@contextmanager
def reading() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with little memory; RunError where a file cannot be read."""
    try:
        with _engine(os.getpid()).cursor() as connection:
            yield connection
    except duckdb.Error as error:
        raise RunError(CHANGED) from error


def query(text: str, **values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """Return the rows of a query over a run's files."""
    with reading() as connection:
        return connection.execute(text, values or None).fetchall()


def counts_of(folder: Path) -> list[tuple[str, str, str, int]]:
    """Return how many rows each offer, commune and outcome has."""
    return query(
        "SELECT offer, coalesce(commune, ''), outcome, count(*)::BIGINT "
        f"FROM {cohort_of(folder)} GROUP BY ALL ORDER BY ALL"
    )


def register_of(folder: Path, summary: Summary) -> list[tuple[str, int, int]]:
    """Return how many households each commune of the extract has, and how many an offer concerns.

    Read beside the cohort, in what explains each accepted household. An offer concerns those that
    meet all its criteria, whatever sets them aside; an aid granted from the list is no offer.
    """
    offers = [one for one in summary.targeted if one not in summary.granted]
    files = [folder / kept_file(part, "households") for part in (LISTED, OTHERS)]
    kept = ", ".join(sql.text(glob.escape(str(path))) for path in files)
    return query(
        "SELECT home.commune, count(*)::BIGINT, count(found.household_id)::BIGINT "
        f"FROM read_parquet([{kept}]) AS home "
        f"LEFT JOIN (SELECT DISTINCT household_id FROM {cohort_of(folder)} "
        "WHERE outcome IN ('selected', 'set_aside') "
        "AND list_contains($offers::VARCHAR[], offer)) AS found "
        "ON found.household_id = home.household_id GROUP BY ALL ORDER BY ALL",
        offers=offers,
    )


def summary_of(
    folder: Path, record: Mapping[str, Any], released: Sequence[Path | None] = ()
) -> Summary:
    """Return what the pages of a run count; no more than the rejects where it has no cohort.

    Households that the cohorts of `released` runs select already, for the same offer and event,
    are proposed nothing anew: they are no new work. None stands for a run whose files changed.
    """
    offers = rebuild(record["catalogue"]).offers
    social = [
        one.code
        for one in offers
        if Service.SOCIAL_WORK in one.services and not one.granted_from_list
    ]
    found = Summary(
        labels={one.code: one.label for one in offers},
        targeted=sorted(record["counts"]),
        granted=[one.code for one in offers if one.granted_from_list],
        social_work=social,
        rows=record["rows"],
        warnings=list(record["warnings"]),
    )
    found.rejects.extend(
        query(
            'SELECT "table", coalesce("column", \'\'), reason, kind, count(*)::BIGINT AS number '
            f"FROM {_rejects_of(folder)} GROUP BY ALL ORDER BY number DESC, 1, 2, 3, 4"
        )
    )
    if not (folder / COHORT_PARQUET).is_file():
        return found
    cohort = cohort_of(folder)
    new = newly_selected(folder, released, social)
    households = {(commune, one) for _, commune, one in new.rows}
    found.families.update(Counter(commune for commune, _ in households))
    if new.warning:
        found.warnings.append(new.warning)
    found.reasons.extend(
        query(
            "SELECT outcome, offer, reason, count(*)::BIGINT AS number FROM ("
            "SELECT outcome, offer, unnest(string_split(reason, ',')) AS reason "
            f"FROM {cohort} WHERE outcome <> 'selected' AND reason IS NOT NULL) "
            "GROUP BY ALL ORDER BY number DESC, 1, 2, 3"
        )
    )
    return found


@dataclass(frozen=True)
class New:
    """The offer, commune and household of each row that no released cohort had.

    `unread` released cohorts could not tell: their files are gone, or changed.
    """

    rows: list[tuple[str, str, str]]
    unread: int

    @property
    def warning(self) -> str:
        """What the count does not know; nothing where it knows all."""
        if not self.unread:
            return ""
        return (
            f"{self.unread} mois déjà libéré(s) ne se lisent plus : des familles comptées comme "
            "nouvelles peuvent avoir déjà leur proposition, qui ne sera pas refaite."
        )


def newly_selected(folder: Path, released: Sequence[Path | None], offers: Sequence[str]) -> New:
    """Return what offers select for the first time; RunError where the cohort itself is gone.

    None stands for a released run whose files changed.
    """
    known = [glob.escape(str(one / COHORT_PARQUET)) for one in released if one is not None]
    before = (
        f"ANTI JOIN (SELECT * FROM read_parquet([{', '.join(map(sql.text, known))}]) "
        "WHERE outcome = 'selected') AS was "
        "ON now.household_id = was.household_id AND now.offer = was.offer "
        "AND now.event_id IS NOT DISTINCT FROM was.event_id "
    )
    rows = query(
        f"SELECT offer, coalesce(commune, ''), household_id FROM {cohort_of(folder)} AS now "
        f"{before if known else ''}"
        "WHERE outcome = 'selected' AND list_contains($offers, offer)",
        offers=list(offers),
    )
    return New([(offer, commune, one) for offer, commune, one in rows], len(released) - len(known))


_COLUMNS: Final = (
    "file_row_number, offer, household_id, event_id, reported_on, outcome, reason, channel, "
    "window_ends_on, commune"
)


def _line(row: Sequence[Any]) -> Line:
    number, offer, household, event, reported, outcome, reason, channel, ends, commune = row
    reasons = tuple(reason.split(",")) if reason else ()
    return Line(
        *(number, offer, household, event, reported, outcome),
        *(reasons, channel, ends, commune or ""),
    )


@dataclass(frozen=True)
class Filter:
    """Which rows of a cohort to list; an empty text keeps all."""

    outcome: str
    offer: str = ""
    reason: str = ""

    def condition(self) -> tuple[str, dict[str, str]]:
        """Return the condition and its values."""
        parts, values = ["outcome = $outcome"], {"outcome": self.outcome}
        if self.offer:
            parts.append("offer = $offer")
            values["offer"] = self.offer
        if self.reason:
            parts.append("list_contains(string_split(reason, ','), $reason)")
            values["reason"] = self.reason
        return " AND ".join(parts), values


def lines(folder: Path, wanted: Filter, *, first: int, most: int) -> list[Line]:
    """Return `most` rows from the `first`, by offer and household, the file's own order."""
    condition, values = wanted.condition()
    rows = query(
        f"SELECT {_COLUMNS} FROM {cohort_of(folder)} WHERE {condition} "
        f"ORDER BY file_row_number LIMIT {most:d} OFFSET {first:d}",
        **values,
    )
    return [_line(row) for row in rows]


def each_line(folder: Path, wanted: Filter) -> Iterator[Line]:
    """Yield every row, in the same order, a few thousand in memory at a time."""
    condition, values = wanted.condition()
    with reading() as connection:
        found = connection.execute(
            f"SELECT {_COLUMNS} FROM {cohort_of(folder)} WHERE {condition} "
            "ORDER BY file_row_number",
            values,
        )
        while rows := found.fetchmany(_AT_ONCE):
            yield from map(_line, rows)


def line(folder: Path, number: int) -> Line | None:
    """Return the row at a place of the file; None past its end."""
    rows = query(
        f"SELECT {_COLUMNS} FROM {cohort_of(folder)} WHERE file_row_number = $number",
        number=number,
    )
    return _line(rows[0]) if rows else None


def line_of(folder: Path, numbers: Collection[str]) -> int | None:
    """Return the place of the first row of a household, by any of its numbers; None for none."""
    ((number,),) = query(
        f"SELECT min(file_row_number) FROM {cohort_of(folder)} "
        "WHERE list_contains($numbers, household_id)",
        numbers=list(numbers),
    )
    return None if number is None else int(number)


def rejects(folder: Path, *, reason: str, first: int, most: int) -> list[Reject]:
    """Return `most` rejects from the `first`, of one reason or of all."""
    where = "WHERE reason = $reason" if reason else ""
    rows = query(
        'SELECT file, try_cast(line AS BIGINT), "table", "column", "value", reason, kind '
        f"FROM {_rejects_of(folder)} {where} LIMIT {most:d} OFFSET {first:d}",
        **({"reason": reason} if reason else {}),
    )
    return [Reject(*row) for row in rows]
