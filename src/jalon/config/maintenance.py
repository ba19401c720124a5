"""Works as the owner of the schema, for migrations and what only they may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
