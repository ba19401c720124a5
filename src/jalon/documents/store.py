"""Keeps files beside the database, sealed, each under a reference that says nothing.

What they are and whose is in the database, behind the wall. Whoever copies the folder reads
nothing without the application's secret, and needs it to restore a backup.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Final

from cryptography.fernet import InvalidToken, MultiFernet
from django.conf import settings

from jalon.audit.sealing import sealer
from jalon.documents.checking import CheckedFile
from jalon.documents.errors import FileLostError

_PURPOSE: Final = "documents"
_FOLDER: Final = 0o700
_FILE: Final = 0o600
_DRAFT: Final = "."  # what is half written; no backup takes it
# Between a file and its row there is a transaction, never so long.
_FORGOTTEN_AFTER: Final = 3600


def keep(file: CheckedFile) -> uuid.UUID:
    """Seal a file and write it, whole or not at all; return the reference that its row holds."""
    reference = uuid.uuid4()
    _write(_place(reference), sealer(_PURPOSE).encrypt(file.content))
    return reference


def given_back(reference: uuid.UUID, sha256: str) -> bytes:
    """Return what was kept; FileLostError where it is gone, or is no longer what its row says."""
    try:
        content = _sealers().decrypt(_place(reference).read_bytes())
    except FileNotFoundError as error:
        raise FileLostError(
            "Ce fichier manque sur le serveur : prévenez l'administrateur technique."
        ) from error
    except InvalidToken as error:
        raise FileLostError(
            "Ce fichier ne s'ouvre plus : prévenez l'administrateur technique."
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileLostError(
            "Ce fichier n'est plus celui qui a été joint : prévenez l'administrateur technique."
        )
    return content


def remove(references: Collection[uuid.UUID]) -> None:
    """Delete files; those that are gone already are passed over."""
    for one in references:
        _place(one).unlink(missing_ok=True)


def shelves() -> Iterator[str]:
    """Yield the names of the folders that files are shared out in: how their references begin."""
    yield from (f"{number:02x}" for number in range(256))


def on_shelf(shelf: str) -> set[uuid.UUID]:
    """Return the references of the files of a folder."""
    folder = _root() / shelf
    if not folder.is_dir():
        return set()
    return {one for path in folder.iterdir() if (one := _reference(path)) is not None}


def forget_strays(shelf: str, known: Collection[uuid.UUID]) -> int:
    """Delete the files of a folder that no row knows, and what was left half written.

    One just written may still wait for its row: it is left for an hour. Return how many went.
    """
    folder, gone = _root() / shelf, 0
    if not folder.is_dir():
        return gone
    names = {str(one) for one in known}
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # removed meanwhile
            if path.name not in names and path.stat().st_mtime < time() - _FORGOTTEN_AFTER:
                path.unlink()
                gone += 1
    return gone


def seal_anew(shelf: str) -> None:
    """Seal by today's secret the files of a folder that the former one still opens."""
    if settings.FORMER_SECRET_KEY:
        for reference in on_shelf(shelf):
            with suppress(FileNotFoundError, InvalidToken):  # removed meanwhile, or lost already
                place = _place(reference)
                _write(place, _sealers().rotate(place.read_bytes()))


def _sealers() -> MultiFernet:
    former = settings.FORMER_SECRET_KEY
    earlier = [sealer(_PURPOSE, secret=former)] if former else []
    return MultiFernet([sealer(_PURPOSE), *earlier])


def _write(place: Path, sealed: bytes) -> None:
    place.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    draft = place.with_name(f"{_DRAFT}{place.name}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE)
    with os.fdopen(handle, "wb") as writing:
        writing.write(sealed)
        writing.flush()
        os.fsync(writing.fileno())
    draft.rename(place)
    _settle(place.parent)


def _root() -> Path:
    root: Path = settings.DATA_FOLDER / "documents"
    return root


def _reference(path: Path) -> uuid.UUID | None:
    """Return the reference that a file is named by; None for a draft, or what others left."""
    try:
        return uuid.UUID(path.name)
    except ValueError:
        return None


def _place(reference: uuid.UUID) -> Path:
    name = str(reference)
    return _root() / name[:2] / name


def _settle(folder: Path) -> None:
    """Have the disk know that a name is there."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
