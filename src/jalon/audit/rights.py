"""After each migration: the application's rights on every table, and on nothing else."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import connections

# A table behind the wall has the rights that its policies allow, given where it is protected.
_OPEN_TABLES: Final = """
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity
"""
_READ_ONLY: Final = frozenset({"django_migrations"})


def grant_rights(using: str, **_: Any) -> None:  # noqa: ANN401
    """Give the application its rights; called by Django once every migration is done."""
    connection = connections[using]
    role = connection.ops.quote_name(settings.APPLICATION_ROLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() == (settings.APPLICATION_ROLE,):
            return  # A test emptied its tables as the application, which can give no right.
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(_OPEN_TABLES)
        for (table,) in cursor.fetchall():
            rights = "SELECT" if table in _READ_ONLY else "SELECT, INSERT, UPDATE, DELETE"
            cursor.execute(f"GRANT {rights} ON {table} TO {role}")
