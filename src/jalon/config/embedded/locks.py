"""Locks that the kernel frees when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from jalon.config.embedded.account import Account

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


def try_whole(path: Path, account: Account) -> int | None:
    """Return the descriptor that holds this lock alone, or None while others hold it."""
    return _try(path, account, fcntl.LOCK_EX)


def try_share(path: Path, account: Account) -> int | None:
    """Return the descriptor that holds a share of this lock, or None while another has it alone.

    To give it back, close it. Never unlock it: a forked process may hold the same share.
    """
    return _try(path, account, fcntl.LOCK_SH)


def is_held(path: Path, account: Account) -> bool:
    """Tell whether some process holds this lock, whole or in part."""
    lock = try_whole(path, account)
    if lock is None:
        return True
    os.close(lock)
    return False


def _try(path: Path, account: Account, kind: int) -> int | None:
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        _give_to(descriptor, account)
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _give_to(descriptor: int, account: Account) -> None:
    """Let the server's account open a lock that root has just made."""
    found = os.fstat(descriptor)
    if found.st_uid == os.geteuid() != account.uid and found.st_nlink == 1:
        os.fchown(descriptor, account.uid, account.gid)
