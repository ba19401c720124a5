"""What an extract is known not to say, whatever the engine."""

from __future__ import annotations

from jalon.register.extract import Extract
from jalon.targeting.engine.keeping import Kept


def missing_columns(extract: Extract | Kept) -> frozenset[tuple[str, str]]:
    """Return the (table, column) pairs of the contract that the extract does not have."""
    return frozenset(
        (table, column) for table, columns in extract.missing_columns.items() for column in columns
    )
