"""The embedded database is killed under a browser: pages say so politely, then come back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from config.embedded.processes import guardians, postmaster
from e2e.conftest import READY_WITHIN, _free_port
from installations import JALON, installed, migrate, told
from jalon.config.embedded.layout import CLUSTER

_PASSWORD = "une phrase que personne ne devine"  # noqa: S105 - of no account but this test's
_BACK_WITHIN = 30_000
_AWAY_WITHIN = 5.0  # seconds


@dataclass
class Served:
    """An installation without any run: its address, its database, and where to choose a word."""

    address: str
    database: Path
    invitation: str


@pytest.fixture
def served(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = installed(tmp_path_factory, "migrated", migrate, tmp_path / "data")
    environment = told(data, JALON_MODE="development")
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*JALON, "serve", "--no-worker", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/compte/connexion/")
        opened = subprocess.run(  # noqa: S603 - our own command
            [
                *(*JALON, "administrator", "--email", "admin@example.org"),
                *("--first-name", "Camille", "--last-name", "Essai"),
            ],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert opened.returncode == 0, opened.stderr
        link = opened.stdout.split()[-1]
        yield Served(address, data / "postgresql", link)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(READY_WITHIN)


def _wait(address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except (URLError, OSError):
            assert time.monotonic() < deadline, "the application never answered"
            time.sleep(0.1)


def _sign_in(page: Page, served: Served) -> None:
    page.goto(served.address + "/" + served.invitation.split("/", 3)[-1])
    for field in page.locator("input[type=password]").all():
        field.fill(_PASSWORD)
    page.locator("main button[type=submit]").click()
    page.locator("[name=login]").fill("admin@example.org")
    page.locator("[name=password]").fill(_PASSWORD)
    page.get_by_role("button", name="Se connecter").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ma journée")


def _open_account(page: Page, served: Served, name: str) -> None:
    page.goto(f"{served.address}/equipe/ouvrir/")
    page.locator("[name=first_name]").fill("Dominique")
    page.locator("[name=last_name]").fill(name)
    page.locator("[name=email]").fill(f"{name.lower()}@example.org")
    page.locator("main form button[type=submit]").last.click()


def test_pages_say_that_the_database_is_away_then_come_back_with_nothing_lost(
    browser: Browser, served: Served
) -> None:
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(10_000)
    try:
        _sign_in(page, served)
        _open_account(page, served, "Avant")
        team = f"{served.address}/equipe/"
        page.goto(team)
        expect(page.get_by_text("Avant")).to_be_visible()

        (guardian,) = guardians(served.database)
        # Held, it does not bring the server back before we have looked.
        os.kill(guardian, signal.SIGSTOP)
        try:
            os.kill(postmaster(served.database), signal.SIGKILL)
            for address in (team, f"{served.address}/", f"{served.address}/compte/connexion/"):
                _is_away(page, address)
        finally:
            os.kill(guardian, signal.SIGCONT)

        deadline = time.monotonic() + _BACK_WITHIN / 1000
        while (answer := page.goto(team)) is None or answer.status != 200:
            assert answer is not None
            assert answer.status == 503, "polite until it is back"
            assert time.monotonic() < deadline, "the database never came back"
            time.sleep(0.2)
        # Still signed in, and what was written is there.
        expect(page.get_by_text("Avant")).to_be_visible()
        _open_account(page, served, "Apres")
        page.goto(team)
        expect(page.get_by_text("Apres")).to_be_visible()
        assert (served.database / CLUSTER).exists()
    finally:
        context.close()


def _is_away(page: Page, address: str) -> None:
    """The next pages say it; a session that outlives its server by a moment may answer first."""
    deadline = time.monotonic() + _AWAY_WITHIN
    while (answer := page.goto(address)) is None or answer.status == 200:
        assert time.monotonic() < deadline, address
    assert answer.status == 503, address
    assert answer.headers["retry-after"] == "5"
    expect(page.get_by_role("heading", level=1)).to_have_text("La base de données ne répond pas")
    expect(page.get_by_role("link", name="Réessayer")).to_be_visible()
