"""Takes the four files of an extract from a page, straight to disk, or says what is wrong."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from jalon.register.errors import ExtractError
from jalon.register.files import Format, find_files
from jalon.register.layout import Layout
from jalon.register.schema import TABLES
from jalon.targeting import storage
from jalon.targeting.errors import RunError

_LONGEST_NAME: Final = 60
_BLOCK: Final = 1 << 20


class _Arriving(TemporaryUploadedFile):
    """A file that is written, as it arrives, beside where it will stay."""

    def __init__(self, name: str | None, kind: str | None, charset: str | None) -> None:
        file = NamedTemporaryFile(dir=storage.uploads())  # noqa: SIM115 - closed by the request
        UploadedFile.__init__(self, file, name, kind, 0, charset, {})


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Writes every file to the disk of the extracts, whatever its size."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Open the file to write in; only its owner may read it."""
        super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
        self.file = _Arriving(self.file_name, self.content_type, self.charset)


def keep_upload(files: Sequence[UploadedFile[Any]], extract: uuid.UUID, layout: Layout) -> None:
    """Keep the four files of an extract under the contract's names.

    RunError or ExtractError, in one sentence, for any others; then nothing is kept.
    """
    names = _names(files, layout)
    with storage.extract_draft(extract) as draft:
        for file in files:
            _write(file, draft / names[id(file)])
        for found in find_files(draft, layout).values():
            if found.format is Format.PARQUET:
                _check_whole(found.path)


def _names(files: Sequence[UploadedFile[Any]], layout: Layout) -> dict[int, str]:
    """Return the name to keep each file under; RunError unless they are one of each table."""
    wanted = {table.name: layout.stem(table.name) for table in TABLES}
    expected = ", ".join(wanted.values())
    if not files:
        raise RunError(f"Choisissez les quatre fichiers de l'extraction : {expected}.")
    names: dict[int, str] = {}
    taken: dict[str, str] = {}
    for file in files:
        shown = _shown(file.name or "")
        table, ending = _recognised(file.name or "", wanted)
        if table is None:
            raise RunError(
                f"Le fichier « {shown} » n'est pas attendu : donnez {expected}, en .parquet, "
                ".csv ou .csv.gz."
            )
        if table in taken:
            raise RunError(
                f"« {taken[table]} » et « {shown} » sont la même table : gardez un seul des deux."
            )
        taken[table] = shown
        names[id(file)] = f"{wanted[table]}{ending}"
    missing = [stem for table, stem in wanted.items() if table not in taken]
    if missing:
        raise RunError(
            f"Il manque {', '.join(missing)} : choisissez les quatre fichiers ensemble."
        )
    return names


def _recognised(name: str, wanted: dict[str, str]) -> tuple[str | None, str]:
    low = name.lower()
    for table, stem in wanted.items():
        for ending in Format:
            if low in {f"{stem.lower()}{ending}", f"{table}{ending}"}:
                return table, ending
    return None, ""


def _shown(name: str) -> str:
    """Return a name as a sentence can hold it."""
    plain = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[:_LONGEST_NAME]}…"


def _write(file: UploadedFile[Any], path: Path) -> None:
    if isinstance(file, TemporaryUploadedFile):
        Path(file.temporary_file_path()).rename(path)
        return
    with path.open("xb") as stream:
        for block in file.chunks(_BLOCK):
            stream.write(block)
    path.chmod(0o600)


def _check_whole(path: Path) -> None:
    """Refuse a Parquet file without its end, which says what it holds."""
    try:
        pq.read_metadata(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ExtractError(
            f"Le fichier « {path.name} » est abîmé ou tronqué : refaites l'extraction ou "
            "renvoyez-le."
        ) from error
