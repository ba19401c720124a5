"""The communes of a department: from the lists kept here, or from a fund's own file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Commune:
    """A commune: INSEE code, name, postal codes and inhabitants."""

    code: str
    name: str
    postal_codes: tuple[str, ...]
    inhabitants: int


def list_of(department: str) -> Path:
    """Return where the communes of a department are listed, whether a list is kept or not."""
    return Path(__file__).parent / f"{department}.csv"


def read_communes(listed: Path) -> tuple[Commune, ...]:
    """Return the communes of a list, in its order; a commune without a postal code has one empty.

    OSError, KeyError, TypeError, ValueError or AttributeError where the file is no such list.
    """
    with listed.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Commune(
                row["code"],
                row["name"],
                tuple(row["postal_codes"].split()) or ("",),
                int(row["population"]),
            )
            for row in csv.DictReader(lines, delimiter=";")
        )


def commune_names(department: str) -> dict[str, str]:
    """Return the name of each commune of a department by its code; nothing where none is known."""
    listed = list_of(department)
    return {one.code: one.name for one in read_communes(listed)} if listed.is_file() else {}
