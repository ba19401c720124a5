"""Makes sure that there is a database to talk to, the fund's own or the embedded one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import django
from django.conf import settings

from jalon.config.environment import Environment, SettingsError, read_environment

_OWNER: Final = "DATABASE_OWNER_URL"


@contextmanager
def application(*, owner: bool = False, jobs: bool = False) -> Iterator[Environment]:
    """Set Django up on a running database, until the block ends.

    Only with `jobs` does it know its background jobs, and all that they need: it takes longer.

    Only with `owner` may the block work as the owner of a server; otherwise the address of the
    owner, if it was given, is forgotten here and by the processes started from here.

    SettingsError where the environment cannot be used, EmbeddedError where the embedded server
    cannot be started.
    """
    with _running() as (environment, owner_url):
        if owner:
            _wanted(owner_url)
        elif environment.database_url is not None:
            forget_owner()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jalon.config.settings")
        if not jobs:
            settings.PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
        django.setup()
        yield environment


def forget_owner() -> None:
    """Keep the owner's address from the processes started from here."""
    os.environ.pop(_OWNER, None)


@contextmanager
def located() -> Iterator[tuple[Environment, str]]:
    """Give the settings and the owner's address of a running database, until the block ends.

    SettingsError and EmbeddedError as `application`.
    """
    with _running() as (environment, owner_url):
        yield environment, _wanted(owner_url)


@contextmanager
def _running() -> Iterator[tuple[Environment, str | None]]:
    environment = read_environment()
    if environment.database_url is not None:
        yield environment, environment.owner_url
        return
    from jalon.config.embedded import running  # noqa: PLC0415 - a real server needs none of it

    with running(environment.data / "postgresql") as server:
        # Child processes, a worker or a web server, find the same one.
        os.environ["DATABASE_URL"] = server.app_url
        os.environ.setdefault("JALON_MODE", environment.mode.value)
        os.environ[_OWNER] = server.owner_url
        yield environment, server.owner_url


def _wanted(owner_url: str | None) -> str:
    if owner_url is None:
        raise SettingsError(
            f"{_OWNER} manque : cette commande travaille en propriétaire de la base, donnez-le "
            "pour elle seule."
        )
    return owner_url
