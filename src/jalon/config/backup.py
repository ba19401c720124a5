"""Backs up and restores everything: the database and the files, checked against each other."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from jalon.config.dumping import dump, load
from jalon.rules.errors import ClearError

_MANIFEST: Final = "manifest.json"
_DUMP: Final = "database.dump"
_FILES: Final = "files"
# What the database tells anew, or what belongs to one machine alone.
_NOT_FILES: Final = frozenset({"postgresql", "static"})
_BLOCK: Final = 1 << 20
_TABLES: Final = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""


class BackupError(ClearError):
    """A backup that cannot be made, read or restored."""


@dataclass(frozen=True)
class Content:
    """What a database and its files hold: rows and digest by table, digest by file."""

    tables: dict[str, tuple[int, str]]
    files: dict[str, str]

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
        content = Content(_tables(connection), dict(_digests(data)))
        (draft / _MANIFEST).write_text(json.dumps(content.as_json(), indent=1), encoding="utf-8")
        made = draft / "archive"
        with tarfile.open(made, "w") as tar:
            tar.add(draft / _MANIFEST, _MANIFEST)
            tar.add(draft / _DUMP, _DUMP)
            for name in content.files:
                tar.add(data / name, f"{_FILES}/{name}")
        made.chmod(0o600)
        made.rename(archive)
    return content


def restore(*, owner_url: str, data: Path, archive: Path) -> Content:
    """Restore an archive into an empty database and a data folder without its files.

    BackupError where the archive is no backup, where something is there already, or where what
    was restored is not what was backed up.
    """
    with _opened(archive) as draft:
        plain = json.loads((draft / _MANIFEST).read_text(encoding="utf-8"))
        expected = Content.of_json(plain)
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
        found = Content(_tables(connection), dict(_digests(data)))
    for name, was in expected.tables.items():
        if found.tables.get(name) != was:
            raise BackupError(f"La table {name} n'a pas été restaurée à l'identique.")
    if expected.files != {name: found.files.get(name) for name in expected.files}:
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


def _digests(data: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data)
        if path.is_file() and name.parts[0] not in _NOT_FILES:
            digest = hashlib.sha256()
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
            yield str(name), digest.hexdigest()


@contextmanager
def _opened(archive: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="jalon-") as folder:
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise BackupError(f"{archive} n'est pas une sauvegarde de Jalon.") from error
        if not (Path(folder) / _MANIFEST).exists():
            raise BackupError(f"{archive} n'est pas une sauvegarde de Jalon.")
        yield Path(folder)
