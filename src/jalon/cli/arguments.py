"""The arguments that several commands share, each read into what the domain uses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from jalon.cli.french import FrenchBadParameter, option
from jalon.register.layout import read_layout
from jalon.rules.calendar import Month
from jalon.rules.profile import Profile, load_profile, profile_names
from jalon.rules.toml_source import ProfileError

Command = TypeVar("Command", bound=Callable[..., Any])


class FilePath(click.ParamType[Path]):
    """A path that can be shown and handed over."""

    name = "chemin"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """Read a path."""
        try:
            str(value).encode()
        except UnicodeEncodeError as error:
            message = "Ce chemin a des caractères illisibles : renommez le dossier."
            raise FrenchBadParameter(message, ctx=ctx, param=param) from error
        return Path(value)


class MonthType(click.ParamType[Month]):
    """A month, as 2026-10."""

    name = "mois"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Month:
        """Read a month."""
        try:
            return value if isinstance(value, Month) else Month.parse(value)
        except ValueError as error:
            raise FrenchBadParameter(str(error), ctx=ctx, param=param) from error


class DayType(click.ParamType[date]):
    """A day, as 2026-10-31."""

    name = "jour"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> date:
        """Read a day."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError as error:
            message = f"« {value} » n'est pas une date : écrivez-la comme 2026-10-31."
            raise FrenchBadParameter(message, ctx=ctx, param=param) from error


class ProfileType(click.ParamType[Profile]):
    """A profile, by the name of a built-in one or the path of a folder."""

    name = "profil"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Profile:
        """Load a profile."""
        try:
            if isinstance(value, Profile):
                return value
            profile = load_profile(value)
            # Its names of files, columns and codes are read too: they may be refused.
            read_layout(profile.extract)
        except ProfileError as error:
            raise FrenchBadParameter(str(error), ctx=ctx, param=param) from error
        return profile


def folder_argument(command: Command) -> Command:
    """Take the extract's folder."""
    return click.argument("folder", metavar="DOSSIER", type=FilePath())(command)


def profile_option(*, required: bool = True) -> Callable[[Command], Command]:
    """Take `--profile`."""
    return option(
        "--profile",
        metavar="PROFIL",
        type=ProfileType(),
        required=required,
        help=f"Profil de la caisse : {', '.join(profile_names())}, ou le chemin d'un dossier.",
    )


def month_option(*, required: bool = True) -> Callable[[Command], Command]:
    """Take `--month`."""
    return option(
        "--month",
        metavar="AAAA-MM",
        type=MonthType(),
        required=required,
        help="Mois du requêtage, comme 2026-10.",
    )


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Take `--format`, the first being the default."""
    return option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        help=f"Forme du résultat ({formats[0]} par défaut).",
    )
