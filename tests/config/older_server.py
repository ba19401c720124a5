"""A PostgreSQL older than ours, where the machine has one, that asks for passwords."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from jalon.config.embedded.account import server_account

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
OWNER_PASSWORD, APP_PASSWORD = "a word of the owner's", "a word of the application's"


class OlderServer:
    """A server that runs, by its socket."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def url(self, role: str, password: str, database: str) -> str:
        """Return an address with its password in it, as an operator writes it."""
        host = quote(str(self.socket), safe="")
        return f"postgresql://{role}:{quote(password)}@/{database}?host={host}"

    def new_database(self, name: str) -> tuple[str, str]:
        """Make one as the documentation says; return the application's address and the owner's."""
        with psycopg.connect(self.url("postgres", "", "postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER jalon_owner TEMPLATE template0").format(
                    sql.Identifier(name)
                )
            )
        return (
            self.url("jalon_app", APP_PASSWORD, name),
            self.url("jalon_owner", OWNER_PASSWORD, name),
        )


@contextmanager
def older_server() -> Iterator[OlderServer]:
    """Start one in a closed folder, with the two roles, until the block ends."""
    account = server_account()
    root = os.geteuid() == 0
    who: dict[str, Any] = (
        {"user": account.uid, "group": account.gid, "extra_groups": []} if root else {}
    )
    folder = Path(tempfile.mkdtemp(prefix="jalon-15-"))
    os.chown(folder, account.uid, account.gid)

    def run(*command: str) -> None:
        subprocess.run(  # noqa: S603 - its own programs
            [PROGRAMS / command[0], *command[1:]],
            check=True,
            capture_output=True,
            cwd=folder,
            env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
            **who,
        )

    data = folder / "data"
    try:
        run("initdb", "--pgdata", str(data), "--username=postgres", "--encoding=UTF8", "--no-sync")
        (data / "pg_hba.conf").write_text(
            "local all postgres trust\nlocal all all scram-sha-256\n"
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run("pg_ctl", "start", "--wait", f"--pgdata={data}", "--log=log", "--options", options)
        try:
            server = OlderServer(folder)
            _make_roles(server)
            yield server
        finally:
            run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={data}")
    finally:
        shutil.rmtree(folder)


def _make_roles(server: OlderServer) -> None:
    with psycopg.connect(server.url("postgres", "", "postgres"), autocommit=True) as connection:
        for role, word in (("jalon_owner", OWNER_PASSWORD), ("jalon_app", APP_PASSWORD)):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(word)
                )
            )
