"""The demonstration: a whole department, its last month, and a family of each outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click
import duckdb

from jalon.cli import screen
from jalon.register.extract import open_extract
from jalon.register.synthetic import generate
from jalon.rules.calendar import Month
from jalon.rules.outcome import Outcome
from jalon.rules.profile import Profile, load_profile
from jalon.targeting.explaining import Explanation, explain
from jalon.targeting.outputs import COHORT_PARQUET
from jalon.targeting.target import RunOrder, layout_of, target

PROFILE: Final = "val-de-marne"


def last_complete_month() -> Month:
    """Return the month before today's."""
    first = datetime.now(tz=UTC).date().replace(day=1)
    return Month.of(first - timedelta(days=1))


def demonstrate(folder: Path) -> None:
    """Generate, run, explain; say where everything is."""
    profile, month = load_profile(PROFILE), last_complete_month()
    extract, out = folder / "extract", folder / f"run-{month}"
    with screen.progress_bar("Dossiers fabriqués") as on_progress:
        counts = generate(
            extract,
            population=profile.folder / "population.toml",
            month=month,
            on_progress=on_progress,
        )
    screen.generated(extract, counts)
    with screen.steps() as on_step:
        report = target(
            extract,
            out,
            RunOrder(profile, profile.catalogue(month), layout_of(profile)),
            on_step,
        )
    screen.run(report, profile, out)
    for household_id in _one_of_each(out, extract):
        click.echo()
        screen.explanation(_explained(extract, profile, month, household_id), brief=True)
    command = f"jalon explain {extract} --profile {PROFILE} --month {month} --household NUMÉRO"
    click.echo(f"\nL'extrait fictif est dans {extract}, le requêtage dans {out}.")
    click.echo(f"Pour expliquer un autre dossier : {command}")


def _one_of_each(out: Path, extract: Path) -> list[str]:
    """Return a household selected, one set aside, one to verify and one not concerned."""
    cohort = str(out / COHORT_PARQUET)
    with duckdb.connect() as connection:
        found = [
            connection.execute(
                "SELECT min(household_id) FROM read_parquet($cohort) WHERE outcome = $outcome "
                "AND offer = $offer",
                {"cohort": cohort, "outcome": outcome.value, "offer": offer},
            ).fetchone()
            for outcome, offer in (
                (Outcome.SELECTED, "separation"),
                (Outcome.SET_ASIDE, "separation"),
                (Outcome.TO_VERIFY, "lone_parent"),
            )
        ]
        found.append(
            connection.execute(
                "SELECT min(household_id) FROM read_parquet($households) WHERE household_id "
                "NOT IN (SELECT household_id FROM read_parquet($cohort))",
                {"households": str(extract / "households.parquet"), "cohort": cohort},
            ).fetchone()
        )
    return [row[0] for row in found if row and row[0] is not None]


def _explained(extract: Path, profile: Profile, month: Month, household_id: str) -> Explanation:
    with open_extract(
        extract, layout=layout_of(profile), month=month, households=[household_id]
    ) as opened:
        return explain(opened, profile.catalogue(month), household_id)
