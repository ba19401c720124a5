"""How a fund's own file names, column names and code values map to the contract's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jalon.register.schema import TABLES
from jalon.rules.toml_source import Node, nearest


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


def read_layout(node: Node | None) -> Layout:
    """Read the `extract` table of a profile; ProfileError for a name that is not the contract's.

    None, a profile that says nothing of it, is the contract's own layout.
    """
    if node is None:
        return Layout()
    node.only("files", "columns", "values")
    tables = {table.name: {column.name: column for column in table.columns} for table in TABLES}
    files = {
        name: child.expect(str).value for name, child in _named(node, "files", tables).items()
    }
    columns = {
        table: {
            name: child.expect(str).value
            for name, child in _named(node["columns"], table, tables[table]).items()
        }
        for table in _named(node, "columns", tables)
    }
    values = {}
    for table, in_table in _named(node, "values", tables).items():
        coded = {name: column.codes for name, column in tables[table].items() if column.codes}
        values[table] = {
            column: _coded(in_table[column], coded[column])
            for column in _named(node["values"], table, coded)
        }
    return Layout(files, columns, values)


def _named(node: Node, key: str, known: Mapping[str, Any]) -> dict[str, Node]:
    """Return what a table holds by name, each a known one; nothing where it is absent."""
    if key not in node:
        return {}
    found = dict(node[key].items())
    for name, child in found.items():
        if name not in known:
            raise child.refusal(f"« {name} » n'est pas un nom de l'extrait.", nearest(name, known))
    return found


def _coded(node: Node, codes: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for own, child in node.items():
        code = child.expect(str).value
        if code not in codes:
            raise child.refusal(f"« {code} » n'est pas un code attendu.", nearest(code, codes))
        found[own] = code
    return found
