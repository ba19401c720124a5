"""Backs up and restores everything: the database and the files, checked against each other."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Final, cast

import psycopg
from psycopg import sql

from jalon.config.dumping import dump, load
from jalon.register.workspace import workspace
from jalon.rules.errors import ClearError, reason_of

_MANIFEST: Final = "manifest.json"
_DUMP: Final = "database.dump"
_FILES: Final = "files"
# What the database tells anew, what belongs to one machine alone, and what still arrives: files
# of a page that is being sent, and those that other systems put down.
_NOT_FILES: Final = frozenset({"postgresql", "static", "uploads", "incoming"})
_DRAFT: Final = "."  # what is half written has such a name, wherever it is
_BLOCK: Final = 1 << 20
_TABLES: Final = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""


class BackupError(ClearError):
    """A backup that cannot be made, read or restored."""


@dataclass(frozen=True)
class Content:
    """What a database and its files hold: rows and digest by table, digest by file.

    `vanished` are the files that were deleted while they were saved.
    """

    tables: dict[str, tuple[int, str]]
    files: dict[str, str]
    vanished: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "jalon": version("jalon"),
            "tables": {name: list(found) for name, found in self.tables.items()},
            "files": self.files,
        }

    @classmethod
    def of_json(cls, plain: dict[str, Any]) -> Content:
        """Return what `as_json` gave."""
        tables = {
            name: (int(rows), str(digest)) for name, (rows, digest) in plain["tables"].items()
        }
        return cls(tables, dict(plain["files"]))


def back_up(*, owner_url: str, data: Path, archive: Path) -> Content:
    """Write the archive whole, or not at all; the application may be running meanwhile."""
    if archive.exists():
        raise BackupError(f"{archive} existe déjà : choisissez un autre nom.")
    with (
        tempfile.TemporaryDirectory(prefix=".jalon-", dir=archive.absolute().parent) as folder,
        psycopg.connect(owner_url) as connection,
    ):
        draft = Path(folder)
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = row[0] if row else ""
        dump(owner_url, draft / _DUMP, snapshot=snapshot)
        made = draft / "archive"
        with tarfile.open(made, "w", dereference=True) as tar:
            tar.add(draft / _DUMP, _DUMP)
            found = {name: _put(tar, data, name) for name in _names(data)}
            content = Content(
                _tables(connection),
                {name: digest for name, digest in found.items() if digest is not None},
                tuple(name for name, digest in found.items() if digest is None),
            )
            told = json.dumps(content.as_json(), indent=1)
            (draft / _MANIFEST).write_text(told, encoding="utf-8")
            tar.add(draft / _MANIFEST, _MANIFEST)
        made.chmod(0o600)
        made.rename(archive)
    return content


def restore(*, owner_url: str, data: Path, archive: Path) -> Content:
    """Restore an archive into an empty database and a data folder without its files.

    BackupError where the archive is no backup, where something is there already, or where what
    was restored is not what was backed up.
    """
    with _opened(archive) as (draft, expected):
        with psycopg.connect(owner_url) as connection:
            if connection.execute(_TABLES).fetchall():
                raise BackupError(
                    "La base n'est pas vide : restaurez dans une base neuve, avant d'y ouvrir "
                    "Jalon."
                )
        for name in expected.files:
            if (data / name).exists():
                raise BackupError(
                    f"{data} contient déjà des fichiers : choisissez un autre dossier."
                )
        load(owner_url, draft / _DUMP)
        for name in expected.files:
            place = data / name
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(draft / _FILES / name, place)
    with psycopg.connect(owner_url) as connection:
        found = Content(
            _tables(connection), {name: _digest(data / name) for name in expected.files}
        )
    for name, was in expected.tables.items():
        if found.tables.get(name) != was:
            raise BackupError(f"La table {name} n'a pas été restaurée à l'identique.")
    if found.files != expected.files:
        raise BackupError("Des fichiers n'ont pas été restaurés à l'identique.")
    return found


def _tables(connection: psycopg.Connection[Any]) -> dict[str, tuple[int, str]]:
    found = {}
    for (name,) in connection.execute(_TABLES).fetchall():
        # Rows in any order: the sum of their hashes is the same.
        query = sql.SQL(
            "SELECT count(*), coalesce(sum(hashtextextended(each::text, 0)::numeric), 0)::text "
            "FROM {} AS each"
        ).format(sql.Identifier(name))
        row = connection.execute(query).fetchone()
        if row:
            found[name] = (int(row[0]), str(row[1]))
    return found


def _names(data: Path) -> list[str]:
    """Return the files to save, by their path in the data folder."""
    found: list[str] = []
    for folder, folders, files in os.walk(data, onerror=_refuse_unless_gone):
        at = Path(folder).relative_to(data)
        top = at == Path()
        folders[:] = [one for one in folders if not one.startswith(_DRAFT)]
        if top:
            folders[:] = [one for one in folders if one not in _NOT_FILES]
        # A link may lead anywhere on the machine: Jalon makes none.
        found += [
            str(at / one)
            for one in files
            if not one.startswith(_DRAFT) and not Path(folder, one).is_symlink()
        ]
    return sorted(found)


def _refuse_unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> BackupError:
    return BackupError(f"{error.filename} ne peut pas être sauvegardé : {reason_of(error)}.")


class _Read:
    """A file that is digested as it is read: what changes meanwhile cannot part the two."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        block = self._file.read(size)
        self._digest.update(block)
        return block

    def digest(self) -> str:
        """Return the digest of what was read."""
        return self._digest.hexdigest()


def _put(tar: tarfile.TarFile, data: Path, name: str) -> str | None:
    """Save a file as long as it is when it is opened; its digest, or None where it is gone."""
    try:
        with (data / name).open("rb") as file:
            told, read = tar.gettarinfo(arcname=f"{_FILES}/{name}", fileobj=file), _Read(file)
            try:
                tar.addfile(told, cast("IO[bytes]", read))
            except OSError as error:
                raise BackupError(
                    f"{data / name} n'a pas pu être copié en entier : recommencez la sauvegarde."
                ) from error
            return read.digest()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(error) from error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        read = _Read(file)
        while read.read(_BLOCK):
            pass
        return read.digest()


@contextmanager
def _opened(archive: Path) -> Iterator[tuple[Path, Content]]:
    """Unpack an archive beside, and check that all it announces is there."""
    if not archive.exists():
        raise BackupError(f"{archive} n'existe pas.")
    with workspace() as folder:
        draft = folder.resolve()
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(draft, filter=_plain_files)  # noqa: S202 - files and folders alone
            expected = Content.of_json(json.loads((draft / _MANIFEST).read_text("utf-8")))
        except (
            *(OSError, tarfile.TarError),
            *(ValueError, LookupError, TypeError, AttributeError),
        ) as error:
            raise BackupError(f"{archive} n'est pas une sauvegarde de Jalon.") from error
        announced = [draft / _DUMP, *(draft / _FILES / name for name in expected.files)]
        # A name that climbs out of the archive is none of ours.
        if not all(
            one.is_relative_to(draft) and one.is_file() and one.resolve() == one
            for one in announced
        ):
            raise BackupError(f"{archive} est incomplète ou abîmée : rien n'a été restauré.")
        yield draft, expected


def _plain_files(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """Unpack files and folders alone: a link could lead what follows elsewhere."""
    if not (member.isfile() or member.isdir()):
        raise tarfile.TarError(f"{member.name} is neither a file nor a folder")
    return tarfile.data_filter(member, folder)
