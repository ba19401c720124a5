"""Any path will do, and no folder but ours is touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from config.embedded.processes import (
    ROOT,
    account_of,
    answers,
    copy,
    facts,
    kill_everything,
    wait_stopped,
    write_fact,
)
from jalon.config.embedded import EmbeddedError, running
from jalon.config.embedded.account import server_account
from jalon.config.embedded.layout import socket_folder

LONG = "/".join(["très-long-chemin-" * 8] * 4)


@pytest.mark.parametrize(
    "name",
    [
        """l'été — "œuvre" \\ %41?x=1&host=y#z @""",
        "virgule, dans le nom",
        "deux\nlignes",
        os.fsdecode(b"octets \xff"),
        LONG,
    ],
)
def test_a_path(short_path: Path, pattern: Path, name: str) -> None:
    folder = short_path / name
    copy(pattern, folder)
    with running(folder) as server:
        assert answers(server.app_url)
        assert server.url("jalon_app").isascii()
    wait_stopped(folder)


def test_a_first_start_at_the_end_of_a_long_path(short_path: Path) -> None:
    folder = short_path / LONG
    short = socket_folder(folder, server_account())
    with running(folder) as server:
        write_fact(server, "dit")
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
        kill_everything(folder)
        assert short.exists()
    with running(folder) as server:
        assert facts(server.owner_url) == ["dit"]
    wait_stopped(folder)
    assert not short.exists()


@pytest.mark.parametrize("mode", [0o777, 0o750])
def test_a_short_folder_that_others_may_enter_is_refused(short_path: Path, mode: int) -> None:
    folder = short_path / LONG
    short = socket_folder(folder, server_account())
    short.mkdir()
    short.chmod(mode)
    try:
        with pytest.raises(EmbeddedError, match="n'est pas un dossier fermé"), running(folder):
            pass
    finally:
        short.rmdir()
    wait_stopped(folder)


def test_a_short_folder_of_another_account_is_refused(short_path: Path) -> None:
    if not ROOT:
        pytest.skip("il faut être root pour agir comme un autre compte")
    folder = short_path / LONG
    short = socket_folder(folder, server_account())
    short.mkdir(mode=0o700)
    stranger = account_of("daemon")
    os.chown(short, stranger.uid, stranger.gid)
    try:
        with pytest.raises(EmbeddedError, match="n'est pas un dossier fermé"), running(folder):
            pass
    finally:
        short.rmdir()
    wait_stopped(folder)


def test_a_relative_path_and_a_link_lead_to_the_same_server(
    made: Path, short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = short_path / "lien"
    link.symlink_to(made)
    monkeypatch.chdir(made.parent)
    with running(made) as one, running(Path(made.name)) as two, running(link) as three:
        assert one.app_url == two.app_url == three.app_url


def test_our_folders_are_closed_and_their_parents_left_alone(made: Path) -> None:
    parents = [(path, path.stat()) for path in made.parents]
    made.chmod(0o755)
    (made / "cluster").chmod(0o755)
    (made / "socket").chmod(0o755)
    with running(made):
        for path in (made, made / "cluster", made / "socket"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
            assert path.stat().st_uid == server_account().uid
        for path, before in parents:
            now = path.stat()
            assert (now.st_mode, now.st_uid, now.st_gid) == (
                before.st_mode,
                before.st_uid,
                before.st_gid,
            )


def test_a_copy_of_a_folder_in_use_is_another_server(made: Path, short_path: Path) -> None:
    with running(made) as server:
        write_fact(server, "original")
        copy(made, short_path / "copie")
        with running(short_path / "copie") as other:
            assert other.app_url != server.app_url
            write_fact(other, "copie")
            assert facts(server.owner_url) == ["original"]
        wait_stopped(short_path / "copie")
