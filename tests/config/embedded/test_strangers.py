"""No other account of the machine can read, enter or fool the server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.processes import (
    ROOT,
    account_of,
    answers,
    copy,
    postmaster,
    psql,
    start_user,
    user_of,
    wait_stopped,
)
from jalon.config.embedded import running
from jalon.config.embedded.account import Account, server_account
from jalon.config.embedded.roles import APP, OWNER, SUPERUSER

ROLES = (APP, OWNER, SUPERUSER)

pytestmark = pytest.mark.skipif(not ROOT, reason="il faut être root pour agir sous deux comptes")


@pytest.fixture
def stranger() -> Account:
    return account_of("daemon")


@pytest.fixture
def ordinary(outside: Path) -> Iterator[tuple[Account, Path]]:
    """Return an account that is not root's, and a folder where it may write."""
    account = account_of("nobody")
    path = outside / "à lui"
    path.mkdir(mode=0o700)
    os.chown(path, account.uid, account.gid)
    yield account, path
    for folder in path.iterdir():
        if folder.is_dir():
            wait_stopped(folder)


def open_wide(folder: Path) -> None:
    """Undo what keeps others from the socket, to see whether the server itself refuses them."""
    folder.chmod(0o755)
    (folder / "socket").chmod(0o755)
    (folder / "socket" / ".s.PGSQL.5432").chmod(0o777)


def test_root_runs_the_server_as_an_account_made_for_it(made: Path) -> None:
    with running(made):
        assert Path(f"/proc/{postmaster(made)}").stat().st_uid == server_account().uid != 0


def test_the_socket_is_out_of_reach(outside: Path, pattern: Path, stranger: Account) -> None:
    folder = outside / "base"
    copy(pattern, folder)
    with running(folder) as server:
        for role in ROLES:
            refused = psql(server.url(role), stranger)
            assert "Permission denied" in refused.stderr
            assert refused.returncode != 0
    wait_stopped(folder)


def test_the_server_refuses_who_reaches_its_socket(
    outside: Path, pattern: Path, stranger: Account
) -> None:
    folder = outside / "base"
    copy(pattern, folder)
    with running(folder) as server:
        open_wide(folder)
        for role in (*ROLES, "postgres", "daemon"):
            refused = psql(server.url(role), stranger)
            assert refused.returncode != 0
            assert "authentication failed" in refused.stderr or "no pg_hba" in refused.stderr
        for role in ROLES:
            assert psql(server.url(role), server_account()).stdout.strip() == role
            assert answers(server.url(role))
    wait_stopped(folder)


def test_a_false_server_in_place_of_ours_is_refused(
    outside: Path, ordinary: tuple[Account, Path], pattern: Path
) -> None:
    """Were another account to put a server at our address, nobody would tell it anything."""
    folder = outside / "base"
    copy(pattern, folder)
    with user_of(ordinary[1] / "base", ordinary[0]) as user, running(folder) as server:
        assert user.answer().startswith("postgresql:")
        true = folder / "socket"
        true.rename(folder / "hidden")
        true.symlink_to(ordinary[1] / "base" / "socket")
        assert "requirepeer" in psql(server.app_url, account_of("root")).stderr
        true.unlink()
        (folder / "hidden").rename(true)
        assert user.leave() == 0
    wait_stopped(folder)


def test_an_ordinary_account_runs_its_own(
    ordinary: tuple[Account, Path], stranger: Account
) -> None:
    account, path = ordinary
    folder = path / "base de données"
    with user_of(folder, account) as user:
        url = user.answer()
        assert psql(url, account).stdout.strip() == OWNER
        assert Path(f"/proc/{postmaster(folder)}").stat().st_uid == account.uid
        assert all(one.stat().st_uid == account.uid for one in folder.iterdir())
        assert psql(url, stranger).returncode != 0
        path.chmod(0o755)
        open_wide(folder)
        for other in (stranger, account_of("root"), server_account()):
            assert "authentication failed" in psql(url, other).stderr
        assert user.leave() == 0


def test_a_folder_belongs_to_one_account(ordinary: tuple[Account, Path], pattern: Path) -> None:
    account, path = ordinary
    with user_of(path / "base", account) as user:
        assert user.answer().startswith("postgresql:")
        with user_of(path / "base") as root:
            assert "appartient au compte « nobody »" in root.answer()
    shutil.copytree(pattern, path / "à root")
    os.chown(path / "à root", server_account().uid, server_account().gid)
    with user_of(path / "à root", account) as user:
        assert "appartient au compte « jalon-postgres »" in user.answer()


def test_an_ordinary_account_is_told_where_it_may_not_write(
    ordinary: tuple[Account, Path],
) -> None:
    account, path = ordinary
    os.chown(path, 0, 0)
    for mode in (0o700, 0o755):
        path.chmod(mode)
        with user_of(path / "base", account) as user:
            assert user.answer().endswith("l'accès est refusé.")


def test_an_account_without_a_name_is_told_so(outside: Path) -> None:
    outside.chmod(0o777)
    user = start_user(outside / "base", Account("54321", 54321, 54321))
    assert user.answer().startswith("Le compte numéro 54321 n'a pas de nom")
    user.leave()
