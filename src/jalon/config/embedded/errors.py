"""What can go wrong with the embedded server, in a sentence each."""

from __future__ import annotations

import errno
from pathlib import Path

from jalon.rules.errors import ClearError, reason_of


class EmbeddedError(ClearError):
    """The embedded server cannot be used; the sentence says why, and what to do."""


def unusable(folder: Path, error: OSError) -> EmbeddedError:
    """Return the error for a folder that the system refuses."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return full_disk(folder)
    return EmbeddedError(
        f"La base embarquée ne peut pas utiliser le dossier « {folder} » : {reason_of(error)}."
    )


def full_disk(folder: Path) -> EmbeddedError:
    """Return the error for a disk without room; what was committed is there."""
    return EmbeddedError(
        f"Il n'y a plus de place sur le disque pour la base embarquée de « {folder} » : "
        "libérez-en, puis recommencez ; rien n'est perdu."
    )


def too_slow(folder: Path, log: Path, seconds: float) -> EmbeddedError:
    """Return the error for a server that is not up in time."""
    return EmbeddedError(
        f"La base embarquée de « {folder} » ne répond pas après {seconds:.0f} secondes : "
        f"réessayez, puis lisez son journal « {log} »."
    )
