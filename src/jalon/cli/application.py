"""The commands that run the application: show, serve, work, migrate, check, back up."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from jalon.cli.arguments import FilePath
from jalon.cli.commands import DONE, IMPOSSIBLE, cli
from jalon.cli.french import option
from jalon.web import french

if TYPE_CHECKING:
    from jalon.config.backup import Content

_OK: Final = "✓"
_NOT_OK: Final = "✗"
_MOST_PROCESSES: Final = 4
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})

# What follows imports the application only when it is asked for: the other commands start
# without it.


@cli.command(name="demo", short_help="Montre tout, sur un département fictif.")
@option(
    "--out",
    type=FilePath(),
    metavar="CHEMIN",
    default=Path("demo"),
    help="Dossier de la démonstration (demo par défaut).",
)
@option(
    "--households",
    type=click.IntRange(min=1),
    metavar="NOMBRE",
    help="Nombre de dossiers (par défaut, ceux du Val-de-Marne).",
)
@option(
    "--months",
    type=click.IntRange(1, 12),
    metavar="NOMBRE",
    default=12,
    help="Nombre de requêtages mensuels (12 par défaut).",
)
@option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    default=8000,
    help="Port de l'application (8000 par défaut).",
)
@option("--no-serve", is_flag=True, help="Sans ouvrir l'application à la fin.")
def demo_command(
    out: Path, households: int | None, months: int, port: int, *, no_serve: bool
) -> None:
    """Montre tout : un département fictif, une famille de chaque sort, puis l'application.

    L'application a un an de requêtages derrière elle et un compte par rôle, choisi d'un clic.
    """
    from jalon.cli.demo import demonstrate  # noqa: PLC0415 -- it needs the generator

    demonstrate(out, households=households, months=months, serve_on=None if no_serve else port)


@cli.command(name="serve", short_help="Ouvre l'application.")
@option("--port", type=click.IntRange(1, 65535), metavar="PORT", help="Port (8000 par défaut).")
@option(
    "--address", default="127.0.0.1", metavar="ADRESSE", help="Adresse (127.0.0.1 par défaut)."
)
@option(
    "--processes",
    type=click.IntRange(min=1),
    # One waits for the database while another works.
    default=lambda: min(2 * (os.cpu_count() or 1), _MOST_PROCESSES),
    metavar="NOMBRE",
    help="Processus qui répondent (par défaut deux par cœur, quatre au plus).",
)
@option("--no-worker", is_flag=True, help="Sans travaux de fond : jalon worker s'en charge.")
def serve_command(port: int | None, address: str, processes: int, *, no_worker: bool) -> None:
    """Ouvre l'application, et fait à côté ses travaux de fond.

    Sans DATABASE_URL, démarre la base embarquée et la met à jour ; avec, la base doit déjà être à
    jour (jalon migrate).

    \b
    Exemple :
      JALON_DATA=donnees jalon serve --port 8080
    """
    _begin_without_owner()
    from jalon.config.database import application  # noqa: PLC0415
    from jalon.config.serving import refuse_taken, serve  # noqa: PLC0415

    # The processes that answer are forks of this one: what they need is loaded once for all.
    with application(jobs=True) as environment:
        from jalon.config.checking import refuse_faults  # noqa: PLC0415 - once Django is set up
        from jalon.config.environment import refuse_unguarded  # noqa: PLC0415
        from jalon.config.maintenance import migrate  # noqa: PLC0415

        chosen = port or environment.port
        refuse_taken(address, chosen)
        if address not in _THIS_MACHINE:
            refuse_unguarded(environment)

        if environment.database_url is None:
            # Up to date or not: it is given the roles and the key of this process.
            migrate()
        refuse_faults(environment)
        click.echo(f"Jalon répond sur http://{address}:{chosen} (Ctrl-C pour arrêter).")
        serve(address=address, port=chosen, processes=processes, with_worker=not no_worker)


@cli.command(name="worker", short_help="Fait les travaux de fond.")
def worker_command() -> None:
    """Fait les travaux de fond (calculs, reprises), jusqu'à ce qu'on l'arrête."""
    _begin_without_owner()
    from jalon.config.database import application  # noqa: PLC0415

    with application(jobs=True) as environment:
        from jalon.config.checking import refuse_faults  # noqa: PLC0415
        from jalon.config.working import work  # noqa: PLC0415

        refuse_faults(environment)
        work()


def _begin_without_owner() -> None:
    """Begin this command again if it was given the owner's address, which it must not hold.

    What a process was started with can be read as long as it lasts.
    """
    if os.environ.get("DATABASE_URL") and os.environ.pop("DATABASE_OWNER_URL", None):
        click.echo(
            "DATABASE_OWNER_URL est dans l'environnement de cette commande, qui n'en a pas "
            "besoin : retirez-le.",
            err=True,
        )
        command = [sys.executable, "-m", "jalon.cli", *sys.argv[1:]]
        os.execv(sys.executable, command)  # noqa: S606 - this very command


@cli.command(name="migrate", short_help="Met la base à jour.")
def migrate_command() -> None:
    """Met la base à jour, après l'installation ou une nouvelle version.

    Se connecte avec DATABASE_OWNER_URL ; jalon serve et jalon worker, eux, n'en ont pas besoin et
    ne doivent pas le recevoir.
    """
    from jalon.config.database import application  # noqa: PLC0415

    with application(owner=True):
        from jalon.config.maintenance import migrate, pending_migrations  # noqa: PLC0415

        pending = pending_migrations()
        migrate()
    click.echo(f"Base à jour : {len(pending)} changements appliqués.")


@cli.command(name="department", short_help="Trace le département selon le profil.")
def department_command() -> None:
    """Écrit les territoires, communes, lieux d'accueil et équipes que dit le profil.

    À lancer après l'installation, et de nouveau quand le profil change : rien n'est retiré. Se
    connecte avec DATABASE_OWNER_URL.
    """
    from jalon.config.database import application  # noqa: PLC0415

    with application(owner=True):
        from jalon.config.installing import lay_out_department  # noqa: PLC0415

        profile = lay_out_department()
    click.echo(f"Le département est tracé : {profile}.")


@cli.command(name="administrator", short_help="Ouvre le premier compte.")
@option("--email", prompt="Adresse électronique", metavar="ADRESSE", help="Son adresse.")
@option("--first-name", prompt="Prénom", metavar="PRENOM", help="Son prénom.")
@option("--last-name", prompt="Nom", metavar="NOM", help="Son nom.")
def administrator_command(email: str, first_name: str, last_name: str) -> None:
    """Ouvre le compte du premier administrateur technique, qui ouvrira les autres.

    Donne l'adresse à laquelle il choisit son mot de passe : elle sert une fois, dans les trois
    jours. Se connecte avec DATABASE_OWNER_URL.
    """
    from jalon.config.database import application  # noqa: PLC0415

    with application(owner=True):
        from jalon.config.installing import open_administrator  # noqa: PLC0415

        address = open_administrator(email=email, first_name=first_name, last_name=last_name)
    click.echo(f"Compte ouvert. Son mot de passe se choisit ici, une fois :\n{address}")


@cli.command(name="confirm", short_help="Confirme les rôles que nul autre ne peut confirmer.")
@option("--email", prompt="Adresse électronique", metavar="ADRESSE", help="Celle du compte.")
def confirm_command(email: str) -> None:
    """Rend effectifs les rôles d'un compte, si personne ne répond encore du département.

    Pour le premier responsable du département, ou quand le seul en place a dû reprendre un mot de
    passe. Demandez-lui d'abord, de vive voix, s'il est bien entré. Se connecte avec
    DATABASE_OWNER_URL.
    """
    from jalon.config.database import application  # noqa: PLC0415

    with application(owner=True):
        from jalon.config.installing import confirm_roles  # noqa: PLC0415

        labels = confirm_roles(email=email)
    click.echo(f"Confirmé : {', '.join(labels)}.")


@cli.command(name="check", short_help="Vérifie l'installation.")
def check_command() -> int:
    """Vérifie l'installation : réglages, base, droits, travaux, place sur le disque.

    Code de retour 2 si un point pèche.

    \b
    Exemple :
      jalon check
    """
    from jalon.config.database import application  # noqa: PLC0415

    with application() as environment:
        from jalon.config.health import look_over  # noqa: PLC0415

        found = look_over(environment)
    for finding in found:
        click.echo(f"{_OK if finding.ok else _NOT_OK} {finding.sentence}")
    return DONE if all(finding.ok for finding in found) else IMPOSSIBLE


@cli.command(name="backup", short_help="Sauvegarde tout dans un fichier.")
@click.argument("archive", type=FilePath(), metavar="FICHIER")
def backup_command(archive: Path) -> None:
    """Sauvegarde la base et les fichiers dans un seul fichier, même quand Jalon est ouvert.

    Se connecte avec DATABASE_OWNER_URL.

    \b
    Exemple :
      jalon backup jalon-2026-11-22.tar
    """
    from jalon.config.backup import back_up  # noqa: PLC0415
    from jalon.config.database import located  # noqa: PLC0415

    with located() as (environment, owner_url):
        content = back_up(owner_url=owner_url, data=environment.data, archive=archive)
    _say_content("Sauvegardé", content, archive)
    if content.vanished:
        click.echo(
            "Fichiers effacés pendant la sauvegarde, et qui n'y sont pas : "
            f"{french.number(len(content.vanished))}."
        )


@cli.command(name="restore", short_help="Restaure une sauvegarde.")
@click.argument("archive", type=FilePath(), metavar="FICHIER")
def restore_command(archive: Path) -> None:
    """Restaure une sauvegarde dans une base neuve, et vérifie qu'elle l'est à l'identique.

    Se connecte avec DATABASE_OWNER_URL.

    \b
    Exemple :
      JALON_DATA=ailleurs jalon restore jalon-2026-11-22.tar
    """
    from jalon.config.backup import restore  # noqa: PLC0415
    from jalon.config.database import located  # noqa: PLC0415

    with located() as (environment, owner_url):
        content = restore(owner_url=owner_url, data=environment.data, archive=archive)
        _give_rights_anew()
    _say_content("Restauré", content, archive)


def _give_rights_anew() -> None:
    """Give what a backup does not hold: rights on the database itself, this process's key."""
    from jalon.config.database import application  # noqa: PLC0415

    with application(owner=True):
        from jalon.config.maintenance import migrate  # noqa: PLC0415

        migrate()


def _say_content(done: str, content: Content, archive: Path) -> None:
    rows = sum(count for count, _ in content.tables.values())
    click.echo(
        f"{done} : {french.number(rows)} lignes de {len(content.tables)} tables, "
        f"{len(content.files)} fichiers ({archive})."
    )
