"""The application's commands, run as an operator runs them, on a server of their own."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg
import pytest

from installations import JALON, installed, migrate, told
from jalon.config.embedded import EmbeddedServer, running

ENDS_WITHIN = 60
# One for every mode: production refuses the demonstration's, and to tell another takes a command.
_KEY = "a-key-of-more-than-fifty-characters-drawn-by-chance"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose database is up to date, and stays up: each command would start it."""
    folder = tmp_path_factory.mktemp("données de") / "l'opérateur"
    with running(installed(tmp_path_factory, "migrated", migrate, folder) / "postgresql"):
        assert "Base à jour" in jalon("migrate", data=folder)
        yield folder


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in told(data).items() if name != "JALON_MODE"}
    # Another Jalon of this machine may have the usual port.
    return {**kept, "JALON_PORT": str(free_port()), "JALON_SECRET_KEY": _KEY, **more}


def jalon(*arguments: str, data: Path, status: int = 0, **more: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        [*JALON, *arguments],
        env=environment(data, **more),
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == status, said
    assert "Traceback" not in said
    return said


@contextmanager
def served(data: Path, **more: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*JALON, "serve", "--port", str(port)],
        env=environment(data, **more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port, process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(ENDS_WITHIN)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status_of(port: int) -> int | None:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return None


def wait_for(status: int, port: int) -> None:
    deadline = time.monotonic() + ENDS_WITHIN
    while status_of(port) != status:
        assert time.monotonic() < deadline, f"never answered {status}"
        time.sleep(0.1)


def test_an_installation_in_order_is_said_to_be(data: Path) -> None:
    said = jalon("check", data=data)

    assert "✓ La base est à jour." in said
    assert "✗" not in said


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    nowhere = f"postgresql://nobody@/jalon?host={tmp_path}"

    said = jalon("check", data=tmp_path, status=2, JALON_MODE="development", DATABASE_URL=nowhere)

    assert "✗ La base de données ne répond pas." in said


def test_pages_are_open_to_others_only_where_the_mode_was_said(data: Path) -> None:
    everywhere = "0.0.0.0"  # noqa: S104 - it is refused

    said = jalon(
        *("serve", "--no-worker", "--address", everywhere),
        data=data,
        status=2,
        JALON_SECRET_KEY="",
    )

    assert said.startswith("JALON_MODE manque")


def test_production_refuses_a_demonstration_s_settings(tmp_path: Path) -> None:
    said = jalon("serve", data=tmp_path, status=2, JALON_MODE="production", JALON_SECRET_KEY="")

    assert said.startswith("JALON_SECRET_KEY")


def production(server: EmbeddedServer) -> dict[str, Any]:
    return {
        "JALON_MODE": "production",
        "JALON_SECRET_KEY": _KEY,
        "JALON_HOSTS": "jalon.example.org",
        "JALON_PUBLIC_URL": "https://reponse.example.org",
        "DATABASE_URL": server.app_url,
    }


def test_what_serves_neither_needs_nor_keeps_the_owner_s_address(data: Path) -> None:
    with running(data / "postgresql") as server:
        settings = production(server)
        owner: dict[str, Any] = {"DATABASE_OWNER_URL": server.owner_url}
        jalon("migrate", data=data, **settings, **owner)
        assert "✗" not in jalon("check", data=data, **settings)
        for given in ({}, owner):
            with served(data, **settings, **given) as (port, process):
                wait_for(400, port)
                children = descendants(process.pid)
                assert len(children) > 1
                for child in [process.pid, *children]:
                    # What they were started with, which any process of the account can read.
                    given_to = Path("/proc", str(child), "environ").read_bytes()
                    assert b"DATABASE_URL=" in given_to
                    assert b"DATABASE_OWNER_URL" not in given_to


@pytest.mark.parametrize(
    "command",
    [
        ["migrate"],
        ["department"],
        ["backup", "no.tar"],
        ["restore", "no.tar"],
        ["administrator", "--email=a@example.org", "--first-name=A", "--last-name=B"],
        ["confirm", "--email=a@example.org"],
    ],
    ids=lambda command: str(command[0]),
)
def test_what_works_as_the_owner_says_that_its_address_is_missing(
    command: list[str], tmp_path: Path
) -> None:
    nowhere = f"postgresql://nobody@/jalon?host={tmp_path}"

    said = jalon(*command, data=tmp_path, status=2, JALON_MODE="development", DATABASE_URL=nowhere)

    assert said.startswith("DATABASE_OWNER_URL manque")


def descendants(process: int) -> list[int]:
    """Return the web servers and workers that a process started."""
    found = []
    for child in Path("/proc", str(process), "task", str(process), "children").read_text().split():
        found += [int(child), *descendants(int(child))]
    for task in Path("/proc", str(process), "task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return sorted(set(found))


def test_production_refuses_accounts_that_open_by_a_click(data: Path) -> None:
    with running(data / "postgresql") as server:
        settings = production(server) | {"DATABASE_OWNER_URL": server.owner_url}
        with psycopg.connect(server.owner_url) as connection:
            connection.execute(
                "INSERT INTO directory_staffmember (public_id, password, email, first_name, "
                "last_name, working_time, is_active, is_demo) VALUES (gen_random_uuid(), '!', "
                "'demo@example.org', 'Camille', 'Exemple', 1, true, true)"
            )
        try:
            for command in ("check", "serve", "worker"):
                said = jalon(command, data=data, status=2, **settings)
                assert "comptes de démonstration" in said
        finally:
            with psycopg.connect(server.owner_url) as connection:
                connection.execute("DELETE FROM directory_staffmember")


def test_rights_given_behind_the_code_s_back_stop_the_start(data: Path) -> None:
    with running(data / "postgresql") as server:
        with psycopg.connect(server.owner_url) as connection:
            connection.execute(
                "INSERT INTO directory_rolepermission (role, permission) "
                "VALUES ('technical_administrator', 'see_families')"
            )
        said = jalon("check", data=data, status=2)
        assert "✗ Les droits des rôles, dans la base, ne sont pas ceux de cette version" in said
        for command in ("serve", "worker"):
            said = jalon(
                command, data=data, status=2, JALON_MODE="demo", DATABASE_URL=server.app_url
            )
            assert said.startswith("Les droits des rôles")
        jalon("migrate", data=data)
        assert "✗" not in jalon("check", data=data)


def test_another_key_is_told_to_the_embedded_database_and_refused_by_any_other(data: Path) -> None:
    key = {"JALON_SECRET_KEY": "another-key-of-more-than-fifty-characters-by-chance"}
    with running(data / "postgresql") as server:
        for command in ("serve", "worker"):
            settings: dict[str, Any] = {
                "JALON_MODE": "development",
                "DATABASE_URL": server.app_url,
                **key,
            }
            said = jalon(command, data=data, status=2, **settings)
            assert said.startswith("JALON_SECRET_KEY n'est pas celle que la base connaît")
        with psycopg.connect(server.owner_url) as connection:
            connection.execute("DELETE FROM directory_incompatiblerole")
        assert "✗ Les droits des rôles" in jalon("check", data=data, status=2)
    # What starts on its own database sets both right.
    with served(data, **key) as (port, _):
        wait_for(200, port)
        assert "✗" not in jalon("check", data=data, JALON_SECRET_KEY=key["JALON_SECRET_KEY"])
    jalon("migrate", data=data)


def test_a_port_is_served_by_one_alone_until_asked_to_stop(data: Path, tmp_path: Path) -> None:
    with served(data) as (port, process):
        wait_for(200, port)
        said = jalon("serve", "--port", str(port), data=tmp_path / "another", status=2)
        before_the_work = jalon(
            *("demo", "--port", str(port), "--out", str(tmp_path / "demo")),
            data=tmp_path / "another",
            status=2,
        )
        assert status_of(port) == 200
    assert process.returncode in {0, 2}
    assert status_of(port) is None

    assert not (tmp_path / "demo").exists()
    assert said == before_the_work
    assert said.startswith(f"Le port {port} est déjà pris")
    assert "--port" in said


def test_a_demonstration_of_another_version_is_told_apart_at_once(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = installed(tmp_path_factory, "migrated", migrate, tmp_path / "application")
    with running(data / "postgresql") as server, psycopg.connect(server.owner_url) as connection:
        connection.execute("ALTER TABLE targeting_release DROP COLUMN taken_up_at CASCADE")

    said = jalon("demo", "--no-serve", "--out", str(tmp_path), data=data, status=2)

    assert said == (
        f"{data} tient la démonstration d'une autre version de Jalon : effacez ce dossier, ou "
        "choisissez-en un autre avec --out.\n"
    )


def test_a_backup_restored_elsewhere_holds_the_same(data: Path, tmp_path: Path) -> None:
    kept = data / "runs" / "some" / "cohort.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("offer;household_id\n", encoding="utf-8")
    archive, elsewhere = tmp_path / "sauvegarde.tar", tmp_path / "ailleurs"

    saved = jalon("backup", str(archive), data=data)
    restored = jalon("restore", str(archive), data=elsewhere)

    assert archive.stat().st_mode & 0o077 == 0
    assert counts(saved) == counts(restored)
    assert (elsewhere / "runs" / "some" / "cohort.csv").read_text(encoding="utf-8") == (
        "offer;household_id\n"
    )
    assert "✗" not in jalon("check", data=elsewhere)
    assert "n'est pas vide" in jalon("restore", str(archive), data=elsewhere, status=2)
    assert "existe déjà" in jalon("backup", str(archive), data=data, status=2)


def counts(said: str) -> list[str]:
    found = re.search(r": (.+) lignes de (\d+) tables, (\d+) fichiers", said)
    assert found, said
    return list(found.groups())


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "lettre.tar"
    other.write_text("Bonjour", encoding="utf-8")

    said = jalon("restore", str(other), data=tmp_path / "ailleurs", status=2)

    assert "n'est pas une sauvegarde de Jalon" in said
