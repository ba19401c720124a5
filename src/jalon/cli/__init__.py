"""The console script `jalon`: arguments in, domain calls, tables and files out."""

from jalon.cli.commands import main

__all__ = ["main"]
