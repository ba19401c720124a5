"""After each migration: the application's rights on every table and function, and no others."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper

from jalon.audit.going import tell_goings
from jalon.audit.identity import sealing_key
from jalon.audit.personal import DECLARED

# A table behind the wall has the rights that its policies allow, given where it is protected.
_OPEN_TABLES: Final = """
SELECT relname, quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity
"""
# Written by migrations alone.
_READ_ONLY: Final = frozenset(
    {
        *("auth_group", "auth_group_permissions", "auth_permission"),
        *("django_content_type", "django_migrations"),
    }
)
# Holes in the numbers of history would look like lines taken out of it.
_SEQUENCES: Final = """
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND relname NOT LIKE 'audit\\_%'
"""
# Text, and whether it runs as the owner, and whether the application calls it. What is said to be
# internal is called by other functions of the wall alone.
_WALL_FUNCTIONS: Final = """
SELECT oid::regprocedure::text, prosecdef, prorettype <> 'trigger'::regtype FROM pg_proc
WHERE pronamespace = 'wall'::regnamespace
    AND obj_description(oid, 'pg_proc') IS DISTINCT FROM 'internal'
"""
_KEY: Final = """
INSERT INTO wall.key (inner_pad, outer_pad) VALUES (%s, %s)
ON CONFLICT (one) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad
"""
_BLOCK: Final = 64  # bytes, of SHA-256: RFC 2104


def grant_rights(using: str, **_: Any) -> None:  # noqa: ANN401
    """Give the application its rights; called by Django once every migration is done."""
    connection = connections[using]
    role = connection.ops.quote_name(settings.APPLICATION_ROLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() == (settings.APPLICATION_ROLE,):
            return  # A test emptied its tables as the application, which can give no right.
        _take_back(cursor, role)
        _give(cursor, role)
        key = sealing_key().ljust(_BLOCK, b"\0")
        cursor.execute(_KEY, [bytes(one ^ 0x36 for one in key), bytes(one ^ 0x5C for one in key)])
        tell_goings(cursor, DECLARED.values())


def _take_back(cursor: CursorWrapper, role: str) -> None:
    """Leave no place in which the application, or anybody, could make objects of its own."""
    cursor.execute("SELECT quote_ident(current_database())")
    (database,) = cursor.fetchone()
    for whom in ("PUBLIC", role):
        cursor.execute(f"REVOKE CREATE ON SCHEMA public, wall FROM {whom}")
        cursor.execute(f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM {whom}")
        cursor.execute(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA wall FROM {whom}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA wall FROM {whom}")


def _give(cursor: CursorWrapper, role: str) -> None:
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    cursor.execute(_OPEN_TABLES)
    for name, table in cursor.fetchall():
        rights = "SELECT" if name in _READ_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        cursor.execute(f"REVOKE ALL ON {table} FROM {role}; GRANT {rights} ON {table} TO {role}")
    cursor.execute(_SEQUENCES)
    for (sequence,) in cursor.fetchall():
        cursor.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {role}")
    cursor.execute(_WALL_FUNCTIONS)
    for function, as_owner, called in cursor.fetchall():
        if as_owner:
            # Unless it comes last by name, the schema of temporary objects is searched first.
            cursor.execute(f"ALTER FUNCTION {function} SET search_path = pg_catalog, pg_temp")
        if called:
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")
