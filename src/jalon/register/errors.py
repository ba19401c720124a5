"""What stops the reading of an extract, in one sentence for the person who gave the command."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb

from jalon.rules.errors import ClearError


class ExtractError(ClearError):
    """The extract cannot be read at all; the message is one clear French sentence."""


def lacks_room(error: BaseException) -> bool:
    """Tell whether a reading stopped for want of memory or of disk, whatever the files hold."""
    return isinstance(error, (MemoryError, duckdb.OutOfMemoryException)) or _lacks_disk(error)


def no_room(error: BaseException, folder: Path) -> ExtractError:
    """Say what is lacking, the memory or the place for temporary files in `folder`."""
    if _lacks_disk(error):
        return ExtractError(
            f"La place manque dans « {folder} » pour lire l'extraction : libérez-en."
        )
    return ExtractError(
        "La mémoire manque pour lire l'extraction : fermez d'autres programmes, ou utilisez un "
        "ordinateur qui en a plus."
    )


def _lacks_disk(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    # DuckDB calls it a lack of memory when it may not write more temporary files.
    return isinstance(error, duckdb.Error) and any(
        sign in str(error) for sign in ("max_temp_directory_size", "No space left")
    )
