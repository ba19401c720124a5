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


# What surrounds a cell without belonging to it: all that Unicode calls a space. One list for
# every format, or the same cell would be read in two ways.
WHITESPACE = (
    " \t\r\n\f\v\x1c\x1d\x1e\x1f\u0085\u00a0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def trimmed(expression: str) -> str:
    """Return a text cell without its surrounding spaces; nothing left means unknown."""
    return f"nullif(trim({expression}, {text(WHITESPACE)}), '')"


def padded(expression: str) -> str:
    """Return whether a text cell is empty or has spaces around it.

    Trimming is slow: it is tried only where the first or the last character may be a space.
    """
    return (
        f"CASE WHEN {expression} < '!' OR {expression} > '~' "
        f"OR {expression}[-1] NOT BETWEEN '!' AND '~' "
        f"THEN {trimmed(expression)} IS DISTINCT FROM {expression} ELSE false END"
    )


def shown(expression: str) -> str:
    """Return a cell as the rejects show it: short, and with its unprintable bytes visible."""
    return f"left(replace({expression}, chr(0), '␀'), 200)"
