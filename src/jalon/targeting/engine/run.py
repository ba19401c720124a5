"""One run: a month's offers applied to a whole accepted extract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jalon.register import sql
from jalon.register.extract import Extract
from jalon.register.schema import TABLES
from jalon.rules.calendar import Month
from jalon.rules.facts import UNCLAIMED, unclaimed_column
from jalon.rules.offers import Catalogue
from jalon.rules.outcome import Outcome
from jalon.rules.records import rebuild, record
from jalon.targeting.engine.knowledge import missing_columns

# Ibis is imported when a run begins: pages and most commands start sooner without it.
if TYPE_CHECKING:
    import ibis

    from jalon.rules.engines.ibis_expressions import Tables

COHORT_COLUMNS: Final = (
    *("offer", "household_id", "event_id", "reported_on", "outcome", "reason", "channel"),
    *("window_ends_on", "commune"),
)
# Byte order, empty first: the order of the files and of the digest.
_ORDER: Final = "offer, household_id, event_id NULLS FIRST"
_COHORT_TYPES: Final = ", ".join(
    f"{name} {'DATE' if name in {'reported_on', 'window_ends_on'} else 'VARCHAR'}"
    for name in COHORT_COLUMNS
)
# Above this share of the register, an offer deserves a second look before letters leave.
MANY: Final = 0.3


_UNSCANNED: Final = (
    "Une offre lit les droits qui semblent non versés, et rien ne les a cherchés dans cet "
    "extrait : lancez « jalon rights scan » avec --keep."
)
# Queries kept by a process: each month has its own, and a rule being tried has two.
_REMEMBERED: Final = 32


class Engine(StrEnum):
    """What computes the cohort."""

    DUCKDB = "duckdb"
    SPARK = "spark"


@dataclass(frozen=True)
class Counts:
    """How many rows of the cohort have each outcome, by offer, all offers included."""

    by_offer: dict[str, dict[str, int]]

    @property
    def by_outcome(self) -> dict[str, int]:
        """The same over all offers."""
        return {
            outcome: sum(counts[outcome] for counts in self.by_offer.values())
            for outcome in _OUTCOMES
        }


_OUTCOMES: Final = (
    Outcome.SELECTED.value,
    Outcome.SET_ASIDE.value,
    Outcome.TO_VERIFY.value,
)


def compute_cohort(
    extract: Extract,
    catalogue: Catalogue,
    engine: Engine = Engine.DUCKDB,
    *,
    table: str = "cohort",
) -> None:
    """Fill a table of the extract's connection with the cohort, in the contract's order."""
    connection = extract.connection
    connection.execute("SET preserve_insertion_order = true")
    # The types are said here, whatever the engine makes of a date to which months are added.
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({_COHORT_TYPES})")
    if not catalogue.targeted:
        return
    source = _on_spark if engine is Engine.SPARK else _on_duckdb
    with source(extract, catalogue) as relation:
        connection.execute(
            f"INSERT INTO {table} SELECT {', '.join(COHORT_COLUMNS)} FROM {relation} "
            f"ORDER BY {_ORDER}"
        )


@contextmanager
def _on_duckdb(extract: Extract, catalogue: Catalogue) -> Iterator[str]:
    import ibis  # noqa: PLC0415

    backend = ibis.duckdb.from_connection(extract.connection)
    tables = accepted_tables(extract, backend)
    schemas = tuple((table.name, backend.table(table.name).schema()) for table in TABLES)
    asked = json.dumps(record(catalogue), sort_keys=True)
    yield f"({_written(asked, schemas, tables.missing, tables.filled)})"


@lru_cache(_REMEMBERED)
def _written(
    catalogue: str,
    schemas: tuple[tuple[str, ibis.Schema], ...],
    missing: frozenset[tuple[str, str]],
    filled: frozenset[tuple[str, str]],
) -> str:
    """Return the cohort's query: writing it takes longer than a small extract's answer."""
    import ibis  # noqa: PLC0415

    from jalon.rules.engines.ibis_cohort import cohort  # noqa: PLC0415
    from jalon.rules.engines.ibis_expressions import Tables  # noqa: PLC0415

    tables = {name: ibis.table(schema, name=name) for name, schema in schemas}
    asked = Tables(**tables, missing=missing, filled=filled)
    return str(ibis.duckdb.compile(cohort(asked, rebuild(json.loads(catalogue)))))


@contextmanager
def _on_spark(extract: Extract, catalogue: Catalogue) -> Iterator[str]:
    from jalon.rules.engines.ibis_cohort import cohort  # noqa: PLC0415
    from jalon.targeting.engine.spark import spark_session  # noqa: PLC0415

    with spark_session(extract.connection) as spark:
        tables = accepted_tables(extract, spark.backend)
        expression = cohort(tables, catalogue, spark.keep)
        yield f"read_parquet({sql.text(str(spark.answer(expression)))} || '/*.parquet')"


def accepted_tables(extract: Extract, backend: Any) -> Tables:  # noqa: ANN401
    """Return the accepted rows of an extract as tables of the engine."""
    from jalon.rules.engines.ibis_expressions import Tables  # noqa: PLC0415

    return Tables(
        households=backend.table("households"),
        persons=backend.table("persons"),
        events=backend.table("events"),
        benefits=backend.table("benefits"),
        missing=missing_columns(extract),
        filled=filled_columns(extract),
    )


def filled_columns(extract: Extract) -> frozenset[tuple[str, str]]:
    """Return the (table, column) pairs of the contract whose accepted cells are never empty."""
    filled = (
        (table.name, column.name)
        for table in TABLES
        for column in table.columns
        if column.required or column.default is not None
    )
    return frozenset(filled) - missing_columns(extract)


def count(extract: Extract, catalogue: Catalogue) -> Counts:
    """Count the cohort by offer and outcome; offers that concern nobody count zero."""
    by_offer = {offer.code: dict.fromkeys(_OUTCOMES, 0) for offer in catalogue.targeted}
    for offer, outcome, number in extract.connection.execute(
        "SELECT offer, outcome, count(*) FROM cohort GROUP BY ALL"
    ).fetchall():
        by_offer[offer][outcome] = number
    return Counts(by_offer)


def count_selected_by_territory(
    extract: Extract, territories: dict[str, str], elsewhere: str
) -> dict[str, dict[str, int]]:
    """Count the selected rows by offer and territory, given each commune's territory."""
    found: dict[str, dict[str, int]] = {}
    for offer, commune, number in extract.connection.execute(
        "SELECT offer, commune, count(*) FROM cohort WHERE outcome = 'selected' GROUP BY ALL"
    ).fetchall():
        counts = found.setdefault(offer, {})
        territory = territories.get(commune, elsewhere)
        counts[territory] = counts.get(territory, 0) + number
    return found


def warnings(counts: Counts, catalogue: Catalogue, households: int) -> list[str]:
    """Say which offers select nobody, or so many that the rule deserves a second look."""
    said = []
    for code, by_outcome in counts.by_offer.items():
        label, selected = catalogue.offer(code).label, by_outcome[Outcome.SELECTED]
        if selected == 0:
            said.append(f"L'offre « {label} » ne retient personne ce mois-ci.")
        elif selected > MANY * households:
            said.append(
                f"L'offre « {label} » retient {selected} dossiers sur {households} : "
                "vérifiez sa règle."
            )
    return said


def unscanned(extract: Extract, catalogue: Catalogue) -> list[str]:
    """Say that offers look for unpaid rights, and that nobody looked for these in the extract."""
    looked_for = {unclaimed_column(code) for code in UNCLAIMED}
    if not any(fact.name in looked_for for offer in catalogue.targeted for fact in offer.facts()):
        return []
    if extract.connection.execute("SELECT 1 FROM reading.scanned LIMIT 1").fetchone():
        return []
    return [_UNSCANNED]


def other_month(extract: Extract, catalogue: Catalogue) -> list[str]:
    """Say that the extract looks like another month's, by the last month of its benefits."""
    # Later months first: a file's statistics answer for a month that is the last.
    for condition in ("month > $month", "month <= $month"):
        found = extract.connection.execute(
            f"SELECT max(month) FROM (SELECT month FROM benefits WHERE {condition})",
            {"month": str(catalogue.month)},
        ).fetchone()
        last = found[0] if found else None
        if last is not None:
            break
    if last is None or last == str(catalogue.month):
        return []
    return [f"L'extrait semble être celui de {Month.parse(last).in_french} : vérifiez le mois."]
