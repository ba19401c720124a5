"""Writes a database to a file and loads it back, with PostgreSQL's own programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jalon.config.embedded.account import server_account
from jalon.config.embedded.binaries import find_binaries
from jalon.rules.errors import ClearError

# Our programs' version sets it first of all; servers before this one do not know it.
_TIMEOUT: Final = b"SET transaction_timeout = 0;\n"
_KNOWS_TIMEOUT: Final = 170000
_PREAMBLE_LINES: Final = 40
_LOAD: Final = ("--no-psqlrc", "--quiet", "--no-password", "--single-transaction", "--file=-")
# With its code, so that what quotes rows can be told from what does not.
_LOAD_SETTINGS: Final = ("--set=ON_ERROR_STOP=1", "--set=VERBOSITY=verbose")
_SQL_ERROR: Final = re.compile(r"(?:ERROR|FATAL|PANIC):\s+(?P<code>[0-9A-Z]{5}): (?P<said>.*)")
# Values, constraints and our own triggers: their sentences may quote what a row holds.
_QUOTES_ROWS: Final = ("22", "23", "44", "P0")
_OUR_PROGRAM: Final = re.compile(r"(?:pg_dump|pg_restore|psql): error: (?P<said>.*)")
_LONGEST: Final = 300


class DumpError(ClearError):
    """A program of PostgreSQL that failed; says why, unless that would quote a row."""


def dump(owner_url: str, file: Path, *, snapshot: str) -> None:
    """Write a whole database, as a snapshot shows it, in PostgreSQL's own format."""
    address, environment = _address(owner_url)
    # Jalon keeps no large object: one that somebody left must not stop every backup.
    options = (
        *("--format=custom", "--no-password", "--no-large-objects"),
        *(f"--snapshot={snapshot}", f"--file={file}"),
    )
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(  # noqa: S603 - our own program, our own arguments
            [_program("pg_dump"), *options, f"--dbname={address}"],
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        _check("pg_dump", done.returncode, said)


def load(owner_url: str, file: Path) -> None:
    """Load what `dump` wrote into an empty database, all of it or nothing."""
    with psycopg.connect(owner_url) as connection:
        old = connection.info.server_version < _KNOWS_TIMEOUT
    address, environment = _address(owner_url)
    with (
        tempfile.TemporaryFile() as said_reading,
        tempfile.TemporaryFile() as said_loading,
        subprocess.Popen(  # noqa: S603 - our own program, our own arguments
            [_program("pg_restore"), "--no-owner", "--file=-", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said_reading,
        ) as reading,
        subprocess.Popen(  # noqa: S603 - likewise
            [_program("psql"), *_LOAD, *_LOAD_SETTINGS, f"--dbname={address}"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said_loading,
        ) as loading,
    ):
        script, server = _pipe(reading.stdout), _pipe(loading.stdin)
        try:
            # One that ended before its time says why, below.
            with suppress(BrokenPipeError):
                pass_on(script, server, old=old)
                _check("pg_restore", reading.wait(), said_reading)
                server.close()
        except BaseException:
            # It would keep what it has if it saw the end.
            loading.kill()
            # What was still to be written to it goes with it.
            with suppress(BrokenPipeError):
                server.close()
            raise
        script.close()
        _check("psql", loading.wait(), said_loading)


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    if end is None:
        raise DumpError("La sauvegarde ne peut pas être relue.")
    return end


def pass_on(script: IO[bytes], server: IO[bytes], *, old: bool) -> None:
    """Pass a script on to a server, without what an old one does not know."""
    if old:
        # Only in the first lines: later ones may be a row's.
        for _ in range(_PREAMBLE_LINES):
            line = script.readline()
            if line == _TIMEOUT:
                break
            server.write(line)
    shutil.copyfileobj(script, server)


def _address(url: str) -> tuple[str, dict[str, str]]:
    """Return an address without its passwords, and the environment that holds them.

    Everyone on the machine sees what a program is called with, its own account alone what its
    environment holds.
    """
    told = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    environment = dict(os.environ)
    environment.pop("DATABASE_OWNER_URL", None)
    if password := told.pop("password", ""):
        environment["PGPASSWORD"] = password
    if "sslpassword" in told:
        raise DumpError(
            "DATABASE_OWNER_URL donne sslpassword, que chacun lirait ici pendant la sauvegarde : "
            "gardez la clé du client sans mot de passe, dans un fichier fermé."
        )
    return make_conninfo(**told), environment


def _program(name: str) -> str:
    return find_binaries(server_account()).program(name)


def _check(program: str, code: int, said: IO[bytes]) -> None:
    if code:
        said.seek(0)
        why = reason(said.read().decode(errors="replace"))
        raise DumpError(f"{program} a échoué (code {code}){why}.")


def reason(said: str) -> str:
    """Return the first error among what a program said, without what may quote a row."""
    for line in said.splitlines():
        if found := _SQL_ERROR.search(line):
            quotes = found["code"].startswith(_QUOTES_ROWS)
            return f" : {found['code']}" + ("" if quotes else f", {found['said'][:_LONGEST]}")
        if found := _OUR_PROGRAM.match(line):
            return f" : {found['said'][:_LONGEST]}"
    return ""
