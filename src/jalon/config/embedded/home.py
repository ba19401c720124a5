"""The folder of an embedded server, made and checked before anything is started in it."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from jalon.config.embedded import layout
from jalon.config.embedded.account import Account, name_of, server_account
from jalon.config.embedded.errors import EmbeddedError, unusable


@dataclass(frozen=True)
class Home:
    """A folder that is ours, closed to others, and the account that runs its server."""

    path: Path
    account: Account

    @property
    def shares(self) -> Path:
        """The lock that each user shares."""
        return self.path / layout.SHARES

    @property
    def guard(self) -> Path:
        """The lock that the guardian holds."""
        return self.path / layout.GUARD

    @property
    def server(self) -> Path:
        """The lock that the server's processes hold."""
        return self.path / layout.SERVER

    @property
    def log(self) -> Path:
        """What the server and its guardian say."""
        return self.path / layout.LOG

    @property
    def ready(self) -> bool:
        """Whether a guardian has prepared the server; it may have died since."""
        return (self.path / layout.READY).exists()

    @property
    def socket(self) -> Path:
        """The folder of the server's socket."""
        return layout.socket_folder(self.path, self.account)


def open_home(folder: Path) -> Home:
    """Return the folder, made if it was not there; EmbeddedError where it cannot be used."""
    account = server_account()
    try:
        path = folder.resolve()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_owner(path.lstat().st_uid, path, account)  # before the system refuses to open it
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _take(descriptor, path, account)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unusable(folder, error) from error
    except RuntimeError as error:  # what Python 3.11 and 3.12 say of links in a circle
        raise unusable(folder, OSError(errno.ELOOP, str(error))) from error
    return Home(path, account)


def _take(descriptor: int, path: Path, account: Account) -> None:
    """Give the folder, and it alone, to the server's account, and close it to others."""
    names = set(os.listdir(descriptor))
    if layout.CLUSTER not in names and names - layout.OURS - {"lost+found"}:
        raise EmbeddedError(
            f"Le dossier « {path} » contient autre chose qu'une base de Jalon : choisissez un "
            "dossier vide ou à créer."
        )
    found = os.fstat(descriptor)
    _check_owner(found.st_uid, path, account)
    if found.st_uid != account.uid:
        os.fchown(descriptor, account.uid, account.gid)
    if stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
        os.fchmod(descriptor, stat.S_IRWXU)
    if layout.CLUSTER in names:
        cluster = os.stat(layout.CLUSTER, dir_fd=descriptor, follow_symlinks=False)
        if cluster.st_uid != account.uid:
            raise _foreign(path / layout.CLUSTER, cluster.st_uid)


def _check_owner(owner: int, path: Path, account: Account) -> None:
    if owner not in {account.uid, os.geteuid()}:
        raise _foreign(path, owner)


def _foreign(path: Path, owner: int) -> EmbeddedError:
    return EmbeddedError(
        f"Le dossier « {path} » appartient au compte « {name_of(owner)} » : lancez Jalon sous ce "
        "compte, ou choisissez un autre dossier."
    )
