"""Errors that speak to the person at the keyboard."""

from __future__ import annotations

import errno
from typing import Final

_REASONS: Final = {
    errno.EACCES: "l'accès est refusé",
    errno.EPERM: "l'opération n'est pas permise",
    errno.ENOENT: "le fichier ou le dossier n'existe pas",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "un élément du chemin n'est pas un dossier",
    errno.ENOSPC: "il n'y a plus de place",
    errno.EDQUOT: "la place accordée est épuisée",
    errno.EROFS: "ce disque ne peut être que lu",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.ELOOP: "les liens tournent en rond",
}


class ClearError(Exception):
    """What cannot be done, and what to do: one French sentence, shown as it is."""


def reason_of(error: OSError) -> str:
    """Return, in French, why the system refused; its number where it is a rare one."""
    return _REASONS.get(error.errno or 0, f"erreur {error.errno} du système")
