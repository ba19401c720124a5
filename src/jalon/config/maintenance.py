"""Works as the owner of the schema, for migrations and what only they may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jalon.config.environment import SettingsError


@contextmanager
def as_owner() -> Iterator[None]:
    """Log in as the owner until the block ends; the application logs in anew after it.

    SettingsError where the owner's address was not given to this process.
    """
    if settings.OWNER_DATABASE is None:
        raise SettingsError("DATABASE_OWNER_URL manque : ce travail est celui du propriétaire.")
    application = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(settings.OWNER_DATABASE)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(application)


def migrate() -> None:
    """Bring the database up to date with the code."""
    with as_owner():
        call_command("migrate", interactive=False, verbosity=0)


def pending_migrations() -> list[str]:
    """Return the changes of the schema that the database lacks, all of them if it is new."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def lacks_columns() -> bool:
    """Tell whether tables that the migrations are said to have made are not as the code has them.

    So it is with the database of another version that was never released.
    """
    query = (
        "SELECT attrelid::regclass::text, attname FROM pg_attribute JOIN pg_class "
        "ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace "
        "AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = set(cursor.fetchall())
    tables = {table for table, _ in there}
    return any(
        (model._meta.db_table, field.column) not in there  # noqa: SLF001 - Django's public door
        for model in apps.get_models()
        if model._meta.managed and model._meta.db_table in tables  # noqa: SLF001
        for field in model._meta.local_concrete_fields  # noqa: SLF001
    )
