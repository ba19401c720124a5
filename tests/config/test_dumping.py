"""Dumps and their loading: on the oldest PostgreSQL admitted, whole, telling nobody too much."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from config.older_server import OWNER_PASSWORD, PROGRAMS, OlderServer, older_server
from config.test_commands import counts, jalon
from jalon.config.dumping import DumpError, dump, load, pass_on, reason
from jalon.config.embedded import EmbeddedServer

ANOTHER_KEY = "another-key-of-more-than-fifty-characters-by-chance"
SCRIPT = b"SET lock_timeout = 0;\nSET transaction_timeout = 0;\nSET row_security = off;\n"
COPY = b"COPY notes (told) FROM stdin;\nSET transaction_timeout = 0;\n\\.\n"


@pytest.fixture(scope="module")
def older() -> Iterator[OlderServer]:
    if not PROGRAMS.is_dir():
        pytest.skip("PostgreSQL 15 is not installed: backups were not tried on it")
    with older_server() as server:
        yield server


def production(app_url: str, owner_url: str) -> dict[str, Any]:
    return {
        "JALON_MODE": "production",
        "JALON_SECRET_KEY": "a-key-of-more-than-fifty-characters-drawn-by-chance",
        "JALON_HOSTS": "jalon.example.org",
        "JALON_PUBLIC_URL": "https://reponse.example.org",
        "DATABASE_URL": app_url,
        "DATABASE_OWNER_URL": owner_url,
    }


def test_a_production_on_the_oldest_server_is_saved_and_restored(
    older: OlderServer, tmp_path: Path
) -> None:
    archive = tmp_path / "sauvegarde.tar"
    before = production(*older.new_database("jalon"))
    jalon("migrate", data=tmp_path / "data", **before)
    jalon("department", data=tmp_path / "data", **before)

    saved = jalon("backup", str(archive), data=tmp_path / "data", **before)
    after = production(*older.new_database("restored")) | {"JALON_SECRET_KEY": ANOTHER_KEY}
    restored = jalon("restore", str(archive), data=tmp_path / "elsewhere", **after)

    assert counts(saved) == counts(restored)
    said = jalon("check", data=tmp_path / "elsewhere", **after)
    assert "PostgreSQL 15." in said
    assert "✗" not in said


def test_nobody_on_the_machine_sees_the_owner_s_password(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called, plain_popen = [], subprocess.Popen

    def popen(command: list[str], **how: Any) -> subprocess.Popen[bytes]:
        called.append([str(word) for word in command])
        return plain_popen(command, **how)

    monkeypatch.setattr(subprocess, "Popen", popen)
    told, fresh = (
        f"{url}&password={quote(OWNER_PASSWORD)}" for url in new_databases(server, "told", "fresh")
    )
    with psycopg.connect(told) as connection:
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row
        dump(told, tmp_path / "database.dump", snapshot=row[0])
    load(fresh, tmp_path / "database.dump")

    programs = [Path(command[0]).name for command in called]
    assert {"pg_dump", "pg_restore", "psql"} <= set(programs)
    words = " ".join(word for command in called for word in command)
    assert "jalon_owner" in words
    assert OWNER_PASSWORD not in words
    assert quote(OWNER_PASSWORD) not in words


@pytest.mark.parametrize("old", [True, False])
def test_only_an_old_server_is_spared_what_it_does_not_know(old: bool) -> None:  # noqa: FBT001
    server = BytesIO()

    pass_on(BytesIO(SCRIPT + COPY), server, old=old)

    expected = SCRIPT.replace(b"SET transaction_timeout = 0;\n", b"") if old else SCRIPT
    assert server.getvalue() == expected + COPY


def test_a_restoration_that_fails_leaves_nothing_and_says_why(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    file = tmp_path / "database.dump"
    told, fresh = new_databases(server, "told", "fresh")
    with psycopg.connect(told) as connection:
        connection.execute("CREATE TABLE a_note AS SELECT 'Madame Dupont' AS told")
        connection.execute("CREATE SCHEMA wanting")
        connection.execute("CREATE TABLE wanting.note ()")
    with psycopg.connect(told) as connection:
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row
        dump(told, file, snapshot=row[0])
    with psycopg.connect(fresh) as connection:
        connection.execute("CREATE SCHEMA wanting")

    with pytest.raises(DumpError) as caught:
        load(fresh, file)

    assert str(caught.value) == (
        'psql a échoué (code 3) : 42P06, schema "wanting" already exists.'
    )
    with psycopg.connect(fresh) as connection:
        found = connection.execute("SELECT to_regclass('a_note')").fetchone()
    assert found == (None,)
    with pytest.raises(DumpError, match="pg_restore a échoué"):
        load(fresh, _cut(file))
    with psycopg.connect(fresh) as connection:
        found = connection.execute("SELECT to_regclass('a_note')").fetchone()
    assert found == (None,)


def test_a_reader_that_is_gone_does_not_hide_why(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (url,) = new_databases(server, "gone")
    for name, does in {
        "pg_restore": "sleep 1; echo 'SELECT 1;'; echo 'pg_restore: error: cut' >&2; exit 1",
        "psql": "exit 3",
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr("jalon.config.dumping._program", lambda name: str(tmp_path / name))

    with pytest.raises(DumpError, match=r"pg_restore a échoué .* cut"):
        load(url, tmp_path / "any")


def new_databases(server: EmbeddedServer, *names: str) -> list[str]:
    """Make empty databases, and return their owner's addresses."""
    with psycopg.connect(server.owner_url, autocommit=True) as owner:
        for name in names:
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return [server.url("jalon_owner", name) for name in names]


def _cut(file: Path) -> Path:
    """Return the same archive without its end."""
    short = file.with_name("short.dump")
    short.write_bytes(file.read_bytes()[:-20])
    return short


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('ERROR:  42704: role "jalon_app" does not exist', ' : 42704, role "jalon_app" does not'),
        ("ERROR:  23505: duplicate key\nDETAIL:  Key (name)=(Dupont)", " : 23505"),
        ('ERROR:  22P02: invalid input syntax for type date: "Dupont"', " : 22P02"),
        ("ERROR:  P0001: Dupont is not there", " : P0001"),
        ("psql: error: connection to server failed", " : connection to server failed"),
        ("Dupont", ""),
    ],
)
def test_why_it_failed_is_told_without_a_row(said: str, told: str) -> None:
    assert reason(said).startswith(told) if told else not reason(said)
    assert "Dupont" not in reason(said)
