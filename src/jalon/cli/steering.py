"""The commands of `jalon steering`."""

from __future__ import annotations

import click

from jalon.cli.arguments import month_option
from jalon.cli.commands import cli
from jalon.cli.french import FrenchGroup
from jalon.rules.calendar import Month


@cli.group(cls=FrenchGroup, short_help="Les chiffres du pilotage.")
def steering() -> None:
    """Les chiffres du pilotage : ce qui a été fait, compté mois par mois, sans nommer personne."""


@steering.command(name="facts", short_help="Compte les faits d'un mois, ou de ceux qui sont dus.")
@month_option(required=False)
def facts_command(month: Month | None) -> None:
    """Compte les faits d'un mois passé et le fige ; déjà figé, le recompte et dit ce qui change.

    Sans --month, fait le travail de la nuit : fige les mois passés, recompte une fois par mois les
    précédents, compte celui qui court. Ce qui a été dit n'est jamais remplacé en silence : un
    autre décompte est une version à côté.

    \b
    Exemple :
      jalon steering facts --month 2026-10
    """
    from jalon.config.database import application  # noqa: PLC0415

    with application():
        from jalon.steering.facts.telling import count_due, count_one  # noqa: PLC0415

        said = count_due() if month is None else count_one(month)
    for line in said:
        click.echo(line)


@steering.command(name="indicators", short_help="Dit ce qu'est chaque indicateur.")
def indicators_command() -> None:
    """Écrit ce qu'est chaque indicateur : sa définition, son calcul, sa source.

    \b
    Exemple :
      jalon steering indicators > indicateurs.md
    """
    from jalon.steering.sheets import indicators_page  # noqa: PLC0415 - not for other commands

    click.echo(indicators_page(), nl=False)
