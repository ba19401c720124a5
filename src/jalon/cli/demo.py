"""The demonstration: a whole department, its last month, and a family of each outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from jalon.cli import screen
from jalon.register.extract import open_extract
from jalon.register.synthetic import generate
from jalon.rules.calendar import Month
from jalon.rules.profile import Profile, load_profile
from jalon.targeting.engine.explaining import Explanation, explain
from jalon.targeting.engine.outputs import one_of_each_outcome
from jalon.targeting.engine.target import RunOrder, layout_of, target

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
    for household_id in one_of_each_outcome(out, extract):
        click.echo()
        screen.explanation(_explained(extract, profile, month, household_id), brief=True)
    command = f"jalon explain {extract} --profile {PROFILE} --month {month} --household NUMÉRO"
    click.echo(f"\nL'extrait fictif est dans {extract}, le requêtage dans {out}.")
    click.echo(f"Pour expliquer un autre dossier : {command}")


def _explained(extract: Path, profile: Profile, month: Month, household_id: str) -> Explanation:
    with open_extract(
        extract, layout=layout_of(profile), month=month, households=[household_id]
    ) as opened:
        return explain(opened, profile.catalogue(month), household_id)
