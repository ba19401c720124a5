"""What can go wrong with the embedded server, in a sentence each."""

from __future__ import annotations

from pathlib import Path

from jalon.rules.errors import ClearError, reason_of


class EmbeddedError(ClearError):
    """The embedded server cannot be used; the sentence says why, and what to do."""


def unusable(folder: Path, error: OSError) -> EmbeddedError:
    """Return the error for a folder that the system refuses."""
    return EmbeddedError(
        f"La base embarquée ne peut pas utiliser le dossier « {folder} » : {reason_of(error)}."
    )


def too_slow(folder: Path, log: Path, seconds: float) -> EmbeddedError:
    """Return the error for a server that is not up in time."""
    return EmbeddedError(
        f"La base embarquée de « {folder} » ne répond pas après {seconds:.0f} secondes : "
        f"réessayez, puis lisez son journal « {log} »."
    )
