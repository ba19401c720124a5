"""What the tests of the embedded server see of its processes, and do to them."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
import pytest

from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.account import Account, server_account
from jalon.config.embedded.binaries import find_binaries
from jalon.config.embedded.layout import CLUSTER, FRESH, GUARD, SERVER
from jalon.config.embedded.locks import is_held

PATIENCE = 30.0
ROOT = os.geteuid() == 0

_USER = """
import sys
from pathlib import Path
from jalon.config.embedded import EmbeddedError, hold
try:
    server = hold(Path(sys.argv[1]))
except EmbeddedError as error:
    print(error, flush=True)
    raise SystemExit(2) from None
print(server.owner_url, flush=True)
sys.stdin.read()
server.release()
"""


@dataclass
class User:
    """Another process that holds a share, or was told why it cannot."""

    process: subprocess.Popen[str]
    said: str = ""

    def answer(self) -> str:
        """Return the address of the server, or the sentence that refuses it."""
        if not self.said:
            assert self.process.stdout is not None
            self.said = self.process.stdout.readline().strip()
        return self.said

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def leave(self) -> int:
        """End as a program does, and return its status."""
        self.process.communicate()
        return self.process.returncode


def start_user(folder: Path, account: Account | None = None) -> User:
    """Start another process that uses the server of this folder, as another account if given."""
    python = python_for(account) if account else sys.executable
    return User(
        subprocess.Popen(  # noqa: S603
            [python, "-c", _USER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(_packages())},
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
        )
    )


@contextmanager
def user_of(folder: Path, account: Account | None = None) -> Iterator[User]:
    """Hold the server from another process, killed at the end if it still lives."""
    user = start_user(folder, account)
    try:
        yield user
    finally:
        if user.process.poll() is None:
            user.kill()
        for stream in (user.process.stdin, user.process.stdout):
            if stream is not None and not stream.closed:
                stream.close()


@cache
def python_for(account: Account) -> str:
    """Return an interpreter that another account may run; the test is skipped without one."""
    if not ROOT:
        pytest.skip("il faut être root pour devenir un autre compte")
    same = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{same}", f"/usr/local/bin/{same}"):
        try:
            subprocess.run(  # noqa: S603
                [python, "-c", "import psycopg, jalon"],
                check=True,
                capture_output=True,
                user=account.uid,
                group=account.gid,
                extra_groups=[],
                cwd="/",
                env=os.environ | {"PYTHONPATH": os.pathsep.join(_packages())},
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip(f"aucun {same} que le compte {account.name} puisse lancer")


def _packages() -> list[str]:
    """Return where packages stand, without the library of this interpreter."""
    return [path for path in sys.path if path and not path.startswith(sys.base_prefix)]


def psql(url: str, account: Account) -> subprocess.CompletedProcess[str]:
    """Try to log in as another account of the system."""
    if not ROOT:
        pytest.skip("il faut être root pour devenir un autre compte")
    return subprocess.run(  # noqa: S603
        [
            _psql(account),
            "--no-psqlrc",
            "-tAc",
            "SELECT current_user",
            url,
        ],
        check=False,
        capture_output=True,
        text=True,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        env={},
    )


def copy(pattern: Path, folder: Path) -> None:
    """Copy a folder with its owners and rights."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["/bin/cp", "-a", pattern, folder], check=True)  # noqa: S603


@cache
def _psql(account: Account) -> str:
    return find_binaries(account).program("psql")


def account_of(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"en vain : {what}"
        time.sleep(0.02)


def is_stopped(folder: Path) -> bool:
    """Tell whether neither a guardian nor a server works on a folder."""
    account = server_account()
    return not any(
        (folder / name).exists() and is_held(folder / name, account) for name in (GUARD, SERVER)
    )


def wait_stopped(folder: Path) -> None:
    wait_for(lambda: is_stopped(folder), "le serveur s'arrête")
    assert server_processes(folder) == []


def guardians(folder: Path) -> list[int]:
    """Return the guardians of a folder; the launching process of one is not yet one."""
    return [
        pid
        for pid in _processes()
        if _command(pid)[3:5] == ["jalon.config.embedded.guardian", str(folder)]
        and _parent(pid) != os.getpid()
    ]


def server_processes(folder: Path) -> list[int]:
    """Return the processes of PostgreSQL that stand in a folder's cluster, or its draft."""
    places = [folder / name for name in (CLUSTER, FRESH) if (folder / name).exists()]
    return [pid for pid in _processes() if any(_stands_in(pid, place) for place in places)]


def postmaster(folder: Path) -> int:
    return int((folder / CLUSTER / "postmaster.pid").read_text().split()[0])


def kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def kill_guardian(folder: Path) -> None:
    """Kill -9 the guardian, and wait until the kernel has taken its lock back."""
    kill(*guardians(folder))
    wait_for(lambda: not is_held(folder / GUARD, server_account()), "le gardien est mort")


def kill_everything(folder: Path) -> None:
    """Kill -9 the guardian first, so that nothing is put right, then the server's processes."""
    kill(*guardians(folder))
    kill(*server_processes(folder))
    wait_stopped(folder)


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def write_fact(server: EmbeddedServer, fact: str) -> None:
    """Commit one line."""
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS fact (said text)")
        connection.execute("INSERT INTO fact VALUES (%s)", (fact,))


def facts(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [said for (said,) in connection.execute("SELECT said FROM fact ORDER BY said")]


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _command(pid: int) -> list[str]:
    try:
        return Path("/proc", str(pid), "cmdline").read_text().split("\0")
    except (OSError, UnicodeDecodeError):
        return []


def _parent(pid: int) -> int:
    try:
        return int(Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _stands_in(pid: int, folder: Path) -> bool:
    try:
        return Path("/proc", str(pid), "cwd").samefile(folder)
    except OSError:
        return False
