"""Fills a table in bulk: its triggers, keys and indexes are made again once it is full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

# Keys to other tables, what may not overlap, and references drawn at random; the rest is referred
# to, or is cheap.
_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass
    AND (contype IN ('f', 'x') OR contype = 'u' AND conname LIKE '%%public_id%%')
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@contextmanager
def bare(connection: psycopg.Connection, table: str) -> Iterator[None]:
    """Leave a table without what would check or follow each row, until the block ends.

    Checked three million times one by one, what may not overlap would take an hour.
    """
    constraints = connection.execute(_CONSTRAINTS, [table]).fetchall()
    indexes = connection.execute(_INDEXES, [table]).fetchall()
    connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for name, _ in constraints:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        for _, definition in indexes:
            connection.execute(definition)
        for name, definition in constraints:
            connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    connection.execute(f"VACUUM ANALYZE {table}")
