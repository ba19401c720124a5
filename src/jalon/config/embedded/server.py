"""A share in the embedded server of a folder, for as long as a process needs it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_from_bytes

from jalon.config.embedded import layout
from jalon.config.embedded.errors import too_slow, unusable
from jalon.config.embedded.home import Home, open_home
from jalon.config.embedded.launch import launch_guardian, relieve_guardian
from jalon.config.embedded.locks import try_share, try_whole
from jalon.config.embedded.roles import APP, OWNER

START_SECONDS: Final = 60.0  # recovery after a crash included
_PAUSE: Final = 0.03


@dataclass
class EmbeddedServer:
    """A server that is up, and our share in it: it stays up until the last share is given back.

    A forked process holds the share of its parent too.
    """

    home: Home
    _share: int | None = field(repr=False)

    @property
    def folder(self) -> Path:
        """The folder that holds everything of this server."""
        return self.home.path

    @property
    def log(self) -> Path:
        """The file in which the server says what happens to it; no data of anybody's."""
        return self.home.log

    @property
    def owner_url(self) -> str:
        """The address for the owner of the schema: migrations and maintenance."""
        return self.url(OWNER)

    @property
    def app_url(self) -> str:
        """The address for the application, which row-level security holds."""
        return self.url(APP)

    def url(self, role: str, database: str = "jalon") -> str:
        """Return a libpq address for a role: by the Unix socket, without password."""
        return _url(self.home, role, database)

    def release(self) -> None:
        """Give the share back; the server stops after the last one. May be called twice."""
        share, self._share = self._share, None
        if share is not None:
            with suppress(OSError):  # the folder may be gone; the next start sees to the rest
                relieve_guardian(self.home)
            os.close(share)


@contextmanager
def running(folder: Path) -> Iterator[EmbeddedServer]:
    """Hold the server of a folder up until the block ends; EmbeddedError where it cannot be."""
    server = hold(folder)
    try:
        yield server
    finally:
        server.release()


def hold(folder: Path) -> EmbeddedServer:
    """Return a share in the server of a folder, made and started if need be."""
    home = open_home(folder)
    deadline = time.monotonic() + START_SECONDS
    try:
        share = _take_share(home, deadline)
        try:
            _wait_up(home, deadline)
        except BaseException:
            os.close(share)
            raise
    except OSError as error:
        raise unusable(folder, error) from error
    return EmbeddedServer(home, share)


def _take_share(home: Home, deadline: float) -> int:
    """Wait, if need be, until a guardian that stops the server has ended."""
    while True:
        share = try_share(home.shares, home.account)
        if share is not None:
            return share
        _pause(home, deadline)


def _wait_up(home: Home, deadline: float) -> None:
    while True:
        guard = try_whole(home.guard, home.account)
        if guard is not None:
            launch_guardian(home, guard, deadline)
        elif home.ready and _answers(home):
            return
        else:
            _pause(home, deadline)


def _pause(home: Home, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise too_slow(home.path, home.log, START_SECONDS)
    time.sleep(_PAUSE)


def _answers(home: Home) -> bool:
    """Tell whether the application can log in; nothing else proves that a server is up."""
    import psycopg  # noqa: PLC0415 - the guardian imports this package, and needs no psycopg

    layout.check_private(home.socket, home.account)
    try:
        with psycopg.connect(_url(home, APP, "jalon"), connect_timeout=5) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _url(home: Home, role: str, database: str) -> str:
    host = quote_from_bytes(os.fsencode(home.socket), safe="")
    peer = quote(home.account.name, safe="")
    return (
        f"postgresql://{quote(role, safe='')}@/{quote(database, safe='')}"
        f"?host={host}&port={layout.PORT}&requirepeer={peer}"
    )
