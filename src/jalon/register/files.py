"""Find the four files of an extract, and refuse those that are not what their name says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from jalon.register.errors import ExtractError
from jalon.register.layout import Layout
from jalon.register.schema import TABLES

_PARQUET: Final = b"PAR1"
_GZIP: Final = b"\x1f\x8b"
_FOREIGN: Final[Mapping[bytes, str]] = {
    b"PK\x03\x04": "une archive ZIP ou un classeur Excel",
    b"\xd0\xcf\x11\xe0": "un ancien classeur Excel",
    b"%PDF": "un document PDF",
    b"7z\xbc\xaf": "une archive 7-Zip",
}


class Format(StrEnum):
    """How a table is stored; the value is the file's ending."""

    PARQUET = ".parquet"
    CSV = ".csv"
    CSV_GZ = ".csv.gz"


@dataclass(frozen=True)
class TableFile:
    """The one file that holds a table."""

    table: str
    path: Path
    format: Format

    @property
    def name(self) -> str:
        """The file's name, as messages and rejects give it."""
        return self.path.name


def find_files(folder: Path, layout: Layout) -> dict[str, TableFile]:
    """Return the file of each table; ExtractError where one is missing, double or foreign."""
    if not folder.exists():
        raise ExtractError(f"Le dossier « {folder} » n'existe pas : vérifiez son chemin.")
    if not folder.is_dir():
        raise ExtractError(
            f"« {folder} » n'est pas un dossier : donnez le dossier qui contient les fichiers "
            "de l'extraction."
        )
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise ExtractError(
            f"Le dossier « {folder} » ne peut pas être lu : vérifiez vos droits d'accès."
        ) from error
    return {table.name: _find(table.name, layout.stem(table.name), paths) for table in TABLES}


def _find(table: str, stem: str, paths: list[Path]) -> TableFile:
    found = [
        TableFile(table, path, ending)
        for path in paths
        for ending in Format
        if path.name.lower() == f"{stem.lower()}{ending}"
    ]
    if not found:
        raise ExtractError(
            f"Il manque le fichier « {stem} » (.parquet, .csv ou .csv.gz) : ajoutez-le au "
            "dossier de l'extraction."
        )
    if len(found) > 1:
        names = " et ".join(f"« {file.name} »" for file in found)
        raise ExtractError(f"Une seule table, plusieurs fichiers : gardez un seul de {names}.")
    _sniff(found[0])
    return found[0]


def _sniff(file: TableFile) -> None:
    """Refuse a file that is empty, unreadable or of another format than its name says."""
    if not file.path.is_file():
        raise ExtractError(
            f"« {file.name} » n'est pas un fichier : chaque table tient dans un seul fichier."
        )
    try:
        with file.path.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        raise ExtractError(
            f"Le fichier « {file.name} » ne peut pas être lu : vérifiez vos droits d'accès."
        ) from error
    if not start:
        raise ExtractError(f"Le fichier « {file.name} » est vide : refaites l'extraction.")
    for magic, what in _FOREIGN.items():
        if start.startswith(magic):
            raise ExtractError(
                f"Le fichier « {file.name} » est en réalité {what} : enregistrez la table au "
                "format CSV ou Parquet."
            )
    _sniff_own_formats(file, start)


def _sniff_own_formats(file: TableFile, start: bytes) -> None:
    if file.format is Format.PARQUET and start != _PARQUET:
        raise ExtractError(
            f"Le fichier « {file.name} » n'est pas un fichier Parquet, ou il est abîmé : "
            "refaites l'extraction."
        )
    if file.format is Format.CSV_GZ and not start.startswith(_GZIP):
        raise ExtractError(
            f"Le fichier « {file.name} » n'est pas compressé comme son nom le dit : "
            "renommez-le en .csv ou refaites l'extraction."
        )
    if file.format is Format.CSV and start == _PARQUET:
        raise ExtractError(
            f"Le fichier « {file.name} » est en réalité un fichier Parquet : renommez-le en "
            ".parquet."
        )
    if file.format is Format.CSV and start.startswith(_GZIP):
        raise ExtractError(
            f"Le fichier « {file.name} » est en réalité compressé : renommez-le en .csv.gz."
        )
