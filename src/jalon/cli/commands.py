"""The commands of `jalon`."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import click

from jalon.cli import screen
from jalon.cli.arguments import (
    DayType,
    FilePath,
    folder_argument,
    format_option,
    month_option,
    profile_option,
)
from jalon.cli.french import FrenchGroup, FrenchUsageError, option
from jalon.register.layout import read_layout
from jalon.rules import sheets
from jalon.rules.calendar import Month
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.profile import DEFAULT_TOLERANCE, Profile
from jalon.rules.toml_source import nearest
from jalon.targeting.engine.errors import TargetingError

DONE: Final = 0
TOO_MANY_REJECTS: Final = 1
IMPOSSIBLE: Final = 2


@click.group(cls=FrenchGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    version("jalon"), "--version", message="jalon %(version)s", help="Affiche la version."
)
def cli() -> None:
    """Jalon : du fichier mensuel d'une Caf aux familles à qui écrire, avec les raisons.

    Chaque mois : vérifiez l'extrait (register check), appliquez les offres (target), expliquez
    un dossier (explain). Pour découvrir : jalon register generate fabrique un extrait fictif,
    jalon offers list montre les offres d'une caisse.
    """


@cli.group(cls=FrenchGroup, short_help="L'extrait mensuel : fabriquer, vérifier.")
def register() -> None:
    """L'extrait mensuel : en fabriquer un fictif, vérifier celui de la caisse."""


@register.command(name="generate", short_help="Fabrique un extrait fictif.")
@profile_option()
@month_option()
@option(
    "--out", type=FilePath(), metavar="CHEMIN", required=True, help="Dossier à créer ou remplir."
)
@option(
    "--households",
    type=click.IntRange(min=1),
    metavar="NOMBRE",
    help="Nombre de dossiers (par défaut, celui que la caisse a publié).",
)
@option(
    "--seed",
    type=int,
    metavar="NOMBRE",
    default=1,
    help="Graine du hasard : la même donne le même extrait.",
)
@format_option("parquet", "csv")
def generate_command(
    profile: Profile,
    month: Month,
    out: Path,
    households: int | None,
    seed: int,
    form: Literal["parquet", "csv"],
) -> None:
    """Fabrique un extrait fictif, à la taille et à l'image du département.

    \b
    Exemple :
      jalon register generate --profile val-de-marne --month 2026-10 --out extrait
    """
    # What reads, makes or targets extracts takes long to import: each command takes its own.
    from jalon.register.synthetic import generate  # noqa: PLC0415

    population = profile.folder / "population.toml"
    with screen.progress_bar("Dossiers fabriqués") as on_progress:
        counts = generate(
            out,
            population=population,
            month=month,
            households=households,
            seed=seed,
            format=form,
            on_progress=on_progress,
        )
    screen.generated(out, counts)


@register.command(name="check", short_help="Vérifie un extrait.")
@folder_argument
@profile_option(required=False)
@month_option(required=False)
@option("--rejects", type=FilePath(), metavar="CHEMIN", help="Fichier CSV où écrire les rejets.")
def check_command(
    folder: Path, profile: Profile | None, month: Month | None, rejects: Path | None
) -> int:
    """Vérifie un extrait : lignes lues, acceptées, rejetées, et pourquoi.

    Sans --month, les contrôles qui en dépendent (dates trop lointaines) ne sont pas faits.
    Code de retour 1 si la part de lignes fautives d'une table dépasse la tolérance du profil.

    \b
    Exemple :
      jalon register check extrait --profile val-de-marne --month 2026-10 --rejects r.csv
    """
    from jalon.register.extract import open_extract  # noqa: PLC0415 -- as above

    layout = read_layout(profile.extract if profile else None)
    tolerance = profile.tolerance if profile else DEFAULT_TOLERANCE
    with (
        screen.steps() as on_step,
        open_extract(folder, layout=layout, month=month, on_step=on_step) as extract,
    ):
        if rejects is not None:
            extract.write_rejects(rejects)
        over = extract.over_tolerance(tolerance)
        counts, unknown, missing = (
            extract.counts,
            extract.unknown_columns,
            extract.missing_columns,
        )
    screen.balance(counts, unknown, missing)
    screen.rejects_file(rejects)
    screen.tolerance(over, tolerance)
    return TOO_MANY_REJECTS if over else DONE


@cli.command(name="target", short_help="Applique les offres du mois.")
@folder_argument
@profile_option(required=False)
@month_option(required=False)
@option("--out", type=FilePath(), metavar="CHEMIN", required=True, help="Dossier du résultat.")
@option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    help="Moteur de calcul (duckdb par défaut).",
)
@option(
    "--again",
    type=FilePath(),
    metavar="CHEMIN",
    help="Refait un requêtage passé d'après son run.json, sans --month.",
)
def target_command(
    folder: Path,
    profile: Profile | None,
    month: Month | None,
    out: Path,
    engine: str,
    again: Path | None,
) -> int:
    """Applique les offres du mois à un extrait : la liste des familles, avec les raisons.

    Écrit dans --out : cohort.parquet et cohort.csv (la liste), run.json (le relevé complet),
    events.parquet (les numéros des événements vus), rejects.csv (les lignes écartées de
    l'extrait).

    \b
    Exemple :
      jalon target extrait --profile val-de-marne --month 2026-10 --out resultat
    """
    from jalon.targeting.engine.run import Engine  # noqa: PLC0415 -- as above
    from jalon.targeting.engine.target import RunOrder, recorded_run, target  # noqa: PLC0415

    if profile is None or (month is None and again is None):
        missing = "--profile" if profile is None else "--month"
        raise FrenchUsageError(f"Il manque l'option {missing}. Voyez --help.")
    if month is not None and again is not None:
        raise FrenchUsageError("--again refait le mois de son run.json : retirez --month.")
    if month is not None:
        order = RunOrder(
            profile, profile.catalogue(month), read_layout(profile.extract), Engine(engine)
        )
        past = None
    else:
        past = recorded_run(again or out)
        order = RunOrder(profile, past.catalogue, past.layout, Engine(engine))
        past.check(profile)
    with screen.steps() as on_step:
        report = target(folder, out, order, on_step)
    screen.run(report, profile, out)
    if report.over_tolerance:
        return TOO_MANY_REJECTS
    if past is None:
        return DONE
    same = report.digest == past.digest
    screen.compared(same=same)
    return DONE if same else IMPOSSIBLE


@cli.command(name="explain", short_help="Explique un dossier, critère par critère.")
@folder_argument
@profile_option()
@month_option()
@option("--household", required=True, metavar="NUMÉRO", help="Numéro du dossier.")
@option("--offer", metavar="CODE", help="Une seule offre (toutes par défaut).")
@format_option("text", "json")
def explain_command(
    folder: Path, profile: Profile, month: Month, household: str, offer: str | None, form: str
) -> None:
    """Explique, critère par critère, pourquoi un dossier est retenu ou non.

    \b
    Exemple :
      jalon explain extrait --profile val-de-marne --month 2026-10 --household 0012345
    """
    from jalon.register.extract import open_extract  # noqa: PLC0415 -- as above
    from jalon.targeting.engine import explaining  # noqa: PLC0415

    catalogue = profile.catalogue(month)
    if offer is not None:
        catalogue = catalogue.only(_offer(catalogue, offer).code)
    with (
        screen.steps(quiet=form == "json") as on_step,
        open_extract(
            folder,
            layout=read_layout(profile.extract),
            month=month,
            households=None if explaining.looks_at_benefits(catalogue) else [household],
            on_step=on_step,
        ) as extract,
    ):
        explanation = explaining.explain(extract, catalogue, household)
    if form == "json":
        _print_json(explaining.as_json(explanation))
    else:
        screen.explanation(explanation)


@cli.command(name="simulate", short_help="Et si la règle changeait ?")
@folder_argument
@profile_option()
@month_option()
@option("--offer", required=True, metavar="CODE", help="L'offre dont on change la règle.")
@option(
    "--set",
    "settings",
    multiple=True,
    required=True,
    metavar="CRITÈRE=VALEUR",
    help="Critère à changer, par son fait : responsible_age=18..40, family_quotient=900, "
    "housing_benefit=alf,als. Répétable. docs/ecrire-un-profil.md nomme les faits.",
)
@format_option("text", "json")
def simulate_command(
    folder: Path,
    profile: Profile,
    month: Month,
    offer: str,
    settings: tuple[str, ...],
    form: str,
) -> int:
    """Montre qui entrerait et qui sortirait si la règle d'une offre changeait.

    \b
    Exemple :
      jalon simulate extrait --profile herault --month 2026-10 --offer separation \\
        --set family_quotient=900
    """
    from jalon.register.extract import open_extract  # noqa: PLC0415 -- as above
    from jalon.targeting.engine import simulating  # noqa: PLC0415

    catalogue = profile.catalogue(month)
    changed = simulating.changed_offer(catalogue, _offer(catalogue, offer).code, settings)
    with (
        screen.steps(quiet=form == "json") as on_step,
        open_extract(
            folder, layout=read_layout(profile.extract), month=month, on_step=on_step
        ) as extract,
    ):
        over = extract.over_tolerance(profile.tolerance)
        if over:
            screen.tolerance(over, profile.tolerance)
            return TOO_MANY_REJECTS
        simulation = simulating.simulate(extract, profile, catalogue, changed)
    if form == "json":
        _print_json(simulating.as_json(simulation))
    else:
        screen.simulation(simulation)
    return DONE


@cli.group(cls=FrenchGroup, short_help="Le catalogue des offres.")
def offers() -> None:
    """Le catalogue des offres d'une caisse, et la fiche de chacune."""


_on_option = option(
    "--on", "on", metavar="AAAA-MM-JJ", type=DayType(), help="Jour (aujourd'hui par défaut)."
)


@offers.command(name="list", short_help="Les offres en vigueur.")
@profile_option()
@_on_option
@format_option("text", "markdown", "json")
def list_command(profile: Profile, on: date | None, form: str) -> None:
    """Montre les offres en vigueur un jour donné.

    \b
    Exemple :
      jalon offers list --profile val-de-marne --on 2020-12-31
    """
    catalogue = _catalogue_on(profile, on)
    if form == "json":
        _print_json([sheets.as_json(offer, catalogue) for offer in catalogue.offers])
    elif form == "markdown":
        click.echo("\n".join(sheets.as_markdown(offer, catalogue) for offer in catalogue.offers))
    else:
        screen.catalogue(profile, catalogue)


@offers.command(name="show", short_help="La fiche d'une offre.")
@click.argument("code", metavar="[CODE]", required=False)
@profile_option()
@_on_option
@format_option("text", "markdown", "json")
def show_command(code: str | None, profile: Profile, on: date | None, form: str) -> None:
    """Montre la fiche d'une offre, écrite d'après sa règle (toutes sans CODE).

    \b
    Exemple :
      jalon offers show separation --profile herault
    """
    catalogue = _catalogue_on(profile, on)
    shown = [_offer(catalogue, code)] if code else list(catalogue.offers)
    if form == "json":
        plain = [sheets.as_json(offer, catalogue) for offer in shown]
        _print_json(plain[0] if code else plain)
    else:
        for offer in shown:
            if form == "markdown":
                click.echo(sheets.as_markdown(offer, catalogue))
            else:
                screen.sheet(offer, catalogue)


def _catalogue_on(profile: Profile, on: date | None) -> Catalogue:
    return profile.catalogue_on(on or datetime.now(tz=UTC).date())


def _offer(catalogue: Catalogue, code: str) -> Offer:
    try:
        return catalogue.offer(code)
    except KeyError as error:
        known = [offer.code for offer in catalogue.offers]
        raise TargetingError(
            f"Le profil « {catalogue.profile} » n'a pas d'offre « {code} » en vigueur à cette "
            f"date. {nearest(code, known)}"
        ) from error


def _print_json(plain: Any) -> None:
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
