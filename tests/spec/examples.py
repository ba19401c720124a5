"""All the worked examples, numbered: one household each, named after its number."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from spec import (
    general_children,
    general_dates,
    general_outcomes,
    herault,
    isere,
    val_de_marne_families,
    val_de_marne_housing,
    val_de_marne_stock,
)
from spec.cases import Case, Examples, selected

SHEETS: Final = (
    *val_de_marne_families.SHEETS,
    *val_de_marne_housing.SHEETS,
    *val_de_marne_stock.SHEETS,
    *isere.SHEETS,
    *herault.SHEETS,
)
TOPICS: Final = (*general_children.TOPICS, *general_outcomes.TOPICS, *general_dates.TOPICS)


@dataclass(frozen=True)
class Numbered:
    """A case with the table it stands in and the household that plays it."""

    household_id: str
    table: Examples
    case: Case

    @property
    def readable(self) -> str:
        """The example in plain letters, as a test's name."""
        table = self.table
        said = (
            f"{table.profile} {table.offer} {table.about or self.household_id}: {self.case.said}"
        )
        for french, plain in {"’": "'", "«": "", "»": "", "€": "euros", "\u202f": ""}.items():
            said = said.replace(french, plain)
        letters = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode()
        return " ".join(letters.split())


def _tables() -> Iterator[Examples]:
    for one in SHEETS:
        start = Case("Le dossier de départ", one.base, selected)
        yield Examples(one.profile, one.offer, (start,), "start")
        yield from one.tables
    for topic in TOPICS:
        yield from topic.tables


ALL: Final = tuple(
    Numbered(f"H{rank:04d}", table, case)
    for rank, (table, case) in enumerate(
        ((table, case) for table in _tables() for case in table.cases), start=1
    )
)
CRITERIA: Final = tuple(one for one in ALL if one.table.about not in {"", "start"})
