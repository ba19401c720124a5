"""Makes sure that there is a database to talk to, the fund's own or the embedded one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from jalon.config.environment import Environment, SettingsError, read_environment


@contextmanager
def application() -> Iterator[Environment]:
    """Set Django up on a running database, until the block ends.

    SettingsError where the environment cannot be used, EmbeddedError where the embedded server
    cannot be started.
    """
    with located() as (environment, _):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jalon.config.settings")
        django.setup()
        yield environment


@contextmanager
def located() -> Iterator[tuple[Environment, str]]:
    """Give the settings and the owner's address of a running database, until the block ends.

    SettingsError and EmbeddedError as `application`.
    """
    environment = read_environment()
    if environment.database_url is not None:
        if environment.owner_url is None:
            raise SettingsError("DATABASE_OWNER_URL manque : donnez-le avec DATABASE_URL.")
        yield environment, environment.owner_url
        return
    from jalon.config.embedded import running  # noqa: PLC0415 - a real server needs none of it

    with running(environment.data / "postgresql") as server:
        # Child processes, a worker or a web server, find the same one.
        os.environ["DATABASE_URL"] = server.app_url
        os.environ["DATABASE_OWNER_URL"] = server.owner_url
        yield environment, server.owner_url
