"""A department with one of everything, and the application's own login to attack it with."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP, OWNER, SUPERUSER
from wall.world import Login, World, build


@pytest.fixture(scope="session")
def addresses(server: EmbeddedServer, django_db_setup: None) -> dict[str, str]:  # noqa: ARG001
    """The address of the test database, for each who may log in."""
    name = str(connection.settings_dict["NAME"])
    return {role: server.url(role, name) for role in (APP, OWNER, SUPERUSER)}


@pytest.fixture
def owner(addresses: dict[str, str]) -> Iterator[psycopg.Connection]:
    """The owner's login, which the wall does not hold."""
    with psycopg.connect(addresses[OWNER], autocommit=True) as login:
        yield login


@pytest.fixture(scope="module")
def world(addresses: dict[str, str], django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Committed rows in every table behind the wall, taken away after the module's tests."""
    with psycopg.connect(addresses[OWNER], autocommit=True) as login:
        yield build(login)
    with django_db_blocker.unblock():
        connection.ops.execute_sql_flush(["all"])
        connection.close()


@pytest.fixture
def login(addresses: dict[str, str]) -> Iterator[Login]:
    """The application's own login, as nobody until told otherwise; nothing of it is kept."""
    with psycopg.connect(addresses[APP], autocommit=True) as one:
        yield Login(one)
