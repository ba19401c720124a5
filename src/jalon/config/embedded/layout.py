"""What the folder of an embedded server holds, and where its socket stands."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Final

from jalon.config.embedded.account import Account
from jalon.config.embedded.errors import EmbeddedError

CLUSTER: Final = "cluster"
FRESH: Final = "cluster.new"  # becomes CLUSTER once it is whole
SOCKET: Final = "socket"
LOG: Final = "server.log"
OLD_LOG: Final = "server.log.1"
READY: Final = "ready"  # the server was prepared since it started
# Three locks, which the kernel frees when their holders die:
SHARES: Final = "shares.lock"  # shared by each user; whole, by a guardian that stops the server
GUARD: Final = "guardian.lock"  # by the guardian
SERVER: Final = "server.lock"  # by initdb or postgres, and every process they start
OURS: Final = {CLUSTER, FRESH, SOCKET, LOG, OLD_LOG, READY, SHARES, GUARD, SERVER}

PORT: Final = 5432  # names the socket; no port is opened
_SOCKET_FILE: Final = f".s.PGSQL.{PORT}"
_LONGEST_SOCKET: Final = 107  # bytes, in the address of a Unix socket on Linux
# Not TMPDIR nor XDG_RUNTIME_DIR: every process must find the same place, also after a logout.
_SHORT: Final = Path("/tmp")  # noqa: S108 - only for a folder of ours in it, checked below


def socket_folder(folder: Path, account: Account) -> Path:
    """Return where the socket stands: in the folder, or in a short one where its path won't do.

    A path won't do when it passes what a socket's address holds, when it has a comma, which
    parts addresses in a connection string, or when it is not text.
    """
    within = folder / SOCKET
    address = os.fsencode(within / _SOCKET_FILE)
    if len(address) <= _LONGEST_SOCKET and b"," not in address and _is_text(address):
        return within
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:20]
    return _SHORT / f"jalon-{account.uid}-{digest}"


def _is_text(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def check_private(folder: Path, account: Account) -> None:
    """Refuse a socket folder that another account owns or may enter."""
    found = folder.lstat()
    others = stat.S_IMODE(found.st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or others:
        raise EmbeddedError(
            f"« {folder} » n'est pas un dossier fermé du compte « {account.name} » : un autre "
            "compte a pu le poser là ; supprimez-le, puis recommencez."
        )
