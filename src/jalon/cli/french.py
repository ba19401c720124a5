"""Click in French: help pages, and one clear sentence for each wrong argument."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import click

_HEADINGS: Final = {"Options": "Options", "Commands": "Commandes", "Arguments": "Arguments"}


class _Formatter(click.HelpFormatter):
    """Writes help pages with French headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "Utilisation : ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))


class FrenchContext(click.Context):
    """A context that writes help pages in French."""

    formatter_class = _Formatter


class FrenchCommand(click.Command):
    """A command whose help option speaks French."""

    context_class = FrenchContext

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option."""
        return _in_french(super().get_help_option(ctx))


class FrenchGroup(click.Group):
    """A group whose help option speaks French and whose commands keep their order."""

    context_class = FrenchContext
    command_class = FrenchCommand
    group_class = type

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option."""
        return _in_french(super().get_help_option(ctx))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the commands in the order of a month's work."""
        return list(self.commands)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's
        """Return what follows the program's name."""
        return ["COMMANDE …"]


class FrenchOption(click.Option):
    """An option whose help speaks French."""

    def get_help_extra(self, ctx: click.Context) -> click.types.OptionHelpExtra:
        """Return what follows the help text: whether the option is required."""
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        if "required" in extra:
            extra["required"] = "obligatoire"
        return extra


option = partial(click.option, cls=FrenchOption)


def _in_french(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "Affiche cette aide."
    return option


def sentence_of(error: click.ClickException) -> str:  # noqa: PLR0911 -- one return an error
    """Say in one French sentence what is wrong with the arguments."""
    match error:
        case click.exceptions.NoArgsIsHelpError() | FrenchUsageError():
            return error.format_message()
        case click.NoSuchOption(option_name=name, possibilities=possible):
            return f"L'option {name} n'existe pas.{_nearest(possible)} Voyez --help."
        case click.BadOptionUsage(option_name=name):
            return f"L'option {name} demande une valeur. Voyez --help."
        case click.MissingParameter(param=param) if param is not None:
            return f"Il manque {_name(param)}. Voyez --help."
        case click.BadParameter(param=param) if param is not None:
            return _bad_value(param, error)
        case click.UsageError(ctx=ctx) if ctx and isinstance(ctx.command, click.Group):
            known = ", ".join(ctx.command.list_commands(ctx))
            return f"Cette commande n'existe pas. Possibles : {known}."
        case click.UsageError():
            return "Il y a un argument de trop. Voyez --help."
        case _:
            return error.format_message()


def _bad_value(param: click.Parameter, error: click.BadParameter) -> str:
    if isinstance(error, FrenchBadParameter):
        return error.message
    kind = param.type
    if isinstance(kind, click.Choice):
        choices: Sequence[Any] = kind.choices
        return f"{_capitalised(_name(param))} : choisissez parmi {', '.join(map(str, choices))}."
    if isinstance(kind, click.IntRange):
        return f"{_capitalised(_name(param))} : écrivez un nombre entier d'au moins {kind.min}."
    return f"{_capitalised(_name(param))} : cette valeur ne convient pas. Voyez --help."


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name(param: click.Parameter) -> str:
    if isinstance(param, click.Option):
        return f"l'option {param.opts[0]}"
    return f"l'argument {param.make_metavar(click.Context(click.Command('')))}"


def _nearest(possible: Sequence[str] | None) -> str:
    return f" Vouliez-vous dire {possible[0]} ?" if possible else ""


class FrenchUsageError(click.UsageError):
    """Wrong arguments, said in one French sentence."""


class FrenchBadParameter(click.BadParameter):
    """A wrong value whose sentence is already in French."""
