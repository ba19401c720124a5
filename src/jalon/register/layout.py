"""How a fund's own file names, column names and code values map to the contract's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Layout:
    """What a fund names differently; whatever is not mapped keeps the contract's name.

    `files` gives the file stem of a table, `columns` the file's column for a contract column,
    `values` the contract's code for a value found in the file.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def stem(self, table: str) -> str:
        """Return the name, without its ending, of the file that holds a table."""
        return self.files.get(table, table)

    def name_in_file(self, table: str, column: str) -> str:
        """Return the name that the fund's file gives to a contract column."""
        return self.columns.get(table, {}).get(column, column)

    def codes(self, table: str, column: str) -> Mapping[str, str]:
        """Return the contract's code for each of the file's own values of a column."""
        return self.values.get(table, {}).get(column, {})
