"""The log tells what happens to the server, and nothing of anybody."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import psycopg

from config.embedded.processes import answers, wait_for, wait_stopped, write_fact
from jalon.config.embedded import running

NAME = "Dupont-Martin"


def test_it_holds_nobody_s_data(made: Path) -> None:
    with running(made) as server:
        write_fact(server, NAME)
        with psycopg.connect(server.owner_url, autocommit=True) as connection:
            connection.execute("CREATE UNIQUE INDEX ON fact (said)")
            for statement, values in (
                ("INSERT INTO fact VALUES (%s)", [NAME]),
                ("SELECT %s::text::int", [NAME]),
                (f"SELECT '{NAME}' FROM", []),
                (f"DO $$ BEGIN RAISE LOG '{NAME}'; END $$", []),
                (f"SET log_min_messages = log; DO $$ BEGIN RAISE LOG '{NAME}'; END $$", []),
                (f"SET log_statement = 'all'; SELECT '{NAME}'", []),
            ):
                try:
                    connection.execute(statement.encode(), values or None)
                except psycopg.DatabaseError:
                    continue
        crashing = psycopg.connect(server.owner_url)
        crashing.execute(f"SELECT '{NAME}'".encode())
        os.kill(crashing.info.backend_pid, signal.SIGKILL)
        wait_for(lambda: "terminated by signal 9" in server.log.read_text(), "la panne est notée")
        wait_for(lambda: answers(server.app_url), "le serveur revient")
        crashing.close()
        assert NAME not in server.log.read_text()
    wait_stopped(made)
    assert NAME not in (made / "server.log").read_text()


def test_it_is_closed_and_starts_anew_when_large(made: Path) -> None:
    log = made / "server.log"
    with running(made) as server:
        assert server.log == log
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
    wait_stopped(made)
    with log.open("a") as file:
        file.write("x" * 1_500_000)
    for _ in range(2):
        with running(made):
            assert log.stat().st_size < 100_000
            assert stat.S_IMODE(log.stat().st_mode) == 0o600
        wait_stopped(made)
    assert (made / "server.log.1").stat().st_size > 1_000_000
