"""The commands of `jalon rights`."""

from __future__ import annotations

from pathlib import Path

from jalon.cli import screen
from jalon.cli.arguments import FilePath, folder_argument, month_option, profile_option
from jalon.cli.commands import DONE, TOO_MANY_REJECTS, cli
from jalon.cli.french import FrenchGroup, option
from jalon.register.layout import Layout, read_layout
from jalon.rules.calendar import Month
from jalon.rules.profile import DEFAULT_TOLERANCE, Profile


@cli.group(cls=FrenchGroup, short_help="Les droits que les foyers pourraient avoir.")
def rights() -> None:
    """Les droits que les foyers pourraient avoir, calculés par OpenFisca-France."""


@rights.command(name="scan", short_help="Cherche les droits non versés.")
@folder_argument
@month_option()
@profile_option(required=False)
@option("--out", type=FilePath(), metavar="CHEMIN", help="Fichier CSV des foyers et des droits.")
@option("--keep", is_flag=True, help="Garde le résultat à côté de l'extrait, pour les offres.")
def scan_command(
    folder: Path, month: Month, profile: Profile | None, out: Path | None, *, keep: bool
) -> int:
    """Cherche dans un extrait les foyers qui semblent ne pas recevoir un droit.

    L'allocation de soutien familial d'abord. Rien n'est affirmé : chaque droit reste à confirmer
    par le service des prestations. Ce que l'extrait ne dit pas n'est pas deviné. Avec --keep, une
    offre du profil peut lire ce qui est trouvé (« unclaimed_asf ») : « jalon target » en fait une
    liste, relue et validée comme les autres.

    \b
    Exemple :
      jalon rights scan extrait --month 2026-10 --out droits.csv
    """
    from jalon.register.extract import open_extract  # noqa: PLC0415 - long to import
    from jalon.rights.scanning import scan  # noqa: PLC0415
    from jalon.targeting.engine.unclaimed import (  # noqa: PLC0415
        claims_of,
        keep_unclaimed,
        write_unclaimed,
    )

    layout = read_layout(profile.extract) if profile else Layout()
    share = profile.tolerance if profile else DEFAULT_TOLERANCE
    with (
        screen.steps() as on_step,
        open_extract(
            folder, layout=layout, month=month, scanned=False, on_step=on_step
        ) as extract,
    ):
        if over := extract.over_tolerance(share):
            screen.tolerance(over, share)
            return TOO_MANY_REJECTS
        claims, fingerprint = claims_of(extract, month), extract.fingerprint
    with screen.progress_bar("Foyers calculés") as on_progress:
        found = scan(
            claims.households,
            month,
            paid=claims.paid,
            unknown=claims.unknown,
            on_progress=on_progress,
        )
    if out is not None:
        write_unclaimed(claims.names, found, out)
    if keep:
        kept = keep_unclaimed(folder, claims, found, month=month, fingerprint=fingerprint)
        screen.kept(kept)
    screen.unclaimed(found, len(claims.names), claims.left_out, out)
    return DONE
