"""The system account that runs the server: our own, or one made for it when we are root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import Final

from jalon.config.embedded.errors import EmbeddedError

SYSTEM_ACCOUNT: Final = "jalon-postgres"


@dataclass(frozen=True)
class Account:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int


def server_account() -> Account:
    """Return the account that runs the server, made if need be."""
    if os.geteuid() != 0:
        return _own_account()
    return _named(SYSTEM_ACCOUNT) or _make_system_account()


def admitted_names() -> tuple[str, ...]:
    """Return the accounts that may log in to a server that we start: its own, and ours."""
    return tuple(sorted({server_account().name, _own_account().name}))


def become(account: Account) -> None:
    """Leave root's rights for good; nothing where we are not root."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(account.gid)
        os.setuid(account.uid)


def name_of(uid: int) -> str:
    """Return the name of an account, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _own_account() -> Account:
    try:
        entry = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise EmbeddedError(
            f"Le compte numéro {os.geteuid()} n'a pas de nom sur cette machine, et PostgreSQL en "
            "veut un : ajoutez-le à /etc/passwd, ou donnez DATABASE_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make_system_account() -> Account:
    """PostgreSQL refuses to run as root."""
    options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
    command = ["useradd", *options, "--home-dir", "/nonexistent", SYSTEM_ACCOUNT]
    for _ in range(3):  # two processes may want it at once, and useradd locks its files
        try:
            subprocess.run(command, capture_output=True, check=False, timeout=20)  # noqa: S603 - fixed words
        except (OSError, subprocess.TimeoutExpired):
            break
        if account := _named(SYSTEM_ACCOUNT):
            return account
    raise EmbeddedError(
        "PostgreSQL refuse de tourner sous root, et le compte « jalon-postgres » n'a pas pu être "
        "créé : créez-le (useradd --system jalon-postgres), ou lancez Jalon sous un autre compte."
    )
