"""The names of communes, from the lists of the synthetic extract."""

from __future__ import annotations

import csv
from importlib.resources import files


def commune_names(department: str) -> dict[str, str]:
    """Return the name of each commune of a department by its code; nothing where none is known.

    The lists are data of the package: the room that keeps them stands above this one.
    """
    listed = files("jalon").joinpath("register", "synthetic", "communes", f"{department}.csv")
    if not listed.is_file():
        return {}
    with listed.open(encoding="utf-8") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines, delimiter=";")}
