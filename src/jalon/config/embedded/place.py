"""The folder as the guardian sees it: its current directory, whatever the path that leads there.

Once it has left root's rights, the guardian may not be allowed through the parents of the folder
(/root, say). It stands in the folder, and so needs no path; nor do the programs it starts, which
stand in the cluster. Spaces, accents and length of the path do not matter either.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jalon.config.embedded import layout
from jalon.config.embedded.account import Account
from jalon.config.embedded.binaries import Binaries

CLUSTER: Final = Path(layout.CLUSTER)
FRESH: Final = Path(layout.FRESH)
READY: Final = Path(layout.READY)
SHARES: Final = Path(layout.SHARES)
SERVER: Final = Path(layout.SERVER)
PID_FILE: Final = CLUSTER / "postmaster.pid"
_LOG: Final = Path(layout.LOG)
_LARGE_LOG: Final = 1_000_000


@dataclass(frozen=True)
class Place:
    """Where a guardian works, with what, and for whom."""

    folder: Path  # for messages
    account: Account
    admitted: tuple[str, ...]
    binaries: Binaries

    @property
    def log(self) -> Path:
        """The log, for messages."""
        return self.folder / layout.LOG

    @property
    def socket(self) -> Path:
        """The folder of the socket, which the server must be able to reach."""
        return layout.socket_folder(self.folder, self.account)

    @property
    def own_socket(self) -> bool:
        """Whether the socket stands in the folder itself."""
        return self.socket.parent == self.folder

    @property
    def socket_for_server(self) -> str:
        """The folder of the socket, from the cluster, in which the server stands."""
        return f"../{layout.SOCKET}" if self.own_socket else str(self.socket)

    @property
    def socket_for_client(self) -> str:
        """The folder of the socket, from the folder, in which the guardian and its kin stand."""
        return f"/proc/self/cwd/{layout.SOCKET}" if self.own_socket else str(self.socket)


def make_socket_folder(place: Place) -> None:
    """Make the folder of the socket, private, and empty of an earlier server's leavings."""
    folder = Path(layout.SOCKET) if place.own_socket else place.socket
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if place.own_socket:
        folder.chmod(0o700)  # nobody but us can have put it in our folder
    layout.check_private(folder, place.account)
    for path in folder.iterdir():
        path.unlink()


def remove_socket_folder(place: Place) -> None:
    """Leave nothing in the system's folder for temporary files."""
    if not place.own_socket and place.socket.is_dir():
        place.socket.rmdir()


def open_log() -> None:
    """Send what we and our children say to the log, which is closed to others."""
    if _LOG.exists() and _LOG.stat().st_size > _LARGE_LOG:
        _LOG.replace(layout.OLD_LOG)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    descriptor = os.open(_LOG, flags, 0o600)
    os.fchmod(descriptor, 0o600)
    os.dup2(descriptor, sys.stderr.fileno())
    os.close(descriptor)


def log_size() -> int:
    """Return how much the log holds, to read later what was added."""
    return _LOG.stat().st_size


def log_since(size: int) -> str:
    """Return what the log was told since it had this size."""
    with _LOG.open("rb") as log:
        log.seek(size)
        return log.read(_LARGE_LOG).decode(errors="replace")
