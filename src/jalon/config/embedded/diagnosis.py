"""Say in a French sentence why PostgreSQL refused, from what it wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jalon.config.embedded.errors import EmbeddedError, full_disk

_FULL: Final = ("No space left on device", "Disk quota exceeded")
_CORRUPT: Final = (
    "PANIC:",
    "No such file or directory",
    "does not exist",
    "is missing",
    "is not a database cluster directory",
    "could not locate a valid checkpoint record",
    "invalid checkpoint record",
    "incorrect checksum",
    "invalid page",
    "invalid data",
    "unexpected data",
    "could not read",
)
# What says as much of a machine that lacks something else.
_MACHINE: Final = (
    "Permission denied",
    "Too many open files",
    "Cannot allocate memory",
    "shared memory",
    "semaphores",
)


def refusal(folder: Path, log: Path, said: str) -> EmbeddedError:
    """Return the error for a program of PostgreSQL that ended, given what it said."""
    if any(sign in said for sign in _FULL):
        return full_disk(folder)
    if any(sign in said for sign in _CORRUPT) and not any(sign in said for sign in _MACHINE):
        return corrupt(folder, log)
    return EmbeddedError(
        f"La base embarquée de « {folder} » ne démarre pas : lisez la fin de « {log} »."
    )


def corrupt(folder: Path, log: Path) -> EmbeddedError:
    """Return the error for a damaged folder."""
    return EmbeddedError(
        f"La base embarquée de « {folder} » est abîmée : restaurez une sauvegarde de ce dossier ; "
        f"le journal « {log} » dit ce qui manque."
    )


def other_version(folder: Path, found: str, brought: str) -> EmbeddedError:
    """Return the error for a folder that another major version wrote."""
    return EmbeddedError(
        f"Le dossier « {folder} » contient une base de PostgreSQL {found}, et Jalon apporte "
        f"PostgreSQL {brought} : exportez-la avec la version de Jalon qui l'a écrite, puis "
        "importez-la dans un autre dossier."
    )


def gave_up(folder: Path, log: Path) -> EmbeddedError:
    """Return the error for a server that keeps dying."""
    return EmbeddedError(
        f"La base embarquée de « {folder} » s'arrête sans cesse : lisez la fin de « {log} »."
    )
