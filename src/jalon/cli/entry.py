"""Runs the console script: its exit status, one sentence for each error, nothing left behind."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NoReturn

import click

from jalon.cli import application as _application  # noqa: F401 - it adds its commands
from jalon.cli import rights as _rights  # noqa: F401 - likewise
from jalon.cli import steering as _steering  # noqa: F401 - likewise
from jalon.cli.commands import DONE, IMPOSSIBLE, cli
from jalon.cli.french import sentence_of
from jalon.rules.errors import ClearError

_INTERRUPTED: Final = "Interrompu : rien n'a été laissé à moitié écrit."


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the console script and exit with its status."""
    _prepare()
    try:
        with _closed_files(), _interrupted_by(signal.SIGTERM, signal.SIGHUP):
            status = cli.main(args=arguments, prog_name="jalon", standalone_mode=False)
    except click.ClickException as error:
        status = _refuse(sentence_of(error))
    except ClearError as error:
        status = _refuse(str(error))
    except (KeyboardInterrupt, click.Abort):
        status = _refuse(_INTERRUPTED)
    except Exception as error:
        if _interrupted(error):
            status = _refuse(_INTERRUPTED)
        # A traceback could show a family's data on screen or in a log.
        elif os.environ.get("JALON_DEBUG"):
            raise
        else:
            status = _refuse(_unforeseen(error))
    sys.exit(status or DONE)


@contextmanager
def _closed_files() -> Iterator[None]:
    """Close what is written to others: it speaks of families. Callers keep their own mask."""
    before = os.umask(0o077)
    os.umask(before | 0o077)
    try:
        yield
    finally:
        os.umask(before)


def _prepare() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextmanager
def _interrupted_by(*signals: signal.Signals) -> Iterator[None]:
    """Stop as after Ctrl-C, so that temporary files are removed, when told to end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    earlier = {one: signal.signal(one, _interrupt) for one in signals}
    try:
        yield
    finally:
        for one, handler in earlier.items():
            signal.signal(one, handler)


def _interrupted(error: Exception) -> bool:
    """Tell whether a query of DuckDB was interrupted: it says so in its own ways."""
    import duckdb  # noqa: PLC0415 - it takes long to import: commands without it start sooner

    return isinstance(error, duckdb.InterruptException) or "Query interrupted" in str(error)


def _unforeseen(error: Exception) -> str:
    return (
        f"Jalon s'est arrêté sur une erreur imprévue ({type(error).__name__}). Relancez avec "
        "JALON_DEBUG=1 pour en voir le détail, qui peut montrer des données."
    )


def _interrupt(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _refuse(sentence: str) -> int:
    click.echo(sentence, err=True)
    return IMPOSSIBLE
