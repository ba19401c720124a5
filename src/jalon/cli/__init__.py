"""The console script `jalon`: arguments in, domain calls, tables and files out."""

from jalon.cli.entry import main

__all__ = ["main"]
