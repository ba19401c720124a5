"""A demonstration is saved while somebody writes in it, and restored elsewhere as it stood."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Browser, Page
from psycopg import sql
from psycopg.errors import InvalidParameterValue, UndefinedObject

from e2e.conftest import told
from e2e.visits import WIDE, my_page, signed_in
from installations import JALON
from jalon.config.embedded import running
from jalon.config.embedded.roles import SUPERUSER
from jalon.directory.roles import Role

_FIRST_DAY = date(2040, 1, 1)
_TABLES = """
SELECT relnamespace::regnamespace::text, relname FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
"""
_WALL = "SELECT tablename, policyname, roles::text, cmd FROM pg_policies ORDER BY 1, 2"

Held = dict[str, tuple[int, str]]


def held(connection: psycopg.Connection[Any]) -> Held:
    """Return the number of rows of every table, and a digest of them in their order."""
    found = {}
    for schema, table in connection.execute(_TABLES).fetchall():
        query = sql.SQL(
            "SELECT count(*), md5(string_agg(md5(one::text), '' ORDER BY md5(one::text))) "
            "FROM {} AS one"
        ).format(sql.Identifier(schema, table))
        (row,) = connection.execute(query).fetchall()
        found[f"{schema}.{table}"] = row
    return found


def files_in(data: Path) -> dict[str, str]:
    """Return the digest of each file of the runs and of their extracts."""
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("runs", "extracts")
        for path in (data / folder).rglob("*")
        if path.is_file()
    }


def as_the_backup_sees(connection: psycopg.Connection[Any]) -> bool:
    """Have a connection see what a backup that has begun saves, whatever is written after."""
    shown = connection.execute("SELECT pg_ls_dir('pg_snapshots')").fetchone()
    connection.rollback()
    if shown is None:
        return False
    try:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(shown[0]))
    except (InvalidParameterValue, UndefinedObject):
        connection.rollback()  # half written, or over
        return False
    return True


class Writer:
    """Somebody who notes one absence after another."""

    def __init__(self, page: Page, address: str) -> None:
        my_page(page, address)
        page.get_by_role("link", name="Noter une absence").click()
        self._url = page.url
        self._token = page.locator("main [name=csrfmiddlewaretoken]").first.input_value()
        self._page = page
        self.noted = 0

    def note(self) -> None:
        day = str(_FIRST_DAY + timedelta(days=self.noted))
        given: dict[str, str | float | bool] = {
            "csrfmiddlewaretoken": self._token,
            "first_day": day,
            "last_day": day,
        }
        answer = self._page.request.post(self._url, form=given, max_redirects=0)
        assert answer.status == 302, answer.text()
        self.noted += 1


def test_a_demonstration_in_use_is_restored_as_it_stood(
    browser: Browser, demonstration: str, demonstration_data: Path, tmp_path: Path
) -> None:
    archive, elsewhere = tmp_path / "sauvegarde.tar", tmp_path / "ailleurs"
    with (
        signed_in(browser, demonstration, Role.TERRITORY_MANAGER, WIDE) as page,
        running(demonstration_data / "postgresql") as server,
        psycopg.connect(server.url(SUPERUSER)) as inside,
    ):
        writer = Writer(page, demonstration)
        saving = subprocess.Popen([*JALON, "backup", str(archive)], env=told(demonstration_data))  # noqa: S603 - our own command
        seen, before = False, 0
        while saving.poll() is None:
            if not seen and (seen := as_the_backup_sees(inside)):
                before = writer.noted
            writer.note()
        assert saving.returncode == 0
        assert seen
        assert 0 < before < writer.noted, "somebody wrote before it began, and meanwhile"
        saved, wall = held(inside), inside.execute(_WALL).fetchall()
        inside.rollback()
        now = held(inside)
    written = {name for name, found in now.items() if found != saved[name]}
    assert {"public.directory_absence", "public.audit_change"} <= written

    subprocess.run([*JALON, "restore", str(archive)], env=told(elsewhere), check=True)  # noqa: S603 - our own command

    with (
        running(elsewhere / "postgresql") as server,
        psycopg.connect(server.url(SUPERUSER)) as inside,
    ):
        restored = held(inside)
        assert inside.execute(_WALL).fetchall() == wall
        assert wall
    assert restored == saved
    assert restored["public.families_household"][0] > 0
    assert files_in(elsewhere) == files_in(demonstration_data)
    assert files_in(elsewhere)
