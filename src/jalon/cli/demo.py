"""The demonstration: a whole department, a family of each outcome, and a year of runs."""

from __future__ import annotations

import os
import shlex
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from jalon.cli import screen
from jalon.register.extract import open_extract
from jalon.register.synthetic import generate
from jalon.rules.calendar import Month
from jalon.rules.errors import ClearError
from jalon.rules.profile import Profile, load_profile
from jalon.targeting.engine.explaining import Explanation, explain
from jalon.targeting.engine.outputs import one_of_each_outcome
from jalon.targeting.engine.target import RunOrder, layout_of, target

PROFILE: Final = "val-de-marne"


def last_complete_month() -> Month:
    """Return the month before today's."""
    first = datetime.now(tz=UTC).date().replace(day=1)
    return Month.of(first - timedelta(days=1))


def demonstrate(
    folder: Path, *, households: int | None, months: int, serve_on: int | None
) -> None:
    """Generate, run, explain; then make a year of runs, and open the application on a port."""
    profile, month = load_profile(PROFILE), last_complete_month()
    data = folder / "application"
    os.environ |= {"JALON_MODE": "demo", "JALON_DATA": str(data), "JALON_PROFILE": PROFILE}
    from jalon.config.database import application  # noqa: PLC0415 - it reads these settings
    from jalon.config.serving import refuse_taken  # noqa: PLC0415

    if serve_on is not None:
        # Said now, not at the end of the long work.
        refuse_taken("127.0.0.1", serve_on)
    with ExitStack() as opened:
        made_before = (data / "postgresql").exists()
        if made_before:
            opened.enter_context(application(owner=True, jobs=True))
            _refuse_another_version(data)
        _show_pipeline(folder, profile, month, households)
        if not made_before:
            opened.enter_context(application(owner=True, jobs=True))
        _open_application(folder, _months_until(month, months), serve_on)


def _open_application(folder: Path, months: list[Month], serve_on: int | None) -> None:
    from jalon.config.demonstration import add_runs, set_up  # noqa: PLC0415 - once set up
    from jalon.config.serving import serve  # noqa: PLC0415

    with screen.steps() as on_step:
        on_step("Préparation de l'application")
        set_up()
        add_runs(folder / "extract", months, on_step)
    click.echo(f"L'application de démonstration est dans {folder / 'application'}.")
    if serve_on is None:
        data = shlex.quote(str(folder / "application"))
        click.echo(f"Pour l'ouvrir : JALON_MODE=demo JALON_DATA={data} jalon serve")
    else:
        click.echo(f"Jalon répond sur http://127.0.0.1:{serve_on} (Ctrl-C pour arrêter).")
        serve(address="127.0.0.1", port=serve_on, processes=1, with_worker=True)


def _refuse_another_version(data: Path) -> None:
    """Refuse a database that this version cannot go on with, before the long work."""
    from django.db import DatabaseError  # noqa: PLC0415 - once set up

    from jalon.config.maintenance import lacks_columns, migrate  # noqa: PLC0415

    try:
        migrate()
        other = lacks_columns()
    except DatabaseError:
        other = True
    if other:
        raise ClearError(
            f"{data} tient la démonstration d'une autre version de Jalon : effacez ce dossier, ou "
            "choisissez-en un autre avec --out."
        )


def _months_until(last: Month, number: int) -> list[Month]:
    months = [last]
    while len(months) < number:
        months.insert(0, Month.of(months[0].first_day - timedelta(days=1)))
    return months


def _show_pipeline(folder: Path, profile: Profile, month: Month, households: int | None) -> None:
    extract, out = folder / "extract", folder / f"run-{month}"
    with screen.progress_bar("Dossiers fabriqués") as on_progress:
        counts = generate(
            extract,
            population=profile.folder / "population.toml",
            month=month,
            households=households,
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
