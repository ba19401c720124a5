"""The few helpers through which names and texts enter SQL."""

from __future__ import annotations

from collections.abc import Iterable


def name(identifier: str) -> str:
    """Quote a column's or relation's name."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Quote a text constant."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """Quote a list of text constants, for IN."""
    return "(" + ", ".join(text(value) for value in values) + ")"


# What surrounds a cell without belonging to it, ordinary and no-break.
WHITESPACE = " \t\r\n\f\v\u00a0\u202f"


def trimmed(expression: str) -> str:
    """Return a text cell without its surrounding spaces; nothing left means unknown."""
    return f"nullif(trim({expression}, {text(WHITESPACE)}), '')"


def shown(expression: str) -> str:
    """Return a cell as the rejects show it: short, and with its unprintable bytes visible."""
    return f"left(replace({expression}, chr(0), '␀'), 200)"
