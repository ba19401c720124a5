"""Works as the owner of the schema, for migrations and what only they may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Log in as the owner until the block ends; the application logs in anew after it."""
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
